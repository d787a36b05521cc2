"""Reports of PUS service 6, memory."""

from __future__ import annotations

from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Telemetry
from flight.icd.memory import CHUNK, Region


class MemoryDump(Telemetry, service=6, subtype=6):
    """A portion of a region."""

    region: Region = enum8(Region, "the region")
    count: int = u8("", "N: ranges in this report", limits=(1, 1))
    start: int = u32("octet", "offset of the first octet in the region")
    length: int = u16("octet", "octets that count; zeros follow")
    octets: tuple[int, ...] = u8("", "the octets", CHUNK)
    checksum: int = u16("", "CRC-16/CCITT of the octets that count")


class MemoryChecksum(Telemetry, service=6, subtype=10):
    """The checksum of a range of a region."""

    region: Region = enum8(Region, "the region")
    count: int = u8("", "N: ranges in this report", limits=(1, 1))
    start: int = u32("octet", "offset of the first octet in the region")
    length: int = u32("octet", "octets covered")
    checksum: int = u16("", "CRC-16/CCITT of them")
