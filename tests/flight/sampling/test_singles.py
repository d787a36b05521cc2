"""Single commands over an ideal rig: done as asked, or refused before anything moves with the limit and its values."""

from math import pi, radians

import pytest

from flight.icd.commands.functions import (
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    Scrape,
    Stow,
    Tare,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.events.sampling import (
    DigDone,
    MotionRefused,
    PhaseBegan,
    SampleCollected,
    ShakeDone,
    StepFailed,
    TareDone,
    WeighingDone,
)
from flight.icd.limits import Limit
from flight.icd.modes import Custody, Phase, RakeLaw, StepFailure
from flight.icd.reports.verification import FailureCode
from flight.sampling.preconditions import unfit

POSE = {"x_m": 1.30, "y_m": 0.10, "z_m": 0.30, "rake_deg": 0.0, "speed_m_s": 0.05}
LINEAR = {"site": 0, "aside_deg": 0.0, "depth_m": 0.008, "length_m": 0.08, "rake_deg": 30.0, "speed_m_s": 0.02}
ARC = {
    "site": 0, "aside_deg": 5.0, "depth_m": 0.010, "chord_m": 0.10, "rake_deg": 30.0, "rake_law": RakeLaw.TURNING,
    "speed_m_s": 0.02,
}  # fmt: skip
SCRAPE = {"site": 0, "aside_deg": -5.0, "depth_m": 0.003, "length_m": 0.10, "speed_m_s": 0.02}
CUTS = [DigLinear(**LINEAR), DigArc(**ARC), Scrape(**SCRAPE)]
DEFAULTS = {DigLinear: LINEAR, DigArc: ARC, Scrape: SCRAPE, GoToPose: POSE}


@pytest.fixture
def at_work(ideal):
    """A rig unstowed, tared, and with the surface of site 0 found."""

    def make(**kw):
        rig = ideal(**kw)
        for command in (Unstow(), Tare(), FindSurface(site=0)):
            assert do(rig, command) == "complete"
        rig.events.clear()
        return rig

    return make


def do(rig, command):
    rig.outcome.result, rig.outcome.started = None, False
    rig.ask(command)
    rig.fly()
    return rig.outcome.result


def refused(rig, command):
    """The violation for which `command` is refused; nothing may have moved, or begun."""
    before = rig.motion._trajectory
    violation = do(rig, command)
    assert rig.motion._trajectory is before
    assert not rig.outcome.started
    assert not rig.reported(PhaseBegan)
    (told,) = rig.reported(MotionRefused)
    assert (told.limit, told.wanted, told.low, told.high, told.part) == (
        violation.limit, violation.wanted, violation.low, violation.high, violation.part,
    )  # fmt: skip
    return violation


def test_a_mission_by_hand_ends_with_a_sample(at_work):
    rig = at_work(gains_g=(80.0,))
    for command in (CUTS[0], Unstow(), Weigh(), Stow()):
        assert do(rig, command) == "complete"
    (dig,) = rig.reported(DigDone)
    assert dig.depth_m == pytest.approx(0.008, abs=1e-3)
    assert dig.length_m == pytest.approx(0.08)
    weighed = rig.reported(WeighingDone)
    assert [event.phase for event in weighed] == [Phase.WEIGH, Phase.CONFIRM]
    assert [event.mass_g for event in weighed] == pytest.approx([80.0, 80.0], abs=0.5)
    assert len(rig.reported(SampleCollected)) == 1
    assert rig.content.custody is Custody.COLLECTED


def test_what_is_not_enough_is_stowed_and_not_claimed(at_work):
    rig = at_work(gains_g=(30.0,))
    for command in (CUTS[0], Weigh(), Stow()):
        assert do(rig, command) == "complete"
    assert not rig.reported(SampleCollected)
    assert rig.content.custody is Custody.NONE
    assert rig.reported(PhaseBegan)[-1].phase is Phase.STOW


@pytest.mark.parametrize("command", CUTS, ids=lambda command: type(command).__name__)
def test_a_cut_uses_the_scoop_and_ends_level_and_clear_of_the_soil(at_work, command):
    rig = at_work(surface_m=-0.02)
    assert do(rig, command) == "complete"
    assert rig.content.disturbed
    assert rig.estimate.pose.z_m > -0.02 + 0.05
    assert rig.estimate.pose.pitch_rad == pytest.approx(-pi, abs=0.01)
    assert rig.estimate.pose.azimuth_rad == pytest.approx(radians(command.aside_deg), abs=0.01)
    assert len(rig.reported(DigDone)) == 1
    assert rig.outcome.phases[-1] in (Phase.DIG_LINEAR, Phase.DIG_ARC, Phase.SCRAPE)


def test_a_scrape_is_flat(at_work):
    rig = at_work()
    rig.ask(CUTS[2])
    floor = []
    while rig.sampling.busy:
        rig.step()
        if rig.estimate.pose.z_m < rig.findings.surface_m - 0.0025:
            floor.append(rig.estimate.pose)
    assert min(pose.z_m for pose in floor) == pytest.approx(rig.findings.surface_m - 0.003, abs=3e-4)
    assert floor[0].r_m - floor[-1].r_m >= 0.10


@pytest.mark.parametrize("command", CUTS, ids=lambda command: type(command).__name__)
def test_a_cut_that_stalls_is_not_tried_again_and_lifts_the_scoop_out(at_work, command):
    rig = at_work()
    rig.draft_n = 40.0
    assert do(rig, command) == StepFailure.STALLED
    assert [event.attempt for event in rig.reported(StepFailed)] == [1]
    assert [event.phase for event in rig.reported(PhaseBegan)][-1] is Phase.LIFT
    assert rig.estimate.pose.z_m == pytest.approx(rig.config.weigh.height_m, abs=0.01)


def test_going_to_a_pose_ends_there(ideal):
    rig = ideal()
    do(rig, Unstow())
    assert do(rig, GoToPose(**{**POSE, "rake_deg": 20.0})) == "complete"
    assert rig.estimate.edge_m == pytest.approx((1.30, 0.10, 0.30), abs=2e-3)
    assert rig.estimate.pose.pitch_rad + pi == pytest.approx(radians(20), abs=0.01)


def test_vibration_ends_where_it_began(ideal):
    rig = ideal()
    do(rig, Unstow())
    before = rig.joints.q
    assert do(rig, Vibrate(swing_deg=1.5, hz=8.0, seconds=3.0)) == "complete"
    assert rig.joints.q == pytest.approx(before, abs=2e-3)


@pytest.mark.parametrize(
    ("kind", "wrong", "limit", "low", "high"),
    [
        (DigLinear, {"depth_m": 0.045}, Limit.DEPTH, 0.0, 0.03),
        (DigLinear, {"length_m": 0.25}, Limit.LENGTH, 0.0, 0.15),
        (DigLinear, {"aside_deg": 20.0}, Limit.ASIDE, -15.0, 15.0),
        (DigArc, {"depth_m": 0.045}, Limit.DEPTH, 0.0, 0.03),
        (DigArc, {"chord_m": 0.25}, Limit.LENGTH, 0.0, 0.15),
        (Scrape, {"length_m": 0.25}, Limit.LENGTH, 0.0, 0.15),
        (GoToPose, {"speed_m_s": 0.09}, Limit.SPEED, 0.0, 0.08),
        (GoToPose, {"x_m": 1.9}, Limit.REACH, 0.05, 0.85),
        (GoToPose, {"z_m": 0.01}, Limit.HEIGHT, 0.0214, 2.0),
        (GoToPose, {"x_m": 0.95, "y_m": 0.57}, Limit.KEEP_OUT, 0.0, 0.0),
        (GoToPose, {"x_m": 0.85, "y_m": -0.5}, Limit.AZIMUTH, -80.0, 80.0),
        (GoToPose, {"rake_deg": -140.0}, Limit.SCOOP, -150.0, 60.0),
    ],
)
def test_what_a_limit_forbids_is_refused_with_it_before_anything_moves(at_work, kind, wrong, limit, low, high):
    violation = refused(at_work(), kind(**{**DEFAULTS[kind], **wrong}))
    assert (violation.limit, violation.low, violation.high) == (
        limit,
        pytest.approx(low, abs=5e-3),
        pytest.approx(high),
    )
    assert not violation.low <= violation.wanted <= violation.high


def test_the_way_is_checked_not_only_its_end(at_work):
    """From one side of the mast to where the arm may be again only beyond it."""
    rig = at_work()
    assert do(rig, GoToPose(x_m=1.20, y_m=0.30, z_m=0.55, rake_deg=0.0, speed_m_s=0.05)) == "complete"
    rig.events.clear()
    violation = refused(rig, GoToPose(x_m=0.90, y_m=0.50, z_m=0.55, rake_deg=0.0, speed_m_s=0.05))
    assert (violation.limit, violation.part) == (Limit.KEEP_OUT, 2)


def test_a_turn_too_fast_for_a_joint_is_refused_with_its_rate(at_work):
    rig = at_work()
    rig.sampling._rig.settings.motion.joint_rate_deg_s = 5.0
    violation = refused(rig, GoToPose(x_m=1.10, y_m=0.0, z_m=0.30, rake_deg=0.0, speed_m_s=0.08))
    assert violation.limit is Limit.RATE
    assert violation.wanted > 5.0 == pytest.approx(violation.high)


def test_with_soil_in_the_scoop_it_is_neither_tilted_nor_hurried(at_work):
    rig = at_work()
    do(rig, CUTS[0])
    rig.events.clear()
    tilted = refused(rig, GoToPose(**{**POSE, "rake_deg": 60.0, "speed_m_s": 0.04}))
    assert (tilted.limit, tilted.wanted, tilted.high) == (Limit.RAKE, 60.0, 30.0)
    rig.events.clear()
    hurried = refused(rig, GoToPose(**{**POSE, "speed_m_s": 0.08}))
    assert (hurried.limit, hurried.high) == (Limit.SPEED, pytest.approx(0.04))


def test_what_is_refused_leaves_known_what_was_known(at_work):
    rig = at_work()
    rig.joints.q = (radians(79), *rig.joints.q[1:])
    rig.step()
    known = (rig.findings.site, rig.findings.surface_m, rig.findings.surface_known)
    rig.ask(FindSurface(site=1))
    rig.step()
    rig.sampling.abort()
    assert rig.outcome.result == StepFailure.ABORTED
    assert (rig.findings.site, rig.findings.surface_m, rig.findings.surface_known) == known


@pytest.mark.parametrize(
    "command",
    [Unstow(), Tare(), FindSurface(site=1), *CUTS, Weigh(), GoToPose(**POSE), Vibrate(swing_deg=1, hz=4, seconds=9),
     Stow(), Discard()],
    ids=lambda command: type(command).__name__,
)  # fmt: skip
def test_each_is_aborted_in_the_middle(at_work, command):
    rig = at_work()
    rig.ask(command)
    for _ in range(150):
        rig.step()
    assert rig.sampling.busy
    rig.sampling.abort()
    assert not rig.sampling.busy
    assert rig.outcome.result == StepFailure.ABORTED


def test_joints_that_are_not_heard_are_waited_for_and_then_told(ideal):
    rig = ideal()
    rig.step()
    rig.ask(Unstow())
    rig.estimate.fresh = False
    for frame in range(1000):
        rig.sampling.step(frame * 10_000_000)
    assert rig.outcome.result == StepFailure.JOINTS_LOST
    assert not rig.outcome.started


def test_no_surface_at_the_site_that_was_named_is_not_looked_for_at_another(ideal):
    rig = ideal(surface_m=-1.0)
    assert do(rig, FindSurface(site=1)) == StepFailure.NO_CONTACT
    assert rig.findings.site == 1
    assert len(rig.reported(StepFailed)) == 1


@pytest.mark.requirement("COL-3")
def test_too_much_is_shaken_off_and_weighed_again(ideal):
    rig = ideal(gains_g=(520.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    while not rig.reported(ShakeDone):
        rig.step()
        if rig.hk.phase is Phase.SHAKE:
            rig.mass_g = 300.0
    rig.fly()
    assert rig.outcome.result == "complete"
    assert rig.content.mass.mass_g == pytest.approx(300.0, abs=1.0)
    assert len(rig.reported(WeighingDone)) == 3  # too much, enough, and confirmed


@pytest.mark.requirement("COL-3")
def test_what_can_not_be_shaken_off_is_given_up_after_the_attempts_allowed(ideal, m1):
    rig = ideal(gains_g=(520.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    rig.fly()
    shakes = rig.reported(ShakeDone)
    assert [event.attempt for event in shakes] == [1, 2, 3]
    assert [event.tilt_deg for event in shakes] == [12.0, 18.0, 24.0]
    assert rig.outcome.result == StepFailure.TOO_MUCH
    assert rig.hk.phase is Phase.FAILED
    assert rig.estimate.pose.z_m == pytest.approx(rig.model.edge(m1.stow_rad).z_m, abs=0.01)


def test_a_tare_is_refused_once_a_dig_has_begun_and_a_weighing_without_one(ideal):
    rig = ideal()
    content, findings = rig.content, rig.findings
    assert unfit(Tare(), content, findings, 3, rolls=False) is None
    assert unfit(Weigh(), content, findings, 3, rolls=False).code is FailureCode.NO_TARE
    content.disturbed = True
    assert unfit(Tare(), content, findings, 3, rolls=False).code is FailureCode.SCOOP_IN_USE
    assert not rig.reported(TareDone)


@pytest.mark.parametrize("command", CUTS, ids=lambda command: type(command).__name__)
def test_nothing_cuts_where_the_surface_is_not_known(ideal, command):
    rig = ideal()
    content, findings = rig.content, rig.findings
    assert unfit(command, content, findings, 3, rolls=False)[:2] == (FailureCode.NO_SURFACE, 0)
    findings.surface_known = True
    assert unfit(command, content, findings, 3, rolls=False) is None
    findings.site = 1
    assert unfit(command, content, findings, 3, rolls=False)[:2] == (FailureCode.NO_SURFACE, 0)


def test_a_site_that_is_none_and_an_arc_of_a_rover_are_refused(ideal):
    content, findings = ideal().content, ideal().findings
    assert unfit(FindSurface(site=3), content, findings, 3, rolls=False).violation == (Limit.SITE, 3, 0, 2, 0)
    assert unfit(CUTS[1], content, findings, 3, rolls=True).code is FailureCode.OTHER_PLATFORM
