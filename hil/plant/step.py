"""One step of the whole plant, and the kernel that takes many: what acts on what, in which order.

A step of 1 ms: servo electronics -> soil forces -> arm and drives solved together -> load cell.
A tick of 10 ms before every tenth step: the ground is cut, filled, poured on and surveyed; temperatures, noise, supply.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.arm import equations, load_scoop, solve3
from hil.plant.compiled import inlined, kernel
from hil.plant.contact import release, resist, survey
from hil.plant.drive import begin, finish, settle
from hil.plant.load_cell import carry, read_out
from hil.plant.rocks import push_rocks, survey_rocks
from hil.plant.scoop import feel, pour, shake, take_in
from hil.plant.servo import control, heat
from hil.plant.terrain import cut, drop, slump

Record = Any

STEP_NS = 1_000_000
STEPS_PER_TICK = 10
NOISE_ROWS = 256
JOINT_COUNT = 4
WHITE, WALK = JOINT_COUNT, JOINT_COUNT + 1  # noise columns after the servos' currents
NOISE_COLUMNS = JOINT_COUNT + 2

WORLD = np.dtype(
    [
        ("phase", "i8"), ("tick", "i8"),                     # steps since the last tick, ticks done
        ("base_x", "f8"), ("base_y", "f8"), ("base_z", "f8"),  # LANDER
        ("gx", "f8"), ("gy", "f8"), ("gz", "f8"),            # gravity along LANDER's axes
        ("supply_v", "f8"), ("harness_ohm", "f8"), ("voltage_v", "f8"), ("current_noise_a", "f8"),
        ("edge_r", "f8"), ("edge_speed", "f8"),              # of the last tick: edge in the arm plane, inward speed
    ]
)  # fmt: skip

_DT = STEP_NS * 1e-9
_TICK_S = _DT * STEPS_PER_TICK
_SLUMP_TICKS = 10
_REGIME_CHANGES = 4
_CUTS_FROM, _CUTS_TO = math.radians(-10.0), math.radians(110.0)
_SUPPORTED_M = 0.004  # with the edge this deep the ground closes the scoop


@inlined
def dig(
    world: Record, soil: Record, scoop: Record, contact: Record, terrain: Record, ground: Any,
    c0: float, s0: float, rake: float, edge_r: float, edge_z: float,
) -> None:  # fmt: skip
    """Moves soil from the ground to the scoop and back for one tick; `edge_z` from the arm's base."""
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
        drop(terrain, soil, ground, x, y, 0.5 * half, pour(scoop, soil, rake, _TICK_S))
    if terrain.disturbed > 0.0:
        terrain.disturbed -= 1.0
        if world.tick % _SLUMP_TICKS == 0:
            slump(terrain, soil, ground, x, y, 3.0 * half)


@inlined
def tick(
    world: Record, arm: Record, servo: Any, soil: Record, scoop: Record, contact: Record, terrain: Record, ground: Any,
    rocks: Any, cell: Record, noise: Any, c0: float, s0: float, wrist_r: float, wrist_z: float, c3: float, s3: float,
) -> None:  # fmt: skip
    """All that needs no more than 100 Hz."""
    edge_r, edge_z = wrist_r + arm.l3 * c3, wrist_z + arm.l3 * s3
    shake(scoop, STEPS_PER_TICK, soil.gravity, _TICK_S)
    dig(world, soil, scoop, contact, terrain, ground, c0, s0, math.atan2(-s3, -c3), edge_r, edge_z)
    world.edge_speed = max(world.edge_r - edge_r, 0.0) / _TICK_S
    world.edge_r = edge_r
    load_scoop(arm, scoop.sample_kg, 0.5 * scoop.sample_kg / (soil.loose_kg_m3 * scoop.length_m * scoop.width_m))
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
    power_a = 0.0
    for j in range(JOINT_COUNT):
        heat(servo[j], _TICK_S)
        power_a += abs(servo[j].pwm * servo[j].current_a)
    world.voltage_v = world.supply_v - world.harness_ohm * power_a
    for j in range(JOINT_COUNT):
        servo[j].supply_v = world.voltage_v
    row = world.tick % NOISE_ROWS
    read_out(cell, noise[row, WHITE], noise[row, WALK])
    world.tick += 1


