"""Fault detection, isolation and recovery: what it saw and what it did."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8
from flight.icd.kinds import Event, Severity
from flight.icd.modes import Mode, SafeReason


class ModeChanged(Event, id=0x0501):
    """The system mode changed."""

    mode: Mode = enum8(Mode, "mode now")
    reason: SafeReason = enum8(SafeReason, "why, where it is SAFE")


class EnteredSafe(Event, id=0x0502, severity=Severity.HIGH):
    """Joints frozen in place, motion inhibited until recovered by command."""

    reason: SafeReason = enum8(SafeReason, "why")
    joint: int = u8("", "joint concerned, 0..3, of a rover lift, curl and its wheels, 0..5; 255 for none")
    value: float = f32("", "value that violated: s, degC or N m as the reason tells")
    limit: float = f32("", "limit it violated")


class MotionHeld(Event, id=0x0503, severity=Severity.LOW):
    """Joint data went stale while moving: goals are held until they are good again."""

    age_s: float = f32("s", "age of the oldest joint reading")


class MotionReleased(Event, id=0x0504):
    """Joint data are good again."""

    held_s: float = f32("s", "how long motion was held")
