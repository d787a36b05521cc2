"""Reports of PUS service 15: what is stored on board."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, u8, u16, u32, u64
from flight.icd.kinds import Telemetry


class PacketStoreId(IntEnum):
    """Packet stores: by what is put into them."""

    REPORTS = 1  # everything but housekeeping: verification, events, other reports
    HOUSEKEEPING = 2


class StoreSummary(Telemetry, service=15, subtype=13):
    """What a packet store holds."""

    count: int = u8("", "N: packet stores in this report", limits=(1, 1))
    store: PacketStoreId = enum8(PacketStoreId, "packet store")
    enabled: int = u8("", "1 when packets are put into it")
    retrieving: int = u8("", "1 while packets of it are sent again")
    packets: int = u32("", "packets it holds")
    octets: int = u64("B", "octets it holds")
    filled: int = u8("%", "part of its room that is taken; full, the oldest packets go")
    oldest_seconds: int = u32("s", "time of its oldest packet, TAI since 1958-01-01")
    oldest_fraction: int = u16("", "time of its oldest packet, 1/65536 s")
    newest_seconds: int = u32("s", "time of its newest packet, TAI since 1958-01-01")
    newest_fraction: int = u16("", "time of its newest packet, 1/65536 s")
