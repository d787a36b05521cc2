"""Keep-out boxes: what of the lander no part of the arm may enter.

A box of the mission file has its margin in it. The arm is looked at as points along its links and the corners of its
scoop, closer together than a box is thick.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from flight.icd.limits import Limit, Violation
from flight.icd.packet import Triple
from flight.icd.platform import KeepOut


def inside_m(box: KeepOut, point_m: Triple) -> float:
    """How far `point_m` is inside `box`, m: its distance from the nearest side; not above 0 outside."""
    return min(
        min(value - low, high - value)
        for value, low, high in zip(point_m, box.low_m, box.high_m, strict=True)
    )  # fmt: skip


def nearest(boxes: tuple[KeepOut, ...], points_m: Iterable[Triple]) -> tuple[float, int]:
    """How far the deepest of `points_m` is inside a box, and that box's number from 1.

    Where all are outside, minus how far the nearest is from its box along the axis on which they are farthest apart; no
    distance is less than that. Without boxes all are infinitely far from box 0.
    """
    points = tuple(points_m) if boxes else ()
    return max(
        ((max(inside_m(box, point) for point in points), number) for number, box in enumerate(boxes, 1)),
        key=lambda found: found[0],
        default=(-inf, 0),
    )


def intrusion(boxes: tuple[KeepOut, ...], points_m: Iterable[Triple], allowed_m: float = 0.0) -> Violation | None:
    """The deepest intrusion of any of `points_m`, if it is deeper than `allowed_m`; None when all are clear."""
    deepest_m, number = nearest(boxes, points_m)
    return Violation(Limit.KEEP_OUT, deepest_m, 0.0, allowed_m, number) if deepest_m > allowed_m else None
