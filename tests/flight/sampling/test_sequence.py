import pytest

from flight.icd.commands.functions import Discard, FindSurface, Stow
from flight.icd.events.sampling import (
    ContactFound,
    DigDone,
    PhaseBegan,
    SampleCollected,
    SamplingEnded,
    StepFailed,
    TareDone,
    WeighingDone,
)
from flight.icd.modes import Custody, Phase, StepFailure
from flight.sampling.places import places_of


def collect(rig, site=0, max_digs=8):
    rig.sampling.collect(site, max_digs, rig.outcome, rig.now_ns)
    rig.fly()
    return rig


@pytest.mark.requirement("COL-7")
def test_one_good_pass_goes_through_every_phase_in_order(ideal):
    rig = collect(ideal(gains_g=(90.0,)))
    phases = [event.phase for event in rig.reported(PhaseBegan)]
    assert phases == [
        Phase.PICTURE_BEFORE, Phase.UNSTOW, Phase.TARE, Phase.APPROACH, Phase.FIND_SURFACE, Phase.DIG,
        Phase.PICTURE_COLLECTION, Phase.LIFT, Phase.WEIGH, Phase.PICTURE_MATERIAL, Phase.STOW, Phase.CONFIRM,
        Phase.PICTURE_AFTER,
    ]  # fmt: skip
    assert rig.outcome.result == "complete"
    assert rig.sampling.phase is Phase.DONE


@pytest.mark.requirement("COL-2")
def test_digging_is_repeated_until_the_lower_bound_is_enough(ideal):
    rig = collect(ideal(gains_g=(20.0, 20.0, 20.0)))
    weighings = [event for event in rig.reported(WeighingDone) if event.phase is Phase.WEIGH]
    assert len(weighings) == 3
    assert [w.mass_g - w.u95_g >= 50 for w in weighings] == [False, False, True]
    assert rig.content.custody is Custody.COLLECTED


@pytest.mark.requirement("COL-2")
def test_just_over_fifty_grams_is_not_enough_while_the_interval_reaches_below(ideal):
    rig = collect(ideal(gains_g=(50.2, 30.0)))
    assert len(rig.reported(DigDone)) == 2
    (collected,) = rig.reported(SampleCollected)
    assert collected.mass_g == pytest.approx(80.2, abs=0.5)


@pytest.mark.requirement("COL-3")
def test_more_than_the_buyer_takes_is_not_collected(ideal):
    rig = collect(ideal(gains_g=(520.0,)))
    assert rig.outcome.result == StepFailure.TOO_MUCH
    assert rig.content.custody is Custody.NONE


@pytest.mark.requirement("COL-8")
@pytest.mark.requirement("COL-5")
def test_soil_that_gives_nothing_ends_after_the_digs_allowed_with_the_arm_folded(ideal):
    rig = collect(ideal(gains_g=(0.0,)), max_digs=4)
    assert len(rig.reported(DigDone)) == 4
    assert rig.outcome.result == StepFailure.TOO_MANY_DIGS
    assert rig.reported(PhaseBegan)[-1].phase is Phase.STOW
    assert rig.reported(SamplingEnded)[0].digs == 4


@pytest.mark.requirement("DIG-5")
def test_the_surface_is_found_where_it_is(ideal):
    for surface_m in (-0.05, 0.0, 0.03):
        rig = ideal(surface_m=surface_m)
        rig.ask(FindSurface(site=0))
        rig.fly()
        (contact,) = rig.reported(ContactFound)
        assert contact.edge_m[2] == pytest.approx(surface_m, abs=0.003)
        assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-4")
def test_no_surface_is_a_failure_of_its_own_at_every_site(ideal, m1):
    rig = collect(ideal(surface_m=-1.0))
    reasons = {event.reason for event in rig.reported(StepFailed)}
    assert reasons == {StepFailure.NO_CONTACT}
    assert rig.sampling.phase is Phase.FAILED
    assert rig.outcome.result == StepFailure.NO_CONTACT


@pytest.mark.requirement("DIG-2")
@pytest.mark.requirement("COL-4")
def test_a_stalled_dig_lifts_weighs_and_moves_to_the_next_site(ideal):
    rig = ideal(gains_g=(20.0, 40.0))
    rig.draft_n = 40.0
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while not rig.reported(StepFailed):
        rig.step()
    rig.draft_n = 1.0
    rig.fly()
    assert rig.reported(StepFailed)[0].reason is StepFailure.STALLED
    assert rig.findings.site == 1
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-5")
def test_a_silent_load_cell_ends_the_sequence_with_that_reason(ideal):
    rig = ideal()
    rig.cell.valid = False
    collect(rig)
    assert rig.outcome.result == StepFailure.NO_LOAD_CELL


@pytest.mark.requirement("WGH-2")
def test_a_cell_with_spikes_is_no_scale_however_wide_the_interval_would_be(ideal):
    rig = ideal()
    rig.spike_n = 3.0
    collect(rig)
    assert rig.outcome.result == StepFailure.NOT_SETTLED
    assert not rig.reported(TareDone)


def test_joints_that_do_not_follow_are_a_tracking_failure(ideal):
    rig = ideal()
    rig.joints.stuck = True
    collect(rig)
    assert rig.outcome.result == StepFailure.TRACKING


