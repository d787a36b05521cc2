"""What the recorder reports: its process, its queue, its storage."""

from __future__ import annotations

from flight.icd.fields import i16, u8, u16, u64
from flight.icd.kinds import Event, Severity


class RecorderStarted(Event, id=0x0601):
    """The recorder's process runs."""

    restarts: int = u8("", "how often it was restarted")


class RecorderDied(Event, id=0x0602, severity=Severity.HIGH):
    """The recorder's process ended unasked; what was on its way to it is lost."""

    exit_status: int = i16("", "its exit status, or the signal that ended it, negated")
    lost: int = u64("", "records on their way, at most")
    restarts_left: int = u8("", "how often it may still be restarted")


class RecorderGivenUp(Event, id=0x0603, severity=Severity.HIGH):
    """The recorder's process died too often or can't be started: nothing is recorded any more."""

    errno: int = u16("", "why it can't be started, 0 when it died too often")


class RecordsDropped(Event, id=0x0604, severity=Severity.MEDIUM):
    """Records were not taken: the queue is full, no process takes them, or they are too large."""

    count: int = u64("", "records since the last such event")
    total: int = u64("", "records since start")


class StorageFailed(Event, id=0x0605, severity=Severity.MEDIUM):
    """Records arrived at the recorder but could not be stored."""

    errno: int = u16("", "the latest reason, as the operating system told")
    count: int = u64("", "records since the last such event")
