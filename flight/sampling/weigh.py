"""Tare and weighing: settled, averaged load cell readings in one static pose."""

from __future__ import annotations

from typing import ClassVar

from flight.icd.events.sampling import TareDone, WeighingDone
from flight.icd.modes import Phase, StepFailure
from flight.sampling.rig import Rig
from flight.sampling.step import DONE, ArmStep, Step
from flight.scoop.weighing import Averager, Reading, SettleDetector


class Tare(ArmStep):
    """Weigh the empty scoop in the weighing pose."""

    phase: ClassVar[Phase] = Phase.TARE

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self.rig.motion.start(self.rig.line_to(self.rig.weighing_pose, self.rig.settings.motion.edge_speed_m_s), now_ns)
        self._reading = StaticReading(self.rig)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        arrived = self.arrived()
        if arrived is not DONE:
            return arrived
        result = self._reading.step(now_ns)
        if result is None:
            return self._reading.failure(self)
        rig = self.rig
        rig.findings.tare, rig.findings.tare_tilt_rad = result, rig.tilt_rad
        rig.emit(TareDone(force_n=result.force_n, noise_n=result.noise_n, readings=result.readings))
        return DONE


class Weigh(ArmStep):
    """Weigh what is in the scoop, in the pose of the tare."""

    phase: ClassVar[Phase] = Phase.WEIGH

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self._reading = StaticReading(self.rig)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        findings = rig.findings
        if findings.tare is None:
            return StepFailure.NO_LOAD_CELL
        result = self._reading.step(now_ns)
        if result is None:
            return self._reading.failure(self)
        mass = rig.scale.mass(findings.tare, result, rig.tilt_rad, findings.tare_tilt_rad)
        findings.mass = mass
        rig.estimate.sample_kg = max(0.0, mass.mass_g * 1e-3)
        rig.emit(WeighingDone(force_n=result.force_n - findings.tare.force_n, **mass._asdict()))
        return DONE


class StaticReading:
    """A settled, averaged load cell reading while nothing moves."""

    __slots__ = ("_average", "_began_ns", "_rig", "_sequence", "_settle", "_settled", "_waited_s")

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._settle = SettleDetector(rig.settings.weigh.settled_n)
        self._average = Averager(rig.settings.weigh.readings)
        self._settled = False
        self._sequence = rig.cell.sequence
        self._began_ns = 0
        self._waited_s = 0.0

    def step(self, now_ns: int) -> Reading | None:
        """Take in the latest reading, if it is new; the result once there are enough."""
        self._began_ns = self._began_ns or now_ns
        self._waited_s = (now_ns - self._began_ns) * 1e-9
        cell = self._rig.cell
        if cell.sequence == self._sequence or not cell.valid or self._waited_s < self._rig.settings.weigh.settle_s:
            return None
        self._sequence = cell.sequence
        if not self._settled:
            self._settled = self._settle.feed(cell.force_n)
            return None
        return self._average.feed(cell.force_n, now_ns)

    def failure(self, step: Step) -> StepFailure | None:
        """Why there is no result yet, if that has lasted too long."""
        step.value = self._waited_s
        limit_s = self._rig.config.weigh.settle_timeout_s
        if self._settled or self._waited_s < limit_s:
            return None
        return StepFailure.NOT_SETTLED if self._rig.cell.valid else StepFailure.NO_LOAD_CELL
