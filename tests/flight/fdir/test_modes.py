import pytest

from flight.fdir.modes import Modes
from flight.icd.events.fdir import EnteredSafe, ModeChanged
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
    made.is_sound = lambda: False
    assert not made.recover()
    assert made.mode is Mode.SAFE
    made.is_sound = lambda: True
    assert made.recover()
    assert made.mode is Mode.STANDBY
    assert hk.safe_reason is SafeReason.NONE
    assert events[-1] == ModeChanged(mode=Mode.STANDBY, reason=SafeReason.NONE)
