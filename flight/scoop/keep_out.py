"""Keep-out boxes: what of the lander no part of the arm may enter.

A box of the mission file has its margin in it. The arm is looked at as points along its links and the corners of its
scoop, closer together than a box is thick.
"""

from __future__ import annotations

from collections.abc import Iterable

from flight.icd.limits import Limit, Violation
from flight.icd.packet import Triple
from flight.icd.platform import KeepOut


def inside_m(box: KeepOut, point_m: Triple) -> float:
    """How far `point_m` is inside `box`, m: its distance from the nearest side; not above 0 outside."""
    return min(
        min(value - low, high - value)
        for value, low, high in zip(point_m, box.low_m, box.high_m, strict=True)
    )  # fmt: skip


def intrusion(boxes: tuple[KeepOut, ...], points_m: Iterable[Triple]) -> Violation | None:
    """The deepest intrusion of any of `points_m` into the first box that has one; None when all are clear."""
    points = tuple(points_m)
    for number, box in enumerate(boxes, 1):
        deepest_m = max(inside_m(box, point) for point in points)
        if deepest_m > 0.0:
            return Violation(Limit.KEEP_OUT, deepest_m, 0.0, 0.0, number)
    return None
