"""Telecommands of PUS service 3, housekeeping. One structure a request: N is always 1."""

from __future__ import annotations

from flight.icd.fields import u8, u16
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
