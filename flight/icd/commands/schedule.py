"""Telecommands of PUS service 11, time-based scheduling. One activity a request: N is always 1."""

from __future__ import annotations

from flight.icd.embedded import embedded
from flight.icd.fields import u8, u16, u32
from flight.icd.kinds import Command


class EnableSchedule(Command, service=11, subtype=1):
    """Release activities of the schedule as their times come."""


class DisableSchedule(Command, service=11, subtype=2):
    """Release nothing: activities whose times come are skipped."""


class ResetSchedule(Command, service=11, subtype=3):
    """Delete all activities and disable the schedule."""


class InsertActivity(Command, service=11, subtype=4):
    """Have a telecommand released at a time.

    The time is turned into monotonic time as this is carried out: a later correlation of the clock moves nothing. The
    schedule does not survive a restart of the flight program.
    """

    count: int = u8("", "N: activities in this request", limits=(1, 1))
    seconds: int = u32("s", "release time, TAI since 1958-01-01")
    fraction: int = u16("", "release time, 1/65536 s")
    telecommand: tuple[int, ...] = embedded("what is released")


class _OneActivity(Command):
    count: int = u8("", "N: activities named in this request", limits=(1, 1))
    request_packet: int = u16("", "packet identification of the telecommand to be released")
    request_sequence: int = u16("", "sequence control of the telecommand to be released")


class DeleteActivity(_OneActivity, service=11, subtype=5):
    """Take an activity out of the schedule."""


class ReportActivity(_OneActivity, service=11, subtype=12):
    """Say when an activity is due; answered by 11/13."""


class ReportSchedule(Command, service=11, subtype=16):
    """Report all activities in detail; answered by 11/10, one report for each."""


class SummarizeSchedule(Command, service=11, subtype=17):
    """Say when all activities are due; answered by 11/13, one report for each."""
