"""The uncertainty budget of a mass: what may be wrong with it, component by component (GUM, JCGM 100:2008).

Mass = (F - F_tare) / (g cos tilt), the load cell being read in a static pose, empty (tare) and loaded. Every component
is a standard uncertainty in grams. Those of an offset don't depend on the mass; those of scale are in proportion to it
and the same in every weighing by one cell on one platform.

| component | distribution | what it is |
| --- | --- | --- |
| noise | normal (type A) | scatter of the readings over the root of their number, tare and weighing |
| resolution | rectangular | half a division, tare and weighing; averaging need not remove it |
| drift | normal | random walk of the zero since the tare |
| hysteresis | rectangular twice | the cell's loop over the loads since the tare: up to as wide as the sheet allows, each reading somewhere in it |
| creep | rectangular | of what the cell has borne since the tare |
| zero temperature | rectangular | shift of the zero, for the cell may have warmed since the tare |
| pose | normal | scoop and sample weigh otherwise along the cell's axis where the pose differs from that of the tare |
| gain | normal | the cell's calibration |
| linearity | rectangular | slope of a parabola within the sheet's band, near no load |
| span temperature | rectangular | the cell may be warmer or colder than it was calibrated |
| cross | rectangular | forces across, of a platform that leans, and the moment of the sample about the scoop joint |
| gravity | normal | local gravity |
| tilt | rectangular twice | cosine of the platform's unknown tilt; its mean is corrected (JCGM 100, F.2.4.4) |
"""  # noqa: E501 - a table's rows can't be broken

from __future__ import annotations

from collections.abc import Iterable
from math import cos, fsum, hypot, radians, sin, sqrt
from typing import NamedTuple

from flight.config import AnyConfig

K95 = 1.96
"""Coverage factor for 95 % of a normal distribution. That of the mean of 60 readings (59 degrees of freedom, 2.00) is
the only one estimated; beside the others its effective number is in the hundreds (Welch-Satterthwaite), and
no rectangular component is more than a part of the whole: the combination is taken as normal (central limit, G.2)."""
_RECTANGULAR = 1.0 / sqrt(3.0)


class Reading(NamedTuple):
    """Mean of so many static load cell readings, their standard deviation, and when they were taken (monotonic ns)."""

    force_n: float
    noise_n: float
    readings: int
    taken_ns: int


class Loads(NamedTuple):
    """What the cell has borne since the tare: the span of its forces, and by how much they differed in the mean."""

    span_n: float
    mean_n: float


class Mass(NamedTuple):
    """Mass with its uncertainty budget; all in grams, components as standard uncertainties."""

    mass_g: float
    u95_g: float
    u_noise_g: float = 0.0
    u_resolution_g: float = 0.0
    u_drift_g: float = 0.0
    u_hysteresis_g: float = 0.0
    u_creep_g: float = 0.0
    u_zero_temperature_g: float = 0.0
    u_pose_g: float = 0.0
    u_gain_g: float = 0.0
    u_linearity_g: float = 0.0
    u_span_temperature_g: float = 0.0
    u_cross_g: float = 0.0
    u_gravity_g: float = 0.0
    u_tilt_g: float = 0.0

    @property
    def low_g(self) -> float:
        """Lower bound of the 95 % interval."""
        return self.mass_g - self.u95_g

    @property
    def high_g(self) -> float:
        """Upper bound of the 95 % interval."""
        return self.mass_g + self.u95_g

    @property
    def u_offset_g(self) -> float:
        """Standard uncertainty of what does not depend on the mass."""
        return _root(self[_FIRST_OFFSET:_FIRST_SCALE])

    @property
    def u_scale_g(self) -> float:
        """Standard uncertainty of what is in proportion to the mass."""
        return _root(self[_FIRST_SCALE:])

    def u95_of_change_g(self, earlier: Mass) -> float:
        """Half-width of the 95 % interval of this mass less an `earlier` one of the same tare, same cell and platform.

        Errors of scale are the same in both and go with the difference. Those of offset are taken as independent,
        though both have the tare's in common: that is too wide rather than too narrow.
        """
        return K95 * _root((self.u_offset_g, earlier.u_offset_g, self.u_scale_g - earlier.u_scale_g))


_FIRST_OFFSET = Mass._fields.index("u_noise_g")
_FIRST_SCALE = Mass._fields.index("u_gain_g")


