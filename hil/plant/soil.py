"""Regolith as a material: density, strength and bearing, and how each changes with depth.

Density after Carrier; cohesion and friction angle grow linearly with depth, which two layer means fix: intercrater soil
has c = 0.52 kPa, phi = 42 deg over 0-15 cm and 0.90 kPa, 46 deg over 0-30 cm (*Lunar Sourcebook* table 9.12), so
c(z) = c15 (1 + 9.74/m (z - 7.5 cm)) and phi(z) = phi15 + 53.3 deg/m (z - 7.5 cm). Both gradients are the mission's, for
within the first centimetres nobody has measured them. A hard layer may lie below; a place may be stronger than another.

Sources: W. D. Carrier, *Lunar Sourcebook* (1991) ch. 9; M. G. Bekker, *Introduction to Terrain-Vehicle Systems* (1969).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

SOIL = np.dtype(
    [
        ("cohesion_pa", "f8"), ("cohesion_gradient_per_m", "f8"),      # mean of 0-15 cm; growth, as a share of it
        ("friction_rad", "f8"), ("friction_gradient_rad_m", "f8"),     # likewise
        ("tool_friction_rad", "f8"), ("adhesion_pa", "f8"),
        ("hard_depth_m", "f8"), ("hard_factor", "f8"),                 # below this depth all is this much stronger
        ("cutting_model", "f8"), ("cutting_factor", "f8"),             # MCKYES or PLATES of `cutting`; calibration
        ("bearing_cohesive", "f8"), ("bearing_frictional", "f8"),      # Bekker k_c N/m2, k_phi N/m3, n = 1
        ("density_factor", "f8"), ("loose_kg_m3", "f8"), ("repose_tan", "f8"),
        ("unload_n_m3", "f8"), ("grip_n_m", "f8"), ("damping_n_s_m", "f8"),
        ("gravity", "f8"),                                             # m/s2
    ]
)  # fmt: skip

MIDDLE_M = 0.075
"""Depth at which strength is that of the 0-15 cm layer's mean."""
_LEAST_SHARE = 0.05  # of the cohesion stays at the surface, whatever the gradient
_FRICTION_LEAST, _FRICTION_MOST = math.radians(20.0), math.radians(55.0)  # in situ: 35 to 51.7 deg
# Carrier: rho(z) = 1.92 (z + 12.2) / (z + 18) g/cm3, z in cm.
_DENSE_KG_M3, _DENSE_A_M, _DENSE_B_M = 1920.0, 0.122, 0.18


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
def hardening(soil: Record, depth_m: float) -> float:
    """Factor on the mean strength from the surface to `depth_m` by what of the hard layer is in there."""
    if depth_m <= soil.hard_depth_m:
        return 1.0
    return float(1.0 + (soil.hard_factor - 1.0) * (depth_m - soil.hard_depth_m) / depth_m)


@inlined
def mean_cohesion_pa(soil: Record, depth_m: float) -> float:
    """Mean cohesion from the undisturbed surface to `depth_m`."""
    share = max(1.0 + soil.cohesion_gradient_per_m * (0.5 * depth_m - MIDDLE_M), _LEAST_SHARE)
    return float(soil.cohesion_pa * share * hardening(soil, depth_m))


@inlined
def mean_friction_rad(soil: Record, depth_m: float) -> float:
    """Mean angle of internal friction from the undisturbed surface to `depth_m`."""
    friction = soil.friction_rad + soil.friction_gradient_rad_m * (0.5 * depth_m - MIDDLE_M)
    return float(min(max(friction, _FRICTION_LEAST), _FRICTION_MOST))


@inlined
def bearing_pa(soil: Record, sinkage_m: float, width_m: float) -> float:
    """Bekker's pressure on a plate whose smaller side is `width_m`, for the exponent n = 1 of the lunar soil."""
    stiffness = soil.bearing_cohesive / width_m + soil.bearing_frictional
    return float(stiffness * sinkage_m * hardening(soil, sinkage_m))


@inlined
def passive_pressure_pa(soil: Record, depth_m: float, strength: float) -> float:
    """Rankine's passive pressure on a wall, its mean from the surface to `depth_m`; `strength` of the place."""
    root = math.tan(0.25 * math.pi + 0.5 * mean_friction_rad(soil, depth_m))
    density = soil.density_factor * density_kg_m3(0.5 * depth_m)
    weight = 0.5 * density * soil.gravity * depth_m * root * root
    return float(weight + 2.0 * strength * mean_cohesion_pa(soil, depth_m) * root)


@inlined
def yielding(force: float, slip_m: float, stiffness: float, low: float, high: float) -> float:
    """Next force of a soil element that resists by its stiffness up to its yield limits, N.

    A spring in series with a slider (Prandtl): it holds what is at rest, and gives back no more than the little it
    stored, whatever its limits do, as long as low <= 0 <= high.
    """
    return min(max(force + stiffness * slip_m, low), high)


def new_soil(**values: float) -> np.ndarray[Any, Any]:
    """A `SOIL`; every field by name."""
    soil = np.zeros(1, SOIL)
    if set(values) != set(SOIL.names or ()):
        raise ValueError(f"soil takes exactly {', '.join(SOIL.names or ())}")
    for name, value in values.items():
        soil[name] = value
    return soil
