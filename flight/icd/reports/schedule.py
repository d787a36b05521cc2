"""Reports of PUS service 11: what is scheduled. One activity a report."""

from __future__ import annotations

from flight.icd.embedded import embedded
from flight.icd.fields import u8, u16, u32
from flight.icd.kinds import Telemetry


class _Activity(Telemetry):
    count: int = u8("", "N: activities in this report; 0 when none is scheduled", limits=(0, 1))
    place: int = u8("", "place of this one among those reported, from 0")
    total: int = u8("", "how many are reported")
    request_packet: int = u16("", "packet identification of its telecommand")
    request_sequence: int = u16("", "sequence control of its telecommand")
    seconds: int = u32("s", "release time as the clock is set now, TAI since 1958-01-01")
    fraction: int = u16("", "release time, 1/65536 s")


class ActivityDetail(_Activity, service=11, subtype=10):
    """A scheduled activity, with what will be released."""

    telecommand: tuple[int, ...] = embedded("what is released")


class ActivitySummary(_Activity, service=11, subtype=13):
    """A scheduled activity by the name of its telecommand."""
