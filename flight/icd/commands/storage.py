"""Telecommands of PUS service 15, storage and retrieval. One store a request: N is always 1."""

from __future__ import annotations

from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Command
from flight.icd.reports.storage import PacketStoreId


class _OneStore(Command):
    count: int = u8("", "N: packet stores named in this request", limits=(1, 1))
    store: PacketStoreId = enum8(PacketStoreId, "packet store")


class EnableStorage(_OneStore, service=15, subtype=1):
    """Store packets in a packet store."""


class DisableStorage(_OneStore, service=15, subtype=2):
    """Store no further packets in a packet store; what it holds stays."""


class StartRetrieval(_OneStore, service=15, subtype=9):
    """Send stored packets again, on virtual channel 2, as fast as the rest of the telemetry leaves room.

    Completion is told when the last of them is handed to the downlink. One retrieval at a time.
    """

    from_seconds: int = u32("s", "time of the first packet, TAI since 1958-01-01")
    from_fraction: int = u16("", "time of the first packet, 1/65536 s")
    to_seconds: int = u32("s", "time of the last packet, TAI since 1958-01-01")
    to_fraction: int = u16("", "time of the last packet, 1/65536 s")


class DeleteStored(_OneStore, service=15, subtype=11):
    """Delete the files of a packet store that hold nothing later than a time; answered by 15/13."""

    to_seconds: int = u32("s", "latest time to delete, TAI since 1958-01-01")
    to_fraction: int = u16("", "latest time to delete, 1/65536 s")


class ReportStore(_OneStore, service=15, subtype=12):
    """Say what a packet store holds; answered by 15/13."""


class AbortRetrieval(_OneStore, service=15, subtype=17):
    """End the retrieval that runs."""
