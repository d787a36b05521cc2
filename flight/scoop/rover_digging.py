"""A pass of the rover: it creeps forward, lets the scoop down, cuts, curls the scoop level and lifts it out.

The pass begins with a stretch in free space, in which what the wheels bear is learned: rolling resistance and friction,
which cancel in what is felt afterwards. Like the lander's pass it gets shallower as the load rises. The
load that counts is the pull on the wheels, whose limit is the drawbar. The force up on the scoop, which takes the front
wheels off the ground, does not count.
"""

from __future__ import annotations

from math import pi, radians, sin

from flight.config import RoverDig
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.kinematics import EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.trajectory import quintic

_CLEARANCE_M = 0.012
_OUT_M = 0.05
_CURL_RAD_S = 0.12
_RISE_M_S = 0.015
_GIVE_BACK_M_S = 0.0005
_LEARN_S = 1.0
"""At the start of a pass the wheels' friction is not yet that of motion."""


class CreepPass:
    """One pass as a trajectory through waypoints; `feel` bends it while it runs. See `flight.scoop.digging.DigPass`."""

    __slots__ = (
        "_ends_s", "_free_n", "_learned_s", "_model", "_points", "_settings", "_yield", "duration_s", "length_m",
        "peak_n", "surface_m", "yielded_m",
    )  # fmt: skip

    def __init__(
        self, model: ScoopModel, config: RoverDig, settings: DigParameters, start_r_m: float, surface_m: float,
        depth_m: float,
    ) -> None:  # fmt: skip
        self._model = model
        self._settings = settings
        self._yield = config.yield_m_per_ns
        self.surface_m = surface_m
        self.yielded_m = self.peak_n = 0.0
        self.length_m = settings.length_m
        self._free_n = 0.0
        self._learned_s = 0.0
        rake = radians(config.rake_deg) - pi
        floor, clear = surface_m - depth_m, surface_m + _CLEARANCE_M
        free_r = start_r_m - config.run_up_m
        deep_r = free_r - config.entry_m
        cut_r = deep_r - settings.length_m
        out_r = cut_r - config.curl_m
        level_z = floor + 0.5 * model.scoop_m * sin(radians(config.rake_deg))
        self._points = (
            EdgePose(0.0, start_r_m, clear, rake),
            EdgePose(0.0, free_r, clear, rake),
            EdgePose(0.0, deep_r, floor, rake),
            EdgePose(0.0, cut_r, floor, rake),
            EdgePose(0.0, out_r, level_z, -pi),
            EdgePose(0.0, out_r, surface_m + _OUT_M, -pi),
        )
        ends, end = [], 0.0
        for a, b in zip(self._points, self._points[1:], strict=False):
            end += max(
                abs(a.r_m - b.r_m) / settings.speed_m_s,
                abs(a.pitch_rad - b.pitch_rad) / _CURL_RAD_S,
                abs(a.z_m - b.z_m) / _RISE_M_S,
                0.3,
            )
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
        """Commanded pose at `t_s`, as bent so far."""
        begin, last = 0.0, len(self._ends_s) - 1
        for index, end in enumerate(self._ends_s):
            if t_s < end or index == last:
                a, b = self._points[index], self._points[index + 1]
                s = min(max((t_s - begin) / (end - begin), 0.0), 1.0)
                if index == last:
                    s = quintic(s)
                z = a.z_m + s * (b.z_m - a.z_m)
                if z < self.surface_m:
                    z = min(z + self.yielded_m, self.surface_m)
                return EdgePose(0.0, a.r_m + s * (b.r_m - a.r_m), z, a.pitch_rad + s * (b.pitch_rad - a.pitch_rad))
            begin = end
        return self.end

    def at(self, t_s: float) -> Quad:
        """Joint angles (rad) at `t_s`; see `Trajectory`."""
        return self._model.inverse(self.pose(t_s))

    def resistance_n(self, draft_n: float, lift_n: float, t_s: float) -> float:
        """What resists, in N of pull, beyond what did in free space; 0 while that is being learned, and once the wheels
        stand: what friction holds then says nothing.
        """
        if t_s < self._ends_s[0]:
            if t_s > _LEARN_S:
                self._learned_s += 1.0
                self._free_n += (draft_n - self._free_n) / self._learned_s
            return 0.0
        if t_s > self._ends_s[-2]:
            return 0.0
        return max(draft_n - self._free_n, 0.0)

    def feel(self, force_n: float, dt_s: float) -> None:
        """Bend the pass by what resisted over the last `dt_s`."""
        self.peak_n = max(self.peak_n, force_n)
        excess = force_n - self._settings.soft_force_n
        if excess > 0.0:
            self.yielded_m += self._yield * excess * dt_s
        elif force_n < 0.7 * self._settings.soft_force_n:
            self.yielded_m = max(0.0, self.yielded_m - _GIVE_BACK_M_S * dt_s)
