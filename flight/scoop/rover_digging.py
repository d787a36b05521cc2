"""A pass of the rover: it creeps forward, lets the scoop down, cuts, curls the scoop level and lifts it out.

The pass begins with a stretch in free space, in which what the wheels bear and what the scoop weighs is learned:
rolling resistance, friction and zeros, which cancel in what is felt afterwards (`flight.scoop.rover_traction`). Then

- way counts that is made good: entry and cut are as long as they should be over the ground, not over the wheels, so
  that a rover that slips neither pushes its scoop straight down nor cuts short. What the wheels roll is bounded all the
  same: of a slip beyond `_MOST_LOST` no more is made up for;
- the pass gets shallower, never deeper: with the pull on the wheels above the soft force, with slip, and with the load
  that is left on the front axle. A rover that digs where it can't thrust digs itself in; one whose scoop is held up by
  the ground stands on its rear wheels. What was yielded is given back slowly once all are well below.

Way, height and pitch follow a plan whose clock runs slower in entry and cut the more the wheels slip.
"""

from __future__ import annotations

from math import pi, radians, sin

from flight.config import RoverDig
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.kinematics import EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.rover_traction import RoverTraction
from flight.scoop.trajectory import quintic

_CLEARANCE_M = 0.012
_OUT_M = 0.05
_CURL_RAD_S = 0.12
_RISE_M_S = 0.015
_GIVE_BACK_M_S = 0.0005
_LEARN_S = 1.0
"""At the start of a pass the wheels' friction is not yet that of motion."""
_MOST_LOST = 0.6
_FREE, _CURL, _OUT = 0, 3, 4
"""Stretches: free, entry, cut, curl, out of the ground."""


class CreepPass:
    """One pass as a trajectory through waypoints; `feel` bends it while it runs. See `flight.sampling.places.Pass`."""

    __slots__ = (
        "_at_s", "_depth_m", "_ends_s", "_kept", "_model", "_now_s", "_plan_s", "_points", "_r_m", "_settings",
        "_speed_m_s", "_traction", "_yield", "_yield_m_s", "length_m", "peak_n", "surface_m", "yielded_m",
    )  # fmt: skip

    def __init__(
        self, model: ScoopModel, config: RoverDig, settings: DigParameters, traction: RoverTraction, start_r_m: float,
        surface_m: float, depth_m: float,
    ) -> None:  # fmt: skip
        """From `start_r_m` on, `depth_m` below a surface at `surface_m`."""
        self._model, self._settings, self._traction = model, settings, traction
        self._yield, self._yield_m_s = config.yield_m_per_ns, traction.yield_m_s
        self.surface_m, self._depth_m = surface_m, depth_m
        self.yielded_m = self.peak_n = 0.0
        self.length_m = settings.length_m
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
        ends, speeds, end = [], [], 0.0
        for a, b in zip(self._points, self._points[1:], strict=False):
            lasts = max(
                abs(a.r_m - b.r_m) / settings.speed_m_s,
                abs(a.pitch_rad - b.pitch_rad) / _CURL_RAD_S,
                abs(a.z_m - b.z_m) / _RISE_M_S,
                0.3,
            )
            end += lasts
            ends.append(end)
            speeds.append((a.r_m - b.r_m) / lasts)
        self._ends_s, self._speed_m_s = tuple(ends), tuple(speeds)
        self._at_s = self._plan_s = self._now_s = 0.0
        self._r_m = start_r_m
        self._kept = 1.0 - traction.slip
        traction.begin()

    @property
    def start(self) -> EdgePose:
        """Where the pass begins, clear of the surface."""
        return self._points[0]

    @property
    def end(self) -> EdgePose:
        """Where the pass ends, level and clear of the surface, with the slip of now."""
        return self.pose(self.duration_s)

    @property
    def duration_s(self) -> float:
        """How long it takes, with the slip of now."""
        return self._at_s + sum(
            max(end - max(self._plan_s, begin), 0.0) / self._rate(index)
            for index, (begin, end) in enumerate(zip((0.0, *self._ends_s), self._ends_s, strict=False))
        )

    def _rate(self, stretch: int) -> float:
        """How fast the plan's clock runs."""
        return max(self._kept, 1.0 - _MOST_LOST) if _FREE < stretch < _CURL else 1.0

    def _reached(self, t_s: float) -> tuple[float, float, int]:
        """Plan time, way of the wheels as r, and stretch at `t_s`."""
        left_s, plan_s, r_m = t_s - self._at_s, self._plan_s, self._r_m
        last = len(self._ends_s) - 1
        for index, end in enumerate(self._ends_s):
            if plan_s >= end and index < last:
                continue
            rate = self._rate(index)
            needs_s = max(end - plan_s, 0.0) / rate
            if left_s < needs_s or index == last:
                left_s = min(left_s, needs_s)
                return plan_s + left_s * rate, r_m - left_s * self._speed_m_s[index], index
            plan_s, r_m, left_s = end, r_m - needs_s * self._speed_m_s[index], left_s - needs_s
        return plan_s, r_m, last

    def pose(self, t_s: float) -> EdgePose:
        """Commanded pose at `t_s`, as bent so far."""
        plan_s, r_m, index = self._reached(t_s)
        a, b = self._points[index], self._points[index + 1]
        begin = self._ends_s[index - 1] if index else 0.0
        s = min(max((plan_s - begin) / (self._ends_s[index] - begin), 0.0), 1.0)
        if index == _OUT:
            s = quintic(s)
        z = a.z_m + s * (b.z_m - a.z_m)
        clear_m = self.surface_m + _CLEARANCE_M
        if z < clear_m:
            z = min(z + self.yielded_m, clear_m)
        return EdgePose(0.0, r_m, z, a.pitch_rad + s * (b.pitch_rad - a.pitch_rad))

    def at(self, t_s: float) -> Quad:
        """Joint angles (rad) at `t_s`; see `Trajectory`."""
        return self._model.inverse(self.pose(t_s))

    def resistance_n(self, draft_n: float, lift_n: float, t_s: float) -> float:
        """What resists, in N of pull, beyond what did in free space; 0 while that is being learned, and once the wheels
        stand: what friction holds then says nothing.
        """
        traction = self._traction
        self._now_s = t_s
        _, _, stretch = self._reached(t_s)
        if stretch == _FREE:
            if t_s > _LEARN_S:
                traction.learn(draft_n)
            return 0.0
        if stretch == _OUT:
            traction.end()
            return 0.0
        traction.learned(stretch < _CURL)
        return max(traction.pull_n, 0.0)

    def feel(self, force_n: float, dt_s: float) -> None:
        """Bend the pass by what resisted over the last `dt_s`, and by what the wheels bear."""
        self._plan_s, self._r_m, _ = self._reached(self._now_s)
        self._at_s = self._now_s
        self._kept = 1.0 - self._traction.slip
        self.peak_n = max(self.peak_n, force_n)
        over_n, beyond = force_n - self._settings.soft_force_n, self._traction.excess
        if over_n > 0.0 or beyond > 0.0:
            more_m = (self._yield * max(over_n, 0.0) + self._yield_m_s * beyond) * dt_s
            self.yielded_m = min(self.yielded_m + more_m, self._depth_m + _CLEARANCE_M)
        elif force_n < 0.7 * self._settings.soft_force_n:
            self.yielded_m = max(0.0, self.yielded_m - _GIVE_BACK_M_S * dt_s)
