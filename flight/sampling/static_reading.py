"""What the load cell says while nothing moves, once it has come to rest."""

from __future__ import annotations

from flight.icd.modes import StepFailure
from flight.sampling.rig import Rig
from flight.sampling.step import ArmStep
from flight.scoop.budget import Reading
from flight.scoop.weighing import Averager, SettleDetector


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
