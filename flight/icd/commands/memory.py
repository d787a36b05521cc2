"""Telecommands of PUS service 6, memory. A memory is a named region that can be read; one range a request."""

from __future__ import annotations

from flight.icd.fields import enum8, u8, u32
from flight.icd.kinds import Command
from flight.icd.memory import MAX_RANGE, Region


class DumpMemory(Command, service=6, subtype=5):
    """Send the octets of a range of a region, as 6/6 reports."""

    region: Region = enum8(Region, "the region")
    count: int = u8("", "N: ranges in this request", limits=(1, 1))
    start: int = u32("octet", "offset of the first octet in the region")
    length: int = u32("octet", "octets; 0 for all from the first on", limits=(0, MAX_RANGE))


class CheckMemory(Command, service=6, subtype=9):
    """Send the checksum of a range of a region, as a 6/10 report."""

    region: Region = enum8(Region, "the region")
    count: int = u8("", "N: ranges in this request", limits=(1, 1))
    start: int = u32("octet", "offset of the first octet in the region")
    length: int = u32("octet", "octets; 0 for all from the first on", limits=(0, MAX_RANGE))
