"""What soil does when the scoop moves through it: 100 times a second, for whatever carries the scoop.

`world` is the platform's record of that name; used of it are base_x, base_y, base_z (origin of the scoop's plane),
tick, edge_r (where the edge was at the last tick, in the plane as it lies now) and edge_speed.
"""

from __future__ import annotations

import math
from typing import Any

from hil.plant.compiled import inlined
from hil.plant.contact import release, resist, survey
from hil.plant.rocks import push_rocks, survey_rocks
from hil.plant.scoop import feel, pour, take_in
from hil.plant.terrain import cut, drop, slump
from hil.plant.timing import TICK_S

Record = Any

_SLUMP_TICKS = 10
_CUTS_FROM, _CUTS_TO = math.radians(-10.0), math.radians(110.0)
_SUPPORTED_M = 0.004  # with the edge this deep the ground closes the scoop


@inlined
def dig(
    world: Record, soil: Record, scoop: Record, contact: Record, terrain: Record, ground: Any,
    c0: float, s0: float, rake: float, edge_r: float, edge_z: float,
) -> None:  # fmt: skip
    """Moves soil from the ground to the scoop and back for one tick; `edge_z` from the plane's origin."""
    x, y = world.base_x + edge_r * c0, world.base_y + edge_r * s0
    half = 0.5 * scoop.width_m
    if contact.near != 0.0 and edge_r < world.edge_r and _CUTS_FROM < rake < _CUTS_TO:
        taken = cut(
            terrain, soil, ground, world.base_x, world.base_y, c0, s0, world.edge_r, edge_r, world.base_z + edge_z, half
        )
        if taken > 0.0:
            rest = take_in(scoop, soil, taken, rake)
            drop(terrain, soil, ground, x - half * c0, y - half * s0, half, rest)
    if contact.ahead_m - edge_z < _SUPPORTED_M:
        drop(terrain, soil, ground, x, y, 0.5 * half, pour(scoop, soil, rake, TICK_S))
    if terrain.disturbed > 0.0:
        terrain.disturbed -= 1.0
        if world.tick % _SLUMP_TICKS == 0:
            slump(terrain, soil, ground, x, y, 3.0 * half)


@inlined
def work_ground(
    world: Record, soil: Record, scoop: Record, contact: Record, terrain: Record, ground: Any, rocks: Any,
    c0: float, s0: float, c3: float, s3: float, wrist_r: float, wrist_z: float,
) -> None:  # fmt: skip
    """One tick of soil and scoop: feel, cut, fill, pour, slump, then survey the ground for the steps to come.

    `c0, s0` is the direction of the plane's r axis, `c3, s3` that of the scoop's axis in the plane, `wrist_r, wrist_z`
    the scoop's joint in it.
    """
    edge_r, edge_z = wrist_r + scoop.length_m * c3, wrist_z + scoop.length_m * s3
    half = 0.5 * scoop.length_m
    feel(scoop, wrist_r + half * c3, world.base_z + wrist_z + half * s3, soil.gravity, TICK_S)
    dig(world, soil, scoop, contact, terrain, ground, c0, s0, math.atan2(-s3, -c3), edge_r, edge_z)
    world.edge_speed = max(world.edge_r - edge_r, 0.0) / TICK_S
    world.edge_r = edge_r
    survey(
        contact, scoop, soil, terrain, ground, world.base_x, world.base_y, world.base_z,
        c0, s0, c3, s3, wrist_r, wrist_z, world.edge_speed,
    )  # fmt: skip
    survey_rocks(
        rocks, contact, soil, terrain, ground, scoop.length_m, scoop.width_m,
        world.base_x + edge_r * c0, world.base_y + edge_r * s0, world.base_z + edge_z,
    )  # fmt: skip
    if contact.near_rocks != 0.0:
        contact.near = 1.0
    if contact.near == 0.0:
        release(contact)


@inlined
def ground_wrench(
    world: Record, contact: Record, scoop: Record, soil: Record, rocks: Any,
    c0: float, s0: float, c3: float, s3: float, wrist_r: float, wrist_z: float,
    rate_r: float, rate_z: float, pitch_rate: float, across_m_s: float, dt: float,
) -> None:  # fmt: skip
    """Forces of soil and rocks on the scoop for one step, left in `contact`; rates as in `contact.resist`."""
    resist(contact, scoop, soil, c3, s3, wrist_z, rate_r, rate_z, pitch_rate, across_m_s, dt)
    if contact.near_rocks != 0.0:
        push_rocks(
            rocks, contact, scoop.length_m, scoop.width_m, world.base_x, world.base_y, world.base_z,
            c0, s0, c3, s3, wrist_r, wrist_z,
        )  # fmt: skip
