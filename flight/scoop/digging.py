"""Digging that feels: a pass through the soil that gets shallower as the load rises, never deeper.

A pass is a row of segments, each along a line or an arc, at rest at its ends. The commanded height of the part below
the surface is lifted by `yielded_m`, which grows while the soil's force on the edge is above the soft force and is
given back slowly when it is below half of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import asin, cos, hypot, pi, radians, sin
from typing import NamedTuple, Protocol

from flight.config import LanderDig
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.trajectory import quintic

_CLEARANCE_M = 0.03
_CURL_RISE_M = 0.05
_GIVE_BACK_M_S = 0.001
_TURN_RAD_S = 0.35
_SLACK = 1.3
"""Longer than the slowest of way and turn takes at an even speed: the quintic's peak is above its mean."""
_LEAST_S = 0.3


class Segment(Protocol):
    """A part of a pass: the edge along a curve, from share 0 to share 1."""

    @property
    def length_m(self) -> float:
        """Way of the edge."""
        ...

    @property
    def turn_rad(self) -> float:
        """Angle that the scoop turns."""
        ...

    def at(self, share: float) -> EdgePose:
        """Edge pose at a share of the way."""
        ...


class Line(NamedTuple):
    """A segment along a straight line; the scoop turns evenly."""

    start: EdgePose
    goal: EdgePose

    @property
    def length_m(self) -> float:
        """See `Segment`."""
        return hypot(self.start.r_m - self.goal.r_m, self.start.z_m - self.goal.z_m)

    @property
    def turn_rad(self) -> float:
        """See `Segment`."""
        return abs(self.start.pitch_rad - self.goal.pitch_rad)

    def at(self, share: float) -> EdgePose:
        """See `Segment`."""
        a, b = self.start, self.goal
        return EdgePose(
            a.azimuth_rad,
            a.r_m + share * (b.r_m - a.r_m),
            a.z_m + share * (b.z_m - a.z_m),
            a.pitch_rad + share * (b.pitch_rad - a.pitch_rad),
        )


class Arc(NamedTuple):
    """A segment along an arc that hangs from the surface: in at `r_m`, deepest half-way, out at `r_m` - `chord_m`.

    With `turning` the scoop turns with the arc, its rake `rake_rad` against the way of the edge all along; else it
    keeps the rake.
    """

    azimuth_rad: float
    r_m: float
    surface_m: float
    chord_m: float
    depth_m: float
    rake_rad: float
    turning: bool

    @property
    def radius_m(self) -> float:
        """Of the circle: chord c and sagitta d give c^2 / (8 d) + d / 2."""
        return self.chord_m**2 / (8.0 * self.depth_m) + 0.5 * self.depth_m

    @property
    def half_rad(self) -> float:
        """Half the angle of the arc: how steeply it begins and ends."""
        return asin(min(0.5 * self.chord_m / self.radius_m, 1.0))

    @property
    def length_m(self) -> float:
        """See `Segment`."""
        return 2.0 * self.half_rad * self.radius_m

    @property
    def turn_rad(self) -> float:
        """See `Segment`."""
        return 2.0 * self.half_rad if self.turning else 0.0

    def at(self, share: float) -> EdgePose:
        """See `Segment`; down first, drawn towards decreasing r."""
        down_rad = self.half_rad * (1.0 - 2.0 * share)
        radius_m = self.radius_m
        return EdgePose(
            self.azimuth_rad,
            self.r_m - 0.5 * self.chord_m + radius_m * sin(down_rad),
            self.surface_m - self.depth_m + radius_m * (1.0 - cos(down_rad)),
            self.rake_rad + (down_rad if self.turning else 0.0) - pi,
        )


