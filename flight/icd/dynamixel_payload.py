"""Dynamixel Protocol 2.0: what each instruction and answer carries, built by the host and read by the device.

Builders give the params of an instruction for `dynamixel.encode`, or whole frames where that says more; readers take a
frame's params and raise `PayloadError` when they can't be what the instruction says.

A fast answer is one frame of several devices, each adding its block: `55 | {ERR ID data CRC}...`. It is not stuffed,
and each block's CRC covers everything from the header's first octet on, so what came before a break is still good.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fastcrc import crc16

from flight.icd.dynamixel import BROADCAST, HEADER, STATUS, Instruction, encode

_SPAN = struct.Struct("<HH")
_ADDRESS = struct.Struct("<H")
_ID_SPAN = struct.Struct("<BHH")
_FAST_LEAD = struct.Struct("<4sBHB")
_CRC = struct.Struct("<H")
_FAST_BLOCK_OVERHEAD = 4
CLEAR_MULTI_TURN = b"\x01\x44\x58\x4c\x22"
"""Params of Clear that reset the count of turns of the present position."""


class PayloadError(ValueError):
    """Params that don't have the form their instruction gives them."""


class Span(NamedTuple):
    """A stretch of one device's control table."""

    id: int
    address: int
    size: int


class Block(NamedTuple):
    """One device's part of a fast answer."""

    id: int
    error: int
    data: bytes


def ping(device_id: int) -> bytes:
    """The frame that asks one device, or all (`BROADCAST`), for model number and firmware version."""
    return encode(device_id, Instruction.PING)


def read(device_id: int, address: int, size: int) -> bytes:
    """The frame that reads `size` octets at `address`."""
    return encode(device_id, Instruction.READ, _SPAN.pack(address, size))


def write(device_id: int, address: int, data: bytes) -> bytes:
    """The frame that writes `data` at `address`."""
    return encode(device_id, Instruction.WRITE, _ADDRESS.pack(address) + data)


def reboot(device_id: int) -> bytes:
    """The frame that restarts a device: torque off, RAM registers back to their defaults, hardware error cleared."""
    return encode(device_id, Instruction.REBOOT)


def sync_read(address: int, size: int, ids: Sequence[int], fast: bool = False) -> bytes:
    """The frame that reads the same stretch of several devices; with `fast` they answer in one frame."""
    instruction = Instruction.FAST_SYNC_READ if fast else Instruction.SYNC_READ
    return encode(BROADCAST, instruction, _SPAN.pack(address, size) + bytes(ids))


def sync_write(address: int, size: int, items: Iterable[tuple[int, bytes]]) -> bytes:
    """The frame that writes `size` octets at the same `address` of several devices; nobody answers."""
    params = bytearray(_SPAN.pack(address, size))
    for device_id, data in items:
        if len(data) != size:
            raise PayloadError(f"sync write of {size} octets: device {device_id} is given {len(data)}")
        params.append(device_id)
        params += data
    return encode(BROADCAST, Instruction.SYNC_WRITE, bytes(params))


def bulk_read(spans: Iterable[Span], fast: bool = False) -> bytes:
    """The frame that reads a stretch of its own from each device."""
    instruction = Instruction.FAST_BULK_READ if fast else Instruction.BULK_READ
    return encode(BROADCAST, instruction, b"".join(_ID_SPAN.pack(*span) for span in spans))


def bulk_write(items: Iterable[tuple[int, int, bytes]]) -> bytes:
    """The frame that writes (id, address, data) each; nobody answers."""
    params = b"".join(_ID_SPAN.pack(device_id, address, len(data)) + data for device_id, address, data in items)
    return encode(BROADCAST, Instruction.BULK_WRITE, params)


def parse_read(params: bytes) -> tuple[int, int]:
    """(address, size) of Read."""
    if len(params) != _SPAN.size:
        raise PayloadError(f"read: 4 octets of params, got {len(params)}")
    address, size = _SPAN.unpack(params)
    return address, size


