"""The limits that a motion is checked against before anything moves, and what a refusal says of the one it would break.

A refusal gives the limit, what the motion wanted of it and what is allowed, all in the limit's own unit.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

_SINGLE = 1e-6


class Limit(IntEnum):
    """What would be violated."""

    NONE = 0
    REACH = 1
    """Distance of the scoop joint from the shoulder (lander), or its height below the lift axis (rover)."""
    AZIMUTH = 2
    """Angle of this joint, and of each that follows."""
    SHOULDER = 3
    ELBOW = 4
    SCOOP = 5
    LIFT = 6
    CURL = 7
    HEIGHT = 8
    """Height of the edge: what is below the surface, or where it may be, only a guarded move or a dig enters."""
    KEEP_OUT = 9
    """How far a part of the arm would be inside a keep-out box; `part` is the box's number in the mission file."""
    DEPTH = 10
    """Depth below the surface that was found."""
    LENGTH = 11
    """Length drawn."""
    SPEED = 12
    """Speed of the edge: less is allowed with what may be soil in the scoop."""
    RATE = 13
    """Rate of a joint; `part` is the joint's number, from the base and from 1."""
    TORQUE = 14
    """Torque of the scoop's joint."""
    ASIDE = 15
    """Angle by which the scoop would be turned to the side of where the platform can dig."""
    ROLL = 16
    """Way that the rover would roll for a pose."""
    RAKE = 17
    """Angle of the scoop floor from level: less is allowed with what may be soil in the scoop."""
    SITE = 18
    """Number of a dig site of the mission, from 0."""
    JOINT = 19
    """Number of a joint of the platform, from 0."""
    COUNTER = 20
    """Counter of the buyer's authorization: above every one that was accepted."""


UNITS: dict[Limit, str] = {
    Limit.REACH: "m", Limit.AZIMUTH: "deg", Limit.SHOULDER: "deg", Limit.ELBOW: "deg", Limit.SCOOP: "deg",
    Limit.LIFT: "deg", Limit.CURL: "deg", Limit.HEIGHT: "m", Limit.KEEP_OUT: "m", Limit.DEPTH: "m", Limit.LENGTH: "m",
    Limit.SPEED: "m/s", Limit.RATE: "deg/s", Limit.TORQUE: "N m", Limit.ASIDE: "deg", Limit.ROLL: "m",
    Limit.RAKE: "deg", Limit.SITE: "", Limit.JOINT: "", Limit.COUNTER: "",
}  # fmt: skip
"""The unit of each limit; a number of something has none."""
_PARTS = {Limit.KEEP_OUT: " of box {}:", Limit.RATE: " of joint {}:"}
JOINT_LIMITS: dict[str, Limit] = {
    limit.name.lower(): limit
    for limit in (Limit.AZIMUTH, Limit.SHOULDER, Limit.ELBOW, Limit.SCOOP, Limit.LIFT, Limit.CURL)
}
"""The limits of the joints' angles, by the names of the joints."""


class Violation(NamedTuple):
    """A limit that would be violated: `wanted` is outside `low`..`high`, in the limit's unit."""

    limit: Limit
    wanted: float
    low: float
    high: float
    part: int = 0
    """Which box or joint, where the limit has several; else 0."""

    def text(self) -> str:
        """In words: `elbow 12.5 deg, allowed -160 .. 5 deg`, `site 8, allowed 0 .. 4`."""
        unit = UNITS.get(self.limit, "")
        show = _short if unit else _whole
        name = self.limit.name.lower() + (_PARTS.get(self.limit, " {}:").format(self.part) if self.part else "")
        allowed = (
            f"{show(self.low)} .. {show(self.high)} {unit}" if self.low < self.high else f"{show(self.low)} {unit}"
        )
        return f"{name} {show(self.wanted)} {unit}".rstrip() + f", allowed {allowed}".rstrip()


def beyond(wanted: float, low: float, high: float) -> bool:
    """Whether `wanted` is outside `low`..`high` by more than a single-precision number may be off its decimal."""
    slack = _SINGLE * max(abs(low), abs(high))
    return not low - slack <= wanted <= high + slack


def _short(value: float) -> str:
    """Four digits, for both ends of a limit that was missed by little to differ."""
    return f"{value:.4g}"


def _whole(value: float) -> str:
    return f"{value:.0f}"


NOTHING = Violation(Limit.NONE, 0.0, 0.0, 0.0)
