"""Fault detection, isolation and recovery: what it saw and what it did."""

from __future__ import annotations

from flight.icd.fdir import Condition, Doubt, Sensor
from flight.icd.fields import enum8, f32, u8, u16
from flight.icd.kinds import Event, Severity
from flight.icd.modes import Custody, Mode, SafeReason


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


class ModeRefused(Event, id=0x0505, severity=Severity.LOW):
    """A mode was not entered, or a function not begun, as a condition does not hold."""

    wanted: Mode = enum8(Mode, "mode it needs")
    mode: Mode = enum8(Mode, "mode, which stays")
    condition: Condition = enum8(Condition, "which condition")
    value: float = f32("", "its value, as the condition tells")


class FaultLatched(Event, id=0x0506, severity=Severity.MEDIUM):
    """One more fault while the mode is SAFE already; it must be cleared as well."""

    fault: SafeReason = enum8(SafeReason, "which")
    joint: int = u8("", "joint concerned; 255 for none")
    value: float = f32("", "value that violated")
    limit: float = f32("", "limit it violated")


class FaultCleared(Event, id=0x0507):
    """A latched fault was cleared by command; its cause is gone."""

    fault: SafeReason = enum8(SafeReason, "which")
    latched: int = u16("", "bit n: fault n is still latched")


class FaultStillThere(Event, id=0x0508, severity=Severity.LOW):
    """A latched fault was not cleared: its cause is still there."""

    fault: SafeReason = enum8(SafeReason, "which")
    joint: int = u8("", "joint concerned; 255 for none")
    value: float = f32("", "value now")
    limit: float = f32("", "limit it violates")


class SensorDemoted(Event, id=0x0509, severity=Severity.MEDIUM):
    """Votes have added up: the sensor's values count as invalid until it behaves again."""

    sensor: Sensor = enum8(Sensor, "which kind")
    servo: int = u8("", "of which servo; 255 for none")
    doubt: Doubt = enum8(Doubt, "what the last vote against it was for")
    votes: int = u8("", "votes against it")
    value: float = f32("", "value of that doubt")
    bound: float = f32("", "bound it crossed")


class SensorReadmitted(Event, id=0x050A):
    """The sensor has behaved for long enough: its values count again."""

    sensor: Sensor = enum8(Sensor, "which kind")
    servo: int = u8("", "of which servo; 255 for none")
    votes: int = u8("", "votes left")
    demoted_s: float = f32("s", "for how long it was not believed")


class SensorsRetested(Event, id=0x050B):
    """All votes are forgotten: the site has changed, or a command asked for it."""

    demoted: int = u8("", "sensors that were demoted and are believed again")
    site: int = u8("", "dig site now")


class BootCounted(Event, id=0x050C):
    """The board started; starts count until one has run for long, or ended in order."""

    boots: int = u8("", "starts in a row, this one included")
    most: int = u8("", "starts beyond which it comes up in SAFE")


class BootsForgotten(Event, id=0x050D):
    """The count of starts begins anew."""

    boots: int = u8("", "how many there were")
    ran_s: float = f32("s", "how long this one has run")


class ServoRebootWithheld(Event, id=0x050E, severity=Severity.MEDIUM):
    """A servo has an error that only a restart clears, and may not be restarted: it would let go."""

    joint: int = u8("", "which servo")
    bits: int = u8("", "register 70: 1 voltage, 4 overheat, 8 encoder, 16 shock, 32 overload")
    custody: Custody = enum8(Custody, "state of custody")
    reboots: int = u8("", "restarts that count against the bound")
    most: int = u8("", "the bound")


class AlertTolerated(Event, id=0x050F, severity=Severity.LOW):
    """A servo's alert stays until its next restart, but what caused it has passed: it is used on."""

    joint: int = u8("", "which servo")
    bits: int = u8("", "register 70, as above")
    voltage_v: float = f32("V", "supply of the servo now")


class KeepOutNear(Event, id=0x0351, severity=Severity.HIGH):
    """A moment from now, as the joints move, something would be inside a keep-out box: all joints are stopped."""

    box: int = u8("", "number of the box in the mission file, from 1")
    inside_m: float = f32("m", "how deep it would be")
    now_m: float = f32("m", "how deep it is now; negative outside")
    joint: int = u8("", "joint that is farthest off its plan, of the four that carry the scoop")
    off_plan_deg: float = f32("deg", "by how much: plan less reading")
