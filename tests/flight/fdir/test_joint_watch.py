import pytest

from flight.fdir.joint_recovery import JointRecovery
from flight.fdir.joint_watch import JointWatch
from flight.fdir.modes import Modes
from flight.fdir.reboots import Reboots
from flight.icd.events.fdir import (
    AlertTolerated,
    EnteredSafe,
    ModeChanged,
    MotionHeld,
    MotionReleased,
    ServoRebootWithheld,
)
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Custody, Mode, SafeReason
from flight.settings import Settings

LOOK_NS = 50_000_000


class State:
    valid, stamp_ns, temperature_c, hardware_error, torque_on = True, 0, 20.0, 0, True
    voltage_v, thermometer_good, voltmeter_good = 12.0, True, True


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
        self.rebooted, self.custody = [], Custody.NONE
        self.reboots = Reboots(self.events.append, lambda: self.custody, 2, 60.0)
        recovery = JointRecovery(
            self.states, self.reboots, self.rebooted.append, lambda: self.restored.append(2), self.modes,
            self.events.append, 75.0, 12.0,
        )  # fmt: skip
        self.watch = JointWatch(
            self.states, self.motion, self.modes, self.events.append, config, Settings.of(config).motion,
            self.interrupted.append, lambda: self.restored.append(1), recovery,
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


def test_goals_are_let_go_of_while_joints_are_lost_for_they_may_come_back_with_torque_and_fallen(watched):
    watched.look(3, fresh=False)
    assert not watched.motion.released
    watched.look(4, fresh=False)
    assert watched.motion.released


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
def test_an_error_seen_once_is_nothing(watched):
    watched.states[1].hardware_error = 0x20
    watched.look()
    watched.states[1].hardware_error = 0
    watched.look(50)
    assert watched.kinds() == []


@pytest.mark.requirement("FDI-9")
def test_a_servo_with_an_error_is_restarted_and_motion_goes_on(watched):
    servo = watched.states[1]
    servo.hardware_error, servo.torque_on = 0x20, False
    watched.look(12)
    assert watched.motion.paused
    assert watched.rebooted == [1]
    servo.valid = False
    watched.look(20)
    servo.valid, servo.hardware_error = True, 0
    watched.look()
    assert watched.restored
    servo.torque_on = True
    watched.look(2)
    assert not watched.motion.paused
    assert watched.interrupted, "the arm may have sagged off the plan"
    assert watched.modes.mode is Mode.OPERATE


@pytest.mark.requirement("FDI-9")
def test_an_error_before_the_first_power_holds_no_longer_than_one_after_it(m1):
    watched = Watched(m1)
    for state in watched.states:
        state.torque_on = False
    servo = watched.states[1]
    servo.hardware_error = 0x04
    watched.look(12)
    assert watched.rebooted == [1]
    servo.valid = False
    watched.look(10)
    servo.valid, servo.hardware_error = True, 0
    watched.look(2)
    assert watched.restored == [1] * len(watched.restored) != []
    for state in watched.states:
        state.torque_on = True
    watched.look()
    assert not watched.motion.paused


@pytest.mark.requirement("FDI-9")
def test_an_error_that_comes_back_is_cleared_a_bounded_number_of_times_and_then_ends_in_safe(watched):
    servo = watched.states[1]
    servo.hardware_error = 0x10
    watched.look(60)
    assert watched.rebooted == [1, 1]
    safe = watched.events[-1]
    assert (safe.reason, safe.joint, safe.value, safe.limit) == (SafeReason.JOINT_HARDWARE, 1, 0x10, 2)
    assert any(isinstance(event, ServoRebootWithheld) for event in watched.events)


@pytest.mark.requirement("FDI-10")
@pytest.mark.parametrize("custody", [Custody.OFFERED, Custody.TRANSFERRED])
@pytest.mark.parametrize("active", [True, False])
def test_no_servo_is_restarted_by_itself_while_the_sample_lies_as_it_was_shown(watched, custody, active):
    watched.custody = custody
    watched.states[2].hardware_error = 0x20
    watched.look(30, active=active)
    assert watched.rebooted == []
    (told,) = [event for event in watched.events if isinstance(event, ServoRebootWithheld)]
    assert (told.joint, told.bits, told.custody) == (2, 0x20, custody)
    assert watched.modes.reason is SafeReason.JOINT_HARDWARE


@pytest.mark.requirement("FDI-9")
def test_a_sag_of_the_supply_holds_motion_while_it_lasts_and_its_alert_stops_nothing(watched):
    for state in watched.states:
        state.voltage_v, state.hardware_error = 9.2, 0x01
    watched.look(20)
    assert watched.motion.paused
    for state in watched.states:
        state.voltage_v = 12.0
    watched.look(2)
    assert not watched.motion.paused
    assert watched.interrupted == [], "nothing was out of hand"
    assert watched.rebooted == []
    told = [event.joint for event in watched.events if isinstance(event, AlertTolerated)]
    assert told == [0, 1, 2, 3]
    watched.look(100)
    assert watched.modes.mode is Mode.OPERATE


@pytest.mark.requirement("FDI-9")
def test_a_supply_that_does_not_come_back_ends_in_safe(watched):
    watched.states[3].voltage_v = 9.2
    watched.look(250)
    assert watched.modes.reason is SafeReason.JOINT_HARDWARE


def test_a_voltmeter_that_is_not_believed_holds_nothing(watched):
    watched.states[3].voltage_v, watched.states[3].voltmeter_good = 3.0, False
    watched.look(250)
    assert watched.kinds() == []


def test_an_overheated_servo_is_not_restarted_before_it_has_cooled(watched):
    servo = watched.states[1]
    servo.hardware_error, servo.temperature_c, servo.thermometer_good = 0x04, 80.0, False
    watched.look(60)
    assert watched.rebooted == []
    servo.temperature_c = 30.0
    watched.look()
    assert watched.rebooted == [1]


@pytest.mark.requirement("FDI-8")
def test_a_thermometer_that_is_not_believed_condemns_no_joint(watched):
    watched.states[3].temperature_c, watched.states[3].thermometer_good = 90.0, False
    watched.look(100)
    assert watched.modes.mode is Mode.OPERATE


def test_an_idle_servo_that_held_is_given_its_torque_back(watched):
    servo = watched.states[0]
    servo.hardware_error = 0x20
    watched.look(12, active=False)
    servo.hardware_error, servo.torque_on = 0, False
    watched.look(active=False)
    assert watched.restored == [2]


@pytest.mark.requirement("FDI-7")
@pytest.mark.parametrize(
    ("fault", "ill"),
    [
        (SafeReason.JOINTS_STALE, {"valid": False}),
        (SafeReason.JOINT_HARDWARE, {"hardware_error": 0x08}),
        (SafeReason.JOINT_HARDWARE, {"voltage_v": 9.0}),
        (SafeReason.JOINT_HOT, {"temperature_c": 80.0}),
    ],
)
def test_a_fault_whose_cause_is_there_is_not_cleared(watched, fault, ill):
    watched.modes.safe(fault)
    for name, value in ill.items():
        setattr(watched.states[2], name, value)
    assert not watched.modes.clear(fault)
    assert watched.events[-1].joint == 2
    for name in ill:
        delattr(watched.states[2], name)
    assert watched.modes.clear(fault)


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
