"""Telecommand packets inside other packets: a fixed field that holds the packet, then zeros.

The packet's own length says where it ends. Schedules, sequences and event-actions carry what they are to release so.
"""

from __future__ import annotations

from typing import Any

from flight.icd.fields import u8
from flight.icd.space_packet import CRC_SIZE, PRIMARY_SIZE, TC_HEADER_SIZE, PacketError, PacketFault, parse_tc

EMBEDDED_SIZE = 96
"""Octets of the field, and of the longest packet it holds."""


def embedded(doc: str) -> Any:
    """The field, to be declared in a packet: a tuple of octets."""
    return u8("", f"{doc}: a whole telecommand packet, then zeros", EMBEDDED_SIZE)


def embed(packet: bytes) -> tuple[int, ...]:
    """The value of the field for `packet`; raises `ValueError` when it is too long."""
    if len(packet) > EMBEDDED_SIZE:
        raise ValueError(f"the packet has {len(packet)} octets; {EMBEDDED_SIZE} can be embedded")
    return tuple(packet) + (0,) * (EMBEDDED_SIZE - len(packet))


def extract(octets: tuple[int, ...]) -> bytes:
    """The packet in the field; raises `PacketError` unless it is one whole telecommand packet and then zeros."""
    data = bytes(octets)
    size = int.from_bytes(data[4:6], "big") + PRIMARY_SIZE + 1
    if not TC_HEADER_SIZE + CRC_SIZE <= size <= len(data):
        raise PacketError(PacketFault.LENGTH, f"an embedded packet of {size} octets; {len(data)} at most")
    if any(data[size:]):
        raise PacketError(PacketFault.LENGTH, "octets after the embedded packet are not zero")
    parse_tc(data[:size])
    return data[:size]
