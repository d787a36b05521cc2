"""Forces of regolith on a tool: cutting after McKyes and Reece, bearing after Bekker, density after Carrier.

Sources: E. McKyes, *Soil Cutting and Tillage* (1985), with Reece's fundamental equation of earthmoving; M. G. Bekker,
*Introduction to Terrain-Vehicle Systems* (1969); W. D. Carrier, *Lunar Sourcebook* (1991) ch. 9.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined, kernel

Record = Any

SOIL = np.dtype(
    [
        ("cohesion_pa", "f8"), ("friction_rad", "f8"),              # in situ
        ("tool_friction_rad", "f8"), ("adhesion_pa", "f8"),
        ("bearing_cohesive", "f8"), ("bearing_frictional", "f8"),   # Bekker k_c N/m2, k_phi N/m3, n = 1
        ("density_factor", "f8"), ("loose_kg_m3", "f8"), ("repose_tan", "f8"),
        ("unload_n_m3", "f8"), ("grip_n_m", "f8"), ("damping_n_s_m", "f8"),
        ("gravity", "f8"),                                          # m/s2
    ]
)  # fmt: skip

# Carrier: rho(z) = 1.92 (z + 12.2) / (z + 18) g/cm3, z in cm.
_DENSE_KG_M3, _DENSE_A_M, _DENSE_B_M = 1920.0, 0.122, 0.18
_GOLDEN = 0.6180339887498949


@inlined
def density_kg_m3(depth_m: float) -> float:
    """Density at a depth below the undisturbed surface."""
    return _DENSE_KG_M3 * (depth_m + _DENSE_A_M) / (depth_m + _DENSE_B_M)


@inlined
def column_kg_m2(depth_m: float) -> float:
    """Mass over a unit area from the undisturbed surface down to `depth_m`: the integral of `density_kg_m3`."""
    return _DENSE_KG_M3 * (depth_m - (_DENSE_B_M - _DENSE_A_M) * math.log1p(depth_m / _DENSE_B_M))


def columns_kg_m2(depth_m: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`column_kg_m2` for an array, from Python."""
    return _DENSE_KG_M3 * (depth_m - (_DENSE_B_M - _DENSE_A_M) * np.log1p(depth_m / _DENSE_B_M))


@inlined
def bearing_pa(sinkage_m: float, width_m: float, k_c: float, k_phi: float) -> float:
    """Bekker's pressure on a plate whose smaller side is `width_m`, for the exponent n = 1 of the lunar soil."""
    return (k_c / width_m + k_phi) * sinkage_m


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


@inlined
def yielding(force: float, slip_m: float, stiffness: float, low: float, high: float) -> float:
    """Next force of a soil element that resists by its stiffness up to its yield limits, N.

    A spring in series with a slider (Prandtl): it holds what is at rest, and gives back no more than the little it
    stored, whatever its limits do, as long as low <= 0 <= high.
    """
    return min(max(force + stiffness * slip_m, low), high)


@kernel
def cutting_force(
    width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float,
    cohesion: float, adhesion: float, surcharge: float, speed: float,
) -> float:  # fmt: skip
    """`cutting_force_n` from Python."""
    return cutting_force_n(width, depth, rake, phi, delta, density, gravity, cohesion, adhesion, surcharge, speed)


def new_soil(**values: float) -> np.ndarray[Any, Any]:
    """A `SOIL`; every field by name."""
    soil = np.zeros(1, SOIL)
    if set(values) != set(SOIL.names or ()):
        raise ValueError(f"soil takes exactly {', '.join(SOIL.names or ())}")
    for name, value in values.items():
        soil[name] = value
    return soil
