"""Events of the PUS services: what they did by themselves, or refused to."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, i64, u8, u16, u32
from flight.icd.kinds import Event, Severity


class CommandSource(IntEnum):
    """Who sent a telecommand packet to its execution."""

    GROUND = 0
    SCHEDULE = 1
    SEQUENCE = 2
    EVENT_ACTION = 3


class DisarmReason(IntEnum):
    """Why a hazardous function can no longer be fired."""

    TIME_OUT = 0
    OTHER_COMMAND = 1


class SkipReason(IntEnum):
    """Why a scheduled activity was not released."""

    LATE = 0
    DISABLED = 1
    REFUSED = 2


class FunctionArmed(Event, id=0x0701):
    """A hazardous function may be fired by the next telecommand from the same source."""

    function: int = u16("", "the function")
    source: CommandSource = enum8(CommandSource, "who armed it, and alone may fire it")
    valid_ms: int = u32("ms", "for how long")


class FunctionDisarmed(Event, id=0x0702):
    """A hazardous function was armed and not fired."""

    function: int = u16("", "the function")
    reason: DisarmReason = enum8(DisarmReason, "why")


class FunctionFired(Event, id=0x0703, severity=Severity.LOW):
    """A hazardous function was armed, and now begins."""

    function: int = u16("", "the function")
    source: CommandSource = enum8(CommandSource, "who fired it")


class EventsSuppressed(Event, id=0x0704, severity=Severity.LOW):
    """More events of one kind were raised in a second than are sent; these were not."""

    event: int = u16("", "identifier of the event")
    count: int = u32("", "events not sent in that second")


class TimeCorrelated(Event, id=0x0705, severity=Severity.LOW):
    """The on-board time was set. No timer notices: schedules and time-outs run on monotonic time."""

    monotonic_ns: int = i64("ns", "monotonic time at which stamps jumped")
    jump_ns: int = i64("ns", "by how much")


class ActivitySkipped(Event, id=0x0706, severity=Severity.MEDIUM):
    """A scheduled activity was not released, and is gone from the schedule."""

    request_packet: int = u16("", "packet identification of its telecommand")
    request_sequence: int = u16("", "sequence control of its telecommand")
    reason: SkipReason = enum8(SkipReason, "why")
    late_ms: int = u32("ms", "how long after its release time")


class SequenceStarted(Event, id=0x0707):
    """A request sequence runs."""

    sequence: int = u8("", "number of the sequence")
    steps: int = u8("", "its steps")


class SequenceCompleted(Event, id=0x0708):
    """All steps of a request sequence are done."""

    sequence: int = u8("", "number of the sequence")


class SequenceFailed(Event, id=0x0709, severity=Severity.MEDIUM):
    """A step of a request sequence was refused or failed, and the sequence ended there."""

    sequence: int = u8("", "number of the sequence")
    position: int = u8("", "the step, from 0")


class SequenceAborted(Event, id=0x070A, severity=Severity.LOW):
    """A request sequence was aborted between its steps; a telecommand it had released goes on."""

    sequence: int = u8("", "number of the sequence")
    position: int = u8("", "the step it was at, from 0")


class RetrievalEnded(Event, id=0x070B):
    """The playback of stored packets came to its end, or was aborted."""

    store: int = u8("", "packet store")
    packets: int = u32("", "packets handed to the downlink")
    whole: int = u8("", "1 when all that was asked for was handed over")
