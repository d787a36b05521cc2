"""Weighing: when the load cell has come to rest, what it says on average, and what it has borne meanwhile.

What becomes of the readings is in `budget`.
"""

from __future__ import annotations

from math import fsum, sqrt

from flight.scoop.budget import Loads, Reading


class SettleDetector:
    """Tells when the cell has come to rest: two neighbouring windows agree and neither scatters."""

    __slots__ = ("_at", "_limit_n", "_values", "_window")

    def __init__(self, limit_n: float, window: int = 8) -> None:
        self._limit_n = limit_n
        self._window = window
        self._values = [0.0] * (2 * window)
        self._at = 0

    def feed(self, force_n: float) -> bool:
        """Take one reading; True once the last two windows agree within the limit."""
        size = 2 * self._window
        self._values[self._at % size] = force_n
        self._at += 1
        if self._at < size:
            return False
        split = self._at % size
        ordered = self._values[split:] + self._values[:split]
        old, new = ordered[: self._window], ordered[self._window :]
        spread = max(max(old) - min(old), max(new) - min(new))
        return abs(fsum(new) - fsum(old)) / self._window < 0.5 * self._limit_n and spread < 3.0 * self._limit_n


class Averager:
    """Mean and scatter of a fixed number of readings (Welford)."""

    __slots__ = ("_m2", "_mean", "_taken", "_wanted")

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._taken = 0
        self._mean = 0.0
        self._m2 = 0.0

    def feed(self, force_n: float, now_ns: int) -> Reading | None:
        """Take one reading; the result once `wanted` have been taken."""
        self._taken += 1
        step = force_n - self._mean
        self._mean += step / self._taken
        self._m2 += step * (force_n - self._mean)
        if self._taken < self._wanted:
            return None
        return Reading(self._mean, sqrt(self._m2 / (self._taken - 1)), self._taken, now_ns)


class LoadHistory:
    """What the cell has borne since the tare, for its hysteresis and creep; fed with every reading."""

    __slots__ = ("_high_n", "_integral_ns", "_last_n", "_last_ns", "_low_n", "_tare_n", "_tared_ns")

    def __init__(self) -> None:
        self.begin(0.0, 0)

    def begin(self, tare_n: float, now_ns: int) -> None:
        """A tare was taken."""
        self._tare_n = self._low_n = self._high_n = self._last_n = tare_n
        self._tared_ns = self._last_ns = now_ns
        self._integral_ns = 0.0

    def lost(self, tare_n: float, tared_ns: int, now_ns: int, range_n: float) -> None:
        """What it has borne since a tare of `tared_ns` is not known: the whole range, a tenth of the time (assumed)."""
        self.begin(tare_n, now_ns)
        self._high_n = tare_n + range_n
        self._tared_ns = tared_ns
        self._integral_ns = 0.1 * range_n * (now_ns - tared_ns)

    def feed(self, force_n: float, now_ns: int) -> None:
        """Take one reading."""
        self._low_n, self._high_n = min(self._low_n, force_n), max(self._high_n, force_n)
        self._integral_ns += abs(self._last_n - self._tare_n) * (now_ns - self._last_ns)
        self._last_n, self._last_ns = force_n, now_ns

    @property
    def loads(self) -> Loads:
        """What there was so far."""
        return Loads(self._high_n - self._low_n, self._integral_ns / max(self._last_ns - self._tared_ns, 1))
