"""Telecommand transfer frames (CCSDS 232.0-B-4, clause 4.1) with frame error control; no segment header.

One frame carries one packet. Type BD (bypass) frames are taken as they come; AD frames are for the sequence-controlled
service of COP-1, and BC frames carry its control commands.
"""

from __future__ import annotations

from binascii import crc_hqx
from enum import StrEnum
from typing import Any, NamedTuple

import construct

from flight.icd.randomizer import tc_randomize

SCID = 0x5C
VCID = 0
MAX_SIZE = 1024

HEADER = construct.BitStruct(
    "version" / construct.Const(0, construct.BitsInteger(2)),
    "bypass" / construct.Flag,
    "control" / construct.Flag,
    "spare" / construct.Const(0, construct.BitsInteger(2)),
    "scid" / construct.BitsInteger(10),
    "vcid" / construct.BitsInteger(6),
    "length" / construct.BitsInteger(10),  # octets of the whole frame, less one
    "sequence" / construct.BitsInteger(8),
)
HEADER_SIZE = 5
FECF_SIZE = 2


class FrameFault(StrEnum):
    """Why octets are not a telecommand frame for us."""

    LENGTH = "length"
    FECF = "fecf"
    HEADER = "header"
    SPACECRAFT = "spacecraft"
    CHANNEL = "channel"
    FILL = "fill"


class FrameError(ValueError):
    """Octets that are no telecommand frame for us; `fault` is the kind, the message says what was found."""

    def __init__(self, fault: FrameFault, found: str) -> None:
        super().__init__(f"{fault}: {found}")
        self.fault = fault


class TcFrame(NamedTuple):
    """A telecommand frame taken apart. BD: bypass; BC: bypass and control; AD: neither."""

    data: bytes
    sequence: int = 0
    bypass: bool = True
    control: bool = False
    vcid: int = VCID
    scid: int = SCID


def header(frame: TcFrame, data_size: int) -> bytes:
    """The header of `frame` when its data field has `data_size` octets; raises `ValueError` for what does not fit."""
    size = HEADER_SIZE + data_size + FECF_SIZE
    if data_size < 1 or size > MAX_SIZE:
        raise ValueError(f"a frame holds 1..{MAX_SIZE - HEADER_SIZE - FECF_SIZE} octets, not {data_size}")
    try:
        return bytes(HEADER.build(frame._asdict() | {"length": size - 1}))
    except construct.ConstructError as error:
        raise ValueError(f"frame header: {str(error).splitlines()[-1]}") from None


def close(octets: bytes) -> bytes:
    """`octets`, header and data, with the frame error control field."""
    return octets + crc_hqx(octets, 0xFFFF).to_bytes(2, "big")


def build(frame: TcFrame) -> bytes:
    """The octets of `frame`; raises `ValueError` when its data do not fit or are none, or a header value does not."""
    return close(header(frame, len(frame.data)) + frame.data)


def restore(octets: bytes) -> bytes:
    """A frame that was randomized, with fill after it that was not, as the frame was before."""
    plain = tc_randomize(octets)
    size = _size(plain)
    return plain[:size] + octets[size:]


def _size(octets: bytes) -> int:
    """How long the header at the start of `octets` says the frame is; 0 when there is none."""
    return ((octets[2] & 3) << 8 | octets[3]) + 1 if len(octets) >= HEADER_SIZE else 0


def parse(octets: bytes, scid: int = SCID, vcid: int = VCID, fill: int | None = None) -> TcFrame:
    """The frame at the start of `octets`; raises `FrameError`.

    With `fill`, up to 6 octets of that value may follow it, as in a CLTU; otherwise nothing.
    """
    if len(octets) < HEADER_SIZE + 1 + FECF_SIZE:
        raise FrameError(FrameFault.LENGTH, f"{len(octets)} octets, a frame has at least {HEADER_SIZE + 1 + FECF_SIZE}")
    size = _size(octets)
    if not HEADER_SIZE + 1 + FECF_SIZE <= size <= len(octets):
        raise FrameError(FrameFault.LENGTH, f"{len(octets)} octets, the header says {size}")
    if crc_hqx(octets[:size], 0xFFFF):
        raise FrameError(FrameFault.FECF, f"checksum {octets[size - 2 : size].hex()} is wrong")
    rest = octets[size:]
    if rest and (fill is None or len(rest) > 6 or rest.count(fill) != len(rest)):
        raise FrameError(FrameFault.FILL, f"{rest[:8].hex()} follows the frame")
    try:
        found: Any = HEADER.parse(octets)
    except construct.ConstructError as error:
        raise FrameError(FrameFault.HEADER, str(error).splitlines()[-1]) from None
    if found.scid != scid:
        raise FrameError(FrameFault.SPACECRAFT, f"spacecraft {found.scid:#x}, ours is {scid:#x}")
    if found.vcid != vcid:
        raise FrameError(FrameFault.CHANNEL, f"virtual channel {found.vcid}, ours is {vcid}")
    if found.control and not found.bypass:
        raise FrameError(FrameFault.HEADER, "control flag without bypass flag is reserved")
    data = octets[HEADER_SIZE : size - FECF_SIZE]
    return TcFrame(data, found.sequence, found.bypass, found.control, found.vcid, found.scid)
