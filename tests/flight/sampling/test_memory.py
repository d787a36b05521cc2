"""Through a restart: a scoop that may hold soil is not tared again, and a sequence goes on where it was."""

import pytest

from flight.custody.chain import Floor
from flight.fdir.modes import Modes
from flight.icd.commands.functions import FindSurface, GoToPose, Stow, Tare, Unstow, Vibrate
from flight.icd.events.custody import SequenceResumed, TareDropped
from flight.icd.events.recorder import BankState
from flight.icd.events.sampling import HeftDone, TareDone, WeighingDone
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Custody, Phase, SafeReason, StepFailure
from flight.recorder.banks import Loaded
from flight.sampling.memory import RESUMES, Memory, SequenceRecord, custody_floor
from flight.scoop.location import Stretch
from flight.scoop.odometry import LOST_M, Odometry
from flight.services.functions import SINGLES

OFFSET_NS = 10**18
S = 1_000_000_000


class Bank:
    """The recorder's copy, and how often it was asked."""

    def __init__(self):
        self.data, self.asked, self.works = None, 0, True

    def store(self, data, now_ns):
        self.asked += 1
        if self.works:
            self.data = data
        return self.works


class Flight:
    """An ideal rig with its memory; `started` from what is in the bank."""

    def __init__(self, rig, bank, offset_ns=OFFSET_NS, odometry=None):
        self.rig, self.modes = rig, Modes(rig.events.append, SystemHk())
        inside, self.odometry = rig.sampling._rig, odometry
        self.memory = Memory(
            inside.config, rig.sampling, rig.content, rig.findings, rig.estimate, self.modes, rig.pictures, bank,
            rig.events.append, offset_ns, rig.outcome, odometry,
        )  # fmt: skip
        if bank.data is not None:
            self.memory.load(Loaded(bank.data, 0, 1, (BankState.WHOLE, BankState.ABSENT)))

    def fly(self, until=lambda: False, seconds=600):
        for _ in range(seconds * 100):
            self.rig.step()
            self.memory.step(self.rig.now_ns)
            if until() or not self.rig.sampling.busy:
                return self
        raise AssertionError("neither there nor ended")


@pytest.fixture
def cut(ideal):
    """Flies a collection into a phase, and starts anew over it with the mass that was in the scoop then."""

    def make(phase, outage_s=0, offset_ns=OFFSET_NS, restarts=1):
        bank, rig = Bank(), ideal(gains_g=(80.0,))
        flight = Flight(rig, bank)
        rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
        flight.fly(lambda: rig.sampling.phase is phase and (phase is not Phase.DIG or rig.below))
        for _ in range(restarts):
            after = ideal(gains_g=(80.0,))
            after.mass_g, after.joints.q, after.below = rig.mass_g, rig.joints.q, rig.below
            after.frame = rig.frame + round(outage_s * 100)
            if after.below:
                after.mass_g, after.below = after.mass_g + 80.0, False
            flight, rig = Flight(after, bank, offset_ns), after
            rig.step()
            flight.memory.step(rig.now_ns)
        return flight

    return make


@pytest.mark.requirement("RES-1")
@pytest.mark.parametrize(
    ("phase", "at"),
    [
        (Phase.PICTURE_BEFORE, Phase.PICTURE_BEFORE), (Phase.UNSTOW, Phase.UNSTOW), (Phase.TARE, Phase.UNSTOW),
        (Phase.APPROACH, Phase.UNSTOW), (Phase.FIND_SURFACE, Phase.UNSTOW), (Phase.DIG, Phase.PICTURE_COLLECTION),
        (Phase.PICTURE_COLLECTION, Phase.PICTURE_COLLECTION), (Phase.LIFT, Phase.LIFT), (Phase.WEIGH, Phase.LIFT),
        (Phase.PICTURE_MATERIAL, Phase.LIFT), (Phase.STOW, Phase.STOW), (Phase.CONFIRM, Phase.STOW),
        (Phase.PICTURE_AFTER, Phase.STOW),
    ],
)  # fmt: skip
def test_a_collection_goes_on_where_it_was_and_collects(cut, phase, at):
    flight = cut(phase)
    (resumed,) = flight.rig.reported(SequenceResumed)
    assert (resumed.phase, resumed.at) == (phase, at)
    flight.fly()
    assert flight.rig.outcome.result == "complete"
    assert all(flight.rig.pictures.usable)


