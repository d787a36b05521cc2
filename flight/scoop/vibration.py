"""Vibration: the scoop's joint swings about where it is, to settle the soil in the scoop or to shed some of it."""

from __future__ import annotations

from math import degrees, pi, radians, sin

from flight.config import AnyConfig
from flight.icd.limits import Limit, Violation
from flight.icd.packet import Quad
from flight.scoop.kinematics import EdgePose, ReachError
from flight.scoop.model import ScoopModel
from flight.scoop.trajectory import check_angles, quintic

_JOINT = 3
"""The scoop's joint: of a rover that is its curl."""
_RAMP_S = 0.5
"""In which it swells, and dies away."""
_SWELL_RATE, _SWELL_CURVE = 1.875 / _RAMP_S, 5.7735 / _RAMP_S**2
"""Greatest slope and curvature of the quintic, over the ramp: 1/s and 1/s2."""


class Vibration:
    """The joint's angle is q + a sin(2 pi f t), swelling and dying away."""

    __slots__ = ("_amplitude_rad", "_hz", "_model", "_q", "duration_s")

    def __init__(self, model: ScoopModel, q: Quad, amplitude_rad: float, hz: float, seconds: float) -> None:
        self._model = model
        self._q = q
        self._amplitude_rad = amplitude_rad
        self._hz = hz
        self.duration_s = max(seconds, 2.0 * _RAMP_S)

    @property
    def end(self) -> EdgePose:
        """See `Leg`."""
        return self._model.edge(self._q)

    @property
    def rate_rad_s(self) -> float:
        """What the joint's rate stays below: that of the swing, and of its swelling."""
        return self._amplitude_rad * (2.0 * pi * self._hz + _SWELL_RATE)

    @property
    def acceleration_rad_s2(self) -> float:
        """What the joint's acceleration stays below."""
        w = 2.0 * pi * self._hz
        return self._amplitude_rad * (w * w + 2.0 * w * _SWELL_RATE + _SWELL_CURVE)

    def at(self, t_s: float) -> Quad:
        """See `Trajectory`."""
        a, b, c, d = self._q
        if not 0.0 < t_s < self.duration_s:
            return self._q
        swell = quintic(min(t_s, self.duration_s - t_s) / _RAMP_S)
        return (a, b, c, d + swell * self._amplitude_rad * sin(2.0 * pi * self._hz * t_s))

    def check(self, config: AnyConfig, sample_kg: float, lowest_m: float) -> None:
        """Raise `ReachError` where it would leave the joint's range, rate or torque, or bring the edge too low.

        The torque is what holds scoop and soil against gravity and what swings them and the drive: the scoop taken as a
        point at its centre of mass, the soil as one in its middle.
        """
        a, b, c, d = self._q
        for angle in (d - self._amplitude_rad, d + self._amplitude_rad):
            check_angles((a, b, c, angle), self._model, lowest_m)
        shake = config.shake
        most_rad_s = radians(shake.rate_deg_s)
        if self.rate_rad_s > most_rad_s:
            raise ReachError(Violation(Limit.RATE, degrees(self.rate_rad_s), 0.0, degrees(most_rad_s), _JOINT + 1))
        scoop = config.scoop
        soil_kg_m2 = sample_kg * (0.5 * scoop.length_m) ** 2
        inertia_kg_m2 = shake.drive_kg_m2 + scoop.mass_kg * scoop.com_m**2 + soil_kg_m2
        held_nm = abs(self._model.gravity_torque(self._q, sample_kg)[_JOINT])
        torque_nm = held_nm + inertia_kg_m2 * self.acceleration_rad_s2
        most_nm = shake.torque_share * config.joint[-1].max_torque_nm
        if torque_nm > most_nm:
            raise ReachError(Violation(Limit.TORQUE, torque_nm, 0.0, most_nm))
