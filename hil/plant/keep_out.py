"""How near what moves has ever come to the keep-out boxes, by its true angles: the bench's own look, not flight's.

Looked at after every tick of 10 ms, and after every step while a joint is faster than any plan makes it: no part moves
by more than half a centimetre between two looks. A part is its middle line, as the boxes have the parts' thickness in
their margins; of the scoop, a box open at one side, it is lines along and across, 5 cm apart at most. How far a line
is inside a box is the distance of its deepest point from the nearest side, to a ten-thousandth of its length.
Outside it is the distance along the axis on which the two are farthest apart, negative.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from flight.icd.platform import KeepOut
from hil.plant.compiled import inlined

Record = Any
Records = np.ndarray[Any, Any]

BOX = np.dtype([("x0", "f8"), ("y0", "f8"), ("z0", "f8"), ("x1", "f8"), ("y1", "f8"), ("z1", "f8")])
NEAREST = np.dtype([("inside_m", "f8"), ("box", "i8"), ("part", "i8"), ("axis_x", "f8"), ("axis_z", "f8")])
"""The nearest since the start: how far inside, number of the box, number of the part; a rover's lift axis in ROVER."""

FAST_RAD_S = 0.5
"""Plans stay below 25 deg/s: 4 mm in a tick at the end of the arm."""
_HALVINGS = 20
_ACROSS = 3
_ALONG = 3


class Nearness:
    """A view of the nearest that there was; `boxes` in the order of the mission file, `parts` from the base on."""

    def __init__(self, boxes: Sequence[KeepOut], parts: Sequence[str], axis_m: tuple[float, float] = (0, 0)) -> None:
        self._names = [box.name for box in boxes]
        self._parts = tuple(parts)
        self.boxes: Records = np.array([(*box.low_m, *box.high_m) for box in boxes], BOX)
        self.record: Records = np.zeros(1, NEAREST)
        self.record["inside_m"] = -math.inf
        self.record["axis_x"], self.record["axis_z"] = axis_m

    @property
    def inside_m(self) -> float:
        """How deep a part has been inside a box since the start; negative: how far all of them have stayed away.

        Minus infinity where there is no box.
        """
        return float(self.record["inside_m"][0])

    @property
    def where(self) -> str:
        """Which part in, or nearest to, which box: `fore_arm, mast`; empty where there is no box."""
        nearest = self.record[0]
        return f"{self._parts[nearest['part']]}, {self._names[nearest['box']]}" if self._names else ""


@inlined
def slack_m(box: Record, x: float, y: float, z: float) -> float:
    """How far a point is inside."""
    inside_m: float = min(x - box.x0, box.x1 - x, y - box.y0, box.y1 - y, z - box.z0, box.z1 - z)
    return inside_m


@inlined
def at_most_m(box: Record, ax: float, ay: float, az: float, bx: float, by: float, bz: float) -> float:
    """What no point of the line from a to b is farther inside than."""
    x = min(max(ax, bx) - box.x0, box.x1 - min(ax, bx))
    y = min(max(ay, by) - box.y0, box.y1 - min(ay, by))
    inside_m: float = min(x, y, max(az, bz) - box.z0, box.z1 - min(az, bz))
    return inside_m


@inlined
def deepest_m(box: Record, ax: float, ay: float, az: float, bx: float, by: float, bz: float) -> float:
    """How far the deepest point of the line is inside: along it that has one maximum, for it is the least of six
    straight lines.
    """
    low, high = 0.0, 1.0
    dx, dy, dz = bx - ax, by - ay, bz - az
    for _ in range(_HALVINGS):
        first, second = low + 0.382 * (high - low), low + 0.618 * (high - low)
        if slack_m(box, ax + first * dx, ay + first * dy, az + first * dz) < slack_m(
            box, ax + second * dx, ay + second * dy, az + second * dz
        ):
            low = first
        else:
            high = second
    middle = 0.5 * (low + high)
    ends = max(slack_m(box, ax, ay, az), slack_m(box, bx, by, bz))
    return max(ends, slack_m(box, ax + middle * dx, ay + middle * dy, az + middle * dz))


