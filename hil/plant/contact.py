"""Where the scoop meets the ground: the wrench of the soil on it.

In the arm plane, e points along the scoop from joint to edge, n out of the opening. Each element resists one motion of
the scoop up to its yield force (`soil.yielding`), so the soil holds at rest and never drives:

- face: motion of the face into the soil; yields at the cutting force T (`cutting`) for the depth of the edge below the
  ground ahead. T is the sum of a normal force N and the friction N tan(delta) of soil that slides up the face; sliding
  is the motion along e plus the soil's own heave, taken equal to the motion along n. The element conjugate to that
  motion carries N less the friction (else the friction could push), and both yields follow from N + friction = T.
- floor: five strips of the underside; yield at Bekker's pressure at their sinkage; friction tan(delta) along e.
- blade: the edge, forced along e into the soil; yields at what the cutting model says of its thickness.
- plates: the side plates, rubbing along e as far as the cutting model knows of them.
- sides: motion along t; yields at the passive pressure on what of the side plates is buried.
- rocks: see `rocks`; they come on top.

Heights are sampled and yields of face and sides set 100 times a second (`survey`); forces follow at every step.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.cutting import yields_n
from hil.plant.soil import bearing_pa, passive_pressure_pa, yielding
from hil.plant.terrain import LOOSE, STRENGTH, layer, surface_m

Record = Any

STRIPS = 5
CONTACT = np.dtype(
    [
        # forces of the elements, N
        ("face_n", "f8"), ("face_slide_n", "f8"), ("floor_n", "f8", (STRIPS,)), ("floor_slide_n", "f8"),
        ("blade_n", "f8"), ("plates_n", "f8"), ("side_n", "f8"), ("rock_n", "f8"),
        # of the last survey
        ("near", "f8"), ("near_rocks", "f8"), ("buried_m", "f8"), ("strength", "f8"),
        ("face_yield_n", "f8"), ("blade_yield_n", "f8"), ("plates_yield_n", "f8"), ("side_yield_n", "f8"),
        ("ahead_m", "f8"), ("edge_ground_m", "f8"), ("floor_ground_m", "f8", (STRIPS,)),
        # result: force on the scoop along e, n, t; along r and z; moment about its joint, up positive
        ("along_n", "f8"), ("normal_n", "f8"), ("across_n", "f8"), ("r_n", "f8"), ("z_n", "f8"), ("moment_nm", "f8"),
    ]
)  # fmt: skip

_NEAR_M = 0.02
_RAKE_LOW, _RAKE_HIGH = math.radians(15.0), math.radians(100.0)  # McKyes' wedge has no meaning beyond
_AHEAD_CELLS = 1.5  # beyond the cell under the edge, which is being cut


@inlined
def survey(
    contact: Record, scoop: Record, soil: Record, terrain: Record, ground: Any,
    base_x: float, base_y: float, base_z: float, c0: float, s0: float,
    c3: float, s3: float, wrist_r: float, wrist_z: float, inward_m_s: float,
) -> None:  # fmt: skip
    """Samples the ground under and ahead of the scoop and sets what depends on it slowly.

    `base_x, base_y, base_z` is the arm's base in LANDER, `c0, s0` the azimuth's, `c3, s3` the scoop's cosine and sine,
    `wrist_r, wrist_z` the scoop joint in the arm plane, `inward_m_s` the edge's speed towards the base.
    """
    length = scoop.length_m
    near = False
    for i in range(STRIPS):
        s = length * (i + 0.5) / STRIPS
        r = wrist_r + s * c3
        height = surface_m(terrain, ground, base_x + r * c0, base_y + r * s0) - base_z
        contact.floor_ground_m[i] = height
        near = near or wrist_z + s * s3 < height + _NEAR_M
    edge_r, edge_z = wrist_r + length * c3, wrist_z + length * s3
    x, y = base_x + edge_r * c0, base_y + edge_r * s0
    contact.edge_ground_m = surface_m(terrain, ground, x, y) - base_z
    contact.near = 1.0 if near or edge_z < contact.edge_ground_m + _NEAR_M else 0.0
    contact.face_yield_n, contact.blade_yield_n, contact.plates_yield_n = 0.0, 0.0, 0.0
    contact.side_yield_n, contact.buried_m = 0.0, 0.0
    contact.ahead_m = contact.edge_ground_m
    if contact.near == 0.0:
        return

    step = math.copysign(_AHEAD_CELLS * terrain.cell_m, s3 - 0.2)
    x, y = x + step * c0, y + step * s0
    aside = scoop.width_m / 3.0
    height, loose, strength = 0.0, 0.0, 0.0
    for k in range(-1, 2):
        x_k, y_k = x - k * aside * s0, y + k * aside * c0
        height += surface_m(terrain, ground, x_k, y_k) / 3.0
        loose += layer(terrain, ground, LOOSE, x_k, y_k) / 3.0
        strength += layer(terrain, ground, STRENGTH, x_k, y_k) / 3.0
    contact.ahead_m, contact.strength = height - base_z, strength
    sinkage = max(contact.ahead_m, contact.edge_ground_m) - edge_z
    if sinkage > 0.0:
        pressure = strength * bearing_pa(soil, sinkage, scoop.blade_m)
        contact.blade_yield_n = soil.cutting_factor * pressure * scoop.blade_m * scoop.width_m
    depth = contact.ahead_m - edge_z
    if depth <= 0.0:
        return
    contact.buried_m = min(depth / max(abs(s3), 1e-9), length)
    plate_m2 = min(contact.buried_m * min(scoop.depth_m, depth), length * scoop.depth_m)
    rake = math.atan2(-s3, -c3)
    if 0.0 < rake < 0.5 * math.pi + 0.5:
        rake = min(max(rake, _RAKE_LOW), _RAKE_HIGH)
        face, blade, plates = yields_n(
            soil, scoop.width_m, depth, loose, rake, strength, inward_m_s, scoop.blade_m, plate_m2
        )
        contact.face_yield_n, contact.blade_yield_n, contact.plates_yield_n = face, blade, plates
    contact.side_yield_n = passive_pressure_pa(soil, depth, strength) * plate_m2


@inlined
def release(contact: Record) -> None:
    """No contact, no force."""
    contact.face_n, contact.face_slide_n, contact.floor_slide_n = 0.0, 0.0, 0.0
    contact.blade_n, contact.plates_n, contact.side_n, contact.rock_n = 0.0, 0.0, 0.0, 0.0
    for i in range(STRIPS):
        contact.floor_n[i] = 0.0
    contact.along_n, contact.normal_n, contact.across_n = 0.0, 0.0, 0.0
    contact.r_n, contact.z_n, contact.moment_nm = 0.0, 0.0, 0.0


@inlined
def resist(
    contact: Record, scoop: Record, soil: Record, c3: float, s3: float,
    wrist_z: float, rate_r: float, rate_z: float, pitch_rate: float, across_m_s: float, dt: float,
) -> None:  # fmt: skip
    """Forces of the soil for one step; `rate_r, rate_z` is the velocity of the scoop joint, `pitch_rate` that of a3."""
    length, grip, damping = scoop.length_m, soil.grip_n_m, soil.damping_n_s_m
    v_along = rate_r * c3 + rate_z * s3
    v_normal = rate_r * s3 - rate_z * c3
    tan_delta = math.tan(soil.tool_friction_rad)

    lever = length - contact.buried_m / 3.0
    into = v_normal - lever * pitch_rate
    limit = contact.face_yield_n * math.cos(soil.tool_friction_rad) * (1.0 - tan_delta)
    contact.face_n = yielding(contact.face_n, into * dt, grip, 0.0, limit)
    face = min(max(contact.face_n + damping * into, 0.0), limit)
    up, down = tan_delta * face / (1.0 - tan_delta), tan_delta * face / (1.0 + tan_delta)
    contact.face_slide_n = yielding(contact.face_slide_n, (v_along + into) * dt, grip, -down, up)
    normal = -(face + contact.face_slide_n)
    along = -contact.face_slide_n
    moment = -lever * normal

    strip = length * scoop.width_m / STRIPS
    bearing = 0.0
    for i in range(STRIPS):
        s = length * (i + 0.5) / STRIPS
        sinkage = contact.floor_ground_m[i] - wrist_z - s * s3
        if sinkage <= 0.0:
            contact.floor_n[i] = 0.0
            continue
        limit = strip * contact.strength * bearing_pa(soil, sinkage, scoop.width_m)
        pressing = s * pitch_rate - v_normal
        contact.floor_n[i] = yielding(contact.floor_n[i], pressing * dt, soil.unload_n_m3 * strip, 0.0, limit)
        force = min(max(contact.floor_n[i] + damping / STRIPS * pressing, 0.0), limit)
        bearing += force
        moment -= s * force
    normal += bearing
    limit = tan_delta * bearing
    contact.floor_slide_n = yielding(contact.floor_slide_n, v_along * dt, grip, -limit, limit)
    along -= contact.floor_slide_n

    contact.blade_n = yielding(contact.blade_n, v_along * dt, grip, 0.0, contact.blade_yield_n)
    limit = contact.plates_yield_n
    contact.plates_n = yielding(contact.plates_n, v_along * dt, grip, -limit, limit)
    along -= contact.blade_n + contact.plates_n

    contact.side_n = yielding(contact.side_n, across_m_s * dt, grip, -contact.side_yield_n, contact.side_yield_n)
    contact.along_n, contact.normal_n, contact.across_n = along, normal, -contact.side_n
    contact.r_n = along * c3 + normal * s3
    contact.z_n = along * s3 - normal * c3
    contact.moment_nm = moment
