"""Reports of PUS service 9: what time it is on board."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, u8, u16, u32, u64
from flight.icd.kinds import Telemetry


class TimeStatus(IntEnum):
    """Where the on-board time comes from."""

    AS_STARTED = 0  # the clock of the computer at start
    CORRELATED = 1  # set by the ground since


class TimeReport(Telemetry, service=9, subtype=2):
    """The on-board time as the packet was made, in both of its scales."""

    rate: int = u8("", "exponent: a report every 2^rate seconds")
    seconds: int = u32("s", "TAI since 1958-01-01")
    fraction: int = u16("", "TAI, 1/65536 s")
    status: TimeStatus = enum8(TimeStatus, "where the TAI comes from")
    monotonic_ns: int = u64("ns", "monotonic time, which all timers on board run on and nothing sets")
    correlations: int = u16("", "how often the TAI was set since start, modulo 65536")
