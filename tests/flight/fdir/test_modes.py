import pytest

from flight.fdir.conditions import ENTRY, Conditions, Unmet
from flight.fdir.modes import Cause, Modes
from flight.icd.events.fdir import (
    EnteredSafe,
    FaultCleared,
    FaultLatched,
    FaultStillThere,
    ModeChanged,
    ModeRefused,
)
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Mode, SafeReason


def modes():
    events, hk, done = [], SystemHk(), []
    made = Modes(events.append, hk)
    made.on_safe(lambda: done.append("freeze"), lambda: done.append("abort"))
    return made, events, hk, done


@pytest.mark.requirement("FDI-3")
def test_safing_acts_in_order_then_reports():
    made, events, hk, done = modes()
    made.to(Mode.OPERATE)
    made.safe(SafeReason.JOINT_HOT, 2, 81.0, 75.0)
    assert done == ["freeze", "abort"]
    assert hk.mode is Mode.SAFE
    assert events[-1] == EnteredSafe(reason=SafeReason.JOINT_HOT, joint=2, value=81.0, limit=75.0)


def test_the_first_reason_stays():
    made, events, hk, _ = modes()
    made.safe(SafeReason.JOINT_HOT)
    made.safe(SafeReason.JOINTS_STALE)
    assert hk.safe_reason is SafeReason.JOINT_HOT
    assert sum(isinstance(event, EnteredSafe) for event in events) == 1


@pytest.mark.requirement("FDI-3")
def test_only_recover_leaves_safe_and_only_once_the_reason_is_gone():
    made, events, hk, _ = modes()
    made.safe(SafeReason.JOINT_HOT)
    made.to(Mode.OPERATE)
    assert made.mode is Mode.SAFE
    cause = Cause(2, 80.0, 75.0)
    made.cause(SafeReason.JOINT_HOT, lambda: cause)
    assert made.recover() == Unmet(Condition.NO_FAULT, SafeReason.JOINT_HOT)
    assert made.mode is Mode.SAFE
    assert FaultStillThere(fault=SafeReason.JOINT_HOT, joint=2, value=80.0, limit=75.0) in events
    cause = None
    assert made.recover() is None
    assert made.mode is Mode.STANDBY
    assert hk.safe_reason is SafeReason.NONE
    assert events[-1] == ModeChanged(mode=Mode.STANDBY, reason=SafeReason.NONE)


@pytest.mark.requirement("FDI-7")
def test_every_fault_is_latched_also_the_one_that_comes_second():
    made, events, _, _ = modes()
    made.safe(SafeReason.JOINT_HOT)
    made.safe(SafeReason.TASK_FAULT, value=3.0)
    made.safe(SafeReason.TASK_FAULT, value=4.0)
    assert made.latched == 1 << SafeReason.JOINT_HOT | 1 << SafeReason.TASK_FAULT
    (latched,) = [event for event in events if isinstance(event, FaultLatched)]
    assert (latched.fault, latched.value) == (SafeReason.TASK_FAULT, 3.0)


@pytest.mark.requirement("FDI-7")
def test_a_fault_cleared_alone_leaves_the_others_and_the_mode():
    made, events, _, _ = modes()
    made.safe(SafeReason.JOINT_HOT)
    made.safe(SafeReason.TASK_FAULT)
    assert made.clear(SafeReason.TASK_FAULT)
    assert events[-1] == FaultCleared(fault=SafeReason.TASK_FAULT, latched=1 << SafeReason.JOINT_HOT)
    assert made.mode is Mode.SAFE


def test_clearing_what_is_not_latched_is_no_error_and_no_news():
    made, events, _, _ = modes()
    assert made.clear(SafeReason.JOINT_HOT)
    assert events == []


@pytest.mark.requirement("FDI-7")
def test_what_was_latched_before_a_restart_is_latched_again():
    made, _, hk, _ = modes()
    made.latch(1 << SafeReason.JOINT_HARDWARE | 1 << SafeReason.SAMPLING_FAILED)
    assert hk.mode is Mode.SAFE
    assert made.latched == 1 << SafeReason.JOINT_HARDWARE | 1 << SafeReason.SAMPLING_FAILED


@pytest.mark.requirement("FDI-6")
@pytest.mark.parametrize("mode", [Mode.STANDBY, Mode.CHECKOUT, Mode.OPERATE])
def test_a_mode_is_entered_only_while_every_condition_of_its_row_holds(mode):
    for condition in ENTRY[mode]:
        conditions = Conditions({condition: lambda: 5})
        assert conditions.unmet(mode) == Unmet(condition, 5)
    others = {condition: lambda: 5 for condition in Condition if condition not in ENTRY[mode]}
    assert Conditions(others).unmet(mode) is None


@pytest.mark.requirement("FDI-6")
def test_a_refused_mode_is_told_with_condition_and_value():
    made, events, _, _ = modes()
    made.conditions.measure(Condition.SUPPLY, lambda: 0b1000)
    assert made.enter(Mode.CHECKOUT) == Unmet(Condition.SUPPLY, 8)
    assert events == [ModeRefused(wanted=Mode.CHECKOUT, mode=Mode.STANDBY, condition=Condition.SUPPLY, value=8.0)]
    assert made.mode is Mode.STANDBY


def test_after_safe_the_mode_is_standby_whatever_was_before():
    made, *_ = modes()
    made.enter(Mode.CHECKOUT)
    made.safe(SafeReason.TASK_FAULT)
    made.recover()
    assert made.mode is Mode.STANDBY
    made.end()
    assert made.mode is Mode.STANDBY
