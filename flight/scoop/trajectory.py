"""Trajectories: where the joints should be, as a function of time.

All start and end at rest with a quintic time law (zero velocity and acceleration at both ends), so the plan can be
checked whole before anything moves.
"""

from __future__ import annotations

from math import degrees
from typing import Protocol

from flight.icd.limits import Limit, Violation
from flight.icd.packet import Quad
from flight.scoop.kinematics import EdgePose, ReachError
from flight.scoop.model import ScoopModel

_PEAK_RATE = 1.875  # greatest slope of the quintic, at its middle
_CHECK_POINTS = 32
_RATE_POINTS = 64
MAX_HEIGHT_M = 2.0
"""Above any reach: the height of the edge is limited downwards only."""


class Trajectory(Protocol):
    """Joint angles over time."""

    @property
    def duration_s(self) -> float:
        """How long it lasts; of a trajectory that is bent while it runs, as things stand."""
        ...

    def at(self, t_s: float) -> Quad:
        """Joint angles (rad) at `t_s` after the start; held before 0 and after `duration_s`."""
        ...


class Leg(Trajectory, Protocol):
    """A trajectory of the edge, so that the next can be planned from where it ends."""

    @property
    def end(self) -> EdgePose:
        """Edge pose at its end."""
        ...


def quintic(x: float) -> float:
    """Minimum-jerk time law on 0..1: 10 x^3 - 15 x^4 + 6 x^5, held outside."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return x * x * x * (10.0 + x * (6.0 * x - 15.0))


class JointMove:
    """All joints together, each along a straight line in joint space."""

    __slots__ = ("_delta", "_start", "duration_s")

    def __init__(self, start: Quad, goal: Quad, max_rate_rad_s: float) -> None:
        self._start = start
        self._delta = tuple(b - a for a, b in zip(start, goal, strict=True))
        self.duration_s = max(_PEAK_RATE * max(abs(d) for d in self._delta) / max_rate_rad_s, 0.1)

    def at(self, t_s: float) -> Quad:
        """See `Trajectory`."""
        s = quintic(t_s / self.duration_s)
        a, d = self._start, self._delta
        return (a[0] + s * d[0], a[1] + s * d[1], a[2] + s * d[2], a[3] + s * d[3])


class EdgeLine:
    """The scoop edge along a straight line in (azimuth, r, z, pitch)."""

    __slots__ = ("_arm", "_delta", "_start", "duration_s")

    def __init__(self, arm: ScoopModel, start: EdgePose, goal: EdgePose, speed_m_s: float, rate_rad_s: float) -> None:
        self._arm = arm
        self._start = start
        self._delta = EdgePose(*(b - a for a, b in zip(start, goal, strict=True)))
        length = (self._delta.r_m**2 + self._delta.z_m**2) ** 0.5
        turn = max(abs(self._delta.pitch_rad), abs(self._delta.azimuth_rad))
        self.duration_s = _PEAK_RATE * max(length / speed_m_s, turn / rate_rad_s, 0.05)

    @property
    def end(self) -> EdgePose:
        """See `Leg`."""
        return self.pose(self.duration_s)

    def pose(self, t_s: float) -> EdgePose:
        """Edge pose at `t_s` after the start."""
        s = quintic(t_s / self.duration_s)
        a, d = self._start, self._delta
        return EdgePose(
            a.azimuth_rad + s * d.azimuth_rad, a.r_m + s * d.r_m, a.z_m + s * d.z_m, a.pitch_rad + s * d.pitch_rad
        )

    def at(self, t_s: float) -> Quad:
        """See `Trajectory`; raises `ReachError` where the line leaves the reach (see `check_trajectory`)."""
        return self._arm.inverse(self.pose(t_s))


def check_trajectory(trajectory: Trajectory, arm: ScoopModel, min_edge_z_m: float) -> None:
    """Raise `ReachError` if `trajectory` leaves reach or joint limits, enters a keep-out box, or goes below
    `min_edge_z_m` (LANDER). What is inside a box already, for it was stopped there, may come out, but go no deeper.
    """
    allowed_m = max(0.0, arm.inside_m(trajectory.at(0.0))[0])
    for step in range(_CHECK_POINTS + 1):
        check_angles(trajectory.at(trajectory.duration_s * step / _CHECK_POINTS), arm, min_edge_z_m, allowed_m)


def check_angles(q: Quad, arm: ScoopModel, min_edge_z_m: float, allowed_m: float = 0.0) -> None:
    """Raise `ReachError` if the joints may not be at `q`; see `check_trajectory`."""
    arm.check(q)
    arm.clear(q, allowed_m)
    z_m = arm.edge(q).z_m
    if z_m < min_edge_z_m:
        raise ReachError(Violation(Limit.HEIGHT, z_m, min_edge_z_m, MAX_HEIGHT_M))


def check_rates(trajectory: Trajectory, max_rate_rad_s: float) -> None:
    """Raise `ReachError` if a joint, wheels among them, would be faster than `max_rate_rad_s`."""
    every_s = trajectory.duration_s / _RATE_POINTS
    before = trajectory.at(0.0)
    for step in range(1, _RATE_POINTS + 1):
        q = trajectory.at(every_s * step)
        for joint in range(len(q)):
            rate_rad_s = abs(q[joint] - before[joint]) / every_s
            if rate_rad_s > max_rate_rad_s:
                fastest, most = degrees(rate_rad_s), degrees(max_rate_rad_s)
                raise ReachError(Violation(Limit.RATE, fastest, 0.0, most, joint + 1))
        before = q
