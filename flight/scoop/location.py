"""Where on the Moon a scoop is: the platform's fix and heading, and the way from there to the blade's edge.

The platform's frame (LANDER, or SITE: ROVER at its start) stands at the fix, its x axis heading so far clockwise from
north; it is taken to lie level, which costs a share 1 - cos(tilt) of the way and is among the kinematics' uncertainty.
The 95 % radius is that of the circle round the place told which holds the true one with 95 % probability, of components
taken as normal and independent (JCGM 100:2008, 5.1):

    fix         along both axes alike: its own 95 % radius over 2.4477
    heading     across the line from the platform's origin, in proportion to the way
    kinematics  along both axes alike: arm or scoop, tilt, play
    odometry    along both axes alike: what a rover's dead reckoning has gathered since its start
    extent      along each axis: a sample comes from all along its digs and the blade's width, evenly (rectangular), and
                the middle is told
"""

from __future__ import annotations

from math import cos, hypot, sin, sqrt
from typing import NamedTuple, Protocol

from flight.icd.moon import Place, beside
from flight.icd.packet import Triple

K95 = 1.959964
"""Standard deviations of a 95 % interval in one dimension."""
K95_CIRCLE = 2.447747
"""Standard deviations of the 95 % radius of a round distribution in two: sqrt(-2 ln 0.05)."""
_K95_BY_RATIO = (1.95996, 1.96253, 1.97041, 1.98420, 2.00514, 2.03586, 2.08130, 2.14598, 2.23029, 2.33180, 2.44775)
"""95 % radius over the greater standard deviation, for a lesser one of 0, 0.1 .. 1 times that (H. L. Harter, Journal of
the American Statistical Association 55, 1960). Convex: between its values a straight line is never too small."""


class Fix(NamedTuple):
    """Where the platform's frame stands: its origin, height above the sphere, and heading of x clockwise from north."""

    place: Place
    height_m: float
    u95_m: float
    heading_rad: float
    heading_u95_rad: float


class Odometry(Protocol):
    """A rover's dead reckoning: ROVER's origin and heading in SITE, counter-clockwise, and its 95 % radius."""

    @property
    def x_m(self) -> float:
        """Along SITE's x."""
        ...

    @property
    def y_m(self) -> float:
        """Along SITE's y."""
        ...

    @property
    def heading_rad(self) -> float:
        """Of ROVER's x about SITE's z."""
        ...

    @property
    def u95_m(self) -> float:
        """95 % radius of x and y."""
        ...

    @property
    def heading_u95_rad(self) -> float:
        """Half-width of the heading's 95 % interval."""
        ...


class Stretch(NamedTuple):
    """The box in the platform's frame that the edge has dug through, and what odometry was worth then."""

    low_m: Triple
    high_m: Triple
    odometry_u95_m: float = 0.0

    @classmethod
    def at(cls, edge_m: Triple, odometry_u95_m: float = 0.0) -> Stretch:
        """A single place."""
        return cls(edge_m, edge_m, odometry_u95_m)

    def with_edge(self, edge_m: Triple, odometry_u95_m: float = 0.0) -> Stretch:
        """The box that holds `edge_m` too."""
        (a, b, c), (d, e, f), (x, y, z) = self.low_m, self.high_m, edge_m
        low, high = (min(a, x), min(b, y), min(c, z)), (max(d, x), max(e, y), max(f, z))
        return Stretch(low, high, max(self.odometry_u95_m, odometry_u95_m))

    def beyond_m(self, edge_m: Triple) -> float:
        """How far `edge_m` is outside, along the axis where that is most; 0 inside."""
        return max(max(low - at, at - high, 0.0) for low, high, at in zip(*self[:2], edge_m, strict=True))

    @property
    def middle_m(self) -> Triple:
        """Its middle."""
        (a, b, c), (d, e, f) = self.low_m, self.high_m
        return (0.5 * (a + d), 0.5 * (b + e), 0.5 * (c + f))


class Located(NamedTuple):
    """A place on the Moon, its height above the sphere, its 95 % radius, and the standard uncertainties behind that.

    `dug_u95_m` is the 95 % radius in the platform's frame, where fix and heading do not matter.
    """

    place: Place
    height_m: float
    u95_m: float
    dug_u95_m: float
    u_fix_m: float
    u_heading_m: float
    u_kinematics_m: float
    u_odometry_m: float
    u_extent_m: float


def carried(edge_m: Triple, odometry: Odometry) -> Triple:
    """An edge in ROVER as it lies in SITE."""
    x, y, z = edge_m
    c, s = cos(odometry.heading_rad), sin(odometry.heading_rad)
    return (odometry.x_m + x * c - y * s, odometry.y_m + x * s + y * c, z)


def locate(fix: Fix, stretch: Stretch, kinematics_u95_m: float, width_m: float = 0.0) -> Located:
    """Where the middle of `stretch` is, dug by a blade of `width_m` across x. `u_extent_m`: of the longer side."""
    x, y, z = stretch.middle_m
    c, s = cos(fix.heading_rad), sin(fix.heading_rad)
    place = beside(fix.place, x * c + y * s, x * s - y * c, fix.height_m)
    u_fix, u_heading = fix.u95_m / K95_CIRCLE, fix.heading_u95_rad / K95
    u_kinematics, u_odometry = kinematics_u95_m / K95_CIRCLE, stretch.odometry_u95_m / K95_CIRCLE
    (low_x, low_y, _), (high_x, high_y, _) = stretch.low_m, stretch.high_m
    u_x, u_y = 0.5 * (high_x - low_x) / sqrt(3.0), 0.5 * (high_y - low_y + width_m) / sqrt(3.0)
    of_edge_m2 = u_kinematics**2 + u_odometry**2
    dug_x_m2, dug_y_m2 = of_edge_m2 + u_x**2, of_edge_m2 + u_y**2
    radius_m = radius_95_m(
        dug_x_m2 + u_fix**2 + (u_heading * y) ** 2, dug_y_m2 + u_fix**2 + (u_heading * x) ** 2, -(u_heading**2) * x * y
    )
    return Located(
        place, fix.height_m + z, radius_m, radius_95_m(dug_x_m2, dug_y_m2, 0.0), u_fix, u_heading * hypot(x, y),
        u_kinematics, u_odometry, max(u_x, u_y),
    )  # fmt: skip


def radius_95_m(var_x_m2: float, var_y_m2: float, cov_m2: float) -> float:
    """Radius of the circle that holds 95 % of a normal distribution in the plane, given its covariance matrix."""
    mean, half = 0.5 * (var_x_m2 + var_y_m2), hypot(0.5 * (var_x_m2 - var_y_m2), cov_m2)
    great, small = sqrt(mean + half), sqrt(max(mean - half, 0.0))
    if great == 0.0:
        return 0.0
    at = 10.0 * small / great
    index = min(int(at), len(_K95_BY_RATIO) - 2)
    below, above = _K95_BY_RATIO[index : index + 2]
    return great * (below + (at - index) * (above - below))
