"""What the recorder reports: its process, its queue, its storage."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import i16, u8, u16, u64
from flight.icd.kinds import Event, Severity


class BankState(IntEnum):
    """What is in a bank."""

    WHOLE = 0
    ABSENT = 1
    UNREADABLE = 2
    """The operating system refused to read it."""
    TORN = 3
    """Its length is not what its header says."""
    ANOTHER = 4
    """Its magic is of something else."""
    VERSION = 5
    """It is whole, but of another version."""
    CORRUPT = 6
    """Its CRC does not fit."""


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