@pytest.mark.requirement("COL-6")
@pytest.mark.requirement("RES-1")
@pytest.mark.parametrize("phase", [Phase.DIG, Phase.LIFT, Phase.WEIGH])
def test_a_scoop_that_may_hold_soil_is_not_tared_again(cut, phase):
    flight = cut(phase).fly()
    assert flight.rig.reported(TareDone) == []
    assert flight.rig.content.mass.mass_g == pytest.approx(flight.rig.mass_g, abs=0.5)


def test_what_the_empty_scoop_was_hefted_at_is_kept(cut):
    flight = cut(Phase.LIFT)
    assert flight.rig.content.heft is not None
    (heft,) = flight.fly().rig.reported(HeftDone)
    assert heft.mass_g == pytest.approx(80.0, abs=2.0)


def test_the_uncertainty_grows_with_the_outage(cut):
    soon, late = (cut(Phase.WEIGH, outage_s=outage_s).fly() for outage_s in (1, 1000))
    first, second = soon.rig.reported(WeighingDone)[0], late.rig.reported(WeighingDone)[0]
    assert second.u_drift_g > 3 * first.u_drift_g


@pytest.mark.requirement("RES-2")
@pytest.mark.parametrize(("outage_s", "offset_ns"), [(7300, OFFSET_NS), (0, OFFSET_NS - 3600 * S)])
def test_a_tare_too_old_or_from_the_future_ends_the_collection_and_says_so(cut, outage_s, offset_ns):
    flight = cut(Phase.LIFT, outage_s, offset_ns)
    (dropped,) = flight.rig.reported(TareDropped)
    assert dropped.age_s > dropped.limit_s or dropped.age_s < 0
    assert flight.rig.outcome.result == StepFailure.TARE_TOO_OLD
    assert flight.rig.content.disturbed


def test_what_can_not_be_confirmed_for_want_of_a_tare_is_stowed_and_not_claimed(cut):
    flight = cut(Phase.CONFIRM, outage_s=7300).fly()
    assert flight.rig.outcome.result == StepFailure.TARE_TOO_OLD
    assert flight.rig.content.custody is Custody.NONE
    assert flight.rig.estimate.q == pytest.approx(flight.rig.config.stow_rad, abs=0.01)


def test_what_was_claimed_before_a_restart_is_not_claimed_again(cut):
    flight = cut(Phase.CONFIRM)
    flight.rig.content.chain.collected(80.0, 2.0)
    flight.fly()
    assert flight.rig.outcome.result == "complete"
    assert flight.rig.reported(WeighingDone) == []
    assert flight.rig.content.chain.record.number == 1


@pytest.mark.requirement("RES-2")
def test_what_restarts_again_and_again_is_given_up(cut):
    assert cut(Phase.LIFT, restarts=RESUMES).rig.sampling.busy
    assert cut(Phase.LIFT, restarts=RESUMES + 1).rig.outcome.result == StepFailure.RESTARTS


@pytest.mark.requirement("RES-2")
def test_a_record_that_is_none_leaves_the_scoop_untrusted(ideal):
    bank, rig = Bank(), ideal()
    bank.data = b"other"
    flight = Flight(rig, bank)
    flight.memory.step(0)
    assert rig.content.disturbed
    assert not rig.sampling.busy


@pytest.mark.requirement("FDI-3")
def test_safe_is_left_by_command_only_not_by_a_restart(ideal):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    flight.modes.safe(SafeReason.JOINT_HOT)
    flight.memory.step(0)
    after = Flight(ideal(), bank)
    after.memory.step(0)
    assert after.modes.reason is SafeReason.JOINT_HOT


