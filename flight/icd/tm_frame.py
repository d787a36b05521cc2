"""Telemetry transfer frames (CCSDS 132.0-B-3) with operational control field and frame error control: building.

Packets of a virtual channel follow one another and span frames; the first-header pointer says where in a frame the
first one begins. On a byte stream each frame follows the attached sync marker (CCSDS 131.0-B 8.3). `HEADER` and
`CLCW` are the declared layouts; the frames of the fast path are held to them by tests. Taking apart is in `tm_stream`.
"""

from __future__ import annotations

import struct
from binascii import crc_hqx
from collections.abc import Callable

import construct

from flight.icd.space_packet import PRIMARY_SIZE, idle_packet

ASM = bytes.fromhex("1ACFFC1D")
SCID = 0x5C
LENGTH = 1115
VC_REAL_TIME, VC_CFDP, VC_PLAYBACK, VC_IDLE = 0, 1, 2, 7
FHP_NONE = 0x7FF
"""First-header pointer of a frame in which no packet begins."""
FHP_IDLE = 0x7FE
"""First-header pointer of a frame that holds idle data alone."""

HEADER = construct.BitStruct(
    "version" / construct.Const(0, construct.BitsInteger(2)),
    "scid" / construct.BitsInteger(10),
    "vcid" / construct.BitsInteger(3),
    "ocf" / construct.Const(True, construct.Flag),
    "master_count" / construct.BitsInteger(8),
    "channel_count" / construct.BitsInteger(8),
    "secondary_header" / construct.Const(False, construct.Flag),
    "synchronisation" / construct.Const(False, construct.Flag),
    "packet_order" / construct.Const(False, construct.Flag),
    "segment_length" / construct.Const(3, construct.BitsInteger(2)),
    "first_header" / construct.BitsInteger(11),
)
CLCW = construct.BitStruct(  # CCSDS 232.0-B 4.2
    "type" / construct.Const(0, construct.BitsInteger(1)),
    "version" / construct.Const(0, construct.BitsInteger(2)),
    "status" / construct.Default(construct.BitsInteger(3), 0),
    "cop" / construct.Const(1, construct.BitsInteger(2)),
    "vcid" / construct.Default(construct.BitsInteger(6), 0),
    "spare" / construct.Const(0, construct.BitsInteger(2)),
    "no_rf" / construct.Default(construct.Flag, False),
    "no_bit_lock" / construct.Default(construct.Flag, False),
    "lockout" / construct.Default(construct.Flag, False),
    "wait" / construct.Default(construct.Flag, False),
    "retransmit" / construct.Default(construct.Flag, False),
    "farm_b" / construct.Default(construct.BitsInteger(2), 0),
    "spare2" / construct.Const(0, construct.BitsInteger(1)),
    "report" / construct.Default(construct.BitsInteger(8), 0),
)
HEADER_SIZE = 6
OCF_SIZE = 4
FECF_SIZE = 2
_OVERHEAD = HEADER_SIZE + OCF_SIZE + FECF_SIZE
_HEADER = struct.Struct(">HBBH")
_STATUS = 0x1800  # data field status without the pointer: segment length identifier 3, everything else 0


class FrameWriter:
    """Frames of one master channel: counts them, and keeps for each virtual channel the packet that runs on."""

    __slots__ = ("_carry", "_channel_count", "_idle_carry", "capacity", "length", "master_count", "scid")

    def __init__(self, length: int = LENGTH, scid: int = SCID) -> None:
        if not _OVERHEAD + PRIMARY_SIZE + 1 <= length <= 2048:
            raise ValueError(f"a frame has {_OVERHEAD + PRIMARY_SIZE + 1}..2048 octets, not {length}")
        self.length = length
        self.scid = scid
        self.capacity = length - _OVERHEAD
        self.master_count = 0
        self._channel_count = [0] * 8
        self._carry = [b""] * 8
        self._idle_carry = [False] * 8

    def pending(self, vcid: int) -> int:
        """Octets of a packet already begun that wait for the next frame of the channel; filler does not count."""
        return 0 if self._idle_carry[vcid] else len(self._carry[vcid])

    def frame(self, vcid: int, next_packet: Callable[[], bytes | None], ocf: bytes) -> bytes:
        """One frame, without marker, of what was begun and as many packets as fit; idle packets fill the rest."""
        parts = [self._carry[vcid]]
        size = len(parts[0])
        first_header = size if size < self.capacity else FHP_NONE
        idle = self._idle_carry[vcid]
        while size < self.capacity:  # bounded: every packet takes 7 octets or more
            packet = next_packet()
            idle = packet is None
            if packet is None:
                packet = idle_packet(max(self.capacity - size, PRIMARY_SIZE + 1))
            parts.append(packet)
            size += len(packet)
        data = b"".join(parts)
        self._carry[vcid] = data[self.capacity :]
        self._idle_carry[vcid] = idle
        return self._close(vcid, first_header, data[: self.capacity], ocf)

    def idle_frame(self, ocf: bytes) -> bytes:
        """A frame of idle data on the idle channel: keeps the link alive and the control word flowing."""
        return self._close(VC_IDLE, FHP_IDLE, bytes(self.capacity), ocf)

    def _close(self, vcid: int, first_header: int, data: bytes, ocf: bytes) -> bytes:
        identification = self.scid << 4 | vcid << 1 | 1
        count = self._channel_count[vcid]
        octets = _HEADER.pack(identification, self.master_count, count, _STATUS | first_header) + data + ocf
        self.master_count = (self.master_count + 1) & 0xFF
        self._channel_count[vcid] = (count + 1) & 0xFF
        return octets + crc_hqx(octets, 0xFFFF).to_bytes(2, "big")
