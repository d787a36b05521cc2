"""Tare and weighing: settled, averaged load cell readings in static poses, the scoop level in all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import fsum, hypot
from typing import ClassVar

from flight.icd.events.sampling import HeftDone, MassChanged, MassImplausible, ScalesDisagree, TareDone, WeighingDone
from flight.icd.modes import Phase, StepFailure
from flight.sampling.hefting import Heft
from flight.sampling.rig import Rig
from flight.sampling.step import DONE, ArmStep
from flight.scoop.budget import Mass, Reading
from flight.scoop.heft import PARTS, Strokes, coarse_mass
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg
from flight.scoop.weighing import Averager, SettleDetector

PACKED_G_CM3 = 1.92
"""Density that regolith approaches with depth (Carrier, Lunar Sourcebook 1991): nothing in a scoop is denser."""


class _StaticStep(ArmStep):
    """To a static pose with the scoop level, then one settled reading there."""

    def pose(self, here: EdgePose) -> EdgePose:
        """Where it is weighed, from `here`."""
        return self.rig.places.weighing(here)

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        rig.motion.start(rig.line_to(self.pose(rig.estimate.pose), rig.travel_m_s), now_ns)
        self._reading = StaticReading(rig)
        self._heft: Heft | None = None

    def following(self, result: StepFailure | None) -> StepFailure | None:
        """Of strokes that have no result yet: why there will be none, if the joints don't follow."""
        arrived = self.arrived()
        return result if result is not None or arrived is DONE else arrived

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        yield self.rig.line(here, self.pose(here), self.rig.travel_m_s)

    def read(self, now_ns: int) -> Reading | StepFailure | None:
        """The reading, why there is none, or None while waiting."""
        arrived = self.arrived()
        if arrived is not DONE:
            return arrived
        return self._reading.step(now_ns) or self._reading.failure(self)


class Tare(_StaticStep):
    """Weigh the empty scoop. It must weigh what a scoop weighs, within what the cell's zero may be off."""

    phase: ClassVar[Phase] = Phase.TARE

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self._heft is not None:
            return self.keep(self._heft.step(now_ns))
        result = self.read(now_ns)
        if not isinstance(result, Reading):
            return result
        rig = self.rig
        expected_n = rig.config.scoop.mass_kg * rig.config.environment.gravity_m_s2
        self.value = result.force_n - expected_n
        if abs(self.value) > rig.config.weigh.tare_tolerance_n:
            return StepFailure.NOT_EMPTY
        rig.content.tare, rig.content.tare_tilt_rad = result, rig.tilt_rad
        rig.content.loads.begin(result.force_n, now_ns)
        rig.emit(TareDone(force_n=result.force_n, noise_n=result.noise_n, readings=result.readings))
        self._heft = Heft(rig, now_ns)
        return None

    def keep(self, strokes: Strokes | StepFailure | None) -> StepFailure | None:
        """Take what the empty scoop's hefting told."""
        if not isinstance(strokes, Strokes):
            return self.following(strokes)
        self.rig.content.heft = strokes
        return DONE


class _Loaded(_StaticStep, ABC):
    """Weigh what is in the scoop. Less than nothing means that the tare was none."""

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.weigh(now_ns)

    def weigh(self, now_ns: int) -> StepFailure | None:
        """Read and judge."""
        rig, content = self.rig, self.rig.content
        tare, before = content.tare, content.mass
        if tare is None:
            return StepFailure.NOT_EMPTY
        result = self.read(now_ns)
        if not isinstance(result, Reading):
            return result
        mass = rig.scale.mass(tare, result, rig.tilt_rad, content.tare_tilt_rad, content.loads.loads)
        rig.emit(WeighingDone(phase=self.phase, force_n=result.force_n - tare.force_n, **mass._asdict()))
        self.value = mass.mass_g
        if mass.high_g < 0.0:
            return StepFailure.BELOW_TARE
        limit_g = PACKED_G_CM3 * rig.config.scoop.capacity_cm3
        if mass.low_g > limit_g:
            rig.emit(MassImplausible(mass_g=mass.mass_g, u95_g=mass.u95_g, limit_g=limit_g))
            if mass.high_g <= rig.settings.sample.max_g:
                return StepFailure.IMPLAUSIBLE
        if before is not None and not self.agrees(before, mass):
            return StepFailure.IMPLAUSIBLE
        content.mass = mass
        rig.estimate.sample_kg = max(0.0, mass.mass_g * 1e-3)
        return DONE

    @abstractmethod
    def agrees(self, before: Mass, mass: Mass) -> bool:
        """Whether the mass can be, after the one `before`; tells what is odd about it."""

    def tell(self, before: Mass, mass: Mass, limit_g: float) -> None:
        """Report that it changed."""
        self.rig.emit(
            MassChanged(
                phase=self.phase, before_g=before.mass_g, before_u95_g=before.u95_g, mass_g=mass.mass_g,
                u95_g=mass.u95_g, limit_g=limit_g,
            )
        )  # fmt: skip


