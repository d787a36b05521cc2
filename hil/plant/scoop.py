"""What goes into the scoop and what falls out of it.

Rake is the angle of the floor from the horizontal, edge down positive: 0 is level with the opening up.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

SCOOP = np.dtype(
    [
        ("length_m", "f8"), ("width_m", "f8"), ("depth_m", "f8"), ("capacity_m3", "f8"),
        ("blade_m", "f8"),               # thickness of the edge
        ("fill_efficiency", "f8"),       # share of the cut soil that an empty scoop takes in
        ("spill_s", "f8"),               # time constant of pouring
        ("sample_kg", "f8"),
        ("shake", "f8"),                 # amplitude of its vibration over gravity
        # what `feel` keeps: place, rate, slow acceleration, mean square of the fast one
        ("last_r", "f8"), ("last_z", "f8"), ("rate_r", "f8"), ("rate_z", "f8"),
        ("slow_r", "f8"), ("slow_z", "f8"), ("shaken", "f8"), ("felt", "f8"),
    ]
)  # fmt: skip

_FORWARD_TO = math.radians(90.0)  # beyond this rake the face pushes the soil down and ahead
_CLOSED_AT = math.radians(110.0)
_BACK_HOLDS, _BACK_POURED = math.radians(-100.0), math.radians(-150.0)  # the back wall is closed
_SLOW_S = 0.1  # motion is slower than this, vibration faster
_SHAKE_S = 0.5  # over which vibration is taken together: a jolt is none
_CREEP_S = 2.0
_STIRS, _LEVELS = 1.0, 3.0  # vibration over gravity from which a heap flattens, at which it flows like a liquid


@inlined
def held_m3(scoop: Record, rake: float, repose: float) -> float:
    """Volume that stays in a scoop at rest at `rake` (-pi..pi).

    The heap's surface rises from the edge at no more than the repose from the horizontal, and no higher than the back
    wall; tilted back, the closed side holds it until the scoop is well past upright.
    """
    if rake >= repose:
        return 0.0
    if rake < _BACK_HOLDS:
        return float(scoop.capacity_m3 * max((rake - _BACK_POURED) / (_BACK_HOLDS - _BACK_POURED), 0.0))
    slope = math.tan(min(repose - rake, 1.5))
    if scoop.length_m * slope <= scoop.depth_m:
        section = 0.5 * scoop.length_m * scoop.length_m * slope
    else:
        section = scoop.depth_m * (scoop.length_m - 0.5 * scoop.depth_m / slope)
    return float(min(scoop.width_m * section, scoop.capacity_m3))


@inlined
def take_in(scoop: Record, soil: Record, cut_kg: float, rake: float) -> float:
    """Takes in its share of `cut_kg` and returns what is left over, kg; the fuller the scoop, the less goes in."""
    capacity_kg = scoop.capacity_m3 * soil.loose_kg_m3
    fill = scoop.sample_kg / capacity_kg
    open_share = min(max((_CLOSED_AT - rake) / (_CLOSED_AT - _FORWARD_TO), 0.0), 1.0)
    taken = cut_kg * scoop.fill_efficiency * open_share * max(1.0 - fill**4, 0.0)
    taken = min(taken, max(capacity_kg - scoop.sample_kg, 0.0))
    scoop.sample_kg += taken
    return float(cut_kg - taken)


@inlined
def feel(scoop: Record, r: float, z: float, gravity: float, dt: float) -> None:
    """Sets how strongly the scoop vibrates, from where its middle is at each tick, m.

    What the ticks' differences see is slower than some 30 Hz: faster vibration moves less than the size of a grain.
    """
    rate_r, rate_z = (r - scoop.last_r) / dt, (z - scoop.last_z) / dt
    acc_r, acc_z = (rate_r - scoop.rate_r) / dt, (rate_z - scoop.rate_z) / dt
    scoop.last_r, scoop.last_z, scoop.rate_r, scoop.rate_z = r, z, rate_r, rate_z
    if scoop.felt < 2.0:  # two differences need three places
        scoop.felt += 1.0
        return
    scoop.slow_r += (acc_r - scoop.slow_r) * dt / _SLOW_S
    scoop.slow_z += (acc_z - scoop.slow_z) * dt / _SLOW_S
    fast_r, fast_z = acc_r - scoop.slow_r, acc_z - scoop.slow_z
    scoop.shaken += (fast_r * fast_r + fast_z * fast_z - scoop.shaken) * dt / _SHAKE_S
    scoop.shake = math.sqrt(2.0 * scoop.shaken) / gravity


@inlined
def pour(scoop: Record, soil: Record, rake: float, dt: float) -> float:
    """What falls out in `dt` at `rake`, kg: what lies above the slope that stays.

    Vibration makes that slope flatter, but soil creeps towards it slowly. Below gravity grains stay in touch and a
    slope relaxes by the logarithm of time only (Jaeger, Liu and Nagel 1989): nothing falls. Assumed: from there on it
    gets flatter, until at 3 times gravity a heap flows like a liquid; soil takes `_CREEP_S` to follow.
    """
    if scoop.sample_kg <= 0.0:
        return 0.0
    repose = math.atan(soil.repose_tan)
    held = held_m3(scoop, rake, repose) * soil.loose_kg_m3
    poured = max(scoop.sample_kg - held, 0.0) * min(dt / scoop.spill_s, 1.0)
    if held == 0.0 and scoop.sample_kg < 1e-6:  # the last milligram goes at once
        poured = scoop.sample_kg
    if scoop.shake > _STIRS:
        rest = max((_LEVELS - scoop.shake) / (_LEVELS - _STIRS), 0.0)
        kept = held_m3(scoop, rake, rest * repose) * soil.loose_kg_m3
        poured = max(poured, max(scoop.sample_kg - kept, 0.0) * dt / _CREEP_S)
    scoop.sample_kg -= poured
    return float(poured)
