"""What is said against readings of the load cell: frozen, off by a jump or scattering at rest, beyond its range.

Jumps and scatter are judged only while the scoop has been at rest for a while: soil and motion make both.
"""

from __future__ import annotations

from typing import Protocol

from flight.config import AnyConfig
from flight.fdir.plausibility import Frozen, Jump, Objection, Scatter
from flight.icd.fdir import Doubt

_BEYOND = 1.15
"""Of the range: a transmitter stops at 1.1 and says so in its status."""


class Cell(Protocol):
    """The load cell's driver."""

    force_n: float
    sequence: int


class CellVotes:
    """Looks at each good reading of `cell` once."""

    __slots__ = ("_cell", "_frozen", "_jump", "_range_n", "_rest_ns", "_rested_ns", "_scatter", "_sequence")

    def __init__(self, cell: Cell, config: AnyConfig) -> None:
        table, fdir = config.load_cell, config.fdir
        self._cell = cell
        self._sequence = cell.sequence
        self._frozen = Frozen(fdir.cell_frozen_s if table.noise_n > 2.0 * table.resolution_n else 0.0)
        self._jump = Jump(fdir.cell_jump_n)
        self._scatter = Scatter(fdir.cell_scatter * table.noise_n)
        self._range_n = _BEYOND * table.range_n
        self._rest_ns = round(fdir.cell_rest_s * 1e9)
        self._rested_ns = -1

    def look(self, now_ns: int, at_rest: bool) -> tuple[bool, Objection | None]:
        """Whether there is a new reading, and what is said against it."""
        if not at_rest:
            self._rested_ns = -1
            self._jump.forget()
            self._scatter.forget()
        elif self._rested_ns < 0:
            self._rested_ns = now_ns
        cell = self._cell
        if cell.sequence == self._sequence:
            return False, None
        self._sequence = cell.sequence
        force_n = cell.force_n
        objection = self._frozen.feed(force_n, now_ns)
        if abs(force_n) > self._range_n:
            objection = Objection(Doubt.RANGE, force_n, self._range_n)
        if at_rest and now_ns - self._rested_ns >= self._rest_ns:
            objection = objection or self._jump.feed(force_n) or self._scatter.feed(force_n)
        return True, objection
