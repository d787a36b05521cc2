"""The soil in the scoop as a surface over its floor: what lies in a box that is open in front, at rest.

The surface is a level one as far as it can be: it rises from the edge and from the walls' rims no steeper than the
angle of repose, and its height is found from the volume. In the scoop's frame u runs along the floor from the back wall
to the edge, v across, w along the floor's normal.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

CELL_M = 0.002
_BISECTIONS = 40


class Walls(NamedTuple):
    """Inside of a scoop: floor, height of the back wall, and of the side walls at the back and at the edge."""

    length_m: float
    width_m: float
    back_m: float
    front_m: float


def cells(walls: Walls) -> tuple[Floats, Floats]:
    """u (n, 1) and v (1, m) of the surface's points, the outermost ones on the walls."""
    n, m = (max(2, round(side / CELL_M) + 1) for side in (walls.length_m, walls.width_m))
    u = np.linspace(0.0, walls.length_m, n)[:, None]
    v = np.linspace(-0.5 * walls.width_m, 0.5 * walls.width_m, m)[None, :]
    return u, v


def surface_m(walls: Walls, volume_m3: float, rake: float, repose: float) -> Floats:
    """Height w of the soil over the floor at `cells`; zero where the floor is bare.

    The volume is `volume_m3`, or what can lie there at `rake` (edge down positive) if that is less.
    """
    u, v = cells(walls)
    area = (u[1, 0] - u[0, 0]) * (v[0, 1] - v[0, 0])
    weight = np.ones((u.shape[0], v.shape[1]))
    weight[[0, -1], :] *= 0.5
    weight[:, [0, -1]] *= 0.5
    level = math.tan(max(-repose, min(repose, rake)))
    side = walls.back_m + (walls.front_m - walls.back_m) * u / walls.length_m
    steepest = math.tan(repose)
    rim = np.minimum(
        (walls.length_m - u) * math.tan(max(repose - rake, 0.0)),
        np.minimum(
            walls.back_m + u * math.tan(min(repose + rake, 1.4)),
            side + (0.5 * walls.width_m - np.abs(v)) * steepest,
        ),
    )
    # A scoop filled by dragging is heaped in its middle: a mound at half the angle of repose on the level.
    middle = np.hypot(u - 0.42 * walls.length_m, v)
    shape = level * (u - 0.5 * walls.length_m) - 0.5 * steepest * middle

    def filled(offset: float) -> Floats:
        surface: Floats = np.clip(shape + offset, 0.0, np.maximum(rim, 0.0))
        return surface

    low, high = -0.5, 0.5
    for _ in range(_BISECTIONS):
        offset = 0.5 * (low + high)
        if float((filled(offset) * weight).sum()) * area < volume_m3:
            low = offset
        else:
            high = offset
    return filled(low)
