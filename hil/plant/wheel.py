"""A rigid wheel with grousers on regolith: what bears it, drives it, resists it and buries it.

Each resistance is an element that yields (`soil.yielding`), so that a rover at rest stays where it is and no force does
work it was not given. Sinkage z is that of the rim, normal to the ground.

- Bearing (Bekker 1969, rigid wheel, n = 1): N = 2/3 b k sqrt(2 R) z^1.5, k = k_c / b + k_phi. Below that the ground is
  elastic: pressed once, it gives back little. A wheel that travels meets fresh ground, over the length of its patch.
- Resistance: the work of the rut, b k z^2 / 2 for each metre, plus what it takes to lift the wheel.
- Thrust (Janosi and Hanamoto 1961): the shear displacement grows along the patch from 0 to j at its end,
  dj/dt = slip speed - j |rim speed| / L, hence j = s L in steady motion at slip s, and
  F = (b L c + N tan phi) (1 - K/j (1 - exp(-j/K))). The grousers' tips shear the soil: L is the length of their way
  through it, sqrt(2 (R + h) (z + h)), and the soil between them goes with the wheel (assumed; that thin grousers bear
  nothing, too). Sideways the same, isotropic: this is what resists turning.
- Slip sinkage (the form is Reece's, 1965): grousers of height h carry soil away, and a wheel sinks by f h s / (1 - s).
  Here as the balance it comes from: each length of slip digs by the share f of h, each patch of way climbs out. At
  s = 1 there is no balance: the wheel buries itself. Wheels with lugs were measured to sink to 3 to 7 times their
  static sinkage at s = 0.6, in loose simulant (Ding et al. 2010), which f = 0.25 to 0.75 gives here; missions take the
  lower half, for ground that is denser (assumed). Out of its own hole a wheel climbs a slope of depth / L: that share
  of its load resists.

What a wheel meets is undisturbed: ruts are neither cut into the map nor easier for the wheel behind (assumed; it makes
the rear wheels drive worse than they would). Wheels roll over buried rocks as over soil. How strong a place is, how a
layer is harder or the soil gets soft, acts on bearing and cohesion as it does under the scoop.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.soil import hardening, yielding
from hil.plant.terrain import STRENGTH, layer, surface_m

Record = Any

WHEEL = np.dtype(
    [
        # constants; place of the hub from the body's centre of mass: forward, left, up
        ("x_m", "f8"), ("y_m", "f8"), ("z_m", "f8"),
        ("radius_m", "f8"), ("width_m", "f8"), ("grouser_m", "f8"), ("inertia", "f8"),
        ("cohesion_share", "f8"),  # of the soil's own
        ("friction_tan", "f8"), ("shear_m", "f8"), ("dig_in", "f8"),
        ("unload_n_m", "f8"), ("grip_n_m", "f8"), ("damping_n_s_m", "f8"),
        # ground under the hub, of the last tick: height, slope forwards and to the left, bearing and cohesion there
        ("ground_m", "f8"), ("rise", "f8"), ("bank", "f8"), ("bearing_n_m3", "f8"), ("cohesion_pa", "f8"),
        # state: forces of the elements, shear displacements, what the wheel has dug
        ("bearing_n", "f8"), ("thrust_n", "f8"), ("side_n", "f8"), ("drag_n", "f8"),
        ("shear_x_m", "f8"), ("shear_y_m", "f8"), ("dug_m", "f8"),
        # results: normal load, thrust less resistance, sinkage, slip; force on the hub; moment on the wheel
        ("load_n", "f8"), ("pull_n", "f8"), ("sinkage_m", "f8"), ("slip", "f8"),
        ("forward_n", "f8"), ("left_n", "f8"), ("up_n", "f8"), ("moment_nm", "f8"),
    ]
)  # fmt: skip

_SLOPE_OVER_M = 0.02  # each way: about a patch
_LEAST_PATCH_M = 2e-3
_CREEP_M_S = 1e-5  # below this speed no slip is told


def static_sinkage_m(load_n: float, radius_m: float, width_m: float, bearing_n_m3: float) -> float:
    """Sinkage of a wheel that carries `load_n` without slip."""
    return float((1.5 * load_n / (width_m * bearing_n_m3 * math.sqrt(2.0 * radius_m))) ** (2.0 / 3.0))


@inlined
def feel_ground(
    wheel: Record, soil: Record, terrain: Record, ground: Any, x: float, y: float, c: float, s: float
) -> None:
    """Samples the ground under a hub at (x, y), heading (c, s); what is shorter than a patch is smoothed."""
    d = _SLOPE_OVER_M
    ahead = surface_m(terrain, ground, x + d * c, y + d * s)
    behind = surface_m(terrain, ground, x - d * c, y - d * s)
    left = surface_m(terrain, ground, x - d * s, y + d * c)
    right = surface_m(terrain, ground, x + d * s, y - d * c)
    wheel.ground_m = 0.25 * (ahead + behind + left + right)
    wheel.rise, wheel.bank = 0.5 * (ahead - behind) / d, 0.5 * (left - right) / d
    strength = layer(terrain, ground, STRENGTH, x, y) * hardening(soil, max(wheel.sinkage_m, 0.0))
    wheel.bearing_n_m3 = strength * (soil.bearing_cohesive / wheel.width_m + soil.bearing_frictional)
    wheel.cohesion_pa = strength * wheel.cohesion_share * soil.cohesion_pa


@inlined
def mobilised(shear_m: float, modulus_m: float) -> float:
    """Share of the shear strength that acts, on average, where displacement grows evenly from 0 to `shear_m`."""
    ratio = shear_m / modulus_m
    if ratio < 1e-4:
        return 0.5 * ratio
    return 1.0 - (1.0 - math.exp(-ratio)) / ratio


@inlined
def lift_off(wheel: Record) -> None:
    """The wheel has left the ground: it carries and drives nothing."""
    wheel.bearing_n, wheel.thrust_n, wheel.side_n, wheel.drag_n = 0.0, 0.0, 0.0, 0.0
    wheel.shear_x_m, wheel.shear_y_m = 0.0, 0.0
    wheel.load_n, wheel.pull_n, wheel.slip = 0.0, 0.0, 0.0
    wheel.forward_n, wheel.left_n, wheel.up_n, wheel.moment_nm = 0.0, 0.0, 0.0, 0.0


@inlined
def bear(wheel: Record, sinkage: float, pressing: float, travel: float, dt: float) -> tuple[float, float]:
    """Normal load and resistance to rolling at `sinkage` into the ground, pressed by `pressing` m/s, `travel` m on.

    Fresh ground that bears more than the elastic rest of the ground before lifts the wheel; the resistance pays for it.
    """
    line = wheel.width_m * wheel.bearing_n_m3
    patch = max(math.sqrt(2.0 * wheel.radius_m * sinkage), _LEAST_PATCH_M)
    limit = 2.0 / 3.0 * line * math.sqrt(2.0 * wheel.radius_m) * sinkage * math.sqrt(sinkage)
    elastic = yielding(wheel.bearing_n, pressing * dt, wheel.unload_n_m, 0.0, limit)
    wheel.bearing_n = elastic + (limit - elastic) * min(travel / patch, 1.0)
    load = min(max(wheel.bearing_n + wheel.damping_n_s_m * pressing, 0.0), limit)
    lifting = wheel.bearing_n * (limit - elastic) / (patch * wheel.unload_n_m)
    tips = math.sqrt(2.0 * (wheel.radius_m + wheel.grouser_m) * (sinkage + wheel.grouser_m))
    climbing = load * wheel.dug_m / tips
    return load, 0.5 * line * sinkage * sinkage + max(lifting, climbing)


@inlined
def roll(wheel: Record, hub_z: float, vx: float, vy: float, vz: float, rate: float, dt: float) -> None:
    """One step of a wheel whose hub moves by (vx, vy, vz), forward, left and up, and which turns at `rate` rad/s."""
    norm = math.sqrt(1.0 + wheel.rise * wheel.rise + wheel.bank * wheel.bank)
    wheel.ground_m += (wheel.rise * vx + wheel.bank * vy) * dt
    wheel.sinkage_m = wheel.radius_m - (hub_z - wheel.ground_m) / norm
    sinkage = wheel.sinkage_m - wheel.dug_m
    along = math.sqrt(1.0 + wheel.rise * wheel.rise)
    v = (vx + wheel.rise * vz) / along
    rim_radius = wheel.radius_m + wheel.grouser_m
    rim = rim_radius * rate
    tips = math.sqrt(2.0 * rim_radius * (max(sinkage, 0.0) + wheel.grouser_m))
    travel = abs(v) * dt
    wheel.dug_m -= wheel.dug_m * min(travel / tips, 1.0)
    if sinkage <= 0.0:
        lift_off(wheel)
        return
    pressing = (wheel.rise * vx + wheel.bank * vy - vz) / norm
    load, resistance = bear(wheel, sinkage, pressing, travel, dt)
    wheel.drag_n = yielding(wheel.drag_n, v * dt, wheel.grip_n_m, -resistance, resistance)

    slip_x, slip_y = rim - v, -vy
    if slip_x * rim > 0.0:
        wheel.dug_m = min(wheel.dug_m + wheel.dig_in * wheel.grouser_m * abs(slip_x) * dt / tips, wheel.radius_m)
    renewed = min(abs(rim) * dt / tips, 1.0)
    wheel.shear_x_m += slip_x * dt - wheel.shear_x_m * renewed
    wheel.shear_y_m += slip_y * dt - wheel.shear_y_m * renewed
    shear = math.hypot(wheel.shear_x_m, wheel.shear_y_m)
    strength = wheel.width_m * tips * wheel.cohesion_pa + load * wheel.friction_tan
    share = strength * mobilised(shear, wheel.shear_m) / max(shear, 1e-12)
    limit_x, limit_y = share * wheel.shear_x_m, share * wheel.shear_y_m
    thrust = resist_slip(wheel.thrust_n, slip_x, limit_x, wheel.grip_n_m, dt)
    side = resist_slip(wheel.side_n, slip_y, limit_y, wheel.grip_n_m, dt)
    wheel.thrust_n, wheel.side_n = thrust, side
    thrust = min(max(thrust + wheel.damping_n_s_m * slip_x, min(limit_x, 0.0)), max(limit_x, 0.0))
    side = min(max(side + wheel.damping_n_s_m * slip_y, min(limit_y, 0.0)), max(limit_y, 0.0))

    drag = min(max(wheel.drag_n + wheel.damping_n_s_m * v, -resistance), resistance)
    pull = thrust - drag
    wheel.load_n, wheel.pull_n = load, pull
    wheel.slip = slip_x / max(abs(rim), abs(v), _CREEP_M_S)
    wheel.forward_n = pull / along - load * wheel.rise / norm
    wheel.left_n = side - load * wheel.bank / norm
    wheel.up_n = pull * wheel.rise / along + load / norm
    wheel.moment_nm = -thrust * rim_radius


@inlined
def resist_slip(force: float, slip: float, limit: float, grip: float, dt: float) -> float:
    """Shear force of the ground that opposes slip up to `limit`, which has the sign of the displacement so far."""
    return yielding(force, slip * dt, grip, min(limit, 0.0), max(limit, 0.0))
