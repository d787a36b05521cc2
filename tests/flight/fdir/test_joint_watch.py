import pytest

from flight.fdir.joint_watch import JointWatch
from flight.fdir.modes import Modes
from flight.icd.events.fdir import EnteredSafe, ModeChanged, MotionHeld, MotionReleased
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Mode, SafeReason
from flight.settings import Settings

LOOK_NS = 50_000_000


class State:
    valid, stamp_ns, temperature_c, hardware_error, torque_on = True, 0, 20.0, 0, True


class Motion:
    paused = False
    released = 0

    def release(self):
        self.released += 1

    def pause(self):
        self.paused = True

    def resume(self, now_ns):
        self.paused = False


class Watched:
    """A joint watch with everything around it recorded."""

    def __init__(self, config):
        self.states = [State() for _ in range(4)]
        self.motion, self.events, self.hk = Motion(), [], SystemHk()
        self.modes = Modes(self.events.append, self.hk)
        self.modes.to(Mode.OPERATE)
        self.interrupted, self.restored = [], []
        self.watch = JointWatch(
            self.states, self.motion, self.modes, self.events.append, config, Settings.of(config).motion,
            self.interrupted.append, lambda: self.restored.append(1),
        )  # fmt: skip
        self.now_ns = 0

    def look(self, times=1, fresh=True, active=True):
        for _ in range(times):
            self.now_ns += LOOK_NS
            for state in self.states if fresh else ():
                state.stamp_ns = self.now_ns - 10_000_000
            self.watch.step(self.now_ns, active)

    def kinds(self):
        return [type(event) for event in self.events if not isinstance(event, ModeChanged)]


@pytest.fixture
def watched(m1):
    watched = Watched(m1)
    watched.look(10)
    return watched


def test_good_joints_are_left_alone(watched):
    watched.look(1000)
    assert watched.kinds() == []
    assert not watched.motion.paused


@pytest.mark.requirement("FDI-1")
def test_stale_data_hold_motion_at_once_and_release_it_when_they_return(watched):
    watched.look(3, fresh=False)
    assert watched.motion.paused
    watched.look()
    assert not watched.motion.paused
    assert watched.kinds() == [MotionHeld, MotionReleased]
    assert watched.modes.mode is Mode.OPERATE


def test_one_frame_lost_is_nothing(watched):
    watched.now_ns += 30_000_000
    watched.watch.step(watched.now_ns, True)
    assert watched.kinds() == []


@pytest.mark.requirement("FDI-1")
def test_joints_lost_for_long_end_in_safe_with_the_reason(watched, m1):
    watched.look(int(m1.motion.hold_s * 20) + 5, fresh=False)
    assert watched.modes.mode is Mode.SAFE
    assert watched.hk.safe_reason is SafeReason.JOINTS_STALE
    assert watched.kinds() == [MotionHeld, EnteredSafe]


def test_a_long_hold_interrupts_the_running_step_a_short_one_does_not(watched):
    watched.look(3, fresh=False)
    watched.look()
    assert watched.interrupted == []
    watched.look(20, fresh=False)
    watched.look()
    assert watched.interrupted == [watched.now_ns]


def test_a_joint_back_without_torque_is_powered_again_before_motion_goes_on(watched):
    watched.states[2].torque_on = False
    watched.look(2)
    assert watched.motion.paused
    assert watched.restored
    assert watched.motion.released, "the old goal must not pull a sagged arm back at once"
    watched.states[2].torque_on = True
    watched.look()
    assert not watched.motion.paused
    assert watched.interrupted == [watched.now_ns]


@pytest.mark.requirement("FDI-2")
def test_a_hardware_error_must_be_seen_several_times(watched):
    watched.states[1].hardware_error = 0x20
    watched.look(4)
    assert watched.modes.mode is Mode.OPERATE
    watched.look()
    safe = watched.events[-1]
    assert (safe.reason, safe.joint, safe.value) == (SafeReason.JOINT_HARDWARE, 1, 0x20)


def test_a_hot_joint_ends_in_safe_with_temperature_and_limit(watched, m1):
    watched.states[3].temperature_c = 90.0
    watched.look(5)
    safe = watched.events[-1]
    assert (safe.reason, safe.joint, safe.value) == (SafeReason.JOINT_HOT, 3, 90.0)
    assert safe.limit == m1.motion_bus.max_temperature_c


@pytest.mark.requirement("FDI-2")
def test_a_reading_that_is_not_valid_condemns_nothing(watched):
    watched.states[3].temperature_c, watched.states[3].valid = 200.0, False
    watched.look(10)
    watched.states[3].temperature_c, watched.states[3].valid = 20.0, True
    watched.look(10)
    assert watched.modes.mode is Mode.OPERATE


def test_idle_joints_may_be_silent(watched):
    watched.look(500, fresh=False, active=False)
    assert watched.modes.mode is Mode.OPERATE
