"""Dynamixel Protocol 2.0: frames to octets and back, for the host and for the device.

    FF FF FD 00 | ID | LEN_L LEN_H | INST | params | CRC_L CRC_H

LEN counts INST, params and CRC after stuffing. The CRC (polynomial 0x8005, initial 0, most significant bit first)
covers all octets before it. From INST to the last param, FF FF FD is sent as FF FF FD FD. A status frame has INST 0x55
and its first param is the error octet. The payloads of each instruction are built and read in `dynamixel_payload`.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

import construct
from fastcrc import crc16

HEADER = b"\xff\xff\xfd\x00"
BROADCAST = 0xFE
STATUS = 0x55
ALERT = 0x80
"""Bit of the error octet: the hardware error register (70) is not zero."""
OVERHEAD = 10
"""Octets of a frame without params: header, id, LEN, INST, CRC."""

_ESCAPE, _ESCAPED = b"\xff\xff\xfd", b"\xff\xff\xfd\xfd"
_LEAD = struct.Struct("<4sBHB")
_CRC = struct.Struct("<H")
_crc = crc16.umts

LAYOUT = construct.Struct(
    "header" / construct.Const(HEADER),
    "id" / construct.Int8ul,
    "length" / construct.Int16ul,
    "instruction" / construct.Int8ul,
    "params" / construct.Bytes(construct.this.length - 3),
    "crc" / construct.Int16ul,
)
"""A frame as it lies on the wire: the reference that `encode` and `Parser`, made for speed, are held to."""


class Instruction(IntEnum):
    """What a host asks of a device; STATUS marks the device's answer."""

    PING = 0x01
    READ = 0x02
    WRITE = 0x03
    REG_WRITE = 0x04
    ACTION = 0x05
    FACTORY_RESET = 0x06
    REBOOT = 0x08
    CLEAR = 0x10
    STATUS = 0x55
    SYNC_READ = 0x82
    SYNC_WRITE = 0x83
    FAST_SYNC_READ = 0x8A
    BULK_READ = 0x92
    BULK_WRITE = 0x93
    FAST_BULK_READ = 0x9A


class Error(IntEnum):
    """Low seven bits of the error octet of a status frame."""

    NONE = 0
    RESULT = 1
    INSTRUCTION = 2
    CRC = 3
    DATA_RANGE = 4
    DATA_LENGTH = 5
    DATA_LIMIT = 6
    ACCESS = 7


class Frame(NamedTuple):
    """A received frame whose CRC held, its params without stuffing (those of a fast status frame never had any)."""

    id: int
    instruction: int
    params: bytes

    @property
    def is_status(self) -> bool:
        """Whether a device sent this."""
        return self.instruction == STATUS

    @property
    def error(self) -> int:
        """`Error` in the low seven bits, `ALERT` above; meaningful for a status frame of one device."""
        return self.params[0] if self.params else 0

    @property
    def data(self) -> bytes:
        """What a status frame of one device carries behind its error octet."""
        return self.params[1:]


def encode(device_id: int, instruction: int, params: bytes = b"") -> bytes:
    """A frame as octets, stuffed and with its CRC. Raises `ValueError` when `params` don't fit a frame."""
    if _ESCAPE in params:
        params = params.replace(_ESCAPE, _ESCAPED)
    length = len(params) + 3
    if length > 0xFFFF:
        raise ValueError(f"a frame's LEN is at most 65535, these params make it {length}")
    frame = _LEAD.pack(HEADER, device_id, length, instruction) + params
    return frame + _CRC.pack(_crc(frame))


def status(device_id: int, error: int = 0, data: bytes = b"") -> bytes:
    """A device's answer."""
    return encode(device_id, STATUS, bytes((error,)) + data)


class Parser:
    """Finds the frames in a stream of octets, whatever else the stream carries.

    A header whose LEN is not plausible or whose CRC fails is taken for noise, and the search goes on one octet behind
    it, so that a damaged frame never takes the next one with it. A frame is believed when LEN and CRC hold, even when
    its params should have been stuffed and are not: the vendor's own SDK sends such frames.

    At most `max_length` octets (LEN) are waited for; what has been dropped is counted: `crc_errors`, `length_errors`
    (headers refused), `garbage` (octets that belonged to no frame).
    """

    __slots__ = ("_buffer", "crc_errors", "garbage", "length_errors", "max_length")

    def __init__(self, max_length: int = 1024) -> None:
        self.max_length = max_length
        self.crc_errors = 0
        self.length_errors = 0
        self.garbage = 0
        self._buffer = bytearray()

    @property
    def pending(self) -> int:
        """Octets held back because the frame they may belong to is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes, in order."""
        buffer = self._buffer
        buffer += data
        frames: list[Frame] = []
        at, end = 0, len(buffer)
        while end - at >= OVERHEAD:
            if buffer[at : at + 4] != HEADER:
                at = self._next_header(at)
                continue
            length = buffer[at + 5] | buffer[at + 6] << 8
            if not 3 <= length <= self.max_length:
                self.length_errors += 1
                at = self._next_header(at)
                continue
            stop = at + 7 + length
            if stop > end:
                break
            if _crc(bytes(buffer[at : stop - 2])) != buffer[stop - 2] | buffer[stop - 1] << 8:
                self.crc_errors += 1
                at = self._next_header(at)
                continue
            frames.append(_frame(buffer[at + 4], buffer[at + 7], bytes(buffer[at + 8 : stop - 2])))
            at = stop
        if at:
            del buffer[:at]
        return frames

    def flush(self) -> list[Frame]:
        """The line has gone quiet: whole frames behind a header whose frame can't be completed; the rest is dropped.

        A device calls this when octets stop coming in the middle of a frame, a host when its answer is overdue.
        """
        frames: list[Frame] = []
        buffer = self._buffer
        while len(buffer) >= OVERHEAD:  # each pass takes at least one octet
            at = self._next_header(0)
            del buffer[:at]
            frames += self.feed(b"")
        self.reset()
        return frames

    def reset(self) -> None:
        """Forget a frame begun and not completed."""
        self.garbage += len(self._buffer)
        self._buffer.clear()

    def _next_header(self, at: int) -> int:
        """Where behind `at` the next header may begin; what is passed over is garbage."""
        found = self._buffer.find(HEADER, at + 1)
        if found < 0:
            found = max(at + 1, len(self._buffer) - len(HEADER) + 1)
        self.garbage += found - at
        return found


def _frame(device_id: int, instruction: int, params: bytes) -> Frame:
    fast = device_id == BROADCAST and instruction == STATUS
    if not fast and _ESCAPED in params:
        params = params.replace(_ESCAPED, _ESCAPE)
    return Frame(device_id, instruction, params)