@inlined
def see_line(
    near: Record, boxes: Any, part: int, ox: float, oy: float, oz: float, ux: float, uy: float,
    ar: float, az: float, aside_a: float, br: float, bz: float, aside_b: float,
) -> None:  # fmt: skip
    """A line of `part` from a to b: places in a plane through o along u, and to its side."""
    ax, ay = ox + ar * ux - aside_a * uy, oy + ar * uy + aside_a * ux
    bx, by = ox + br * ux - aside_b * uy, oy + br * uy + aside_b * ux
    for number in range(len(boxes)):
        box = boxes[number]
        if at_most_m(box, ax, ay, oz + az, bx, by, oz + bz) > near.inside_m:
            inside_m = deepest_m(box, ax, ay, oz + az, bx, by, oz + bz)
            if inside_m > near.inside_m:
                near.inside_m, near.box, near.part = inside_m, number, part


@inlined
def see_scoop(
    near: Record, boxes: Any, part: int, scoop: Record, ox: float, oy: float, oz: float, ux: float, uy: float,
    wrist_r: float, wrist_z: float, c3: float, s3: float,
) -> None:  # fmt: skip
    """Lines along and across the scoop: of its floor, which ends in the edge, and of its opening."""
    half = 0.5 * scoop.width_m
    for height in range(2):
        up_m = height * scoop.depth_m
        r, z = wrist_r + up_m * s3, wrist_z - up_m * c3
        for line in range(_ALONG):
            aside = (line - 1) * half
            end_r, end_z = r + scoop.length_m * c3, z + scoop.length_m * s3
            see_line(near, boxes, part, ox, oy, oz, ux, uy, r, z, aside, end_r, end_z, aside)
        for line in range(_ACROSS):
            share = 0.5 * line * scoop.length_m
            at_r, at_z = r + share * c3, z + share * s3
            see_line(near, boxes, part, ox, oy, oz, ux, uy, at_r, at_z, -half, at_r, at_z, half)


@inlined
def see_arm(near: Record, boxes: Any, world: Record, arm: Record, servo: Any, scoop: Record) -> None:
    """The lander's arm as it is now, in LANDER."""
    a1 = servo[1].link_rad
    a2 = a1 + servo[2].link_rad
    a3 = a2 + servo[3].link_rad
    ux, uy = math.cos(servo[0].link_rad), math.sin(servo[0].link_rad)
    elbow_r, elbow_z = arm.l1 * math.cos(a1), arm.l1 * math.sin(a1)
    wrist_r, wrist_z = elbow_r + arm.l2 * math.cos(a2), elbow_z + arm.l2 * math.sin(a2)
    ox, oy, oz = world.base_x, world.base_y, world.base_z
    see_line(near, boxes, 0, ox, oy, oz, ux, uy, 0.0, 0.0, 0.0, elbow_r, elbow_z, 0.0)
    see_line(near, boxes, 1, ox, oy, oz, ux, uy, elbow_r, elbow_z, 0.0, wrist_r, wrist_z, 0.0)
    see_scoop(near, boxes, 2, scoop, ox, oy, oz, ux, uy, wrist_r, wrist_z, math.cos(a3), math.sin(a3))


@inlined
def see_lift(near: Record, boxes: Any, body: Record, servo: Any, scoop: Record) -> None:
    """The rover's lift and scoop as they are now, in ROVER; their plane goes to the rear."""
    a2 = math.pi + servo[0].link_rad
    a3 = a2 + servo[1].link_rad
    wrist_r, wrist_z = body.l2 * math.cos(a2), body.l2 * math.sin(a2)
    ox, oz = near.axis_x, near.axis_z
    see_line(near, boxes, 0, ox, 0.0, oz, -1.0, 0.0, 0.0, 0.0, 0.0, wrist_r, wrist_z, 0.0)
    see_scoop(near, boxes, 1, scoop, ox, 0.0, oz, -1.0, 0.0, wrist_r, wrist_z, math.cos(a3), math.sin(a3))


@inlined
def fast(servo: Any, joints: int) -> bool:
    """Whether one of the first `joints` is faster than any plan makes it."""
    fastest_rad_s = 0.0
    for joint in range(joints):
        fastest_rad_s = max(fastest_rad_s, abs(servo[joint].link_rad_s))
    return fastest_rad_s > FAST_RAD_S
