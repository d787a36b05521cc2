"""Where on the Moon a sample was collected. Frame, sphere and sense of the coordinates: `flight.icd.moon`."""

from __future__ import annotations

from flight.icd.custody import SAMPLE_SIZE
from flight.icd.fields import enum8, f32, f64, u8
from flight.icd.kinds import Event, Severity
from flight.icd.moon import LunarFrame
from flight.icd.packet import Triple


class SampleLocated(Event, id=0x0340):
    """A sample is in custody, and this is where it was dug: the middle of the stretch that the edge has dug through.

    Told when it is collected, and again after a restart. The standard uncertainties are along each axis alike, but for
    that of the heading, which is across the line from the platform, and that of the extent, along its longer side.
    """

    sample: tuple[int, ...] = u8("", "identity of the sample, as custody tells it", SAMPLE_SIZE)
    frame: LunarFrame = enum8(LunarFrame, "frame of the coordinates")
    latitude_deg: float = f64("deg", "planetocentric latitude, north positive", limits=(-90, 90))
    longitude_deg: float = f64("deg", "east longitude, 0..360", limits=(0, 360))
    u95_m: float = f32("m", "95 % radius round the place told")
    height_m: float = f32("m", "above the sphere of 1737.4 km, by the platform's fix")
    dug_m: Triple = f32("m", "the same place in the platform's frame: LANDER, or SITE of a rover", 3)
    dug_u95_m: float = f32("m", "95 % radius round that, in the platform's frame: fix and heading are not in it")
    u_fix_m: float = f32("m", "standard uncertainty: the platform's fix")
    u_heading_m: float = f32("m", "standard uncertainty: the platform's heading times the way")
    u_kinematics_m: float = f32("m", "standard uncertainty: the edge in the platform's frame")
    u_odometry_m: float = f32("m", "standard uncertainty: a rover's dead reckoning since its start")
    u_extent_m: float = f32("m", "standard uncertainty: the stretch that was dug through, as wide as the blade")


class SampleNotLocated(Event, id=0x0341, severity=Severity.MEDIUM):
    """A sample is in custody and nobody knows where it was dug: what was kept of that can't be read."""

    sample: tuple[int, ...] = u8("", "identity of the sample, as custody tells it", SAMPLE_SIZE)
