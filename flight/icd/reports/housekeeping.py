"""Reports of PUS service 3 about the housekeeping itself."""

from __future__ import annotations

from flight.icd.fields import u8, u16, u32
from flight.icd.kinds import Telemetry


class HousekeepingState(Telemetry, service=3, subtype=35):
    """Whether a structure is sent periodically, and how often."""

    count: int = u8("", "N: structures named in this report", limits=(1, 1))
    sid: int = u16("", "structure identifier")
    enabled: int = u8("", "1 when it is sent periodically")
    interval_ms: int = u32("ms", "interval")
