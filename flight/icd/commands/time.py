"""Telecommands of PUS service 9, time (subtypes from 128 on are the mission's own)."""

from __future__ import annotations

from flight.icd.fields import u8, u16, u32, u64
from flight.icd.kinds import Command


class SetTimeReportRate(Command, service=9, subtype=1):
    """Change how often the 9/2 time report is sent: every 2^rate seconds."""

    rate: int = u8("", "exponent: 0 is 1 s, 8 is 256 s", limits=(0, 8))


class CorrelateTime(Command, service=9, subtype=128):
    """Set the on-board time: what the TAI was at a moment of monotonic time, as found from an earlier time report.

    Named so, it does not matter how long the telecommand is on its way.
    """

    monotonic_ns: int = u64("ns", "monotonic time of a moment that is past")
    seconds: int = u32("s", "TAI of that moment since 1958-01-01")
    fraction: int = u16("", "TAI of that moment, 1/65536 s")