def test_only_what_changed_is_handed_over_and_again_when_it_was_not_taken(ideal):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    for frame in range(1, 10):
        flight.memory.step(frame)
    assert bank.asked == 1
    bank.works, rig.content.disturbed = False, True
    for frame in range(300):
        flight.memory.step(frame * 10_000_000)
    assert 3 <= bank.asked <= 5
    assert rig.content.custody is Custody.NONE


def kept(data):
    return Loaded(data, 0, 1, (BankState.WHOLE, BankState.ABSENT))


def test_what_the_buyer_has_used_up_is_known_here_too(ideal):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    rig.content.chain.collected(80.0, 4.0)
    rig.content.chain.record.counter = 7
    flight.memory.step(0)
    assert custody_floor(kept(bank.data)) == Floor(1, 7)
    assert custody_floor(kept(b"other")) == custody_floor(None) == custody_floor(kept(None)) == Floor(0, 0)


@pytest.mark.requirement("LOC-4")
def test_where_the_soil_in_the_scoop_comes_from_is_kept(ideal):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    rig.content.dug = Stretch((1.0, -0.25, -0.5), (1.5, 0.25, 0.0), 0.125)
    flight.memory.step(0)
    after = Flight(ideal(), bank)
    after.memory.step(0)
    assert after.rig.content.dug == rig.content.dug
    assert SequenceRecord.decode(bank.data).dug


@pytest.mark.parametrize(
    "command",
    [GoToPose(x_m=1.3, y_m=0.1, z_m=0.3, speed_m_s=0.02), Vibrate(swing_deg=1, hz=4, seconds=20)],
    ids=lambda command: type(command).__name__,
)
def test_a_command_whose_figures_are_forgotten_does_not_go_on_after_a_restart(ideal, command):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    rig.ask(Unstow())
    flight.fly()
    rig.ask(command)
    flight.fly(lambda: rig.sampling.phase is SINGLES[type(command)].step)
    after = ideal()
    after.joints.q, after.frame = rig.joints.q, rig.frame
    flight = Flight(after, bank)
    after.step()
    flight.memory.step(after.now_ns)
    assert after.outcome.result == StepFailure.RESTARTED
    assert not after.sampling.busy
    assert after.joints.q == rig.joints.q


@pytest.mark.parametrize("command", [Unstow(), Tare(), FindSurface(site=1), Stow()], ids=lambda c: type(c).__name__)
def test_a_command_without_figures_of_its_own_goes_on(ideal, command):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    rig.ask(command)
    flight.fly(lambda: rig.sampling.phase is SINGLES[type(command)].step and rig.sampling.runs)
    after = ideal()
    after.joints.q, after.frame = rig.joints.q, rig.frame
    flight = Flight(after, bank).fly()
    assert after.outcome.result == "complete"
    assert after.findings.site == rig.findings.site


def test_what_is_only_being_looked_at_leaves_nothing_to_go_on_with(ideal):
    bank, rig = Bank(), ideal()
    flight = Flight(rig, bank)
    rig.ask(Stow())
    flight.memory.step(rig.now_ns)
    after = Flight(ideal(), bank)
    after.memory.step(0)
    assert not after.rig.sampling.busy


def test_shakes_and_a_rovers_way_are_kept_in_steps(ideal):
    bank, rig = Bank(), ideal(gains_g=(80.0,))
    flight = Flight(rig, bank, odometry=Odometry(0.1, 0.235))
    rig.findings.shakes = 2
    written = []
    for _ in range(20):
        flight.odometry.roll(0.03, 0.03)
        flight.memory.step(rig.now_ns)
        written.append(bank.data)
    assert len(set(written)) < 10
    after = Flight(ideal(gains_g=(80.0,)), bank, odometry=Odometry(0.1, 0.235))
    after.memory.step(after.rig.now_ns)
    assert after.rig.findings.shakes == 2
    missing_m = flight.odometry.x_m - after.odometry.x_m
    assert 0.0 <= missing_m < LOST_M
    assert after.odometry.u95_m > flight.odometry.u95_m