class Scale:
    """What turns two readings into a mass, with what is known beforehand of cell, platform and pose.

    Of `[weigh]`: `pose_u_deg` is the standard uncertainty of the difference between the pose of a weighing and that of
    the tare, a platform's own sinking in and driving on included; `tilt_max_deg` how far from level it stands at most,
    in roll and in pitch. The sample lies in the middle of the scoop.
    """

    __slots__ = (
        "_cell", "_gravity", "_leaning", "_pose_u_rad", "_range_n", "_resolution_n", "_scoop_n", "_shares",
        "_tilt_max_rad",
    )  # fmt: skip

    def __init__(self, config: AnyConfig) -> None:
        weigh, scoop = config.weigh, config.scoop
        self._cell = weigh.cell
        self._range_n, self._resolution_n = config.load_cell.range_n, config.load_cell.resolution_n
        self._gravity = config.environment.gravity_m_s2
        self._pose_u_rad, self._tilt_max_rad = radians(weigh.pose_u_deg), radians(weigh.tilt_max_deg)
        # Roll r and pitch p, each evenly spread up to a: 1 - cos r cos p = (r^2 + p^2) / 2 has the mean a^2 / 3.
        self._leaning = self._tilt_max_rad**2 / 3.0
        self._scoop_n = scoop.mass_kg * self._gravity
        self._shares = self._relative(config.load_cell.gain_u95, weigh.gravity_u_relative, 0.5 * scoop.length_m)

    def mass(self, tare: Reading, loaded: Reading, tilt_rad: float, tare_tilt_rad: float, loads: Loads) -> Mass:
        """Mass in the scoop; tilts are the angles of the scoop floor from level at each reading, by the joints."""
        # Of all tilts that the platform may have, the mean cosine; of the scoop's, its own.
        n_per_g = 1e-3 * self._gravity * (1.0 - self._leaning) * cos(tilt_rad)
        # An empty scoop at another tilt weighs otherwise: bring the tare to the pose of the loaded reading.
        moved_n = self._scoop_n * (cos(tilt_rad) - cos(tare_tilt_rad))
        mass_g = (loaded.force_n - tare.force_n - moved_n) / n_per_g
        mass = abs(mass_g)
        age_s = max(loaded.taken_ns - tare.taken_ns, 0) * 1e-9
        offsets_n = (
            sqrt(tare.noise_n**2 / tare.readings + loaded.noise_n**2 / loaded.readings),
            sqrt(2.0) * _RECTANGULAR * 0.5 * self._resolution_n,
            self._cell.drift_n_sqrt_h * sqrt(age_s / 3600.0),
            self._hysteresis_n(loads.span_n),
            _RECTANGULAR * self._cell.creep * (mass * n_per_g + loads.mean_n),
            _RECTANGULAR * 0.1 * self._cell.zero_per_10k * self._range_n * self._cell.warming_k_h * age_s / 3600.0,
            self._pose_n(tilt_rad, mass * n_per_g),
        )
        components = (*(offset / n_per_g for offset in offsets_n), *(mass * share for share in self._shares))
        return Mass(mass_g, K95 * _root(components), *components)

    def _hysteresis_n(self, span_n: float) -> float:
        """A loop is in proportion to the span at most (OIML R 60-1 tests the whole range; lesser loops are thinner).

        This cell's is as wide as anything from 0 to the sheet's bound, and each of the two readings lies anywhere
        within half of that from the middle.
        """
        return sqrt(2.0) * _RECTANGULAR * _RECTANGULAR * 0.5 * self._cell.hysteresis * span_n

    def _pose_n(self, tilt_rad: float, sample_n: float) -> float:
        """The weight's change along the cell's axis with the tilt: first order where it leans, second where it lies."""
        lean_rad, off_rad = hypot(_RECTANGULAR * self._tilt_max_rad, tilt_rad), self._pose_u_rad
        return (self._scoop_n + sample_n) * hypot(sin(lean_rad) * off_rad, sqrt(0.5) * off_rad * off_rad)

    def _relative(self, gain_u95: float, gravity_u_relative: float, lever_m: float) -> tuple[float, ...]:
        """The components of scale, for a gram each."""
        cell = self._cell
        return (
            gain_u95 / K95,
            _RECTANGULAR * 4.0 * cell.nonlinearity,  # slope at the ends of a parabola that is so high in its middle
            _RECTANGULAR * 0.1 * cell.span_per_10k * cell.calibrated_k,
            _RECTANGULAR * hypot(cell.cross_axis * sqrt(2.0) * sin(self._tilt_max_rad), cell.moment_per_m * lever_m),
            gravity_u_relative,
            sqrt(2.0 / 45.0) * self._tilt_max_rad**2,  # the standard deviation of that
        )


def _root(parts: Iterable[float]) -> float:
    """Root of the sum of squares."""
    return sqrt(fsum(part * part for part in parts))
