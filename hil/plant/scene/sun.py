"""Where the Sun stands over a site on the Moon, and so in the platform's frame.

A lunar day of 24 local hours lasts 29.53 days: the Sun moves 0.508 deg an hour of time. Its declination stays within
+-1.54 deg, so it never climbs higher over a latitude than 90 deg - |latitude| + 1.54 deg, and shadows are long.
"""

from __future__ import annotations

import math

import numpy as np

Three = tuple[float, float, float]

RATE_DEG_H = 0.508
RADIUS_RAD = math.radians(0.533 / 2.0)
"""Half the Sun's diameter at 1 au: what makes the rims of shadows soft."""
MAX_DECLINATION_DEG = 1.54


def hour_after(local_hour: float, elapsed_s: float) -> float:
    """Local solar time (24 hours a lunar day) a while later."""
    return (local_hour + elapsed_s / 3600.0 * RATE_DEG_H / 15.0) % 24.0


def position(latitude_deg: float, local_hour: float, declination_deg: float) -> tuple[float, float]:
    """Elevation, and azimuth clockwise from north, rad; below the horizon the elevation is negative."""
    latitude, declination = math.radians(latitude_deg), math.radians(declination_deg)
    angle = math.radians(15.0 * (local_hour - 12.0))
    up = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(angle)
    north = math.cos(latitude) * math.sin(declination) - math.sin(latitude) * math.cos(declination) * math.cos(angle)
    east = -math.cos(declination) * math.sin(angle)
    return math.asin(max(-1.0, min(1.0, up))), math.atan2(east, north) % (2.0 * math.pi)


def direction(elevation: float, azimuth: float, heading: float, tilt_deg: tuple[float, float] = (0.0, 0.0)) -> Three:
    """Unit vector to the Sun in a frame whose x axis points to `heading` (clockwise from north) and z up.

    `tilt_deg`: the frame is rolled about x, then pitched about y, from level, as in `hil.plant.plant`.
    """
    x = math.cos(elevation) * math.cos(azimuth - heading)
    y = -math.cos(elevation) * math.sin(azimuth - heading)
    z = math.sin(elevation)
    roll, pitch = (math.radians(angle) for angle in tilt_deg)
    x, z = x * math.cos(pitch) - z * math.sin(pitch), x * math.sin(pitch) + z * math.cos(pitch)
    y, z = y * math.cos(roll) + z * math.sin(roll), z * math.cos(roll) - y * math.sin(roll)
    length = float(np.linalg.norm((x, y, z)))
    return x / length, y / length, z / length
