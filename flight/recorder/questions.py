"""Questions to the packet stores, and answers: how stored packets come back without anybody waiting.

A question can be asked again, for instance of a recorder process that was started anew: the place in the store travels
with it. Times are those of the packets: CUC octets 4 + 2 as one number.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple, Self

from flight.icd import cuc
from flight.icd.space_packet import TM_HEADER_SIZE

STAMP = TM_HEADER_SIZE - cuc.SIZE
"""Where the time begins in a telemetry packet."""
_QUESTION = struct.Struct(">BBHQQQ")
_ANSWER = struct.Struct(">BBHBQQQQI")


class Operation(IntEnum):
    """What is asked. Zero is none: an answer can't be taken for a tally, which begins so."""

    READ = 1
    """Some packets between two times, from a place on."""
    DELETE = 2
    """Forget what is older than a time."""
    SUMMARIZE = 3


class Question(NamedTuple):
    """What is asked of a `store`; the answer repeats `serial`. `place` 0 is the oldest packet."""

    operation: Operation
    store: int
    serial: int
    place: int = 0
    begin: int = 0
    end: int = 0

    def encode(self) -> bytes:
        """As the data of a record."""
        return _QUESTION.pack(*self)

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """From the data of a record; None when it is none."""
        if len(data) != _QUESTION.size or data[0] not in list(Operation):
            return None
        operation, *rest = _QUESTION.unpack(data)
        return cls(Operation(operation), *rest)


class Answer(NamedTuple):
    """READ: `packets` one after another, how many are `held` in the answer, the `place` to go on at, and whether the
    store `ended` there. Others: packets `held` and `octets` in the store, and times of its `first` and `last` packet.
    """

    operation: Operation
    store: int
    serial: int
    ended: bool = False
    place: int = 0
    first: int = 0
    last: int = 0
    octets: int = 0
    held: int = 0
    packets: bytes = b""

    def encode(self) -> bytes:
        """As a datagram."""
        return _ANSWER.pack(*self[:-1]) + self.packets

    @classmethod
    def decode(cls, data: bytes) -> Self | None:
        """From a datagram; None when it is none."""
        if len(data) < _ANSWER.size or data[0] not in list(Operation):
            return None
        operation, store, serial, ended, place, first, last, octets, held = _ANSWER.unpack_from(data)
        packets = data[_ANSWER.size :]
        return cls(Operation(operation), store, serial, bool(ended), place, first, last, octets, held, packets)


def time_code(seconds: int, fraction: int) -> int:
    """The two parts of a time as one number, as stamps are compared."""
    return seconds << 16 | fraction


def split_time_code(code: int) -> tuple[int, int]:
    """The two parts again."""
    return code >> 16, code & 0xFFFF


def stamp(packet: bytes, at: int = 0) -> int:
    """The time code of the telemetry packet that begins at `at`."""
    return int.from_bytes(packet[at + STAMP : at + STAMP + cuc.SIZE], "big")
