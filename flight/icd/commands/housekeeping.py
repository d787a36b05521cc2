"""Telecommands of PUS service 3, housekeeping. One structure a request: N is always 1."""

from __future__ import annotations

from flight.icd.fields import u8, u16, u32
from flight.icd.kinds import Command


class EnableHousekeeping(Command, service=3, subtype=5):
    """Start sending a housekeeping structure periodically."""

    count: int = u8("", "N: structures named in this request", limits=(1, 1))
    sid: int = u16("", "structure identifier")


class DisableHousekeeping(Command, service=3, subtype=6):
    """Stop sending a housekeeping structure."""

    count: int = u8("", "N: structures named in this request", limits=(1, 1))
    sid: int = u16("", "structure identifier")


class ReportHousekeeping(Command, service=3, subtype=27):
    """Send a housekeeping structure once, now."""

    count: int = u8("", "N: structures named in this request", limits=(1, 1))
    sid: int = u16("", "structure identifier")


class SetHousekeepingInterval(Command, service=3, subtype=31):
    """Change the interval at which a housekeeping structure is sent; a restart brings back the declared one."""

    count: int = u8("", "N: structures named in this request", limits=(1, 1))
    sid: int = u16("", "structure identifier")
    interval_ms: int = u32("ms", "interval, a multiple of 10", limits=(50, 3_600_000))


class ReportHousekeepingStates(Command, service=3, subtype=33):
    """Say whether a structure is sent periodically, and how often; answered by 3/35."""

    count: int = u8("", "N: structures named in this request", limits=(1, 1))
    sid: int = u16("", "structure identifier; 0 for all of them, one report each")
