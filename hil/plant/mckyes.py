"""The force on a cutting blade by a wedge of soil that shears off ahead of it: the fundamental equation of earthmoving.

Source: E. McKyes, *Soil Cutting and Tillage* (1985), with Reece's equation; the wedge is two-dimensional, so side
plates and the blade's own thickness are not in it. The form of Swick and Perumpral is the same model.
"""

from __future__ import annotations

import math

from hil.plant.compiled import inlined, kernel

_GOLDEN = 0.6180339887498949


@inlined
def mckyes_n(
    rho: float, width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float,
    cohesion: float, adhesion: float, surcharge: float, speed: float,
) -> float:  # fmt: skip
    """Force on a blade, were the soil to shear along a plane at `rho` from the horizontal; N, angles rad.

    `surcharge` is what lies on the soil, kg/m2; `speed` the blade's, m/s. Multiplied out by the sines, so that a
    vertical blade needs no special case.
    """
    sum_angle = rho + phi
    cot_sum = math.cos(sum_angle) / math.sin(sum_angle)
    cot_rho = math.cos(rho) / math.sin(rho)
    cot_rake = math.cos(rake) / math.sin(rake)
    load = adhesion * (1.0 - cot_rake * cot_sum)
    load += gravity * (0.5 * density * depth + surcharge) * (cot_rake + cot_rho)
    load += cohesion * (1.0 + cot_rho * cot_sum)
    if speed != 0.0:
        tan_rho = 1.0 / cot_rho
        load += density * speed * speed * (tan_rho + cot_sum) / (1.0 + tan_rho * cot_rake)
    tool = rake + delta
    return width * depth * load / (math.cos(tool) + math.sin(tool) * cot_sum)


@inlined
def cutting_force_n(
    width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float,
    cohesion: float, adhesion: float, surcharge: float, speed: float,
) -> float:  # fmt: skip
    """The cutting force T: that of the shear plane that yields first, N. H = T sin(rake + delta), V = T cos of it.

    Golden-section search; between the limits, where T goes to infinity, it has one minimum. Never below 0, to which
    adhesion alone can bring the equation at a low rake.
    """
    if depth <= 0.0:
        return 0.0
    low = 1e-3
    high = min(0.5 * math.pi, math.pi - rake - delta - phi) - 1e-3
    a = high - _GOLDEN * (high - low)
    b = low + _GOLDEN * (high - low)
    fa = mckyes_n(a, width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)
    fb = mckyes_n(b, width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)
    while high - low > 2e-4:  # a minimum: the error of T is of the order of the square
        if fa < fb:
            high, b, fb = b, a, fa
            a = high - _GOLDEN * (high - low)
            fa = mckyes_n(a, width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)
        else:
            low, a, fa = a, b, fb
            b = low + _GOLDEN * (high - low)
            fb = mckyes_n(b, width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)
    return max(min(fa, fb), 0.0)


@kernel
def cutting_force(
    width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float,
    cohesion: float, adhesion: float, surcharge: float, speed: float,
) -> float:  # fmt: skip
    """`cutting_force_n` from Python."""
    return cutting_force_n(width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)
