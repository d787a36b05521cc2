"""COP-1 as it is on the link (CCSDS 232.1-B-2): control commands up, the control word down, and the windows of both.

FARM-1 on board and FOP-1 on the ground are built on this; neither is here.
"""

from __future__ import annotations

import struct
from typing import NamedTuple, Self

WINDOW = 64
"""FARM sliding window (W): frames within half of it ahead of V(R) ask for retransmission, within half of it behind are
known already; any other one locks the sequence-controlled service."""
POSITIVE_WINDOW = WINDOW // 2
"""PW: the greatest FOP sliding window width (K) that can't cause a lockout."""
NEGATIVE_WINDOW = WINDOW // 2
MODULO = 256
"""Frame sequence numbers N(S) and V(R) count modulo this."""

UNLOCK = b"\x00"
"""Data of the BC frame that ends a lockout (CCSDS 232.0-B)."""
_SET_VR = b"\x82\x00"
_CLCW = struct.Struct(">I")
_ALWAYS = 0x0100_0000  # COP in effect: 1; type, version, status and spares: 0
_FIXED = 0xE303_0100  # the bits that must be as in `_ALWAYS`; the status field is left free
_LOCKOUT, _WAIT, _RETRANSMIT = 0x2000, 0x1000, 0x0800


def set_vr(value: int) -> bytes:
    """Data of the BC frame that sets V(R), 0..255 (CCSDS 232.0-B)."""
    return _SET_VR + value.to_bytes(1, "big")


def is_unlock(data: bytes) -> bool:
    """Whether `data` of a BC frame are the Unlock command."""
    return data == UNLOCK


def vr_of(data: bytes) -> int | None:
    """The V(R) that `data` of a BC frame set, None when they are no Set V(R) command."""
    return data[2] if len(data) == 3 and data.startswith(_SET_VR) else None


class Clcw(NamedTuple):
    """The communications link control word (CCSDS 232.0-B 4.2), as `tm_frame.CLCW` lays it out."""

    report: int = 0
    """V(R): the N(S) of the AD frame that is expected next."""
    farm_b: int = 0
    """Frames of type B accepted, modulo 4."""
    retransmit: bool = False
    wait: bool = False
    lockout: bool = False
    vcid: int = 0

    def encode(self) -> bytes:
        """The 4 octets."""
        flags = self.lockout * _LOCKOUT | self.wait * _WAIT | self.retransmit * _RETRANSMIT
        return _CLCW.pack(_ALWAYS | self.vcid << 18 | flags | (self.farm_b & 3) << 9 | self.report)

    @classmethod
    def decode(cls, octets: bytes) -> Self:
        """The control word in 4 octets; raises `ValueError` when they are none of COP-1."""
        if len(octets) != _CLCW.size:
            raise ValueError(f"a control word has {_CLCW.size} octets, not {len(octets)}")
        (word,) = _CLCW.unpack(octets)
        if word & _FIXED != _ALWAYS:
            raise ValueError(f"{octets.hex()} is no control word of COP-1")
        return cls(
            word & 0xFF,
            word >> 9 & 3,
            bool(word & _RETRANSMIT),
            bool(word & _WAIT),
            bool(word & _LOCKOUT),
            word >> 18 & 0x3F,
        )


def ahead(number: int, base: int) -> int:
    """How far `number` is ahead of `base`, 0..255."""
    return (number - base) % MODULO
