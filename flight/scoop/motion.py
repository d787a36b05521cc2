"""Motion: follows a trajectory frame by frame, with a slow correction of what the servos leave standing.

A servo's position loop holds a load with an offset; a bounded integral of the remaining error is added to the goals, so
that the edge is where the plan says. Pausing stops the plan's clock, not the wall's: a plan goes on where it was.

A joint that is hindered stops that clock too. A goal that ran on would wind its servo up, and the arm whip as it is let
go: gearboxes bore 1.6 times their limit when one that had jammed for two seconds came free.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import radians
from typing import Protocol

from flight.config import Motion as MotionConfig
from flight.icd.packet import Quad
from flight.scoop.kinematics import ReachError
from flight.scoop.trajectory import Trajectory

LAG_RAD = radians(2.5)
"""A joint that lags behind by more is hindered; unhindered, digging included, none lags by 2 deg on the bench."""


class Joints(Protocol):
    """What motion needs of the joint bus."""

    def set_goals(self, position_rad: Sequence[float], current_limit_a: Sequence[float]) -> None:
        """Goals to send with the next frame, in joint angles, and the currents that limit the torques."""

    def freeze(self) -> None:
        """Make the present positions the goals; power stays on."""


class MotionControl:
    """The one owner of the joint goals."""

    __slots__ = (
        "_correction", "_current_limit_a", "_elapsed_ns", "_gain", "_joints", "_lag_ns", "_last_ns", "_max_correction",
        "_settled", "_trajectory", "desired", "error_rad", "paused", "unreachable",
    )  # fmt: skip

    def __init__(self, joints: Joints, config: MotionConfig, current_limit_a: Sequence[float]) -> None:
        self._joints = joints
        self._gain = config.integral_gain_per_s
        self._max_correction = radians(config.max_correction_deg)
        self._settled = radians(config.settled_deg)
        self._current_limit_a = tuple(current_limit_a)
        self._trajectory: Trajectory | None = None
        self._correction = [0.0, 0.0, 0.0, 0.0]
        self._elapsed_ns = self._lag_ns = 0
        self._last_ns = 0
        self.desired: Quad = (0.0, 0.0, 0.0, 0.0)
        self.error_rad: Quad = (0.0, 0.0, 0.0, 0.0)
        self.paused = False
        self.unreachable = False

    def start(self, trajectory: Trajectory, now_ns: int) -> None:
        """Follow `trajectory` from now on."""
        self._trajectory = trajectory
        self.unreachable = False
        self._elapsed_ns = self._lag_ns = 0
        self._last_ns = now_ns

    def stay(self) -> None:
        """End the trajectory and hold where it has got to."""
        if self._trajectory is not None:
            self._trajectory = _Hold(self.desired)

    def release(self) -> None:
        """Freeze the joints where they are and command nothing more until the next `start`."""
        self._trajectory = None
        self._correction = [0.0, 0.0, 0.0, 0.0]
        self._joints.freeze()

    def pause(self) -> None:
        """Stop the clock of the plan and the correction."""
        self.paused = True

    def resume(self, now_ns: int) -> None:
        """Let the plan go on where it was."""
        self.paused = False
        self._last_ns = now_ns

    @property
    def elapsed_s(self) -> float:
        """How far into the trajectory the plan is."""
        return self._elapsed_ns * 1e-9

    @property
    def lag_s(self) -> float:
        """For how long the plan has been waiting for a joint that lags behind."""
        return self._lag_ns * 1e-9

    @property
    def finished(self) -> bool:
        """Whether the trajectory is over, settled or not."""
        return self._trajectory is None or self._elapsed_ns * 1e-9 >= self._trajectory.duration_s

    @property
    def settled(self) -> bool:
        """Whether the trajectory is over and every joint within the settling band of its end."""
        return self.finished and max(map(abs, self.error_rad)) <= self._settled

    def step(self, now_ns: int, q: Quad, fresh: bool) -> None:
        """One frame: advance the plan, correct by the measured angles `q` if they are `fresh`, set the goals."""
        trajectory = self._trajectory
        if trajectory is None:
            return
        dt_ns = now_ns - self._last_ns
        self._last_ns = now_ns
        lags = max(map(abs, self.error_rad)) > LAG_RAD  # as of the frame before
        if not self.paused:
            self._lag_ns = self._lag_ns + dt_ns if lags else 0
            self._elapsed_ns += 0 if lags else dt_ns
        try:
            want = trajectory.at(self._elapsed_ns * 1e-9)
        except ReachError:  # a plan bent by what it felt: stop where it was last possible, whoever runs it decides
            self.unreachable = True
            self.stay()
            want = self.desired
        error = (want[0] - q[0], want[1] - q[1], want[2] - q[2], want[3] - q[3])
        correction = self._correction
        if fresh and not self.paused and not lags:
            gain, bound = self._gain * dt_ns * 1e-9, self._max_correction
            for joint in range(4):
                correction[joint] = max(-bound, min(bound, correction[joint] + gain * error[joint]))
        self.desired = want
        self.error_rad = error
        self._joints.set_goals(
            (want[0] + correction[0], want[1] + correction[1], want[2] + correction[2], want[3] + correction[3]),
            self._current_limit_a,
        )


class _Hold:
    """A trajectory that stays."""

    __slots__ = ("_q", "duration_s")

    def __init__(self, q: Quad) -> None:
        self._q = q
        self.duration_s = 0.0

    def at(self, t_s: float) -> Quad:
        return self._q
