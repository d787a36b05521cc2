"""Plausibility of single readings: what is said against a value before votes are counted. Pure, one object a sensor."""

from __future__ import annotations

from typing import NamedTuple

from flight.icd.fdir import Doubt


class Objection(NamedTuple):
    """What is said against a reading: why, the value found, the bound it crossed."""

    doubt: Doubt
    value: float
    bound: float


class Frozen:
    """The same number for longer than noise allows. `bound_s` 0 switches the test off: there is no noise to miss."""

    __slots__ = ("_bound_s", "_since_ns", "_value")

    def __init__(self, bound_s: float) -> None:
        self._bound_s = bound_s
        self._value: float | None = None
        self._since_ns = 0

    def feed(self, value: float, now_ns: int) -> Objection | None:
        """Take a new reading."""
        if value != self._value:
            self._value, self._since_ns = value, now_ns
            return None
        stood_s = (now_ns - self._since_ns) * 1e-9
        if self._bound_s and stood_s > self._bound_s:
            return Objection(Doubt.FROZEN, stood_s, self._bound_s)
        return None


class Jump:
    """Off the median of the last readings by more than `bound`. A new level that stays is believed: it moves the
    median before long. `forget` when jumps are to be expected.
    """

    __slots__ = ("_at", "_bound", "_last", "_taken")

    _KEPT = 5

    def __init__(self, bound: float) -> None:
        self._bound = bound
        self._last = [0.0] * self._KEPT
        self._at = self._taken = 0

    def forget(self) -> None:
        """Begin with the next reading as if it were the first."""
        self._taken = 0

    def feed(self, value: float) -> Objection | None:
        """Take a new reading."""
        off = 0.0
        if self._taken >= self._KEPT:
            off = value - sorted(self._last)[self._KEPT // 2]
        self._last[self._at] = value
        self._at = (self._at + 1) % self._KEPT
        self._taken = min(self._taken + 1, self._KEPT)
        return Objection(Doubt.JUMP, off, self._bound) if abs(off) > self._bound else None


class Scatter:
    """Readings differ from the ones before them by more than `bound`, in the median: noise does, and neither a new
    level nor the jerk of a joint that slips a little. `forget` when it is to be expected.
    """

    __slots__ = ("_at", "_before", "_bound", "_steps", "_taken")

    _KEPT = 15

    def __init__(self, bound: float) -> None:
        self._bound = bound
        self._steps = [0.0] * self._KEPT
        self._before = 0.0
        self._at = self._taken = 0

    def forget(self) -> None:
        """Begin with the next reading as if it were the first."""
        self._taken = 0

    def feed(self, value: float) -> Objection | None:
        """Take a new reading."""
        step, self._before = abs(value - self._before), value
        self._taken += 1
        if self._taken == 1:
            return None
        self._steps[self._at] = step
        self._at = (self._at + 1) % self._KEPT
        if self._taken <= self._KEPT:
            return None
        middle = sorted(self._steps)[self._KEPT // 2]
        return Objection(Doubt.SCATTER, middle, self._bound) if middle > self._bound else None


class Slew:
    """Away from where the quantity can have got to: a level follows the readings by `rate_per_s` at most, and more than
    `band` off it is a jump. What stays is believed in the end, as the level gets there.
    """

    __slots__ = ("_band", "_last_ns", "_level", "_rate_per_s")

    def __init__(self, rate_per_s: float, band: float) -> None:
        self._rate_per_s = rate_per_s
        self._band = band
        self._level: float | None = None
        self._last_ns = 0

    def forget(self) -> None:
        """Begin with the next reading as if it were the first."""
        self._level = None

    def feed(self, value: float, now_ns: int) -> Objection | None:
        """Take a new reading."""
        if self._level is None:
            self._level = value
        off = value - self._level
        reach = self._rate_per_s * (now_ns - self._last_ns) * 1e-9
        self._last_ns = now_ns
        self._level += max(-reach, min(reach, off))
        return Objection(Doubt.JUMP, off, self._band) if abs(off) > self._band else None
