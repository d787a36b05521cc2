"""Digging that feels: a pass through the soil that gets shallower as the load rises, never deeper.

The scoop enters steeply, turns to the cutting rake, is drawn towards the lander at depth, and curls level while it
rises. The commanded height of the part below the surface is lifted by `yielded_m`, which grows while the soil's force
on the edge is above the soft force and is given back slowly when it is below half of it.
"""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin

from flight.config import LanderDig
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.kinematics import EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.trajectory import quintic

_CLEARANCE_M = 0.03
_CURL_RISE_M = 0.05
_GIVE_BACK_M_S = 0.001
_TURN_RAD_S = 0.35


class DigPass:
    """One pass as a trajectory through waypoints; `feel` bends it while it runs.

    `surface_m` is the height of the surface in LANDER. Raises `ReachError` when the pass can't be reached.
    """

    __slots__ = (
        "_arm",
        "_config",
        "_ends_s",
        "_points",
        "_settings",
        "duration_s",
        "length_m",
        "peak_n",
        "surface_m",
        "yielded_m",
    )

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
        self._arm = arm
        self._config = config
        self.surface_m = surface_m
        self.yielded_m = 0.0
        self.peak_n = 0.0
        self._settings = settings
        self.length_m = settings.length_m
        rake, entry = radians(config.rake_deg) - pi, radians(config.entry_rake_deg) - pi
        floor = surface_m - depth_m
        drawn = radius_m - depth_m - settings.length_m
        # The scoop joint of the last cut pose rises and draws in while the floor turns level about the edge.
        level_r = drawn - 0.5 * arm.scoop_m * (1.0 - cos(radians(config.rake_deg)))
        self._points = (
            EdgePose(azimuth_rad, radius_m, surface_m + _CLEARANCE_M, entry),
            EdgePose(azimuth_rad, radius_m - 0.5 * depth_m, surface_m, entry),
            EdgePose(azimuth_rad, radius_m - depth_m, floor, rake),
            EdgePose(azimuth_rad, drawn, floor, rake),
            EdgePose(azimuth_rad, level_r, floor + 0.3 * arm.scoop_m * sin(radians(config.rake_deg)), -pi),
            EdgePose(azimuth_rad, level_r, surface_m + _CURL_RISE_M + _CLEARANCE_M, -pi),
        )
        ends, end = [], 0.0
        for a, b in zip(self._points, self._points[1:], strict=False):
            length = ((a.r_m - b.r_m) ** 2 + (a.z_m - b.z_m) ** 2) ** 0.5
            end += 1.3 * max(length / settings.speed_m_s, abs(a.pitch_rad - b.pitch_rad) / _TURN_RAD_S, 0.3)
            ends.append(end)
        self._ends_s = tuple(ends)
        self.duration_s = end

    @property
    def start(self) -> EdgePose:
        """Where the pass begins, clear of the surface."""
        return self._points[0]

    @property
    def end(self) -> EdgePose:
        """Where the pass ends, level and clear of the surface."""
        return self._points[-1]

    def pose(self, t_s: float) -> EdgePose:
        """Commanded edge pose at `t_s`, as bent so far."""
        begin = 0.0
        for index, end in enumerate(self._ends_s):
            if t_s < end or index == len(self._ends_s) - 1:
                a, b = self._points[index], self._points[index + 1]
                s = quintic((t_s - begin) / (end - begin))
                z = a.z_m + s * (b.z_m - a.z_m)
                if z < self.surface_m:
                    z = min(z + self.yielded_m, self.surface_m)
                return EdgePose(
                    a.azimuth_rad,
                    a.r_m + s * (b.r_m - a.r_m),
                    z,
                    a.pitch_rad + s * (b.pitch_rad - a.pitch_rad),
                )
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
        excess = force_n - self._settings.soft_force_n
        if excess > 0.0:
            self.yielded_m += self._config.yield_m_per_ns * excess * dt_s
        elif force_n < 0.5 * self._settings.soft_force_n:
            self.yielded_m = max(0.0, self.yielded_m - _GIVE_BACK_M_S * dt_s)
