"""Hardware as triangles: prisms put together in frames of their own, in parts that a ray can pass by as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hil.plant.scene.materials import Material

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Point = Sequence[float] | Floats


class Frame(NamedTuple):
    """A place and three axes of unit length, right-handed."""

    origin: Floats
    a: Floats
    b: Floats
    c: Floats

    def at(self, a: float, b: float, c: float) -> Floats:
        """The point with these coordinates."""
        return self.origin + a * self.a + b * self.b + c * self.c

    def moved(self, a: float, b: float, c: float) -> Frame:
        """The same axes at that point."""
        return self._replace(origin=self.at(a, b, c))


def frame(origin: Point, a: Point, b: Point) -> Frame:
    """A frame whose first axis is along `a` and whose second is nearest to `b`."""
    first = _unit(np.asarray(a, float))
    third = _unit(np.cross(first, np.asarray(b, float)))
    return Frame(np.asarray(origin, float), first, np.cross(third, first), third)


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.linalg.norm(vector)
    return unit


class Mesh:
    """Triangles in parts; a part has one material."""

    def __init__(self) -> None:
        self._triangles: list[Floats] = []
        self._materials: list[Material] = []

    def prism(self, place: Frame, outline: Sequence[tuple[float, float]], c: tuple[float, float], of: Material) -> None:
        """A part: a convex `outline` in the plane of `place`'s a and b, drawn out along its third axis from c to c."""
        low = np.array([place.at(a, b, c[0]) for a, b in outline])
        high = np.array([place.at(a, b, c[1]) for a, b in outline])
        triangles = []
        for i in range(1, len(outline) - 1):
            triangles += [(low[0], low[i], low[i + 1]), (high[0], high[i], high[i + 1])]
        for i in range(len(outline)):
            k = (i + 1) % len(outline)
            triangles += [(low[i], low[k], high[k]), (low[i], high[k], high[i])]
        self._triangles.append(np.array(triangles))
        self._materials.append(of)

    def box(self, place: Frame, size: tuple[float, float, float], of: Material) -> None:
        """A box around the origin of `place`, with `size` along its axes."""
        a, b, c = (0.5 * side for side in size)
        self.prism(place, [(-a, -b), (a, -b), (a, b), (-a, b)], (-c, c), of)

    def tube(self, start: Point, end: Point, radius: float, of: Material, sides: int = 20) -> None:
        """A closed cylinder from `start` to `end`."""
        start, end = np.asarray(start, float), np.asarray(end, float)
        axis = end - start
        aside = (0.0, 0.0, 1.0) if abs(axis[2]) < 0.9 * float(np.linalg.norm(axis)) else (1.0, 0.0, 0.0)
        along = frame(start, axis, aside)
        place = Frame(start, along.b, along.c, along.a)
        turns = [2.0 * math.pi * k / sides for k in range(sides)]
        outline = [(radius * math.cos(turn), radius * math.sin(turn)) for turn in turns]
        self.prism(place, outline, (0.0, float(np.linalg.norm(axis))), of)

    def corners(self) -> Floats:
        """(n, 3) all corners."""
        return np.concatenate(self._triangles).reshape(-1, 3) if self._triangles else np.zeros((0, 3))

    def arrays(self) -> tuple[Floats, np.ndarray[tuple[int, ...], np.dtype[np.int64]], Floats]:
        """Triangles (n, 4, 3: corner, two edges, unit normal), parts (m, 3: first, end, material), boxes (m, 2, 3)."""
        if not self._triangles:
            return np.zeros((0, 4, 3)), np.zeros((0, 3), np.int64), np.zeros((0, 2, 3))
        corners = np.concatenate(self._triangles)
        first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        normal = np.cross(first, second)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        ends = np.cumsum([len(part) for part in self._triangles])
        starts = np.concatenate([[0], ends[:-1]])
        parts = np.stack([starts, ends, np.array(self._materials, np.int64)], axis=1)
        boxes = np.array([(part.min((0, 1)) - 1e-6, part.max((0, 1)) + 1e-6) for part in self._triangles])
        return np.stack([corners[:, 0], first, second, normal], axis=1), parts, boxes
