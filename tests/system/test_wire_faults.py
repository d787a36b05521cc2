"""The six wire faults, in the soil and in every other phase: collected or safe, never an exception, never a stall."""

import pytest

from hil.faults import FAULTS, parse_faults
from hil.lockstep import Lockstep

WIRE_FAULTS = ("missing_servo", "late_reply", "bit_flip", "dropped_byte", "wrong_baud", "unplugged_adapter")
NOISE = ("late_reply", "bit_flip", "dropped_byte")
"""Those that leave the bus usable however long they last."""


def fly(*faults):
    with Lockstep("m1_lander", 1, parse_faults(faults)) as mission:
        for _ in mission.run():
            pass
    return mission, mission.result()


def must_be_sound(mission, result):
    executive = mission.app.executive
    assert any("applied" in line for line in result.faults)
    assert executive.failures == 0
    assert (result.overruns, executive.skipped) == (0, 0)
    assert executive.health.strokes >= int(result.sim_s) - 5
    if result.result == "collected":
        assert result.mass_true_g >= 50
        assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g
    else:
        assert result.result == "safe"
        assert max(map(abs, mission.bench.plant.truth.joint_rad_s)) < 1e-3


@pytest.fixture(scope="module")
def cutting_s():
    """When the undisturbed mission is in its first cut, the edge below the surface."""
    with Lockstep("m1_lander", 1) as mission:
        for now_s in mission.run():
            if mission.phase.name == "DIG" and mission.bench.plant.truth.depth_below_surface_m > 0.004:
                return now_s
    raise AssertionError("the undisturbed mission never cut")


def test_the_catalogue_has_the_six():
    assert set(WIRE_FAULTS) <= set(FAULTS)


@pytest.mark.parametrize("name", WIRE_FAULTS)
@pytest.mark.requirement("BUS-1")
def test_a_fault_of_the_default_length_while_cutting_is_survived(name, cutting_s):
    mission, result = fly(f"{name}@{cutting_s}")
    must_be_sound(mission, result)
    assert result.result == "collected"


@pytest.mark.parametrize("name", WIRE_FAULTS)
def test_a_fault_for_good_while_cutting_ends_collected_or_safe(name, cutting_s):
    mission, result = fly(f"{name}@{cutting_s}+forever")
    must_be_sound(mission, result)
    assert result.result == ("collected" if name in NOISE else "safe")


@pytest.mark.parametrize("name", ["missing_servo", "wrong_baud", "unplugged_adapter"])
def test_a_bus_back_after_the_servos_stopped_themselves_digs_on(name, cutting_s):
    mission, result = fly(f"{name}@{cutting_s}+6")
    must_be_sound(mission, result)
    assert result.result == "collected"


@pytest.mark.parametrize("name", WIRE_FAULTS)
def test_a_short_fault_in_every_phase_is_survived(name):
    whens = ("0", "unstow", "find_surface", "lift", "weigh", "stow")
    mission, result = fly(*(f"{name}@{when}+0.5" for when in whens))
    must_be_sound(mission, result)
    assert result.result == "collected"
    assert sum("applied" in line for line in result.faults) == len(whens)


@pytest.mark.parametrize("when", ["0", "idle"])
@pytest.mark.parametrize("name", WIRE_FAULTS)
def test_a_fault_for_good_from_the_start_ends_collected_or_soon_safe(name, when):
    mission, result = fly(f"{name}@{when}+forever")
    must_be_sound(mission, result)
    if name in NOISE:
        assert result.result == "collected"
    else:
        assert result.result == "safe"
        assert result.sim_s < 60


def test_a_fault_whose_time_never_comes_is_told():
    _, result = fly("bit_flip@900", "missing_servo@failed")
    assert result.faults == ["never came: bit_flip@900+5", "never came: missing_servo@failed+1"]


def test_all_six_in_one_mission(cutting_s):
    mission, result = fly(*(f"{name}@{cutting_s + 3 * place}+0.5" for place, name in enumerate(WIRE_FAULTS)))
    must_be_sound(mission, result)
