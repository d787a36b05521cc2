"""Records: what can be stored, and how one travels to the recorder's process.

A record goes as one or more datagrams of at most `CHUNK` octets of data. Where the queue was full
before the last of them, the sender counts the record as dropped and the receiver discards what it has of it.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from enum import IntEnum
from typing import NamedTuple, Protocol

from flight.icd.hk.recorder import RecorderHk
from flight.recorder.questions import Answer, Question

CHUNK = 32 * 1024
LARGEST = 1024 * 1024
"""Octets of the largest record."""
ANSWERS = 8
"""Answers kept until they are taken; the oldest go."""

_HEADER = struct.Struct(">BBHQ")  # kind, last, number of the chunk, monotonic time
_TALLY = struct.Struct(">8Q")
DATAGRAM = _HEADER.size + CHUNK
"""Octets of the largest datagram."""


class Kind(IntEnum):
    """Kinds of records."""

    FRAME = 1
    """A telemetry frame with its sync marker (CADU, CCSDS 131.0-B)."""
    PICTURE = 2
    WEIGHING = 3
    DECISION = 4
    BANK = 5
    """An image for two banks, with its label (`flight.recorder.banks`)."""
    PACKETS = 6
    """Number of a packet store, and telemetry packets for it (`flight.recorder.packet_store`)."""
    QUESTION = 7
    """For what is in a packet store (`flight.recorder.questions`); it is answered, not stored."""
    PRODUCT = 8
    """Evidence with its metadata (`flight.recorder.products`)."""


_KINDS = frozenset(Kind)
SUFFIX = {Kind.PICTURE: ".jpg", Kind.WEIGHING: ".bin", Kind.DECISION: ".bin", Kind.PRODUCT: ".product"}
"""The kinds that are products: each becomes a file that ends so."""


class Record(NamedTuple):
    """What is stored: its kind, its octets, and the monotonic time it was made."""

    kind: Kind
    data: bytes
    now_ns: int


@dataclass(slots=True)
class Tally:
    """What a store has done since it was opened."""

    frames: int = 0
    products: int = 0
    octets: int = 0
    removed: int = 0
    """Oldest segments removed to make room."""
    failed: int = 0
    """Records that could not be stored."""
    errno: int = 0
    """Why the latest one could not be stored."""
    banks: int = 0
    """Banks written."""
    packets: int = 0
    """Records of packets stored."""

    def fail(self, error: OSError) -> None:
        """Count what `error` kept from being stored."""
        self.failed += 1
        self.errno = error.errno or errno.EIO

    def encode(self) -> bytes:
        """As a datagram."""
        return _TALLY.pack(*astuple(self))

    @classmethod
    def decode(cls, data: bytes) -> Tally | None:
        """From a datagram; None when it is not one."""
        return cls(*_TALLY.unpack(data)) if len(data) == _TALLY.size else None


class Recorder(Protocol):
    """Where records go. Nothing here waits for storage."""

    hk: RecorderHk

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Hand over a record; False when it was dropped, which is counted and reported."""

    def ask(self, question: Question, now_ns: int) -> bool:
        """Put a question to the packet stores; False when it can't be now."""

    def answer(self) -> Answer | None:
        """An answer that has come, each once."""

    def step(self, now_ns: int) -> None:
        """Look after the storage and the housekeeping; a few times a second."""

    def close(self) -> None:
        """Store what was taken, and end. For use after the loop: this one waits."""


def datagrams(record: Record) -> Iterator[bytes]:
    """The datagrams a record travels as."""
    kind, data, now_ns = record
    count = max(1, -(-len(data) // CHUNK))
    for number in range(count):
        chunk = data[number * CHUNK : (number + 1) * CHUNK]
        yield _HEADER.pack(kind, number == count - 1, number, now_ns) + chunk


class Assembler:
    """Puts records together again."""

    __slots__ = ("_chunks", "_key")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._key = (0, 0)

    def take(self, datagram: bytes) -> Record | None:
        """The record that this datagram completes, if it does."""
        if len(datagram) < _HEADER.size:
            return None
        kind, last, number, now_ns = _HEADER.unpack_from(datagram)
        if number == 0:
            self._chunks, self._key = [], (kind, now_ns)
        if number != len(self._chunks) or (kind, now_ns) != self._key or number * CHUNK >= LARGEST:
            self._chunks = []
            return None
        self._chunks.append(datagram[_HEADER.size :])
        if not last:
            return None
        data, self._chunks = b"".join(self._chunks), []
        return Record(Kind(kind), data, now_ns) if kind in _KINDS else None
