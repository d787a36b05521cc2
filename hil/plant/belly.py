"""The rover's underside: where it lies on the ground, wheels that have dug themselves in carry less and pull no more.

Two places, under the middles of the axles, each with half of the underside: Bekker's pressure on a wide plate, elastic
before it yields, and friction along. The ground there is that between the wheels of the axle (assumed even across).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.soil import yielding

Record = Any

BELLY = np.dtype(
    [
        ("x_m", "f8"), ("z_m", "f8"),  # from the body's centre of mass: forward, up
        ("area_m2", "f8"), ("friction_tan", "f8"), ("unload_n_m", "f8"), ("grip_n_m", "f8"), ("damping_n_s_m", "f8"),
        ("bearing_n", "f8"), ("slide_n", "f8"), ("load_n", "f8"),
    ]
)  # fmt: skip


@inlined
def scrape(
    belly: Record, left: Record, right: Record, height_m: float, vx: float, vz: float, dt: float
) -> tuple[float, float]:
    """Force on the body, forward and up, of one place at `height_m` that moves by (vx, vz), between two wheels."""
    depth = 0.5 * (left.ground_m + right.ground_m) - height_m
    if depth <= 0.0:
        belly.bearing_n, belly.slide_n, belly.load_n = 0.0, 0.0, 0.0
        return 0.0, 0.0
    limit = 0.5 * (left.bearing_n_m3 + right.bearing_n_m3) * depth * belly.area_m2
    belly.bearing_n = yielding(belly.bearing_n, -vz * dt, belly.unload_n_m, 0.0, limit)
    belly.load_n = min(max(belly.bearing_n - belly.damping_n_s_m * vz, 0.0), limit)
    most = belly.friction_tan * belly.load_n
    belly.slide_n = yielding(belly.slide_n, vx * dt, belly.grip_n_m, -most, most)
    return -belly.slide_n, belly.load_n
