"""Telecommand synchronisation on a byte stream: CLTUs with BCH(63,56) codeblocks (CCSDS 231.0-B, clauses 3 and 5).

A CLTU is the start sequence, codeblocks of 7 octets and one of parity, and a tail that is no codeblock. The decoder
detects errors and does not correct them: a frame in doubt is sent again by COP-1, never guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass

START = bytes.fromhex("EB90")
TAIL = bytes.fromhex("C5C5C5C5C5C5C579")
FILL = 0x55
_BLOCK = 8
_DATA = 7
MAX_FRAME = 1024
MAX_BLOCKS = -(-MAX_FRAME // _DATA)


def _parity_table() -> tuple[int, ...]:
    """Remainders of each octet by x^7 + x^6 + x^2 + 1 (0xC5), for an octet-wise division with 7 bits of state."""
    table = []
    for octet in range(256):
        state = octet
        for _ in range(8):
            state = (state << 1) ^ (0xC5 << 1 if state & 0x80 else 0)
        table.append(state & 0xFF)
    return tuple(table)


_PARITY = _parity_table()


def parity(data: bytes) -> int:
    """The eighth octet of a codeblock with these 7: complemented BCH parity, and a zero as last bit (231.0-B 3.3)."""
    state = 0
    for octet in data:
        state = _PARITY[state ^ octet]
    return ~state & 0xFE


def encode(frame: bytes) -> bytes:
    """`frame` as one CLTU, filled to whole codeblocks with 0x55."""
    parts = [START]
    for at in range(0, len(frame), _DATA):
        block = frame[at : at + _DATA].ljust(_DATA, bytes([FILL]))
        parts.append(block + bytes([parity(block)]))
    parts.append(TAIL)
    return b"".join(parts)


@dataclass(slots=True)
class CltuCounters:
    """What the decoder saw; `rejected` are CLTUs that ended in a bad codeblock or were longer than any frame."""

    found: int = 0
    rejected: int = 0
    discarded_octets: int = 0


class CltuDecoder:
    """Finds CLTUs in a stream that comes in any pieces; never raises, and holds at most one CLTU."""

    __slots__ = ("_blocks", "_pending", "counters")

    def __init__(self) -> None:
        self.counters = CltuCounters()
        self._pending = bytearray()
        self._blocks: bytearray | None = None  # None while searching for a start sequence

    def feed(self, octets: bytes) -> list[bytes]:
        """The contents, with fill, of the CLTUs that `octets` complete."""
        self._pending += octets
        found: list[bytes] = []
        at = 0
        size = len(self._pending)
        while at < size:  # bounded: each pass takes an octet or more, or ends
            if self._blocks is None:
                start = self._pending.find(START, at)
                if start < 0:
                    keep = 1 if self._pending[-1] == START[0] else 0  # may be the first half of a start
                    self.counters.discarded_octets += size - keep - at
                    at = size - keep
                    break
                self.counters.discarded_octets += start - at
                at = start + len(START)
                self._blocks = bytearray()
            if size - at < _BLOCK:
                break
            at = self._take_block(at, found)
        del self._pending[:at]
        return found

    def _take_block(self, at: int, found: list[bytes]) -> int:
        """Take the codeblock at `at`; returns where to go on."""
        blocks = self._blocks if self._blocks is not None else bytearray()
        block = bytes(self._pending[at : at + _BLOCK])
        if block == TAIL:
            self.counters.found += 1
            found.append(bytes(blocks))
            self._blocks = None
            return at + _BLOCK
        if block[_DATA] != parity(block[:_DATA]) or len(blocks) >= MAX_BLOCKS * _DATA:
            # Not resynchronised after the block but at it: the next start sequence may lie within.
            self.counters.rejected += 1
            self._blocks = None
            return at
        blocks += block[:_DATA]
        return at + _BLOCK
