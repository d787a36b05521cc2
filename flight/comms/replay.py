"""The anti-replay window: every sequence number is taken once, whatever happens to the program in between.

Numbers must rise, by at most `WINDOW` at a time, as the anti-replay service of SDLS has it (CCSDS 355.0-B-2). What
survives is not the last number but a ceiling above it, kept before any number under it is taken: taking one writes
nothing, and after a crash the board goes on above the ceiling, so that nothing taken before is ever taken again. A
crash costs up to `BLOCK` of the 2^32 numbers, an orderly end none. Housekeeping tells the ground the next number.
"""

from __future__ import annotations

import struct
from typing import Protocol

from flight.icd.events.comms import UplinkFault
from flight.icd.sdls import SEQUENCE_MAX
from flight.recorder.banks import Banks, BankState, BankWriter

WINDOW = 16_384
"""How far a number may be ahead of the last: more frames than this must not be lost in a row."""
BLOCK = 4 * WINDOW
"""How far ahead of the last number the ceiling is put."""
REMEMBERED = 64
"""Numbers behind the last of which it is known whether they were taken: late ones are told from replayed ones."""
NAME, MAGIC, VERSION = "replay", b"SARW", 1
"""Of the banks that keep the ceiling."""
_IMAGE = struct.Struct(">Q")
_AGAIN_NS = 5_000_000_000


class ReplayStateError(ValueError):
    """Whatever kept the ceiling is damaged: which numbers were taken is not known any more."""


class Ceiling(Protocol):
    """A number that survives. `kept` is the highest known to."""

    kept: int

    def raise_to(self, ceiling: int, now_ns: int) -> None:
        """Have `ceiling` kept, soon; never waits."""

    def step(self, now_ns: int) -> None:
        """Find out whether it is; about once a second."""

    def settle(self, last: int) -> None:
        """The program ends in order: no number above `last` was taken. This one may wait."""


class MemoryCeiling:
    """Survives nothing: for virtual time and tests of others."""

    __slots__ = ("kept",)

    def __init__(self) -> None:
        self.kept = 0

    def raise_to(self, ceiling: int, now_ns: int) -> None:
        """At once."""
        self.kept = ceiling

    def step(self, now_ns: int) -> None:
        """Nothing to find out."""

    def settle(self, last: int) -> None:
        """As told."""
        self.kept = last


class BankCeiling:
    """Kept in both of two banks, so that one may be damaged; written by the recorder.

    Counts as kept once the second copy can be read back, for then both were synced. Making one waits for the disk, and
    raises `ReplayStateError` when there are banks and none is whole.
    """

    __slots__ = ("_asked_ns", "_banks", "_confirmed", "_pending", "_writer", "kept")

    def __init__(self, banks: Banks, writer: BankWriter) -> None:
        loaded = banks.load()
        if loaded.data is None and loaded.states != (BankState.ABSENT, BankState.ABSENT):
            raise ReplayStateError(f"anti-replay window: {loaded.reason}; take a new key and remove the damaged banks")
        self.kept = _number(loaded.data)
        self._banks = banks
        self._writer = writer
        self._confirmed = 0  # generation of the banks from which on `_pending` is in both
        self._pending = 0
        self._asked_ns = 0

    def raise_to(self, ceiling: int, now_ns: int) -> None:
        """Hand `ceiling` to the recorder; again after a while when it can't be read back."""
        if ceiling != self._pending or now_ns - self._asked_ns >= _AGAIN_NS:
            self._pending = ceiling
            self._asked_ns = now_ns
            self._confirmed = self._banks.load().generation + 2
            for _ in range(2):
                self._writer.store(_IMAGE.pack(ceiling), now_ns)

    def step(self, now_ns: int) -> None:
        """Read the banks while something is on its way."""
        if self._pending > self.kept:
            loaded = self._banks.load()
            if loaded.generation >= self._confirmed:
                self.kept = max(self.kept, _number(loaded.data))

    def write(self, ceiling: int) -> None:
        """Keep `ceiling` now: waits for the disk, raises `OSError`."""
        self._banks.load()
        for _ in range(2):
            self._banks.store(_IMAGE.pack(ceiling))
        self.kept = ceiling

    def settle(self, last: int) -> None:
        """Keep `last`; when that fails, the numbers up to the ceiling are lost and nothing else."""
        self.write(last)


def _number(data: bytes | None) -> int:
    return _IMAGE.unpack(data)[0] if data is not None and len(data) == _IMAGE.size else 0


class ReplayWindow:
    """Takes each sequence number once."""

    __slots__ = ("_ceiling", "_seen", "last")

    def __init__(self, ceiling: Ceiling) -> None:
        self.last = ceiling.kept
        """The highest number taken, or that may have been before the program started."""
        self._ceiling = ceiling
        self._seen = (1 << REMEMBERED) - 1  # bit n: last - n was taken; before a start all may have been

    @property
    def next_sequence(self) -> int:
        """The lowest number that can still be taken."""
        return self.last + 1

    @property
    def kept(self) -> int:
        """Numbers above this are not taken until it has risen."""
        return self._ceiling.kept

    def take(self, sequence: int) -> UplinkFault | None:
        """The number of an authentic frame: None when it is new, and from now on it is not."""
        ahead = sequence - self.last
        if ahead <= 0:
            known = -ahead >= REMEMBERED or self._seen >> -ahead & 1
            return UplinkFault.REPLAYED if known else UplinkFault.REORDERED
        if ahead > WINDOW:
            return UplinkFault.AHEAD
        if sequence > self._ceiling.kept:
            return UplinkFault.NOT_KEPT
        self._seen = (self._seen << min(ahead, REMEMBERED) | 1) & (1 << REMEMBERED) - 1
        self.last = sequence
        return None

    def step(self, now_ns: int) -> None:
        """Keep the ceiling well above the last number; about once a second."""
        self._ceiling.step(now_ns)
        if self._ceiling.kept < min(self.last + BLOCK // 2, SEQUENCE_MAX):
            self._ceiling.raise_to(min(self.last + BLOCK, SEQUENCE_MAX), now_ns)

    def close(self) -> None:
        """The program ends in order; may wait, raises `OSError` when the last number could not be kept."""
        self._ceiling.settle(self.last)
