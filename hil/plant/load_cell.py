"""The load cell behind the scoop: what it carries, and what it says.

It carries the force along the scoop normal n between scoop and arm: the weight of scoop and sample, less what the
ground holds up, plus what accelerates them. Level and at rest it reads the weight, positive; on the ground, less.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

LOAD_CELL = np.dtype(
    [
        ("gain", "f8"), ("offset_n", "f8"), ("filter_s", "f8"), ("noise_n", "f8"), ("range_n", "f8"),
        ("drift_n", "f8"), ("drift_step_n", "f8"),   # random walk: its value, its standard deviation a tick
        ("filtered_n", "f8"), ("reading_n", "f8"),
    ]
)  # fmt: skip


def new_load_cell(
    gain: float, offset_n: float, filter_s: float, noise_n: float, range_n: float, drift_n_sqrt_h: float, tick_s: float
) -> np.ndarray[Any, Any]:
    """A `LOAD_CELL`; `drift_n_sqrt_h` is the standard deviation of its drift in one hour."""
    cell = np.zeros(1, LOAD_CELL)
    cell["gain"], cell["offset_n"], cell["filter_s"] = gain, offset_n, filter_s
    cell["noise_n"], cell["range_n"] = noise_n, range_n
    cell["drift_step_n"] = drift_n_sqrt_h * math.sqrt(tick_s / 3600.0)
    return cell


@inlined
def carry(cell: Record, force_n: float, dt: float) -> None:
    """The cell and its transmitter's filter for one step under `force_n`."""
    cell.filtered_n += (force_n - cell.filtered_n) * dt / (cell.filter_s + dt)


@inlined
def read_out(cell: Record, white: float, walk: float) -> None:
    """The reading of one tick, from two independent standard normal numbers."""
    cell.drift_n += cell.drift_step_n * walk
    reading = cell.gain * cell.filtered_n + cell.offset_n + cell.drift_n + cell.noise_n * white
    cell.reading_n = min(max(reading, -cell.range_n), cell.range_n)
