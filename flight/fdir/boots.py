"""Starts of the board, counted through restarts: what starts it again and again may be the program itself.

A start is forgotten once the program has run for `stable_s`, and when it ends in order. More than `boots_most` in a row
put the board in SAFE: it resumes nothing, restarts no servo and acts on no event by itself until the fault BOOTS is
cleared, and with it the count. The record keeps the latched faults as well.
"""

from __future__ import annotations

from collections.abc import Callable

from flight.fdir.modes import Modes
from flight.icd.events.fdir import BootCounted, BootsForgotten
from flight.icd.events.recorder import BankState
from flight.icd.fields import enum8, u8, u16
from flight.icd.kinds import Emit
from flight.icd.modes import SafeReason
from flight.icd.packet import DecodeError, Packet
from flight.recorder.banks import BankWriter, Label, Loaded

LABEL = Label("fdir", b"SJFD", 1)
AGAIN_NS = 1_000_000_000
"""What the recorder did not take is handed over again after so long."""
_MOST = 255


class FdirRecord(Packet):
    """What is kept."""

    boots: int = u8("", "starts in a row, the last one included")
    reason: SafeReason = enum8(SafeReason, "why the mode is SAFE")
    latched: int = u16("", "bit n: fault n is latched")


class Boots:
    """Counts starts. `load` once, before the loop; `step` now and then; `close` as the program ends in order."""

    __slots__ = (
        "_acts", "_again_ns", "_began_ns", "_counted", "_emit", "_image", "_modes", "_most", "_stable_ns", "_writer",
        "boots",
    )  # fmt: skip

    def __init__(
        self, modes: Modes, writer: BankWriter, emit: Emit, most: int, stable_s: float,
        acts: Callable[[bool], None],
    ) -> None:  # fmt: skip
        """`acts(whether)` lets event-actions act, or not."""
        self._modes = modes
        self._writer = writer
        self._emit = emit
        self._acts = acts
        self._most = most
        self._stable_ns = round(stable_s * 1e9)
        self._began_ns = -1
        self._again_ns = 0
        self._image = b""
        self._counted = True  # whether this start is still among those counted
        self.boots = 1
        """Starts in a row, this one included."""
        modes.cause(SafeReason.BOOTS, lambda: None, self._forget)

    @property
    def capped(self) -> bool:
        """Whether there were too many: nothing is done on one's own."""
        return self.boots > self._most

    def load(self, loaded: Loaded) -> None:
        """Count this start on what was kept, and latch what was latched. What can't be read leaves no more room."""
        kept = FdirRecord()
        if loaded.states != (BankState.ABSENT, BankState.ABSENT):
            try:
                kept = FdirRecord.decode(loaded.data or b"")
            except DecodeError:
                kept = FdirRecord(boots=self._most - 1)
        self.boots = min(kept.boots + 1, _MOST)
        self._emit(BootCounted(boots=self.boots, most=self._most))
        if kept.reason is not SafeReason.NONE:
            self._modes.safe(kept.reason)
        self._modes.latch(kept.latched)
        if self.capped:
            self._acts(False)
            self._modes.safe(SafeReason.BOOTS, value=float(self.boots), limit=float(self._most))

    def step(self, now_ns: int) -> None:
        """Forget the starts once this one is stable; keep what has changed."""
        if self._began_ns < 0:
            self._began_ns = now_ns
        if self._counted and now_ns - self._began_ns >= self._stable_ns and not self.capped:
            self._forget(now_ns)
        image = self._record().encode()
        if image != self._image and now_ns >= self._again_ns:
            if self._writer.store(image, now_ns):
                self._image = image
            else:
                self._again_ns = now_ns + AGAIN_NS

    def close(self, now_ns: int) -> None:
        """The program ends in order: this start is none that counts."""
        if self._counted and not self.capped:
            self.boots = max(0, self.boots - 1)
        self._writer.store(self._record().encode(), now_ns)

    def _forget(self, now_ns: int = -1) -> None:
        ran_s = (now_ns - self._began_ns) * 1e-9 if now_ns >= 0 else 0.0
        self._emit(BootsForgotten(boots=self.boots, ran_s=ran_s))
        if self.capped:
            self._acts(True)
        self.boots, self._counted = 0, False

    def _record(self) -> FdirRecord:
        return FdirRecord(boots=self.boots, reason=self._modes.reason, latched=self._modes.latched)
