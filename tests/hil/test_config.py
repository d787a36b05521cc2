import copy
import tomllib
from pathlib import Path

import pytest

from flight.icd.mission_file import MissionError, read_mission, validate
from flight.icd.platform import Platform
from hil.bench import Bench
from hil.config import BenchConfig, load_bench


@pytest.fixture
def mission(tmp_path):
    """A copy of the built-in mission with one piece of text replaced."""
    _, tables = read_mission("m1_lander")
    assert "bench" in tables
    text = (Path(__file__).parents[2] / "flight/missions/m1_lander.toml").read_text()

    def write(old, new):
        assert old in text
        path = tmp_path / "changed.toml"
        path.write_text(text.replace(old, new, 1))
        return path

    return write


def message(path):
    with pytest.raises(MissionError) as error:
        load_bench(path)
    lines = str(error.value).splitlines()
    assert len(lines) == 1
    return lines[0]


def test_the_built_in_mission_has_platform_and_bench():
    platform, bench = load_bench("m1_lander")
    assert platform.mission.name == "m1_lander"
    assert bench.soil.cohesion_pa == (440.0, 620.0)


def test_tables_of_flight_alone_are_not_looked_at(mission):
    load_bench(mission("[bench]\n", "[of_flight_alone]\nkey = 1\n\n[bench]\n"))


def test_a_wrong_key_is_named_with_its_remedy(mission):
    line = message(mission("relief_m =", "relief_mm = 2\nrelief_m ="))
    assert "[bench.terrain] relief_mm" in line
    assert line.endswith("relief_m")


def test_a_value_out_of_range_is_named(mission):
    line = message(mission("supply_v = 12.0", "supply_v = 120.0"))
    assert "[bench.servo] supply_v" in line
    assert "16" in line
    assert "120.0" in line


def test_a_range_that_runs_backwards_is_named(mission):
    line = message(mission("friction_deg = [41.0, 43.0]", "friction_deg = [43.0, 41.0]"))
    assert "[bench.soil] friction_deg" in line
    assert "low <= high" in line


def test_a_mission_without_bench_says_so(mission, tmp_path):
    whole = mission("[bench]\n", "[bench]\n").read_text()
    path = tmp_path / "flight_only.toml"
    path.write_text(whole[: whole.index("[bench]\n")])
    assert "bench" not in tomllib.loads(path.read_text())
    assert message(path).endswith("bench is missing")


def test_a_fault_of_the_platform_is_named_too(mission):
    assert "[arm] link_m[1]" in message(mission("link_m = [0.45, 0.40]", "link_m = [0.45, -0.4]"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("size_m = [0.52, 0.52]", "size_m = [1e6, 1e6]", "[bench.terrain] size_m[0]"),
        ("size_m = [0.52, 0.52]", "size_m = [9.0, 9.0]", "3240000 cells"),
        ("size_m = [0.52, 0.52]", "size_m = [0.52, 0.001]", "2 cells"),
    ],
)
def test_more_ground_than_memory_or_too_little_is_refused(mission, old, new, said):
    path = mission(old, new)
    with pytest.raises(MissionError) as error:
        load_bench(path)
    assert said in str(error.value).splitlines()[0]


def test_a_resistance_that_no_harness_has_is_refused(mission):
    assert "[bench.servo] harness_ohm" in message(mission("harness_ohm = 0.05", "harness_ohm = 1e6"))


def leaves(value, path=()):
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    elif isinstance(value, float):
        yield path


def changed(tables, path, value):
    tables = copy.deepcopy(tables)
    *way, last = path
    place = tables
    for key in way:
        place = place[key]
    place[last] = value
    if isinstance(place, list):
        place.sort()
    return tables


_, TABLES = read_mission("m1_lander")


@pytest.mark.parametrize("path", list(leaves(TABLES["bench"])), ids=lambda path: ".".join(map(str, path)))
def test_a_bench_value_is_refused_or_borne_however_far_out(path):
    platform = validate(Platform, {key: TABLES[key] for key in Platform.model_fields}, "m1")
    for value in (1e300, 1e4, 1e-9, 0.0, -1.0):
        try:
            config = validate(BenchConfig, changed(TABLES["bench"], path, value), "changed")
        except MissionError:
            continue
        bench = Bench(platform, config, 1)
        for frame in range(1, 6):
            bench.advance(frame * 10_000_000)
