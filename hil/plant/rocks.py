"""Buried rocks: spheres that the scoop's floor and edge run into, and that the soil around holds until it gives way.

A rock and the scoop touch where the sphere's centre is nearest to the floor, edge included, and press on each other
like a stiff spring. The soil holds the rock up to a force: passive pressure on its cross-section against being pushed
along, bearing against being pushed down, its weight and the soil's cohesion against being lifted. Pushed harder, it
moves, and so takes up work like the soil does. A small one is pushed aside; a large one stalls the scoop. One that has
been pushed out of the ground rolls aside and matters no more. Rocks smaller than `LEAST_M` count as soil, in mass too.

Assumed: the spring, and that the zone of soil that holds a rock is `ZONE` times as wide as the rock (a narrow anchor
plate's is 2 to 3 times). Rocks are not lifted into the scoop and don't weigh in it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.soil import bearing_pa, passive_pressure_pa
from hil.plant.terrain import STRENGTH, layer, surface_m

Record = Any

MOST_ROCKS = 32
ROCK = np.dtype(
    [
        ("x_m", "f8"), ("y_m", "f8"), ("z_m", "f8"),  # centre, LANDER
        ("radius_m", "f8"),                           # 0: no rock
        ("held", "f8"),                               # 1 while in the ground
        # of the last survey
        ("near", "f8"), ("aside_n", "f8"), ("down_n", "f8"), ("up_n", "f8"),
    ]
)  # fmt: skip
LEAST_M = 0.012
ZONE = 2.5
DENSITY_KG_M3 = 2900.0
"""Of a basalt boulder without pores (*Lunar Sourcebook* ch. 9.1.2: 2700 to 3200)."""
_STIFFNESS_N_M = 30e3
_REACH_M = 0.03  # beyond touching, within which forces are looked at


def bury(rocks: np.ndarray[Any, Any], x_m: float, y_m: float, z_m: float, radius_m: float) -> int:
    """Put a rock with its centre at (x, y, z) in LANDER into the first free place; returns which.

    Raises `ValueError` when all places are taken or the rock is too small to be one.
    """
    free = np.flatnonzero(rocks["radius_m"] == 0.0)
    if free.size == 0:
        raise ValueError(f"no more than {MOST_ROCKS} rocks")
    if radius_m < LEAST_M:
        raise ValueError(f"a rock has a radius of {LEAST_M} m or more, got {radius_m}")
    rocks[free[0]] = (x_m, y_m, z_m, radius_m, 1.0, 0.0, 0.0, 0.0, 0.0)
    return int(free[0])


def scatter(
    rocks: np.ndarray[Any, Any], per_m2: float, radius_m: tuple[float, float], exponent: float,
    top_depth_m: tuple[float, float], corner_m: tuple[float, float], size_m: tuple[float, float],
    surface_m: Callable[[float, float], float], rng: np.random.Generator,
) -> None:  # fmt: skip
    """Buries as many rocks as fall to a map of `size_m`, up to `MOST_ROCKS`; radii by N(> r) ~ r^-`exponent`.

    At least half of each is in the ground.
    """
    small, large = (r**-exponent for r in radius_m)
    for _ in range(min(int(rng.poisson(per_m2 * size_m[0] * size_m[1])), MOST_ROCKS)):
        x, y = (low + length * float(rng.uniform()) for low, length in zip(corner_m, size_m, strict=True))
        radius = (small - (small - large) * float(rng.uniform())) ** (-1.0 / exponent)
        top = max(float(rng.uniform(*top_depth_m)), -radius)
        bury(rocks, x, y, surface_m(x, y) - top - radius, radius)


@inlined
def survey_rocks(
    rocks: Any, contact: Record, soil: Record, terrain: Record, ground: Any, length: float, width: float,
    edge_x: float, edge_y: float, edge_z: float,
) -> None:  # fmt: skip
    """Finds the rocks that the scoop, its edge at a place in LANDER, may touch, and what holds each."""
    contact.near_rocks = 0.0
    for i in range(rocks.shape[0]):
        rock = rocks[i]
        rock.near = 0.0
        if rock.held == 0.0:
            continue
        radius = rock.radius_m
        reach = radius + length + 0.5 * width + _REACH_M
        dx, dy, dz = rock.x_m - edge_x, rock.y_m - edge_y, rock.z_m - edge_z
        if dx * dx + dy * dy + dz * dz > reach * reach:
            continue
        depth = surface_m(terrain, ground, rock.x_m, rock.y_m) - rock.z_m
        if depth < 0.0:  # out of the ground
            rock.held = 0.0
            continue
        strength = layer(terrain, ground, STRENGTH, rock.x_m, rock.y_m)
        area = math.pi * radius * radius
        held = ZONE * area * passive_pressure_pa(soil, depth + radius, strength)
        weight = 4.0 / 3.0 * radius * area * DENSITY_KG_M3 * soil.gravity
        rock.near, contact.near_rocks = 1.0, 1.0
        rock.aside_n = held
        rock.down_n = held + strength * area * bearing_pa(soil, depth + radius, 2.0 * radius)
        rock.up_n = weight + 0.5 * held


@inlined
def push_rocks(
    rocks: Any, contact: Record, length: float, width: float, base_x: float, base_y: float, base_z: float,
    c0: float, s0: float, c3: float, s3: float, wrist_r: float, wrist_z: float,
) -> None:  # fmt: skip
    """Adds the forces of near rocks to those of the soil in `contact`, and moves the rocks that give way."""
    contact.rock_n = 0.0
    for i in range(rocks.shape[0]):
        rock = rocks[i]
        if rock.near == 0.0:
            continue
        dx, dy = rock.x_m - base_x, rock.y_m - base_y
        r, z = dx * c0 + dy * s0 - wrist_r, rock.z_m - base_z - wrist_z
        s, n, t = r * c3 + z * s3, r * s3 - z * c3, dy * c0 - dx * s0
        s_near, t_near = min(max(s, 0.0), length), min(max(t, -0.5 * width), 0.5 * width)
        us, un, ut = s_near - s, -n, t_near - t
        distance = math.sqrt(us * us + un * un + ut * ut)
        pressed = rock.radius_m - distance
        if pressed <= 0.0 or distance < 1e-6:
            continue
        us, un, ut = us / distance, un / distance, ut / distance
        up = un * c3 - us * s3  # of the push on the rock
        vertical = rock.up_n if up > 0.0 else rock.down_n
        aside = math.sqrt(max(1.0 - up * up, 0.0))
        limit = rock.aside_n * aside + vertical * abs(up)
        force = _STIFFNESS_N_M * pressed
        if force > limit:
            moved = pressed - limit / _STIFFNESS_N_M
            pr = us * c3 + un * s3
            rock.x_m -= moved * (pr * c0 - ut * s0)
            rock.y_m -= moved * (pr * s0 + ut * c0)
            rock.z_m += moved * up
            force = limit
        contact.rock_n += force
        contact.along_n += force * us
        contact.normal_n += force * un
        contact.across_n += force * ut
        contact.moment_nm -= s_near * force * un
    contact.r_n = contact.along_n * c3 + contact.normal_n * s3
    contact.z_n = contact.along_n * s3 - contact.normal_n * c3
