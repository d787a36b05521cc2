"""An entry of the catalogue, and one that is planned."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol, runtime_checkable

from hil.faults.site import FaultError, Part, Site, Undo

FOREVER = "forever"
Begin = Callable[[Site, str], Undo]
"""Brings a fault about, at the way or servo named or any (""), and returns how to end it."""


@runtime_checkable
class Changing(Protocol):
    """A fault that is not the same all the time: called, it ends."""

    def step(self, now_ns: int) -> None:
        """Bench time goes by."""

    def __call__(self) -> None:
        """End it."""


class Intermittent:
    """A fault that comes and goes: on and off by turns, each for a time drawn between `least_s` and `most_s`."""

    def __init__(self, begin: Callable[[], Undo], rng: Random, now_ns: int, least_s: float, most_s: float) -> None:
        self._begin = begin
        self._rng = rng
        self._limits_s = least_s, most_s
        self._undo: Undo | None = None
        self._turn_ns = now_ns
        self.step(now_ns)

    def step(self, now_ns: int) -> None:
        """Come or go when it is time."""
        if now_ns < self._turn_ns:
            return
        self._turn_ns = now_ns + round(self._rng.uniform(*self._limits_s) * 1e9)
        if self._undo is None:
            self._undo = self._begin()
        else:
            self()

    def __call__(self) -> None:
        """Go, if it is there."""
        if self._undo is not None:
            self._undo()
            self._undo = None


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue; `begin` brings it about and returns how to end it.

    `acts_on` is what it takes hold of: two faults that take hold of the same thing exclude each other at one time if
    they are the same, or one of them is `alone` there. `ways` can be named after the name, as in `bit_flip/to_host`;
    a fault `of_servo` takes a servo's id there. One that `deceives` makes a measurement wrong against which nothing
    else on board can be held: what is concluded from it may be wrong, too. One that `harms` drives the hardware beyond
    its limits by itself, before anything outside of it can know.
    """

    name: str
    family: str
    meaning: str
    duration_s: float
    begin: Begin
    part: Part
    acts_on: str
    alone: bool = False
    ways: tuple[str, ...] = ()
    of_servo: bool = False
    deceives: bool = False
    harms: bool = False


@dataclass(frozen=True)
class PlannedFault:
    """A fault, where and when: `at_s` seconds of bench time or the first time in `phase`, for `duration_s` (or inf)."""

    fault: Fault
    at_s: float | None
    phase: str | None
    duration_s: float
    where: str = ""

    def __str__(self) -> str:
        when = self.phase if self.at_s is None else _seconds(self.at_s)
        length = FOREVER if math.isinf(self.duration_s) else _seconds(self.duration_s)
        place = f"/{self.where}" if self.where else ""
        return f"{self.fault.name}{place}@{when}+{length}"

    def meets(self, other: PlannedFault) -> bool:
        """Whether both are certain to be there at one time."""
        if self.at_s is None or other.at_s is None:
            return self.phase is not None and self.phase == other.phase
        return self.at_s < other.at_s + other.duration_s and other.at_s < self.at_s + self.duration_s

    def excludes(self, other: PlannedFault) -> bool:
        """Whether they can't be there at one time."""
        if self.fault.acts_on != other.fault.acts_on or (self.where and other.where and self.where != other.where):
            return False
        return self.fault.name == other.fault.name or self.fault.alone or other.fault.alone


def _seconds(value_s: float) -> str:
    return repr(value_s).removesuffix(".0")


__all__ = ["FOREVER", "Begin", "Changing", "Fault", "FaultError", "Intermittent", "PlannedFault"]