class SoilPass:
    """One pass as a trajectory; `feel` bends it while it runs. Where it can't be reached `at` raises `ReachError`."""

    __slots__ = (
        "_arm", "_ends_s", "_segments", "_soft_n", "_yield", "duration_s", "length_m", "peak_n", "surface_m",
        "yielded_m",
    )  # fmt: skip

    def __init__(
        self, arm: ScoopModel, config: LanderDig, settings: DigParameters, surface_m: float,
        segments: Sequence[Segment], length_m: float,
    ) -> None:  # fmt: skip
        """`surface_m` is the height of the surface in LANDER; `length_m` of the segments is drawn at depth."""
        self._arm = arm
        self._segments = tuple(segments)
        self._soft_n = settings.soft_force_n
        self._yield = config.yield_m_per_ns
        self.surface_m = surface_m
        self.length_m = length_m
        self.yielded_m = self.peak_n = 0.0
        ends, end = [], 0.0
        for each in self._segments:
            end += _SLACK * max(each.length_m / settings.speed_m_s, each.turn_rad / _TURN_RAD_S, _LEAST_S)
            ends.append(end)
        self._ends_s = tuple(ends)
        self.duration_s = end

    @property
    def start(self) -> EdgePose:
        """Where the pass begins, clear of the surface."""
        return self._segments[0].at(0.0)

    @property
    def end(self) -> EdgePose:
        """Where the pass ends, level and clear of the surface."""
        return self._segments[-1].at(1.0)

    def pose(self, t_s: float) -> EdgePose:
        """Commanded edge pose at `t_s`, as bent so far."""
        begin, last = 0.0, len(self._ends_s) - 1
        for index, end in enumerate(self._ends_s):
            if t_s < end or index == last:
                pose = self._segments[index].at(quintic((t_s - begin) / (end - begin)))
                if pose.z_m < self.surface_m:
                    pose = pose._replace(z_m=min(pose.z_m + self.yielded_m, self.surface_m))
                return pose
            begin = end
        return self.end

    def at(self, t_s: float) -> Quad:
        """Joint angles (rad) at `t_s`; see `Trajectory`."""
        return self._arm.inverse(self.pose(t_s))

    def resistance_n(self, draft_n: float, lift_n: float, t_s: float) -> float:
        """What resists the edge, inwards and downwards: the soil's forces (N) on it, as they are felt at any time."""
        return hypot(max(draft_n, 0.0), max(lift_n, 0.0))

    def feel(self, force_n: float, dt_s: float) -> None:
        """Bend the pass by the force of the soil felt over the last `dt_s`."""
        self.peak_n = max(self.peak_n, force_n)
        excess = force_n - self._soft_n
        if excess > 0.0:
            self.yielded_m += self._yield * excess * dt_s
        elif force_n < 0.5 * self._soft_n:
            self.yielded_m = max(0.0, self.yielded_m - _GIVE_BACK_M_S * dt_s)


class DigPass(SoilPass):
    """The pass of the sequence: enters steeply, turns to the cutting rake, is drawn towards the lander at depth, and
    curls level while it rises.
    """

    __slots__ = ()

    def __init__(
        self,
        arm: ScoopModel,
        config: LanderDig,
        settings: DigParameters,
        azimuth_rad: float,
        radius_m: float,
        surface_m: float,
        depth_m: float,
    ) -> None:
        rake, entry = radians(config.rake_deg) - pi, radians(config.entry_rake_deg) - pi
        floor = surface_m - depth_m
        drawn = radius_m - depth_m - settings.length_m
        deep = EdgePose(azimuth_rad, drawn, floor, rake)
        points = (
            EdgePose(azimuth_rad, radius_m, surface_m + _CLEARANCE_M, entry),
            EdgePose(azimuth_rad, radius_m - 0.5 * depth_m, surface_m, entry),
            EdgePose(azimuth_rad, radius_m - depth_m, floor, rake),
            deep,
            *_out(deep, arm.scoop_m, surface_m),
        )
        super().__init__(arm, config, settings, surface_m, _lines(points), settings.length_m)


class ArcPass(SoilPass):
    """Down on the surface, through the soil along an arc, and level as it rises; see `Arc`."""

    __slots__ = ()

    def __init__(
        self, arm: ScoopModel, config: LanderDig, settings: DigParameters, azimuth_rad: float, radius_m: float,
        surface_m: float, depth_m: float, rake_rad: float, turning: bool,
    ) -> None:  # fmt: skip
        arc = Arc(azimuth_rad, radius_m, surface_m, settings.length_m, depth_m, rake_rad, turning)
        first, last = arc.at(0.0), arc.at(1.0)
        down = Line(first._replace(z_m=surface_m + _CLEARANCE_M), first)
        out = _lines((last, *_out(last, arm.scoop_m, surface_m)))
        super().__init__(arm, config, settings, surface_m, (down, arc, *out), arc.length_m)


def _out(last: EdgePose, scoop_m: float, surface_m: float) -> tuple[EdgePose, EdgePose]:
    """Out of the soil from the last cut pose, level: its scoop joint rises and draws in while the floor turns level."""
    rake = last.pitch_rad - LEVEL_PITCH_RAD
    level_r = last.r_m - 0.5 * scoop_m * (1.0 - cos(rake))
    return (
        EdgePose(last.azimuth_rad, level_r, last.z_m + 0.3 * scoop_m * sin(rake), LEVEL_PITCH_RAD),
        EdgePose(last.azimuth_rad, level_r, surface_m + _CURL_RISE_M + _CLEARANCE_M, LEVEL_PITCH_RAD),
    )


def _lines(points: Sequence[EdgePose]) -> tuple[Segment, ...]:
    return tuple(Line(a, b) for a, b in pairwise(points))