@inlined
def step(
    world: Record, arm: Record, servo: Any, bank: Record, soil: Record, scoop: Record, contact: Record, terrain: Record,
    ground: Any, rocks: Any, cell: Record, noise: Any,
) -> None:  # fmt: skip
    """One millisecond."""
    a1 = servo[1].link_rad
    a2 = a1 + servo[2].link_rad
    a3 = a2 + servo[3].link_rad
    w0, w1 = servo[0].link_rad_s, servo[1].link_rad_s
    w2 = w1 + servo[2].link_rad_s
    w3 = w2 + servo[3].link_rad_s
    c0, s0 = math.cos(servo[0].link_rad), math.sin(servo[0].link_rad)
    c1, s1, c2, s2, c3, s3 = math.cos(a1), math.sin(a1), math.cos(a2), math.sin(a2), math.cos(a3), math.sin(a3)
    wrist_r, wrist_z = arm.l1 * c1 + arm.l2 * c2, arm.l1 * s1 + arm.l2 * s2
    if world.phase == 0:
        tick(
            world, arm, servo, soil, scoop, contact, terrain, ground, rocks, cell, noise,
            c0, s0, wrist_r, wrist_z, c3, s3,
        )  # fmt: skip
    world.phase = (world.phase + 1) % STEPS_PER_TICK

    for j in range(JOINT_COUNT):
        control(servo[j], bank, j, _DT)
        begin(servo[j], _DT)
    f0, f1, f2, f3 = 0.0, 0.0, 0.0, 0.0
    if contact.near != 0.0:
        rate_r, rate_z = -arm.l1 * s1 * w1 - arm.l2 * s2 * w2, arm.l1 * c1 * w1 + arm.l2 * c2 * w2
        radius = wrist_r + arm.l3 * c3
        resist(contact, scoop, soil, c3, s3, wrist_z, rate_r, rate_z, w3, radius * w0, _DT)
        if contact.near_rocks != 0.0:
            push_rocks(
                rocks, contact, scoop.length_m, scoop.width_m, world.base_x, world.base_y, world.base_z,
                c0, s0, c3, s3, wrist_r, wrist_z,
            )  # fmt: skip
        f0 = radius * contact.across_n
        f1 = arm.l1 * (c1 * contact.z_n - s1 * contact.r_n)
        f2 = arm.l2 * (c2 * contact.z_n - s2 * contact.r_n)
        f3 = contact.moment_nm

    gr, gt = world.gx * c0 + world.gy * s0, world.gy * c0 - world.gx * s0
    m00, m11, m12, m13, m22, m23, m33, b0, b1, b2, b3 = equations(
        arm, c1, s1, c2, s2, c3, s3, w0, w1, w2, w3, gr, gt, world.gz
    )
    r0 = m00 * w0 + _DT * (f0 - b0)
    r1 = m11 * w1 + m12 * w2 + m13 * w3 + _DT * (f1 - b1)
    r2 = m12 * w1 + m22 * w2 + m23 * w3 + _DT * (f2 - b2)
    r3 = m13 * w1 + m23 * w2 + m33 * w3 + _DT * (f3 - b3)
    n0, n1, n2, n3 = w0, w1, w2, w3
    for _ in range(_REGIME_CHANGES):
        t1, t2, t3 = servo[1].offered, servo[2].offered, servo[3].offered
        k1, k2, k3 = _DT * servo[1].compliance, _DT * servo[2].compliance, _DT * servo[3].compliance
        n0 = (r0 + _DT * servo[0].offered) / (m00 + _DT * servo[0].compliance)
        n1, n2, n3 = solve3(
            m11 + k1 + k2, m12 - k2, m13, m22 + k2 + k3, m23 - k3, m33 + k3,
            r1 + _DT * (t1 - t2), r2 + _DT * (t2 - t3), r3 + _DT * t3,
        )  # fmt: skip
        held = settle(servo[0], n0, _DT)
        held = settle(servo[1], n1, _DT) and held
        held = settle(servo[2], n2 - n1, _DT) and held
        held = settle(servo[3], n3 - n2, _DT) and held
        if held:
            break
    finish(servo[0], n0, _DT)
    finish(servo[1], n1, _DT)
    finish(servo[2], n2 - n1, _DT)
    finish(servo[3], n3 - n2, _DT)

    d1, d2, d3 = (n1 - w1) / _DT, (n2 - w2) / _DT, (n3 - w3) / _DT
    acc_r = -arm.l1 * (d1 * s1 + w1 * w1 * c1) - arm.l2 * (d2 * s2 + w2 * w2 * c2) - wrist_r * w0 * w0
    acc_z = arm.l1 * (d1 * c1 - w1 * w1 * s1) + arm.l2 * (d2 * c2 - w2 * w2 * s2)
    inertial = arm.m * ((acc_r - gr) * s3 - (acc_z - world.gz) * c3) - d3 * arm.p
    carry(cell, inertial - contact.normal_n, _DT)
    middle = 0.5 * arm.l3
    feel(scoop, acc_r - middle * (d3 * s3 + w3 * w3 * c3), acc_z + middle * (d3 * c3 - w3 * w3 * s3), _DT)


@kernel
def advance(
    steps: int, world: Any, arm: Any, servo: Any, bank: Any, soil: Any, scoop: Any, contact: Any, terrain: Any,
    ground: Any, rocks: Any, cell: Any, noise: Any,
) -> None:  # fmt: skip
    """Takes `steps` steps and leaves the servos' measurements in `bank`."""
    w, b = world[0], bank[0]
    for _ in range(steps):
        step(w, arm[0], servo, b, soil[0], scoop[0], contact[0], terrain[0], ground, rocks, cell[0], noise)
    row = (w.tick - 1) % NOISE_ROWS
    for j in range(JOINT_COUNT):
        s = servo[j]
        b.position_rad[j] = s.zero_rad + s.direction * s.encoder * s.link_rad
        b.velocity_rad_s[j] = s.direction * s.encoder * s.link_rad_s
        b.current_a[j] = s.current_a + s.current_offset_a + w.current_noise_a * noise[row, j]
        b.pwm[j] = s.pwm
        b.voltage_v[j] = w.voltage_v
        b.temperature_c[j] = s.temperature_c
        b.trajectory_position_rad[j] = s.trajectory_rad
        b.trajectory_velocity_rad_s[j] = s.trajectory_rad_s
