"""Places on the Moon: frame, sphere and sense of the coordinates, the same on board, on the bench and on the ground.

Frame ME: fixed to the Moon, its z axis the mean axis of rotation, its x axis towards the mean Earth. A latitude is
planetocentric: the angle of the line from the Moon's centre above the equator. A longitude is east of the mean Earth's
meridian, from 0 up to 360 deg: 4.6 W is 355.4. Heights are above a sphere of 1737.4 km (LRO Project and LGCWG, "A
Standardized Lunar Coordinate System for the Lunar Reconnaissance Orbiter", version 5, 2008; Archinal et al., Celestial
Mechanics and Dynamical Astronomy 130:22, 2018), on which planetocentric and planetographic latitude are one.
"""

from __future__ import annotations

from enum import IntEnum
from math import atan2, cos, degrees, hypot, radians, sin
from typing import NamedTuple

SPHERE_M = 1_737_400.0
"""Radius of the sphere of reference."""


class LunarFrame(IntEnum):
    """The frame that coordinates are of."""

    ME = 1
    """Mean Earth and polar axis."""


class Place(NamedTuple):
    """Planetocentric latitude, -90..90, and east longitude, from 0 to below 360, in frame ME."""

    latitude_deg: float
    longitude_deg: float


def east_deg(longitude_deg: float) -> float:
    """A longitude, east positive, as it is written here: from 0 to below 360."""
    east = longitude_deg % 360.0
    return 0.0 if east == 360.0 else east  # of a tiny negative one, rounded


def beside(place: Place, north_m: float, east_m: float, height_m: float = 0.0) -> Place:
    """The place so far from `place`, along the great circle that begins in that direction at `height_m`.

    That is how a plane laid on the sphere touches it: distances in the plane are distances on the sphere but for
    d^3 / 6 R^2, 0.06 mm in a kilometre. Poles and the meridian of 0 are places like any other.
    """
    latitude, longitude = radians(place.latitude_deg), radians(place.longitude_deg)
    along_m = hypot(north_m, east_m)
    if along_m == 0.0:
        return Place(place.latitude_deg, east_deg(place.longitude_deg))
    angle = along_m / (SPHERE_M + height_m)
    north, east = sin(angle) * north_m / along_m, sin(angle) * east_m / along_m
    out = cos(angle) * cos(latitude) - north * sin(latitude)  # from the axis, in the plane of the meridian
    up = cos(angle) * sin(latitude) + north * cos(latitude)
    x, y = out * cos(longitude) - east * sin(longitude), out * sin(longitude) + east * cos(longitude)
    return Place(degrees(atan2(up, hypot(x, y))), east_deg(degrees(atan2(y, x))))


def apart_m(a: Place, b: Place, height_m: float = 0.0) -> float:
    """Distance along the great circle at `height_m` (haversine, good for short ones)."""
    low, high = radians(a.latitude_deg), radians(b.latitude_deg)
    rise, turn = 0.5 * (high - low), 0.5 * radians(b.longitude_deg - a.longitude_deg)
    half = hypot(sin(rise), sin(turn) * (cos(low) * cos(high)) ** 0.5)
    return 2.0 * (SPHERE_M + height_m) * atan2(half, max(0.0, 1.0 - half * half) ** 0.5)
