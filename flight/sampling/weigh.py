"""Tare and weighing: settled, averaged load cell readings in one static pose."""

from __future__ import annotations

from typing import ClassVar

from flight.icd.events.sampling import TareDone, WeighingDone
from flight.icd.modes import Phase, StepFailure
from flight.sampling.rig import Rig
from flight.sampling.step import DONE, ArmStep
from flight.scoop.weighing import Averager, Reading, SettleDetector


class _StaticStep(ArmStep):
    """To the weighing pose, then one settled reading there."""

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        rig.motion.start(rig.line_to(rig.weighing_pose, rig.travel_m_s), now_ns)
        self._reading = StaticReading(rig)

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
        result = self.read(now_ns)
        if not isinstance(result, Reading):
            return result
        rig = self.rig
        expected_n = rig.config.scoop.mass_kg * rig.config.environment.gravity_m_s2
        self.value = result.force_n - expected_n
        if abs(self.value) > rig.config.weigh.tare_tolerance_n:
            return StepFailure.NOT_EMPTY
        rig.content.tare, rig.content.tare_tilt_rad = result, rig.tilt_rad
        rig.emit(TareDone(force_n=result.force_n, noise_n=result.noise_n, readings=result.readings))
        return DONE


class Weigh(_StaticStep):
    """Weigh what is in the scoop, in the pose of the tare. Less than nothing means that the tare was none."""

    phase: ClassVar[Phase] = Phase.WEIGH

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig, content = self.rig, self.rig.content
        if content.tare is None:
            return StepFailure.NOT_EMPTY
        result = self.read(now_ns)
        if not isinstance(result, Reading):
            return result
        mass = rig.scale.mass(content.tare, result, rig.tilt_rad, content.tare_tilt_rad)
        content.mass = mass
        rig.estimate.sample_kg = max(0.0, mass.mass_g * 1e-3)
        rig.emit(WeighingDone(force_n=result.force_n - content.tare.force_n, **mass._asdict()))
        self.value = mass.mass_g
        return StepFailure.BELOW_TARE if mass.high_g < 0.0 else DONE


class StaticReading:
    """A settled, averaged load cell reading while nothing moves.

    Readings that scatter more than those of a cell at rest are no ground for a mean: it is begun anew.
    """

    __slots__ = ("_average", "_began_ns", "_rig", "_sequence", "_settle", "_settled", "_waited_s")

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._sequence = rig.cell.sequence
        self._began_ns = 0
        self._waited_s = 0.0
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
        if reading is not None and reading.noise_n > self._rig.settings.weigh.settled_n:
            self._begin()
            return None
        return reading

    def failure(self, step: ArmStep) -> StepFailure | None:
        """Why there is no result yet, if that has lasted too long."""
        step.value = self._waited_s
        limit_s = self._rig.config.weigh.settle_timeout_s
        if self._settled or self._waited_s < limit_s:
            return None
        return StepFailure.NOT_SETTLED if self._rig.cell.valid else StepFailure.NO_LOAD_CELL
