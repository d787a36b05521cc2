"""On-board parameters that can be set (PUS service 20), in groups: a group is one record that its user reads live.

A parameter's identifier is group * 256 + position in the group, and a housekept value's is structure * 256 + position:
one pool holds both (`flight.pool`). Defaults come from the mission file; the values in force survive in two banks.
"""

from __future__ import annotations

from flight.icd.fields import f32, f64, u8
from flight.icd.kinds import ParameterGroup
from flight.icd.packet import EncodeError


class DigParameters(ParameterGroup, group=0x80):
    """One pass through the soil."""

    depth_m: float = f32("m", "depth of the first pass at a site", limits=(0.001, 0.05))
    deepen_m: float = f32("m", "how much deeper each further pass at a site goes", limits=(0, 0.02))
    length_m: float = f32("m", "length drawn", limits=(0.01, 0.3))
    speed_m_s: float = f32("m/s", "speed of the edge in the soil", limits=(0.001, 0.05))
    soft_force_n: float = f32("N", "force above which a pass gets shallower", limits=(1, 30))
    stall_force_n: float = f32("N", "force at which a pass is given up", limits=(2, 40))

    def check(self) -> None:
        """Also: a pass yields before it is given up."""
        super().check()
        if self.soft_force_n >= self.stall_force_n:
            what = f"soft_force_n = {self.soft_force_n} must be below stall_force_n = {self.stall_force_n}"
            raise EncodeError(f"DigParameters: {what}", "soft_force_n")


class ContactParameters(ParameterGroup, group=0x81):
    """The guarded move that finds the surface."""

    speed_m_s: float = f32("m/s", "speed of descent", limits=(0.001, 0.05))
    cell_threshold_n: float = f32("N", "loss of load cell force that is contact", limits=(0.02, 5))
    joint_threshold_n: float = f32("N", "upward force by joint loads that is contact", limits=(1, 20))
    consecutive: int = u8("", "readings in a row that must agree", limits=(1, 20))


class WeighParameters(ParameterGroup, group=0x82):
    """Tare and weighing."""

    settle_s: float = f32("s", "rest before the first reading", limits=(0, 60))
    settled_n: float = f32("N", "scatter below which the cell has settled", limits=(0.001, 1))
    readings: int = u8("", "readings that are averaged", limits=(10, 250))


class SampleParameters(ParameterGroup, group=0x83):
    """What is to be collected."""

    min_g: float = f32("g", "least lower bound of the mass interval", limits=(1, 1000))
    max_g: float = f32("g", "greatest upper bound of the mass interval", limits=(1, 1000))
    max_digs: int = u8("", "digs before giving up", limits=(1, 20))
    attempts: int = u8("", "attempts at each step", limits=(1, 5))

    def check(self) -> None:
        """Also: there is room between the bounds."""
        super().check()
        if self.min_g >= self.max_g:
            raise EncodeError(f"SampleParameters: min_g = {self.min_g} must be below max_g = {self.max_g}", "min_g")


class MotionParameters(ParameterGroup, group=0x84):
    """How the arm moves."""

    edge_speed_m_s: float = f32("m/s", "speed of the edge in free space", limits=(0.005, 0.1))
    joint_rate_deg_s: float = f32("deg/s", "greatest rate of a joint", limits=(1, 60))
    carry_speed_m_s: float = f32("m/s", "speed of the edge with soil in the scoop", limits=(0.005, 0.1))
    hold_s: float = f32("s", "how long joints may be lost before SAFE", limits=(0.5, 60))


class LocationParameters(ParameterGroup, group=0x85):
    """Where the platform's frame (LANDER, or SITE of a rover) stands on the Moon; see `flight.icd.moon`."""

    latitude_deg: float = f64("deg", "planetocentric latitude of its origin, north positive", limits=(-90, 90))
    longitude_deg: float = f64("deg", "east longitude of its origin", limits=(0, 360))
    height_m: float = f32("m", "height of its origin above the sphere of 1737.4 km", limits=(-10_000, 11_000))
    fix_u95_m: float = f32("m", "95 % radius round that", limits=(0.01, 100_000))
    heading_deg: float = f64("deg", "heading of its x axis, clockwise from north", limits=(0, 360))
    heading_u95_deg: float = f32("deg", "half-width of its 95 % interval", limits=(0, 45))


GROUPS: tuple[type[ParameterGroup], ...] = (
    DigParameters, ContactParameters, WeighParameters, SampleParameters, MotionParameters, LocationParameters,
)  # fmt: skip
