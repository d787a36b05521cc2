"""Steps that only move: out of the stow, over a site, out of the soil, and back.

All of them keep the scoop level: whatever is in it stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import radians
from typing import ClassVar

from flight.icd.modes import Phase, StepFailure
from flight.sampling.static_reading import StaticReading
from flight.sampling.step import DONE, Way
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg

_POUR_NS = 3_000_000_000
_LEVEL_RAD = radians(3.0)


class Unstow(Way):
    """From wherever the arm is to the weighing pose, the scoop level all the way; out of the soil first, if need be.

    An empty scoop that rests level is weighed before it moves: a tare later on has that to agree with.
    """

    phase: ClassVar[Phase] = Phase.UNSTOW

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`."""
        rig = self.rig
        goal = rig.places.weighing(here)
        return (goal,) if here.z_m >= rig.clear_m else (rig.up(here), goal)

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        self._zero = None if rig.content.disturbed or abs(rig.tilt_rad) > _LEVEL_RAD else StaticReading(rig)
        if self._zero is None:
            super().begin(now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self._zero is None:
            return super().step(now_ns)
        reading = self._zero.step(now_ns)
        if reading is not None:
            self.rig.watch_zero(reading)
        if reading is not None or self._zero.failure(self) is not None:  # the tare will see to a cell that fails
            self._zero = None
            super().begin(now_ns)
        return None


class Approach(Way):
    """Straight up to a clear height, and above the dig site, the scoop level."""

    phase: ClassVar[Phase] = Phase.APPROACH
    timeout_s = 120.0

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`."""
        rig = self.rig
        return rig.up(here), rig.places.above(rig.findings.site, rig.clear_m, here, rig.content.disturbed)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.broken(self.rig.places.broken()) or super().step(now_ns)


class Lift(Way):
    """Out of the soil and to the weighing pose, level, without spilling."""

    phase: ClassVar[Phase] = Phase.LIFT

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`."""
        rig = self.rig
        return rig.up(here), rig.places.weighing(here)


class Secure(Way):
    """Fold the arm, the scoop level all the way."""

    phase: ClassVar[Phase] = Phase.STOW

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`."""
        return (self.rig.places.stowed(here),)


class Pour(Way):
    """Empty the scoop over the site: its opening down, and a few seconds so."""

    phase: ClassVar[Phase] = Phase.POUR

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`; where it is still level."""
        rig = self.rig
        return rig.up(here), rig.places.weighing(here)

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        yield from super().plan(here)
        level = self.rig.places.weighing(here)
        yield self.rig.line(level, self.rig.places.pouring(level), self.rig.travel_m_s)

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        super().begin(now_ns)
        self._poured_ns = -1

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        if self._poured_ns < 0:
            arrived = super().step(now_ns)
            if arrived is DONE:
                down = rig.places.pouring(rig.estimate.pose)
                rig.motion.start(rig.line_to(down, rig.travel_m_s), now_ns)
                rig.content.chain.poured()  # from here on it is no whole sample any more
                self._poured_ns = 0
                return None
            return arrived
        if self._poured_ns == 0:
            arrived = self.arrived()
            if arrived is DONE:
                self._poured_ns = now_ns
                return None
            return arrived
        if now_ns - self._poured_ns < _POUR_NS:
            return None
        rig.content.poured()
        rig.estimate.sample_kg = 0.0
        return DONE
