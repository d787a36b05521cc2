"""A mass by the load cell is believed only where servo current does not exclude it."""

import pytest

from flight.icd.events.sampling import HeftDone, SampleCollected, ScalesDisagree, StepFailed, WeighingDone
from flight.icd.modes import Custody, Phase, StepFailure


def collect(rig):
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    rig.fly()
    return rig


def at_tare(rig):
    """Fly on until the arm stands in the pose of the tare."""
    while rig.sampling.phase is not Phase.TARE or not rig.motion.settled:
        rig.step()
    return rig


@pytest.mark.requirement("WGH-7")
def test_what_would_be_enough_is_hefted_and_both_masses_are_told(ideal):
    rig = collect(ideal(gains_g=(30.0, 60.0)))
    (heft,) = rig.reported(HeftDone)
    assert heft.mass_g == pytest.approx(90.0, abs=2.0)
    assert heft.cell_g == pytest.approx(90.0, abs=0.5)
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("WGH-7")
def test_a_cell_that_is_off_since_the_tare_is_found_out_and_nothing_claimed(ideal):
    rig = ideal(gains_g=(30.0,))
    rig.bias_n = 0.05
    collect(rig)
    disagree = rig.reported(ScalesDisagree)
    assert disagree[0].cell_g - disagree[0].coarse_g == pytest.approx(0.05 / 1.62e-3, abs=2.0)
    assert rig.outcome.result == StepFailure.IMPLAUSIBLE
    assert rig.content.custody is Custody.NONE


def test_a_cell_that_is_right_again_is_believed_again(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.bias_n = 0.05
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while not rig.reported(ScalesDisagree):
        rig.step()
    rig.bias_n = 0.0
    rig.fly()
    (claimed,) = rig.reported(SampleCollected)
    assert claimed.mass_g == pytest.approx(90.0, abs=0.5)


def test_hefting_turns_the_bearing_joint_up_and_back_with_the_scoop_level(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    low, highest, steepest = at_tare(rig).estimate.q, 0.0, 0.0
    while rig.content.heft is None:
        rig.step()
        highest = max(highest, rig.estimate.q[1] - low[1])
        steepest = max(steepest, abs(rig.estimate.pose.pitch_rad + 3.141592653589793))
    assert highest == pytest.approx(0.14, abs=0.01)
    assert steepest < 0.01
    assert rig.sampling.phase is Phase.TARE


def test_joints_that_stop_following_while_hefting_are_a_failure(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    low = at_tare(rig).estimate.q
    while rig.estimate.q[1] - low[1] < 0.05:
        rig.step()
    rig.joints.stuck = True
    rig.fly()
    assert {event.phase for event in rig.reported(StepFailed)} == {Phase.TARE}
    assert rig.sampling.phase is Phase.FAILED


def test_without_a_hefted_tare_the_cell_is_all_there_is(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while rig.sampling.phase is not Phase.DIG:
        rig.step()
    rig.content.heft = None
    rig.fly()
    assert rig.reported(HeftDone) == []
    assert rig.reported(WeighingDone)
    assert rig.outcome.result == "complete"
