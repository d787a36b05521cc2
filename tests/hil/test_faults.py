"""The fault catalogue: what can be planned, and what it does when its time comes."""

import math
from random import Random
from types import SimpleNamespace

import pytest

from hil.devices.wire import Reply, Wire
from hil.faults import FAULTS, LATE_NS, PHASES, FaultError, FaultSchedule, Site, parse_fault, parse_faults

S = 1_000_000_000
FRAMES = 400


class Echo:
    def receive(self, data, at_ns, baud):
        return [Reply(data, 0)]


class Servos:
    def __init__(self):
        self.servos = tuple(SimpleNamespace(id=number) for number in (1, 2, 3))
        self.missing = []

    def disconnect(self, servo):
        self.missing.append(servo)
        return lambda: self.missing.remove(servo)


class Target:
    def __init__(self, seed=1):
        self.motion_wire = Wire(Echo(), 1_000_000, seed)
        self.servo_bus = Servos()
        self.site = Site({"joints": self.motion_wire}, self.servo_bus, None, Random(seed))
        self.phase = "idle"

    def plan(self, *texts):
        return FaultSchedule(parse_faults(texts), self.site, lambda: self.phase)

    def exchange(self, at_ns):
        self.motion_wire.send(b"0123456789", at_ns)
        return self.motion_wire.receive(at_ns + 1_000_000)


@pytest.fixture
def target():
    return Target()


# Planning


@pytest.mark.parametrize(
    ("text", "at_s", "phase", "duration_s"),
    [
        ("bit_flip@12.5+2", 12.5, None, 2.0),
        ("missing_servo@dig", None, "dig", FAULTS["missing_servo"].duration_s),
        ("unplugged_adapter@0+forever", 0.0, None, math.inf),
        ("late_reply@weigh+0.5", None, "weigh", 0.5),
    ],
)
def test_a_fault_is_planned_by_name_time_and_duration(text, at_s, phase, duration_s):
    planned = parse_fault(text)
    assert (planned.fault.name, planned.at_s, planned.phase) == (text.split("@")[0], at_s, phase)
    assert planned.duration_s == duration_s


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bitflip@1", "there is no fault 'bitflip'; did you mean bit_flip?"),
        ("earthquake@1", "allowed: bit_flip, dropped_byte, "),
        ("bit_flip", r"when\? write NAME@WHEN"),
        ("bit_flip@", r"when\? write NAME@WHEN"),
        ("bit_flip@lunch", "'lunch' is neither seconds nor a phase: idle, unstow"),
        ("bit_flip@-1", "WHEN must be seconds from 0 on, got -1"),
        ("bit_flip@nan", "WHEN must be seconds from 0 on, got nan"),
        ("bit_flip@1+0", "DURATION must be seconds above 0 or forever, got '0'"),
        ("bit_flip@1+-2", "DURATION must be seconds above 0 or forever, got '-2'"),
        ("bit_flip@1+soon", "DURATION must be seconds above 0 or forever, got 'soon'"),
        ("bit_flip@dig+inf", "DURATION must be seconds above 0 or forever, got 'inf'"),
    ],
)
def test_what_can_not_be_planned_says_what_is_allowed(text, said):
    with pytest.raises(FaultError, match=said) as refused:
        parse_fault(text)
    assert "\n" not in str(refused.value)


def test_every_wrong_fault_gets_its_line():
    with pytest.raises(FaultError) as refused:
        parse_faults(["bit_flip@1", "x@1", "bit_flip@x"])
    assert len(str(refused.value).splitlines()) == 2


def test_a_host_s_own_phases_can_be_given():
    assert parse_fault("bit_flip@creep", phases=("creep",)).phase == "creep"
    assert "dig" in PHASES


@pytest.mark.parametrize("name", FAULTS)
def test_a_plan_reads_back_as_itself(name):
    for text in (f"{name}@dig+2", f"{name}@1.5+forever"):
        assert str(parse_fault(text)) == text


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_every_fault_says_what_it_means_and_ends_by_default(fault):
    assert fault.meaning
    assert 0 < fault.duration_s < 60


# Timing


def test_a_fault_begins_and_ends_at_its_time(target):
    schedule = target.plan("unplugged_adapter@2+1")
    for now_s, plugged in ((0, True), (1.99, True), (2, False), (2.99, False), (3, True)):
        schedule.step(round(now_s * S))
        assert target.motion_wire.plugged == plugged
    assert schedule.history == [
        (2 * S, "applied", "unplugged_adapter@2+1"), (3 * S, "cleared", "unplugged_adapter@2+1"),
    ]  # fmt: skip


def test_a_fault_waits_for_its_phase_and_comes_once(target):
    schedule = target.plan("unplugged_adapter@dig+1")
    schedule.step(1 * S)
    assert target.motion_wire.plugged
    target.phase = "dig"
    schedule.step(2 * S)
    assert not target.motion_wire.plugged
    schedule.step(3 * S)
    schedule.step(4 * S)
    assert target.motion_wire.plugged


def test_what_is_planned_for_the_start_is_there_before_any_step(target):
    target.plan("unplugged_adapter@0+forever")
    assert not target.motion_wire.plugged


def test_forever_does_not_end(target):
    schedule = target.plan("unplugged_adapter@1+forever")
    schedule.step(S)
    schedule.step(10**6 * S)
    assert schedule.active == ["unplugged_adapter@1+forever"]
    assert not target.motion_wire.plugged


def test_faults_overlap_and_end_apart(target):
    schedule = target.plan("wrong_baud@1+3", "late_reply@2+1")
    for now_s, active in ((1, 1), (2, 2), (3, 1), (4, 0)):
        schedule.step(now_s * S)
        assert len(schedule.active) == active
    assert target.exchange(5 * S) == b"0123456789"


# Effects


def intact(target, start_s):
    """How many of many exchanges come back as sent."""
    return sum(target.exchange(start_s * S + frame * 10_000_000) == b"0123456789" for frame in range(FRAMES))


@pytest.mark.parametrize("name", ["bit_flip", "dropped_byte"])
def test_a_noisy_line_spoils_a_share_of_the_frames_each_way(target, name):
    schedule = target.plan(f"{name}@1+10")
    schedule.step(S)
    assert 0.55 < intact(target, 1) / FRAMES < 0.73  # 0.8 squared
    schedule.step(11 * S)
    assert intact(target, 11) == FRAMES


def test_at_the_wrong_rate_nothing_is_understood(target):
    target.plan("wrong_baud@0+1")
    assert intact(target, 0) == 0


def test_a_late_reply_comes_whole_after_more_than_a_frame(target):
    target.plan("late_reply@0+1")
    target.motion_wire.send(b"12", 0)
    assert target.motion_wire.next_ns == 40_000 + LATE_NS
    assert target.motion_wire.receive(40_000 + LATE_NS) == b"12"


def test_the_seed_decides_which_servo_goes_missing():
    def missing(seed):
        target = Target(seed)
        target.plan("missing_servo@0+1")
        (servo,) = target.servo_bus.missing
        return servo.id

    chosen = [missing(seed) for seed in range(20)]
    assert chosen == [missing(seed) for seed in range(20)]
    assert set(chosen) == {1, 2, 3}
