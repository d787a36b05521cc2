"""What can be wrong with a weighing transmitter and its cell, each as a method that returns how to end it.

Registers of such a transmitter are integers: it has no NaN to send. A cell that can't be measured (a broken bridge, a
cable that came off) shows as the cell error in the status and a weight at the end of what the instrument can show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flight.icd.modbus import ExceptionCode

Undo = Callable[[], None]
Distortion = Callable[[float, int], float]
"""From the force on the cell, N, and the time, ns, to the force that is converted."""
T = TypeVar("T")


class Ailments:
    """The ailments of one transmitter; several at once are possible, the latest of a kind counts."""

    __slots__ = ("_broken", "_conversions_ns", "_distortions", "_frozen", "_mute", "_refusals", "_units")

    def __init__(self) -> None:
        self._distortions: list[Distortion] = []
        self._conversions_ns: list[int] = []
        self._refusals: list[ExceptionCode] = []
        self._units: list[int] = []
        self._frozen: list[bool] = []
        self._broken: list[bool] = []
        self._mute: list[bool] = []

    def distort(self, distortion: Distortion) -> Undo:
        """The cell feels another force than there is."""
        return _during(self._distortions, distortion)

    def slow(self, conversion_ns: int) -> Undo:
        """A conversion takes so long."""
        return _during(self._conversions_ns, conversion_ns)

    def freeze(self) -> Undo:
        """The converter has stopped: the last weight stays, and looks stable."""
        return _during(self._frozen, True)

    def break_cell(self) -> Undo:
        """The cell is off: error in the status, weight at the end of what can be shown."""
        return _during(self._broken, True)

    def refuse(self, code: ExceptionCode) -> Undo:
        """Every request is answered with this exception."""
        return _during(self._refusals, code)

    def mute(self) -> Undo:
        """Nothing is answered."""
        return _during(self._mute, True)

    def misname(self, unit: int) -> Undo:
        """Answers bear another unit number."""
        return _during(self._units, unit)

    # What the transmitter asks.

    def felt_n(self, force_n: float, now_ns: int) -> float:
        """The force that is converted."""
        for distortion in self._distortions:
            force_n = distortion(force_n, now_ns)
        return force_n

    def conversion_ns(self, sound_ns: int) -> int:
        """Time between two conversions, `sound_ns` when nothing is wrong."""
        return self._conversions_ns[-1] if self._conversions_ns else sound_ns

    def unit(self, own: int) -> int:
        """The unit number that answers bear."""
        return self._units[-1] if self._units else own

    @property
    def refusal(self) -> ExceptionCode | None:
        """The exception everything is answered with, if it is."""
        return self._refusals[-1] if self._refusals else None

    @property
    def is_frozen(self) -> bool:
        """Whether conversions have stopped."""
        return bool(self._frozen)

    @property
    def is_broken(self) -> bool:
        """Whether the cell is off."""
        return bool(self._broken)

    @property
    def is_mute(self) -> bool:
        """Whether nothing is answered."""
        return bool(self._mute)


def _during(entries: list[T], entry: T) -> Undo:
    entries.append(entry)
    return lambda: entries.remove(entry)
