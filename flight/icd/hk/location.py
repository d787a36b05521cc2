"""Housekeeping of the place on the Moon. Frame, sphere and sense of the coordinates: `flight.icd.moon`."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, f64, u8
from flight.icd.kinds import Housekeeping
from flight.icd.moon import LunarFrame
from flight.icd.packet import Triple


class LocationHk(Housekeeping, sid=14, every_s=10.0):
    """Where on the Moon the scoop's edge is, every ten seconds; not valid while the joints are not heard."""

    frame: LunarFrame = enum8(LunarFrame, "frame of the coordinates")
    latitude_deg: float = f64("deg", "planetocentric latitude, north positive")
    longitude_deg: float = f64("deg", "east longitude, 0..360")
    u95_m: float = f32("m", "95 % radius round the place told")
    height_m: float = f32("m", "above the sphere of 1737.4 km, by the platform's fix")
    edge_m: Triple = f32("m", "the same place in the platform's frame: LANDER, or SITE of a rover", 3)
    odometry_u95_m: float = f32("m", "95 % radius of a rover's dead reckoning since its start; 0 of a lander")
    dug: bool = u8("", "1 when soil in the scoop is known to come from `dug_m`")
    dug_m: Triple = f32("m", "middle of the stretch that was dug through, in the platform's frame", 3)
