"""What is claimed is what a weighing in the stow still proves."""

import pytest

from flight.icd.events.sampling import (
    MassChanged,
    MassImplausible,
    PhaseBegan,
    SampleCollected,
    StepFailed,
    WeighingDone,
)
from flight.icd.modes import Custody, Phase, StepFailure


def collect(rig, max_digs=8):
    rig.sampling.collect(0, max_digs, rig.outcome, rig.now_ns)
    rig.fly()
    return rig


def until(rig, phase):
    while rig.sampling.phase is not phase:
        assert rig.sampling.busy
        rig.step()
    return rig


@pytest.mark.requirement("WGH-3")
def test_nothing_is_claimed_before_the_stowed_scoop_was_weighed(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.CONFIRM)
    assert rig.content.custody is Custody.NONE
    rig.fly()
    assert rig.content.custody is Custody.COLLECTED
    confirmed = rig.reported(WeighingDone)[-1]
    (claimed,) = rig.reported(SampleCollected)
    assert (claimed.mass_g, claimed.u95_g) == (confirmed.mass_g, confirmed.u95_g)
    assert confirmed.phase is Phase.CONFIRM


@pytest.mark.requirement("WGH-3")
def test_what_was_spilled_on_the_way_is_told_and_dug_for_again(ideal):
    rig = ideal(gains_g=(70.0, 40.0))
    rig.spilled_g = 35.0
    collect(rig)
    (changed,) = rig.reported(MassChanged)
    assert (changed.before_g, changed.mass_g) == (pytest.approx(70.0, abs=0.5), pytest.approx(35.0, abs=0.5))
    assert rig.outcome.result == "complete"
    (claimed,) = rig.reported(SampleCollected)
    assert claimed.mass_g == pytest.approx(rig.mass_g, abs=claimed.u95_g)
    assert (claimed.digs, rig.mass_g) == (2, 75.0)


@pytest.mark.requirement("WGH-3")
def test_a_spill_that_leaves_enough_is_told_and_the_rest_claimed(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.spilled_g = 20.0
    collect(rig)
    assert len(rig.reported(MassChanged)) == 1
    (claimed,) = rig.reported(SampleCollected)
    assert claimed.mass_g == pytest.approx(70.0, abs=0.5)


@pytest.mark.requirement("WGH-3")
def test_a_spill_after_the_last_dig_ends_with_that_reason_stowed_and_unclaimed(ideal):
    rig = ideal(gains_g=(70.0,))
    rig.spilled_g = 35.0
    collect(rig, max_digs=1)
    assert rig.outcome.result == StepFailure.SPILLED
    assert rig.content.custody is Custody.NONE
    assert rig.reported(PhaseBegan)[-1].phase is Phase.CONFIRM


@pytest.mark.requirement("WGH-4")
def test_a_mass_that_rises_on_the_way_is_no_claim(ideal):
    rig = ideal(gains_g=(70.0,))
    rig.spilled_g = -30.0
    collect(rig)
    assert rig.outcome.result == StepFailure.IMPLAUSIBLE
    assert rig.content.custody is Custody.NONE
    assert rig.content.mass.mass_g == pytest.approx(70.0, abs=0.5)


@pytest.mark.requirement("WGH-4")
def test_more_than_the_scoop_holds_is_no_claim(ideal):
    rig = collect(ideal(gains_g=(420.0,)))
    assert rig.outcome.result == StepFailure.IMPLAUSIBLE
    assert rig.reported(MassImplausible)[0].limit_g == pytest.approx(1.92 * 200.0)
    assert rig.content.custody is Custody.NONE


@pytest.mark.requirement("WGH-3")
def test_a_cell_that_fails_between_weighing_and_confirming_is_no_claim(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.STOW)
    rig.cell.valid = False
    rig.fly()
    assert rig.outcome.result == StepFailure.NO_LOAD_CELL
    assert rig.content.custody is Custody.NONE


@pytest.mark.requirement("WGH-2")
def test_a_cell_that_says_the_same_to_the_last_digit_is_stuck(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.STOW)
    rig.cell.stuck = True
    rig.fly()
    assert rig.outcome.result == StepFailure.CELL_STUCK
    assert rig.content.custody is Custody.NONE


def test_a_dig_that_loses_more_than_it_takes_is_told(ideal):
    rig = collect(ideal(gains_g=(45.0, -20.0, 60.0)))
    (changed,) = rig.reported(MassChanged)
    assert (changed.phase, changed.before_g - changed.mass_g) == (Phase.WEIGH, pytest.approx(20.0, abs=0.5))
    assert rig.outcome.result == "complete"


def test_what_was_dug_again_is_pictured_again(ideal):
    rig = ideal(gains_g=(70.0, 40.0))
    rig.spilled_g = 35.0
    collect(rig)
    phases = [event.phase for event in rig.reported(PhaseBegan)]
    assert phases.count(Phase.PICTURE_MATERIAL) == 2


def test_an_interrupted_confirmation_begins_again_in_the_stow(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.CONFIRM)
    rig.sampling.interrupt(rig.now_ns)
    rig.fly()
    assert [event.phase for event in rig.reported(StepFailed)] == [Phase.CONFIRM]
    assert rig.outcome.result == "complete"