def parse_write(params: bytes) -> tuple[int, bytes]:
    """(address, data) of Write and RegWrite."""
    if len(params) < 3:
        raise PayloadError(f"write: at least 3 octets of params, got {len(params)}")
    return params[0] | params[1] << 8, params[2:]


def parse_sync_read(params: bytes) -> tuple[int, int, tuple[int, ...]]:
    """(address, size, ids) of Sync Read and Fast Sync Read."""
    if len(params) < 5:
        raise PayloadError(f"sync read: at least 5 octets of params, got {len(params)}")
    address, size = _SPAN.unpack_from(params)
    return address, size, tuple(params[4:])


def parse_sync_write(params: bytes) -> tuple[int, int, list[tuple[int, bytes]]]:
    """(address, size, [(id, data)...]) of Sync Write."""
    if len(params) < 6:
        raise PayloadError(f"sync write: at least 6 octets of params, got {len(params)}")
    address, size = _SPAN.unpack_from(params)
    step = size + 1
    if (len(params) - 4) % step:
        raise PayloadError(f"sync write: {len(params) - 4} octets are no multiple of id + {size}")
    items = [(params[at], params[at + 1 : at + step]) for at in range(4, len(params), step)]
    return address, size, items


def parse_bulk_read(params: bytes) -> list[Span]:
    """What Bulk Read and Fast Bulk Read ask of each device."""
    if not params or len(params) % _ID_SPAN.size:
        raise PayloadError(f"bulk read: params are a multiple of 5 octets, got {len(params)}")
    return [Span(*fields) for fields in _ID_SPAN.iter_unpack(params)]


def parse_bulk_write(params: bytes) -> list[tuple[int, int, bytes]]:
    """[(id, address, data)...] of Bulk Write."""
    items: list[tuple[int, int, bytes]] = []
    at = 0
    while at < len(params):
        if len(params) - at < _ID_SPAN.size:
            raise PayloadError(f"bulk write: {len(params) - at} octets left over")
        device_id, address, size = _ID_SPAN.unpack_from(params, at)
        at += _ID_SPAN.size
        data = params[at : at + size]
        if len(data) != size:
            raise PayloadError(f"bulk write: device {device_id} is to get {size} octets, the frame has {len(data)}")
        items.append((device_id, address, data))
        at += size
    return items


def fast_length(sizes: Sequence[int]) -> int:
    """LEN of the fast answer of devices that give `sizes` octets each."""
    return 1 + sum(sizes) + _FAST_BLOCK_OVERHEAD * len(sizes)


def fast_status(blocks: Sequence[Block], sizes: Sequence[int] | None = None) -> bytes:
    """A fast answer; where the chain broke and `blocks` are fewer, `sizes` are what all those asked would give."""
    length = fast_length([len(block.data) for block in blocks] if sizes is None else sizes)
    frame = bytearray(_FAST_LEAD.pack(HEADER, BROADCAST, length, STATUS))
    crc = crc16.umts(bytes(frame))
    for block in blocks:
        part = bytes((block.error, block.id)) + block.data
        tail = _CRC.pack(crc16.umts(part, crc))
        frame += part + tail
        crc = crc16.umts(part + tail, crc)
    return bytes(frame)


def parse_fast_status(raw: bytes, spans: Sequence[tuple[int, int]]) -> list[Block]:
    """The blocks of a fast answer that are good, from the first to where it breaks off.

    `raw` begins with the header; `spans` are the (id, size) asked for, in order. A block counts when its CRC holds and
    it comes from the device whose turn it is; none counts when the frame's head is not the one asked for.
    """
    lead = _FAST_LEAD.pack(HEADER, BROADCAST, fast_length([size for _, size in spans]), STATUS)
    blocks: list[Block] = []
    if raw[: len(lead)] != lead:
        return blocks
    at = len(lead)
    for device_id, size in spans:
        stop = at + 2 + size
        if stop + 2 > len(raw) or raw[at + 1] != device_id:
            break
        if crc16.umts(raw[:stop]) != raw[stop] | raw[stop + 1] << 8:
            break
        blocks.append(Block(device_id, raw[at], raw[at + 2 : stop]))
        at = stop + 2
    return blocks
