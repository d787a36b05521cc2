from importlib import resources

import pytest

from flight.config import load_mission
from flight.icd.mission_file import MissionError

M1 = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "radius_m = 0.50",
            "radius_m = 5.0",
            r"\[weigh\] radius_m, height_m can't be reached: reach .*allowed 0\.05",
        ),
        ("[[0.54, 0.0]", "[[5.0, 0.0]", r"\[dig\] sites\[0\] at a height of 0\.06 m can't be reached"),
        (
            "high_m = [0.83, 0.90, 0.37]",
            "high_m = [1.50, 0.90, 0.37]",
            r"sites\[0\] .* keep_out of box 1: 0\.\d+ m, allowed 0",
        ),
        ("[0.54, 12.0]", "[0.54, 120.0]", r"sites\[1\] .* azimuth 120 deg, allowed -80"),
    ],
)
def test_a_place_out_of_reach_is_refused_before_anything_flies(tmp_path, old, new, said):
    assert old in M1
    path = tmp_path / "far.toml"
    path.write_text(M1.replace(old, new, 1))
    with pytest.raises(MissionError, match=said):
        load_mission(path)


def test_the_built_in_mission_reaches_all_its_places():
    assert load_mission("m1_lander").mission.name == "m1_lander"