class Weigh(_Loaded):
    """After a dig, in the pose of the tare. What would be enough is hefted too, before it is believed."""

    phase: ClassVar[Phase] = Phase.WEIGH

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self._heft is not None:
            return self._compare(self._heft.step(now_ns), self._heft)
        result = self.weigh(now_ns)
        mass, content = self.rig.content.mass, self.rig.content
        if result is not DONE or mass is None or content.heft is None or mass.low_g < self.rig.settings.sample.min_g:
            return result
        self._heft = Heft(self.rig, now_ns)
        return None

    def _compare(self, strokes: Strokes | StepFailure | None, heft: Heft) -> StepFailure | None:
        rig, content = self.rig, self.rig.content
        if not isinstance(strokes, Strokes) or content.heft is None or content.mass is None:
            return self.following(strokes if isinstance(strokes, StepFailure) else None)
        mass, coarse = content.mass, coarse_mass(heft.bearing, content.heft, strokes, heft.lever_nm_per_kg)
        rig.emit(
            HeftDone(
                mass_g=coarse.mass_g, u95_g=coarse.u95_g, cell_g=mass.mass_g, cell_u95_g=mass.u95_g,
                gravity_nm=fsum(strokes.gravity_nm) / PARTS, friction_nm=strokes.friction_nm,
            )
        )  # fmt: skip
        limit_g = hypot(coarse.u95_g, mass.u95_g)
        if abs(coarse.mass_g - mass.mass_g) <= limit_g:
            return DONE
        self.value = coarse.mass_g
        rig.emit(ScalesDisagree(cell_g=mass.mass_g, coarse_g=coarse.mass_g, limit_g=limit_g))
        return StepFailure.IMPLAUSIBLE

    def agrees(self, before: Mass, mass: Mass) -> bool:
        """A dig may add, and may spill: that is told."""
        limit_g = mass.u95_of_change_g(before)
        if mass.mass_g < before.mass_g - limit_g:
            self.tell(before, mass, limit_g)
        return True


class Confirm(_Loaded):
    """Once more as it is stowed, for what was shaken out on the way counts no more.

    The scoop is level there as in the pose of the tare, which serves: what the poses differ by is in the budget.
    A tare of its own would be older, and of before the first motion.
    """

    phase: ClassVar[Phase] = Phase.CONFIRM

    def pose(self, here: EdgePose) -> EdgePose:
        """See `_StaticStep`."""
        return self.rig.places.stowed(here)

    def agrees(self, before: Mass, mass: Mass) -> bool:
        """A fall is told; on the way nothing can have been added."""
        limit_g = mass.u95_of_change_g(before)
        if abs(mass.mass_g - before.mass_g) > limit_g:
            self.tell(before, mass, limit_g)
        return mass.mass_g <= before.mass_g + limit_g


class StaticReading:
    """A settled, averaged load cell reading while nothing moves.

    Readings that scatter more than those of a cell at rest are no ground for a mean: it is begun anew. So it is after
    readings that don't scatter at all, of a cell whose noise is known to be more than a division: it is stuck.
    """

    __slots__ = ("_average", "_began_ns", "_rig", "_sequence", "_settle", "_settled", "_stuck", "_waited_s")

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._sequence = rig.cell.sequence
        self._began_ns = 0
        self._waited_s = 0.0
        self._stuck = False
        self._begin()

    def _begin(self) -> None:
        weigh = self._rig.settings.weigh
        self._settle = SettleDetector(weigh.settled_n)
        self._average = Averager(weigh.readings)
        self._settled = False

    def step(self, now_ns: int) -> Reading | None:
        """Take in the latest reading, if it is new; the result once there are enough."""
        self._began_ns = self._began_ns or now_ns
        self._waited_s = (now_ns - self._began_ns) * 1e-9
        cell = self._rig.cell
        if not cell.valid:  # nor may what came just before be good
            self._begin()
            return None
        if cell.sequence == self._sequence or self._waited_s < self._rig.settings.weigh.settle_s:
            return None
        self._sequence = cell.sequence
        if not self._settled:
            self._settled = self._settle.feed(cell.force_n)
            return None
        reading = self._average.feed(cell.force_n, now_ns)
        if reading is None:
            return None
        sheet = self._rig.config.load_cell
        self._stuck = reading.noise_n == 0.0 and sheet.noise_n > sheet.resolution_n
        if self._stuck or reading.noise_n > self._rig.settings.weigh.settled_n:
            self._begin()
            return None
        return reading

    def failure(self, step: ArmStep) -> StepFailure | None:
        """Why there is no result yet, if that has lasted too long."""
        step.value = self._waited_s
        limit_s = self._rig.config.weigh.settle_timeout_s
        if self._settled or self._waited_s < limit_s:
            return None
        if not self._rig.cell.valid:
            return StepFailure.NO_LOAD_CELL
        return StepFailure.CELL_STUCK if self._stuck else StepFailure.NOT_SETTLED
