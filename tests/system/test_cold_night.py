"""A mission in the cold and in the heat: grease, windings and load cell at temperatures that fall or rise meanwhile."""

from importlib import resources

import pytest

from flight.icd.modes import Phase
from hil.lockstep import Lockstep

AMBIENT, RATE = "ambient_c = 20.0 ", "ambient_k_h = 5.0 "


def fly(folder, ambient_c, rate_k_h):
    """The result, the plant, and the mean current of azimuth and scoop, which carry little, while they unfold, A."""
    text = (resources.files("flight") / "missions" / "m1_lander.toml").read_text(encoding="utf-8")
    assert AMBIENT in text
    assert RATE in text
    text = text.replace(AMBIENT, f"ambient_c = {ambient_c} ").replace(RATE, f"ambient_k_h = {rate_k_h} ")
    mission = folder / f"at_{ambient_c:.0f}.toml"
    mission.write_text(text, encoding="utf-8")
    with Lockstep(mission, seed=3) as flown:
        plant, currents = flown.bench.plant, []
        for _ in flown.run_frames():
            servo = plant._servo
            turning = (abs(servo["link_rad_s"]) > 0.1)[[0, 3]]
            if flown.phase == Phase.UNSTOW and turning.any():
                currents.append(float(abs(servo["current_a"])[[0, 3]][turning].mean()))
        return flown.result(), plant, sum(currents) / len(currents)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    return fly(tmp_path_factory.mktemp("night"), -30.0, -20.0)


@pytest.fixture(scope="module")
def noon(tmp_path_factory):
    return fly(tmp_path_factory.mktemp("noon"), 60.0, 20.0)


@pytest.mark.parametrize("time", ["night", "noon"])
@pytest.mark.requirement("WGH-1")
def test_a_sample_is_collected_and_weighed_within_its_uncertainty(time, request):
    result, _, _ = request.getfixturevalue(time)
    assert result.result == "collected"
    assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g


def test_servos_and_load_cell_follow_the_same_night(night):
    result, plant, _ = night
    surrounding_c = -30.0 - 20.0 / 3600.0 * result.sim_s
    cell_c = float(plant._cell["temperature_c"][0])
    assert surrounding_c < cell_c < -30.0
    assert surrounding_c <= plant._servo["case_c"].min()
    assert plant._servo["case_c"].max() < -29.0
    assert (plant._servo["winding_c"] >= plant._servo["case_c"]).all()


def test_cold_grease_costs_current(night, noon):
    assert night[2] > 2.0 * noon[2]
