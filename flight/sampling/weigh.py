"""Tare and weighing: settled, averaged load cell readings in static poses, the scoop level in all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from math import fsum, hypot
from typing import ClassVar

from flight.icd.events.sampling import HeftDone, MassChanged, MassImplausible, ScalesDisagree, TareDone, WeighingDone
from flight.icd.modes import Phase, StepFailure
from flight.sampling.hefting import Heft
from flight.sampling.static_reading import StaticReading
from flight.sampling.step import DONE, ArmStep
from flight.scoop.budget import Mass, Reading
from flight.scoop.heft import PARTS, Strokes, coarse_mass, joined
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg
from flight.scoop.zero import SPAN_S

PACKED_G_CM3 = 1.92
"""Density that regolith approaches with depth (Carrier, Lunar Sourcebook 1991): nothing in a scoop is denser."""
HEFT_U95_G = 20.0
"""Hefting that is less sure is worth little as a check: a joint that sticks and slips. The strokes are made again."""
HEFTS = 3
"""So often at most."""
_ZERO_PATIENCE_NS = 90_000_000_000


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
    """Weigh the empty scoop. It must weigh what a scoop weighs, within what the cell's zero may be off.

    The zero must have been the same for a while too: it is read again after the strokes of hefting, and on until all
    readings of a while agree. The last of them is the tare.
    """

    phase: ClassVar[Phase] = Phase.TARE
    timeout_s = 120.0

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        super().begin(now_ns)
        self._hefted = False
        self._began_ns = now_ns

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self._heft is not None:
            return self._keep(self._heft.step(now_ns))
        result = self.read(now_ns)
        if not isinstance(result, Reading):
            return result
        rig = self.rig
        expected_n = rig.config.scoop.mass_kg * rig.config.environment.gravity_m_s2
        self.value = result.force_n - expected_n
        if abs(self.value) > rig.config.weigh.tare_tolerance_n:
            return StepFailure.NOT_EMPTY
        rig.watch_zero(result)
        if not self._hefted:
            self._heft = Heft(rig, now_ns)
            return None
        self.value = rig.zero.span_s
        if self.value < SPAN_S:
            self._reading = StaticReading(rig)
            return StepFailure.ZERO_UNSTEADY if now_ns - self._began_ns > _ZERO_PATIENCE_NS else None
        rig.content.tare, rig.content.tare_tilt_rad = result, rig.tilt_rad
        rig.content.loads.begin(result.force_n, now_ns)
        rig.emit(TareDone(force_n=result.force_n, noise_n=result.noise_n, readings=result.readings, zero_s=self.value))
        return DONE

    def _keep(self, strokes: Strokes | StepFailure | None) -> StepFailure | None:
        """Take what the empty scoop's hefting told; then read once more."""
        if not isinstance(strokes, Strokes):
            return self.following(strokes)
        self.rig.content.heft = strokes
        self._heft, self._hefted = None, True
        self._reading = StaticReading(self.rig)
        return None


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
            return self._compare(self._heft.step(now_ns), self._heft, now_ns)
        result = self.weigh(now_ns)
        mass, content = self.rig.content.mass, self.rig.content
        if result is not DONE or mass is None or content.heft is None or mass.low_g < self.rig.settings.sample.min_g:
            return result
        self._heft = Heft(self.rig, now_ns)
        return None

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        super().begin(now_ns)
        self._strokes: list[Strokes] = []

    def _compare(self, strokes: Strokes | StepFailure | None, heft: Heft, now_ns: int) -> StepFailure | None:
        rig, content = self.rig, self.rig.content
        if not isinstance(strokes, Strokes) or content.heft is None or content.mass is None:
            return self.following(strokes if isinstance(strokes, StepFailure) else None)
        self._strokes.append(strokes)
        strokes = joined(self._strokes)
        mass, coarse = content.mass, coarse_mass(heft.bearing, content.heft, strokes, heft.lever_nm_per_kg)
        if coarse.u95_g > HEFT_U95_G and len(self._strokes) < HEFTS:
            self._heft = Heft(rig, now_ns)
            return None
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
