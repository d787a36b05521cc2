"""One step of the whole plant, and the kernel that takes many: what acts on what, in which order.

A step of 1 ms: servo electronics -> soil forces -> arm and drives solved together -> load cell.
A tick of 10 ms before every tenth step: the ground is cut, filled, poured on and surveyed; temperatures, noise, supply.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.arm import equations, load_scoop, scoop_load, solve3
from hil.plant.compiled import inlined, kernel
from hil.plant.digging import ground_wrench, work_ground
from hil.plant.drive import begin, finish, rates_now, settle
from hil.plant.electrics import measure, tick_electrics
from hil.plant.keep_out import fast, see_arm
from hil.plant.load_cell import carry
from hil.plant.servo import control
from hil.plant.timing import STEP_S, STEPS_PER_TICK, TICK_S

Record = Any

JOINT_COUNT = 4

WORLD = np.dtype(
    [
        ("phase", "i8"), ("tick", "i8"),                     # steps since the last tick, ticks done
        ("base_x", "f8"), ("base_y", "f8"), ("base_z", "f8"),  # LANDER
        ("gx", "f8"), ("gy", "f8"), ("gz", "f8"),            # gravity along LANDER's axes
        ("ambient_c", "f8"), ("ambient_k_s", "f8"),          # around servos and load cell at tick 0, and its rate
        ("supply_v", "f8"), ("harness_ohm", "f8"), ("voltage_v", "f8"), ("current_noise_a", "f8"),
        ("edge_r", "f8"), ("edge_speed", "f8"),              # of the last tick: edge in the arm plane, inward speed
    ]
)  # fmt: skip

_DT = STEP_S
_REGIME_CHANGES = 4


@inlined
def tick(
    world: Record, arm: Record, servo: Any, soil: Record, scoop: Record, contact: Record, terrain: Record, ground: Any,
    rocks: Any, cell: Record, noise: Any, c0: float, s0: float, wrist_r: float, wrist_z: float, c3: float, s3: float,
) -> None:  # fmt: skip
    """All that needs no more than 100 Hz."""
    work_ground(world, soil, scoop, contact, terrain, ground, rocks, c0, s0, c3, s3, wrist_r, wrist_z)
    load_scoop(arm, scoop.sample_kg, 0.5 * scoop.sample_kg / (soil.loose_kg_m3 * scoop.length_m * scoop.width_m))
    tick_electrics(world, servo, cell, noise, TICK_S)


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
        ground_wrench(
            world, contact, scoop, soil, rocks, c0, s0, c3, s3, wrist_r, wrist_z, rate_r, rate_z, w3, radius * w0, _DT
        )
        f0 = radius * contact.across_n
        f1 = arm.l1 * (c1 * contact.z_n - s1 * contact.r_n)
        f2 = arm.l2 * (c2 * contact.z_n - s2 * contact.r_n)
        f3 = contact.moment_nm

    gr, gt = world.gx * c0 + world.gy * s0, world.gy * c0 - world.gx * s0
    u0, u1, u2, u3 = rates_now(servo)
    m00, m11, m12, m13, m22, m23, m33, b0, b1, b2, b3 = equations(
        arm, c1, s1, c2, s2, c3, s3, u0, u1, u2, u3, gr, gt, world.gz
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

    normal, along, across = scoop_load(
        arm, c1, s1, c2, s2, c3, s3, w0, w1, w2, w3,
        (n0 - w0) / _DT, (n1 - w1) / _DT, (n2 - w2) / _DT, (n3 - w3) / _DT, gr, gt, world.gz,
    )  # fmt: skip
    normal, along, across = normal - contact.normal_n, along - contact.along_n, across - contact.across_n
    carry(cell, normal, along, across, servo[3].torque_nm, _DT)


@kernel
def advance(
    steps: int, world: Any, arm: Any, servo: Any, bank: Any, soil: Any, scoop: Any, contact: Any, terrain: Any,
    ground: Any, rocks: Any, cell: Any, noise: Any, near: Any, boxes: Any,
) -> None:  # fmt: skip
    """Takes `steps` steps and leaves the servos' measurements in `bank`."""
    w, b = world[0], bank[0]
    for _ in range(steps):
        step(w, arm[0], servo, b, soil[0], scoop[0], contact[0], terrain[0], ground, rocks, cell[0], noise)
        if w.phase == 1 or fast(servo, JOINT_COUNT):
            see_arm(near[0], boxes, w, arm[0], servo, scoop[0])
    measure(w, servo, b, noise)
