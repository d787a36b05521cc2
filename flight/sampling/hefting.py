"""The strokes of hefting: the joint that bears the scoop up a little and down again, the scoop level all the way."""

from __future__ import annotations

from math import radians

from flight.icd.modes import StepFailure
from flight.icd.packet import Quad
from flight.sampling.rig import Rig
from flight.scoop.heft import StrokeMean, Strokes, bearing_of, strokes_of
from flight.scoop.trajectory import JointMove

STROKE_RAD = radians(8.0)
RATE_RAD_S = 0.08
"""Greatest rate: slow enough to keep a heap, fast enough not to stick and slip."""
_WITHIN = (0.2, 0.8)
"""Share of the stroke that counts: at its ends the joint hardly moves, and friction has no sign."""


class Heft:
    """One pair of strokes from the pose that the scoop is in; `step` gives the result once it is back there.

    Inertia cancels too: the stroke is symmetric in time, and what counts of it lies around its middle.
    """

    __slots__ = ("_down", "_going_up", "_low", "_rig", "_sum_nm", "_taken", "_up", "_way_rad", "bearing")

    def __init__(self, rig: Rig, now_ns: int) -> None:
        """Begin; raises `ReachError` when the strokes are impossible."""
        self._rig = rig
        self.bearing = bearing_of(rig.config)
        self._low = rig.estimate.q
        self._way_rad = STROKE_RAD if self.lever_nm_per_kg >= 0.0 else -STROKE_RAD
        self._up, self._down = StrokeMean(), StrokeMean()
        self._going_up = True
        self._taken, self._sum_nm = rig.estimate.taken, rig.estimate.torque_sum_nm[self.bearing.joint]
        self._go(self._low, self._high, now_ns)

    @property
    def lever_nm_per_kg(self) -> float:
        """What the bearing joint must give for each kilogram in the scoop."""
        model, q, joint = self._rig.model, self._low, self.bearing.joint
        return model.gravity_torque(q, 1.0)[joint] - model.gravity_torque(q, 0.0)[joint]

    def step(self, now_ns: int) -> Strokes | StepFailure | None:
        """Take in the torques since the last step; the result at the end of the way down, None while moving."""
        motion = self._rig.motion
        self._take()
        if not motion.settled:
            return None
        if self._going_up:
            self._going_up = False
            self._go(self._high, self._low, now_ns)
            return None
        return strokes_of(self._up, self._down) or StepFailure.TRACKING

    def _take(self) -> None:
        estimate, joint = self._rig.estimate, self.bearing.joint
        count, total_nm = estimate.taken - self._taken, estimate.torque_sum_nm[joint] - self._sum_nm
        self._taken, self._sum_nm = estimate.taken, estimate.torque_sum_nm[joint]
        progress = (estimate.q[joint] - self._low[joint]) / self._way_rad
        low, high = _WITHIN
        if count > 0 and low <= progress < high and not self._rig.motion.finished:
            mean = self._up if self._going_up else self._down
            mean.feed(total_nm, count, (progress - low) / (high - low))

    @property
    def _high(self) -> Quad:
        a, b, c, d = self._low
        way = self._way_rad
        return (a, b + way, c, d - way) if self.bearing.joint == 1 else (a, b, c + way, d - way)

    def _go(self, start: Quad, goal: Quad, now_ns: int) -> None:
        rig = self._rig
        rig.motion.start(rig.checked(JointMove(start, goal, RATE_RAD_S)), now_ns)
