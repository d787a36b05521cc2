"""The load cell behind the scoop: what it carries, and what it says.

It carries the force along the scoop normal n between scoop and arm: the weight of scoop and sample, less what the
ground holds up, plus what accelerates them. Level and at rest it reads the weight, positive; on the ground, less.

What comes between that force and the reading, in this order (words as in OIML R 60-1, clause 3):

- cross-axis: a share of the forces along the other two axes, and of the moment of a load off the cell's axis;
- overload: beyond `stop_n` the cell sits on its stops, which carry the rest;
- hysteresis: a Prandtl-Ishlinskii sum of play operators, so that readings lag behind the load by a share of the range,
  closed loops close, inner loops are forgotten once they are left, and nothing happens at rest;
- creep: the strain goes on by two exponential terms after a step of load, and comes back after it (Boltzmann's
  superposition holds: they are linear);
- non-linearity: a cubic that vanishes at no load and at the range's ends;
- temperature: of the zero and of the sensitivity, in proportion to what the cell's body differs from its calibration;
- the transmitter: filter, zero offset, random walk of the zero, white noise. Divisions are the device's business.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

PLAYS = 4
CREEPS = 2
CREEP_S = (30.0, 300.0)
"""Time constants of creep; assumed. R 60-1, 5.5.1 asks that little be left after 20 min: 1.8 % of the slower is."""
CALIBRATED_C = 20.0
_PLAY_SHARES = (1.0 / 32.0, 1.0 / 16.0, 1.0 / 8.0, 1.0 / 4.0)  # of the range; assumed: the smaller a loop, the thinner
_CUBIC_PEAK = 2.0 / (3.0 * math.sqrt(3.0))  # of x - x^3 within 0..1

LOAD_CELL = np.dtype(
    [
        # constants
        ("gain", "f8"), ("cubic", "f8"), ("range_n", "f8"), ("stop_n", "f8"), ("lag", "f8"), ("creep", "f8"),
        ("along", "f8"), ("across", "f8"), ("moment_per_m", "f8"), ("zero_n_k", "f8"), ("span_per_k", "f8"),
        ("thermal_s", "f8"), ("offset_n", "f8"), ("filter_s", "f8"), ("noise_n", "f8"),
        ("drift_step_n", "f8"),  # standard deviation of the zero's random walk in a tick
        # state
        ("play_n", "f8", (PLAYS,)), ("filtered_n", "f8"), ("crept_n", "f8", (CREEPS,)), ("temperature_c", "f8"),
        ("drift_n", "f8"), ("reading_n", "f8"),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class CellErrors:
    """By how much one cell errs, within its data sheet; shares of the range, of the reading or of a force. 0: ideal."""

    gain: float = 0.0  # of the reading
    offset_n: float = 0.0
    nonlinearity: float = 0.0  # of the range: largest distance from the line through the ends of the range
    hysteresis: float = 0.0  # of the range: widest distance of the branches of a loop from 0 to the range, not negative
    creep: float = 0.0  # of the load: what a step of load grows by in the end
    zero_per_k: float = 0.0  # of the range
    span_per_k: float = 0.0  # of the reading
    along: float = 0.0  # of the force along the scoop axis
    across: float = 0.0  # of the force along the scoop's edge
    moment_per_m: float = 0.0  # N in the reading for each N m about the edge's direction, at the scoop joint


def new_load_cell(
    errors: CellErrors,
    *,
    range_n: float,
    overload: float,
    filter_s: float,
    thermal_s: float,
    noise_n: float,
    drift_n_sqrt_h: float,
    temperature_c: float,
    tick_s: float,
) -> np.ndarray[Any, Any]:
    """A `LOAD_CELL` at rest without load, soaked at `temperature_c`.

    Its stops bear at `overload` times the range; `drift_n_sqrt_h` is the standard deviation of its zero's random walk
    in one hour, stepped each `tick_s`; `thermal_s` is the time constant with which its body follows what surrounds it.
    """
    cell = np.zeros(1, LOAD_CELL)
    values = {
        "gain": 1.0 + errors.gain,
        "cubic": errors.nonlinearity / _CUBIC_PEAK,
        "range_n": range_n,
        "stop_n": overload * range_n,
        # Each operator opens a loop of 0..range by twice its play; all of them together by the data sheet's figure.
        "lag": errors.hysteresis / (2.0 * sum(_PLAY_SHARES)),
        "creep": errors.creep / CREEPS,
        "along": errors.along,
        "across": errors.across,
        "moment_per_m": errors.moment_per_m,
        "zero_n_k": errors.zero_per_k * range_n,
        "span_per_k": errors.span_per_k,
        "thermal_s": thermal_s,
        "offset_n": errors.offset_n,
        "filter_s": filter_s,
        "noise_n": noise_n,
        "drift_step_n": drift_n_sqrt_h * math.sqrt(tick_s / 3600.0),
        "temperature_c": temperature_c,
    }
    for name, value in values.items():
        cell[name] = value
    return cell


@inlined
def carry(cell: Record, normal_n: float, along_n: float, across_n: float, moment_nm: float, dt: float) -> None:
    """The cell and its transmitter's filter for one step under what the arm gives the scoop.

    Forces along the scoop normal, the scoop axis and the edge; the moment about the edge's direction.
    """
    force = normal_n + cell.along * along_n + cell.across * across_n + cell.moment_per_m * moment_nm
    force = min(max(force, -cell.stop_n), cell.stop_n)
    behind = 0.0
    for i in range(PLAYS):
        play = _PLAY_SHARES[i] * cell.range_n
        cell.play_n[i] = min(max(cell.play_n[i], force - play), force + play)
        behind += cell.play_n[i] - force
    cell.filtered_n += (force + cell.lag * behind - cell.filtered_n) * dt / (cell.filter_s + dt)


@inlined
def read_out(cell: Record, ambient_c: float, white: float, walk: float, dt: float) -> None:
    """The reading after `dt` more, the time of a tick, from two independent standard normal numbers."""
    cell.temperature_c += (ambient_c - cell.temperature_c) * dt / (cell.thermal_s + dt)
    warmer = cell.temperature_c - CALIBRATED_C
    load = cell.filtered_n
    strain = load
    for i in range(CREEPS):
        cell.crept_n[i] += (load - cell.crept_n[i]) * dt / (CREEP_S[i] + dt)
        strain += cell.creep * cell.crept_n[i]
    share = load / cell.range_n
    strain += cell.cubic * load * (1.0 - share * share)
    cell.drift_n += cell.drift_step_n * walk
    zero = cell.offset_n + cell.zero_n_k * warmer + cell.drift_n
    cell.reading_n = cell.gain * (1.0 + cell.span_per_k * warmer) * strain + zero + cell.noise_n * white
