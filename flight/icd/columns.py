"""Columns of many packets of one kind at once: numpy types and splitters derived from the declaration.

For the ground and for analysis; flight software does not import this module, nor numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight.icd import cuc
from flight.icd.fields import Field
from flight.icd.kinds import Telemetry
from flight.icd.space_packet import CRC_SIZE, TM_HEADER_SIZE

Octets = NDArray[np.uint8]
_TYPES = {
    "B": "u1", "H": ">u2", "I": ">u4", "Q": ">u8", "b": "i1", "h": ">i2", "i": ">i4", "q": ">i8",
    "f": ">f4", "d": ">f8",
}  # fmt: skip
_HEADER = [
    ("packet", ">u2"), ("control", ">u2"), ("length", ">u2"), ("pus", "u1"), ("service", "u1"), ("subtype", "u1"),
    ("counter", ">u2"), ("destination", ">u2"), ("seconds", ">u4"), ("fraction", ">u2"),
]  # fmt: skip
_BLOCK = 8192
"""Packets checked together: their state stays in the cache."""


def packet_dtype(kind: type[Telemetry]) -> np.dtype[np.void]:
    """The numpy type of a whole packet of `kind`: header, identifier if any, fields as `f_<name>`, checksum."""
    entries: list[Any] = list(_HEADER)
    if kind.ident is not None:
        entries.append(("ident", ">u2"))
    for name, field in kind.fields.items():
        entries.append((f"f_{name}", _TYPES[field.code], (field.count,) if field.count > 1 else ()))
    entries.append(("crc", ">u2"))
    return np.dtype(entries)


def packet_size(kind: type[Telemetry]) -> int:
    """Octets of a whole packet of `kind`."""
    return TM_HEADER_SIZE + (0 if kind.ident is None else 2) + kind.size() + CRC_SIZE


def _crc_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """CRC-16/CCITT of one octet, and of two octets at once: the state has 16 bits, so one look-up takes both."""
    octet = np.arange(256, dtype=np.uint32) << 8
    for _ in range(8):
        octet = np.where(octet & 0x8000, octet << 1 ^ 0x1021, octet << 1) & 0xFFFF
    both = np.arange(65536, dtype=np.uint32)
    for _ in range(2):
        both = (both << 8 & 0xFFFF) ^ octet[both >> 8]
    return octet.astype(np.uint16), both.astype(np.uint16)


_CRC_8, _CRC_16 = _crc_tables()


def crc_good(packets: Octets) -> NDArray[np.bool_]:
    """Which of `packets`, shape (count, octets), have a right CRC-16 in their last two octets; shape (count,)."""
    count, size = packets.shape
    good = np.empty(count, dtype=np.bool_)
    for begin in range(0, count, _BLOCK):
        block = packets[begin : begin + _BLOCK]
        state = np.full(len(block), 0xFFFF, dtype=np.uint16)
        odd = size % 2
        if odd:
            state = (state << 8) ^ _CRC_8[(state >> 8) ^ block[:, 0]]
        words = np.ascontiguousarray(np.ascontiguousarray(block[:, odd:]).view(">u2").T).astype(np.uint16)
        for word in words:
            np.bitwise_xor(state, word, out=state)
            state = _CRC_16[state]
        good[begin : begin + _BLOCK] = state == 0
    return good


def columns(kind: type[Telemetry], packets: Octets) -> dict[str, NDArray[Any]]:
    """The values in `packets` of `kind`, shape (count, octets), in engineering units.

    Keys: `tai_ns` (int64), `packet_sequence`, then the fields; those with several values as `name_0`, `name_1`, ...
    Enumerations stay numbers. Raises `ValueError` when the packets have another size than the kind.
    """
    if packets.ndim != 2 or packets.shape[1] != packet_size(kind):
        raise ValueError(f"{kind.__name__}: a packet has {packet_size(kind)} octets, got shape {packets.shape}")
    rows = np.ascontiguousarray(packets).view(packet_dtype(kind))[:, 0]
    count = len(rows)
    tai_ns, sequence = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.uint16)
    places = {name: _empty(field, count) for name, field in kind.fields.items()}
    for begin in range(0, count, _BLOCK):
        part = slice(begin, begin + _BLOCK)
        block = rows[part]
        fraction_ns = -(-block["fraction"].astype(np.int64) * cuc.NS_PER_S >> 16)
        tai_ns[part] = block["seconds"].astype(np.int64) * cuc.NS_PER_S + fraction_ns
        sequence[part] = block["control"] & 0x3FFF
        for name, field in kind.fields.items():
            raw = block[f"f_{name}"]
            if field.scale == 1.0:
                places[name][..., part] = raw.T
            else:
                np.multiply(raw.T, field.scale, out=places[name][..., part])
    found: dict[str, NDArray[Any]] = {"tai_ns": tai_ns, "packet_sequence": sequence}
    for name, field in kind.fields.items():
        if field.count == 1:
            found[name] = places[name]
        else:
            found |= {f"{name}_{place}": places[name][place] for place in range(field.count)}
    return found


def _empty(field: Field, count: int) -> NDArray[Any]:
    """Room for the values of a field: one column for each element."""
    dtype = np.dtype(_TYPES[field.code]).newbyteorder("=") if field.scale == 1.0 else np.dtype(np.float64)
    return np.empty((field.count, count) if field.count > 1 else count, dtype=dtype)
