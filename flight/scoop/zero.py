"""The load cell's zero, watched while the scoop is known to be empty.

A tare is wrong when the zero was off while it was taken and is back later: every mass is then off by that, and no
reading of the loaded scoop can show it. So an empty scoop is read more than once, over a while: what the later reading
would weigh against each earlier one must be nothing, within what noise, drift and pose explain.
"""

from __future__ import annotations

from typing import NamedTuple

from flight.scoop.budget import Loads, Reading, Scale

SPAN_S = 20.0
"""Over how long the zero has to be the same before a tare counts (assumed: passing disturbances are shorter)."""
FORGOTTEN_S = 120.0
"""A reading so old says little: the zero walks."""
WIDTHS = 1.6
"""Half-widths of the 95 % interval between readings of one zero: a normal error exceeds it once in 600 times."""
_UNLOADED = Loads(0.0, 0.0)


class ZeroChange(NamedTuple):
    """What the empty scoop seems to weigh against an earlier reading, the most that can be, and how old that was."""

    change_g: float
    limit_g: float
    age_s: float


class ZeroWatch:
    """Readings of the empty scoop that agree, the latest of them last."""

    __slots__ = ("_agreeing", "_scale")

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._agreeing: list[tuple[Reading, float]] = []

    def take(self, reading: Reading, tilt_rad: float) -> ZeroChange | None:
        """Take a static reading of the empty scoop, its floor at `tilt_rad` from level.

        Where it differs from one before, that is returned, and only the new one is kept.
        """
        changes = [self._change(*kept, reading, tilt_rad) for kept in self._agreeing]
        changes = [change for change in changes if change.age_s <= FORGOTTEN_S]
        found = next((change for change in changes if abs(change.change_g) > change.limit_g), None)
        recent = [] if found else self._agreeing[len(self._agreeing) - len(changes) :]
        self._agreeing = [*recent, (reading, tilt_rad)]
        return found

    @property
    def span_s(self) -> float:
        """Over how long the zero has been the same."""
        if not self._agreeing:
            return 0.0
        (first, _), (last, _) = self._agreeing[0], self._agreeing[-1]
        return (last.taken_ns - first.taken_ns) * 1e-9

    def _change(self, before: Reading, before_rad: float, reading: Reading, tilt_rad: float) -> ZeroChange:
        nothing = self._scale.mass(before, reading, tilt_rad, before_rad, _UNLOADED)
        return ZeroChange(nothing.mass_g, WIDTHS * nothing.u95_g, (reading.taken_ns - before.taken_ns) * 1e-9)
