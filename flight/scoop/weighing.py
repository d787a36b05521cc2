"""Weighing: mass in the scoop with its 95 % interval, by stated components (GUM, JCGM 100:2008).

The load cell measures force along the normal of the scoop floor. The same static pose is taken empty (tare) and
loaded, so mass = (F - F_tare) / (g cos(tilt)). Standard uncertainties: the noise of both means, the zero's random walk
between them, the cell's hysteresis, gain, local gravity and the lander's unknown tilt in proportion to the mass, and a
pose that differs between the two. Walk and hysteresis are the figures of the data sheets.
"""

from __future__ import annotations

from math import cos, fsum, radians, sin, sqrt
from typing import NamedTuple

_K95 = 1.96


class Reading(NamedTuple):
    """Mean of so many static load cell readings, their standard deviation, and when they were taken (monotonic ns)."""

    force_n: float
    noise_n: float
    readings: int
    taken_ns: int


class Mass(NamedTuple):
    """Mass with its uncertainty budget; all in grams, components as standard uncertainties."""

    mass_g: float
    u95_g: float
    u_noise_g: float
    u_drift_g: float
    u_gain_g: float
    u_pose_g: float
    u_hysteresis_g: float

    @property
    def low_g(self) -> float:
        """Lower bound of the 95 % interval."""
        return self.mass_g - self.u95_g

    @property
    def high_g(self) -> float:
        """Upper bound of the 95 % interval."""
        return self.mass_g + self.u95_g


class SettleDetector:
    """Tells when the cell has come to rest: two neighbouring windows agree and neither scatters."""

    __slots__ = ("_at", "_limit_n", "_values", "_window")

    def __init__(self, limit_n: float, window: int = 8) -> None:
        self._limit_n = limit_n
        self._window = window
        self._values = [0.0] * (2 * window)
        self._at = 0

    def feed(self, force_n: float) -> bool:
        """Take one reading; True once the last two windows agree within the limit."""
        size = 2 * self._window
        self._values[self._at % size] = force_n
        self._at += 1
        if self._at < size:
            return False
        split = self._at % size
        ordered = self._values[split:] + self._values[:split]
        old, new = ordered[: self._window], ordered[self._window :]
        spread = max(max(old) - min(old), max(new) - min(new))
        return abs(fsum(new) - fsum(old)) / self._window < 0.5 * self._limit_n and spread < 3.0 * self._limit_n


class Averager:
    """Mean and scatter of a fixed number of readings (Welford)."""

    __slots__ = ("_m2", "_mean", "_taken", "_wanted")

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._taken = 0
        self._mean = 0.0
        self._m2 = 0.0

    def feed(self, force_n: float, now_ns: int) -> Reading | None:
        """Take one reading; the result once `wanted` have been taken."""
        self._taken += 1
        step = force_n - self._mean
        self._mean += step / self._taken
        self._m2 += step * (force_n - self._mean)
        if self._taken < self._wanted:
            return None
        return Reading(self._mean, sqrt(self._m2 / (self._taken - 1)), self._taken, now_ns)


class Scale:
    """What turns two readings into a mass: local gravity and the a priori uncertainties of the mission file."""

    __slots__ = (
        "_drift", "_gain_u", "_gravity", "_gravity_u", "_hysteresis_u", "_pose_u_rad", "_resolution", "_scoop_n",
        "_tilt_u",
    )  # fmt: skip

    def __init__(
        self,
        gravity_m_s2: float,
        gravity_u_relative: float,
        gain_u95: float,
        drift_n_per_sqrt_s: float,
        pose_u_deg: float,
        tilt_u_deg: float,
        resolution_n: float,
        scoop_kg: float,
        hysteresis_n: float,
    ) -> None:
        self._gravity = gravity_m_s2
        self._gravity_u = gravity_u_relative
        self._gain_u = gain_u95 / _K95
        self._drift = drift_n_per_sqrt_s
        self._pose_u_rad = radians(pose_u_deg)
        self._tilt_u = (1.0 - cos(radians(tilt_u_deg))) / sqrt(3.0)  # rectangular: the tilt is only bounded
        self._resolution = resolution_n
        # Rectangular: on what branch of its loop the cell is, nobody knows after contact; two readings, each off its
        # middle by half the loop at most.
        self._hysteresis_u = sqrt(2.0) * 0.5 * hysteresis_n / sqrt(3.0)
        self._scoop_n = scoop_kg * gravity_m_s2

    def mass(self, tare: Reading, loaded: Reading, tilt_rad: float, tare_tilt_rad: float) -> Mass:
        """Mass in the scoop; tilts are the angles of the scoop floor from level at each reading.

        Noise of a mean has the standard deviation of the readings over sqrt(n), and the resolution's rectangular
        distribution (resolution / sqrt 12) that averaging may not remove.
        """
        g_n_per_g = 1e-3 * self._gravity * cos(tilt_rad)
        # An empty scoop at another tilt weighs otherwise: bring the tare to the pose of the loaded reading.
        moved_n = self._scoop_n * (cos(tilt_rad) - cos(tare_tilt_rad))
        mass_g = (loaded.force_n - tare.force_n - moved_n) / g_n_per_g
        noise = sqrt(
            tare.noise_n**2 / tare.readings + loaded.noise_n**2 / loaded.readings + 2.0 * self._resolution**2 / 12.0
        )
        drift = self._drift * sqrt(max(loaded.taken_ns - tare.taken_ns, 0) * 1e-9)
        gain = abs(mass_g) * sqrt(self._gain_u**2 + self._gravity_u**2 + self._tilt_u**2)
        # d(cos)/d(tilt) is second order at level, but not at the tilt the pose may be off by.
        slope = sin(abs(tilt_rad) + self._pose_u_rad)
        pose = (self._scoop_n * 1.41421356 + abs(mass_g) * 1e-3 * self._gravity) * slope * self._pose_u_rad
        u_noise, u_drift, u_pose = noise / g_n_per_g, drift / g_n_per_g, pose / g_n_per_g
        u_hysteresis = self._hysteresis_u / g_n_per_g
        combined = sqrt(u_noise**2 + u_drift**2 + gain**2 + u_pose**2 + u_hysteresis**2)
        return Mass(mass_g, _K95 * combined, u_noise, u_drift, gain, u_pose, u_hysteresis)
