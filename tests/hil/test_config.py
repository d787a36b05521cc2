import copy
import math
import tomllib
from pathlib import Path

import pytest

from flight.icd.lander_platform import LanderPlatform
from flight.icd.mission_file import MissionError, read_mission, validate
from flight.icd.rover_platform import RoverPlatform
from hil.bench import Bench
from hil.config import LanderBench, RoverBench, load_bench
from hil.soils import SoilError, other_soil


def copies(name, folder):
    """Makes a copy of a built-in mission with one piece of text replaced."""
    text = (Path(__file__).parents[2] / f"flight/missions/{name}.toml").read_text()

    def write(old, new):
        assert old in text
        path = folder / "changed.toml"
        path.write_text(text.replace(old, new, 1))
        return path

    return write


@pytest.fixture
def mission(tmp_path):
    return copies("m1_lander", tmp_path)


@pytest.fixture
def rover_mission(tmp_path):
    return copies("m2_rover", tmp_path)


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


def test_a_rover_has_its_own_platform_and_bench():
    platform, bench = load_bench("m2_rover")
    assert isinstance(platform, RoverPlatform)
    assert isinstance(bench, RoverBench)
    assert [servo.id for servo in platform.servos] == [1, 2, 11, 12, 13, 14]
    assert bench.traction.shear_m == 0.0178


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('platform = "rover"', 'platform = "boat"', "[mission] platform must be 'lander_arm' or 'rover', got \"boat\""),
        ("id = 12", "id = 11", "id must differ from servo to servo of the motion bus, got [1, 2, 11, 11, 13, 14]"),
        ("id = 12", "id = 1", "id must differ from servo to servo of the motion bus, got [1, 2, 11, 1, 13, 14]"),
        ("mass_kg = 5.0", "mass_kg = 0.4", "[rover] mass_kg must be above 0.467, got 0.4"),
        ('"front_left"', '"front_right"', "[[wheel]] must name front_left, front_right, rear_left, rear_right in"),
        ('"front_left"', '"spare"', "[wheel[0]] name must be 'front_left'"),
        ('name = "lift"', 'name = "boom"', "[[joint]] must name lift, curl in this order, got boom, curl"),
        ("stow_deg = [-75.0,", "stow_deg = [-95.0,", "[rover] stow_deg of lift must lie in -90.0..85.0 deg, got -95.0"),
        ("wheelbase_m", "wheelbase_cm", "[rover] wheelbase_cm is not a key here"),
        ("dig_in = [0.25, 0.5]", "dig_in = [0.25, 1.5]", "[bench.traction] dig_in[1]"),
        ("body_mass = 0.02", "surface_m = 0.02", "[bench.tolerance] body_mass is missing"),
    ],
)
def test_a_wrong_rover_is_refused_with_key_and_what_is_allowed(rover_mission, old, new, said):
    with pytest.raises(MissionError) as error:
        load_bench(rover_mission(old, new))
    assert said in str(error.value)


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
    line = message(mission('name = "intercrater"', 'name = "intercrater"\nfriction_deg = [43.0, 41.0]'))
    assert "[bench.soil] friction_deg" in line
    assert "low <= high" in line


def test_a_soil_that_there_is_not_is_named_with_what_there_is(mission):
    line = message(mission('name = "intercrater"', 'name = "intercratr"'))
    assert "[bench.soil] name there is no soil 'intercratr'; did you mean intercrater?" in line
    assert "jsc_1a" in message(mission('name = "intercrater"', 'name = "cheese"'))


def test_a_soil_given_by_name_may_be_said_otherwise_key_by_key(mission):
    _, bench = load_bench(mission('name = "intercrater"', 'name = "grc_1"\ncohesion_pa = [210.0, 220.0]'))
    assert bench.soil.cohesion_pa == (210.0, 220.0)
    assert bench.soil.friction_deg == (37.0, 39.0)
    assert bench.soil.cohesion_gradient_per_m == (0.0, 0.0)


def test_a_tool_rougher_than_the_soil_is_refused(mission):
    line = message(mission('name = "intercrater"', 'name = "soft"\ntool_friction_deg = [38.0, 39.0]'))
    assert "tool_friction_deg" in line


def test_another_soil_keeps_what_the_mission_says_of_models(mission):
    _, bench = load_bench("m1_lander")
    firm = other_soil(bench.soil, "firm")
    assert firm.cohesion_pa == (740.0, 1100.0)
    assert (firm.variation, firm.cutting_factor) == (bench.soil.variation, bench.soil.cutting_factor)
    with pytest.raises(SoilError, match="no soil 'stone'; allowed: intercrater"):
        other_soil(bench.soil, "stone")


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
_, ROVER_TABLES = read_mission("m2_rover")


@pytest.mark.parametrize("path", list(leaves(TABLES["bench"])), ids=lambda path: ".".join(map(str, path)))
def test_a_bench_value_is_refused_or_borne_however_far_out(path):
    platform = validate(LanderPlatform, {key: TABLES[key] for key in LanderPlatform.model_fields}, "m1")
    for value in (1e300, 1e4, 1e-9, 0.0, -1.0):
        try:
            config = validate(LanderBench, changed(TABLES["bench"], path, value), "changed")
        except MissionError:
            continue
        bench = Bench(platform, config, 1)
        for frame in range(1, 6):
            bench.advance(frame * 10_000_000)
        assert all(map(math.isfinite, bench.plant.truth.edge_m))


ROVER_OWN = [path for path in leaves(ROVER_TABLES["bench"]) if path[0] in ("traction", "tolerance", "tilt_deg")]


@pytest.mark.parametrize("path", ROVER_OWN, ids=lambda path: ".".join(map(str, path)))
def test_a_rovers_bench_value_is_refused_or_borne_however_far_out(path):
    platform, _ = load_bench("m2_rover")
    for value in (1e300, 1e4, 1e-9, 0.0, -1.0):
        try:
            config = validate(RoverBench, changed(ROVER_TABLES["bench"], path, value), "changed")
        except MissionError:
            continue
        bench = Bench(platform, config, 1)
        bench.plant.servos.mode[2:], bench.plant.servos.torque_enable[:] = 16, 1.0
        bench.plant.servos.goal_pwm[2:], bench.plant.servos.pwm_limit[:] = 1.0, 1.0
        for frame in range(1, 21):
            bench.advance(frame * 10_000_000)
        assert all(map(math.isfinite, bench.plant.truth.edge_m))


@pytest.mark.parametrize(("old", "new", "said"), [
    ("net = 40010", "net = 40008", "40008 is net and gross"),
    ("net = 40010", "net = 40007", "40007 is status and net"),
    ("status = 40007", "status = 40006", "40006 is command and status"),
])  # fmt: skip
def test_registers_that_lie_on_each_other_are_refused(mission, old, new, said):
    line = message(mission(old, new))
    assert "[load_cell.registers]" in line or "[load_cell] registers" in line
    assert "registers must differ" in line
    assert said.split(" is ")[0] in line