@pytest.mark.requirement("COL-8")
def test_an_interrupted_dig_begins_again_and_still_collects(ideal):
    rig = ideal(gains_g=(70.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while rig.sampling.phase is not Phase.DIG:
        rig.step()
    rig.sampling.interrupt(rig.now_ns)
    rig.fly()
    assert rig.reported(StepFailed)[0].reason is StepFailure.JOINTS_LOST
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-8")
def test_abort_ends_at_once(ideal):
    rig = ideal()
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    for _ in range(300):
        rig.step()
    rig.sampling.abort()
    assert not rig.sampling.busy
    assert rig.outcome.result == StepFailure.ABORTED


def test_time_does_not_run_out_while_motion_is_held(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    for _ in range(200):
        rig.step()
    rig.motion.pause()
    for _ in range(20_000):
        rig.step()
    rig.motion.resume(rig.now_ns)
    rig.fly()
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-6")
def test_a_scoop_that_may_hold_soil_is_weighed_against_the_tare_of_when_it_was_empty(ideal):
    rig = ideal(gains_g=(30.0, 40.0))
    rig.sampling.collect(0, 1, rig.outcome, rig.now_ns)
    rig.fly()
    assert rig.outcome.result == StepFailure.TOO_MANY_DIGS
    collect(rig)
    assert len(rig.reported(TareDone)) == 1
    assert rig.content.mass.mass_g == pytest.approx(70.0, abs=0.5)


@pytest.mark.requirement("COL-6")
def test_a_sequence_aborted_with_soil_in_the_scoop_does_not_tare_it_away(ideal):
    rig = ideal(gains_g=(45.0, 30.0))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while rig.sampling.phase is not Phase.LIFT or rig.mass_g == 0:
        rig.step()
    rig.sampling.abort()
    collect(rig)
    assert rig.content.mass.mass_g == pytest.approx(rig.mass_g, abs=0.5)


@pytest.mark.requirement("COL-6")
def test_a_tare_that_no_empty_scoop_can_have_is_refused(ideal):
    rig = ideal()
    rig.mass_g = 200.0
    collect(rig)
    assert rig.outcome.result == StepFailure.NOT_EMPTY
    assert rig.content.tare is None


def test_less_than_nothing_in_the_scoop_is_a_failure(ideal):
    rig = ideal(gains_g=(-30.0,))
    collect(rig)
    assert StepFailure.BELOW_TARE in {event.reason for event in rig.reported(StepFailed)}
    assert rig.content.custody is Custody.NONE


def test_a_discarded_sample_is_gone_and_the_next_sequence_tares_anew(ideal):
    rig = collect(ideal(gains_g=(90.0,)))
    rig.ask(Discard())
    rig.fly()
    assert rig.sampling.phase is Phase.DONE
    assert (rig.content.custody, rig.content.mass) == (Custody.NONE, None)
    rig.mass_g = 0.0
    collect(rig)
    assert len(rig.reported(TareDone)) == 2


def test_pouring_turns_the_opening_down(ideal):
    rig = ideal()
    rig.ask(Discard())
    steepest = 0.0
    while rig.sampling.busy:
        rig.step()
        steepest = max(steepest, rig.estimate.pose.pitch_rad + 3.14159265)
    assert steepest > 1.4


@pytest.mark.requirement("COL-4")
def test_a_pose_that_can_never_be_reached_ends_the_sequence_at_once(ideal, m1):
    rig = ideal()
    unreachable = m1.weigh.model_copy(update={"radius_m": 5.0})
    rig.sampling._rig.places = places_of(m1.model_copy(update={"weigh": unreachable}), rig.model)
    collect(rig)
    assert [event.phase for event in rig.reported(PhaseBegan)] == [Phase.PICTURE_BEFORE, Phase.UNSTOW]
    assert rig.outcome.result == StepFailure.UNREACHABLE


@pytest.mark.requirement("COL-8")
def test_an_interrupted_stow_is_tried_again(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while rig.sampling.phase is not Phase.STOW:
        rig.step()
    rig.sampling.interrupt(rig.now_ns)
    rig.fly()
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-9")
def test_every_step_asks_for_torque_where_there_is_none(ideal):
    rig = ideal()
    rig.ask(Stow())
    rig.fly()
    assert rig.joints.powered
    assert rig.outcome.result == "complete"


@pytest.mark.requirement("COL-5")
def test_joints_that_never_get_torque_end_the_sequence_in_bounded_time(ideal, m1):
    rig = ideal()
    rig.joints.torque = lambda on: None
    collect(rig)
    assert rig.outcome.result == StepFailure.JOINTS_LOST
    assert rig.now_ns < (m1.sample.attempts * m1.motion.hold_s + 5) * 1e9


def test_weighing_begins_in_the_weighing_pose_also_when_tried_again(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while rig.sampling.phase is not Phase.WEIGH:
        rig.step()
    q = rig.joints.q
    rig.joints.q = (q[0], q[1] + 0.2, q[2], q[3])
    rig.sampling.interrupt(rig.now_ns)
    rig.fly()
    assert rig.outcome.result == "complete"
    assert rig.content.mass.mass_g == pytest.approx(90.0, abs=0.5)
