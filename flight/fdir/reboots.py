"""Restarts of servos that nobody commanded: whether one may be, and how many have been.

A restart clears a latched error, and lets go of what the servo holds. It is withheld where that could disturb what lies
as the buyer was shown it, while the board itself has started too often, and beyond `most` in a row; `forgive_s` without
one, and the servo begins anew.
"""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.events.fdir import ServoRebootWithheld
from flight.icd.fdir import SERVOS
from flight.icd.inhibits import HELD
from flight.icd.kinds import Emit
from flight.icd.modes import Custody


class Reboots:
    """Asked before each restart, which it counts. `step` now and then."""

    __slots__ = ("_emit", "_forgive_ns", "_last_ns", "_now_ns", "_told", "barred", "counts", "custody", "most")

    def __init__(self, emit: Emit, custody: Callable[[], Custody], most: int, forgive_s: float) -> None:
        self._emit = emit
        self._forgive_ns = round(forgive_s * 1e9)
        self._now_ns = 0
        self._last_ns = [0] * SERVOS
        self._told = [0] * SERVOS
        self.barred: Callable[[], bool] = lambda: False
        """Whether nothing at all is restarted."""
        self.counts = [0] * SERVOS
        self.custody = custody
        self.most = most

    def may(self, servo: int, bits: int) -> bool:
        """Whether `servo`, with the error `bits`, may be restarted: then it counts as restarted. A refusal is told."""
        custody, count = self.custody(), self.counts[servo]
        if custody in HELD or self.barred() or count >= self.most:
            if self._told[servo] != bits:
                self._told[servo] = bits
                self._emit(ServoRebootWithheld(joint=servo, bits=bits, custody=custody, reboots=count, most=self.most))
            return False
        self.counts[servo] = count + 1
        self._last_ns[servo] = self._now_ns
        self._told[servo] = 0
        return True

    def step(self, now_ns: int) -> None:
        """Forgive what is long ago."""
        self._now_ns = now_ns
        for servo, count in enumerate(self.counts):
            if count and now_ns - self._last_ns[servo] >= self._forgive_ns:
                self.counts[servo] = self._told[servo] = 0
