"""How much driven wheels slip for what they push, by terramechanics: the only witness of slip that a rover has.

A rigid wheel with lugs of height h, radius R and width b carries N on soil of modulus k: it sinks by Bekker's
z = (3 N / (2 b k sqrt(2 R)))^(2/3), and its lugs' tips are in the soil over L = sqrt(2 (R + h) (z + h)). At slip s it
pushes (Janosi and Hanamoto 1961; see Wong, *Theory of Ground Vehicles*)
    F(s) = (b L c + N tan phi) (1 - K / (s L) (1 - exp(-s L / K))),
which grows with s: so what the motors' currents say is pushed tells s. All wheels turn alike and go the same way, so
they share one slip, whatever each of them carries. A wheel digs while it slips (Reece 1965): each length of slip digs
by a share of h, each patch of way climbs out again.
"""

from __future__ import annotations

from math import exp, radians, sqrt, tan

from flight.icd.rover_platform import Rover
from flight.traction import Traction

_LEAST_RATIO = 1e-4
_HALVINGS = 12


class WheelSlip:
    """The wheels of one rover on the ground its mission file believes in; an axle is two wheels."""

    __slots__ = ("_bearing_n", "_dig_m", "_line_n_m2", "_lug_m", "_per_m_n", "_radius_m", "_shear_m", "_tan")

    def __init__(self, rover: Rover, soil: Traction) -> None:
        self._radius_m = rover.wheel_radius_m
        self._lug_m = rover.grouser_m
        self._line_n_m2 = rover.wheel_width_m * soil.bearing_n_m3
        self._bearing_n = self._line_n_m2 * sqrt(2.0 * rover.wheel_radius_m) / 1.5
        self._per_m_n = rover.wheel_width_m * soil.cohesion_pa
        self._tan = tan(radians(soil.friction_deg))
        self._shear_m = soil.shear_m
        self._dig_m = soil.dig_in * rover.grouser_m

    def sinkage_m(self, axle_n: float) -> float:
        """Static sinkage of a wheel of an axle that carries `axle_n`."""
        return float((0.5 * max(axle_n, 0.0) / self._bearing_n) ** (2.0 / 3.0))

    def tips_m(self, axle_n: float) -> float:
        """Way of the lugs' tips through the soil."""
        return sqrt(2.0 * (self._radius_m + self._lug_m) * (self.sinkage_m(axle_n) + self._lug_m))

    def thrust_n(self, slip: float, axle_n: float) -> float:
        """What an axle that carries `axle_n` pushes with at `slip` (0..1)."""
        if axle_n <= 0.0:
            return 0.0
        tips_m = self.tips_m(axle_n)
        strength_n = 2.0 * self._per_m_n * tips_m + axle_n * self._tan
        ratio = slip * tips_m / self._shear_m
        share = 0.5 * ratio if ratio < _LEAST_RATIO else 1.0 - (1.0 - exp(-ratio)) / ratio
        return strength_n * share

    def slip(self, thrust_n: float, front_n: float, rear_n: float) -> float:
        """The slip (0..1) at which axles that carry `front_n` and `rear_n` push with `thrust_n` together."""
        low, high = 0.0, 1.0
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            if self.thrust_n(middle, front_n) + self.thrust_n(middle, rear_n) < thrust_n:
                low = middle
            else:
                high = middle
        return high if high >= 1.0 else 0.5 * (low + high)

    def dug_m(self, dug_m: float, rolled_m: float, slip: float, axle_n: float) -> float:
        """How deep wheels have dug themselves in that had dug `dug_m` before they rolled `rolled_m` at `slip`."""
        patches = abs(rolled_m) / self.tips_m(axle_n)
        return max(dug_m + patches * (self._dig_m * slip - dug_m * (1.0 - slip)), 0.0)
