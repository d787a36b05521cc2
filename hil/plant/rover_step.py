"""One step of the rover's plant, and the kernel that takes many: what acts on what, in which order.

A step of 1 ms: servo electronics -> ground on wheels (each with its drive) and underside -> soil on scoop -> body,
link, scoop and their drives solved together -> load cell -> roll, heading, lateral motion. A tick of 10 ms before every
tenth step: the ground is cut, filled, poured on and surveyed, under wheels and scoop; temperatures, noise, supply.

Each wheel is solved with its drive (stiff, implicit); what the drive passes on then acts back on the body.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.arm import load_scoop, solve3
from hil.plant.belly import scrape
from hil.plant.compiled import inlined, kernel
from hil.plant.digging import ground_wrench, work_ground
from hil.plant.drive import begin, finish, settle
from hil.plant.electrics import measure, tick_electrics
from hil.plant.keep_out import fast, see_lift
from hil.plant.load_cell import carry
from hil.plant.rover_body import assemble, moments, translation
from hil.plant.servo import control
from hil.plant.timing import STEP_S, STEPS_PER_TICK, TICK_S
from hil.plant.wheel import feel_ground, roll

Record = Any

LIFT, CURL, FIRST_WHEEL, SERVOS = 0, 1, 2, 6
WHEELS = SERVOS - FIRST_WHEEL
AXLES = WHEELS // 2

WORLD = np.dtype(
    [
        # What the lander's has not comes first: to numba a record that only goes on after another is a kind of it.
        ("edge_x", "f8"), ("edge_y", "f8"),                    # edge in SITE at the last tick
        ("phase", "i8"), ("tick", "i8"),                       # steps since the last tick, ticks done
        ("base_x", "f8"), ("base_y", "f8"), ("base_z", "f8"),  # SITE: origin of the scoop's plane, of the last tick
        ("gx", "f8"), ("gy", "f8"), ("gz", "f8"),              # gravity along SITE's axes
        ("ambient_c", "f8"), ("ambient_k_s", "f8"),            # around servos and load cell at tick 0, and its rate
        ("supply_v", "f8"), ("harness_ohm", "f8"), ("voltage_v", "f8"), ("current_noise_a", "f8"),
        ("edge_r", "f8"), ("edge_speed", "f8"),                # of the last tick: edge in the plane, forward speed
    ]
)  # fmt: skip

_DT = STEP_S
_REGIME_CHANGES = 4


@inlined
def tick(
    world: Record, body: Record, wheel: Any, servo: Any, soil: Record, scoop: Record, contact: Record, terrain: Record,
    ground: Any, rocks: Any, cell: Record, noise: Any,
    ch: float, sh: float, wrist_r: float, wrist_z: float, c3: float, s3: float,
) -> None:  # fmt: skip
    """All that needs no more than 100 Hz; `ch, sh` is the heading, `wrist_r, wrist_z` the scoop's joint in its plane.

    The plane is the one through the body along its heading; its origin is the point of it that is nearest to SITE's.
    """
    way = body.x_m * ch + body.y_m * sh
    world.base_x, world.base_y = body.x_m - way * ch, body.y_m - way * sh
    world.edge_r = -(world.edge_x * ch + world.edge_y * sh)  # as the plane lies now
    work_ground(world, soil, scoop, contact, terrain, ground, rocks, -ch, -sh, c3, s3, wrist_r, wrist_z)
    world.edge_x, world.edge_y = world.base_x - world.edge_r * ch, world.base_y - world.edge_r * sh
    load_scoop(body, scoop.sample_kg, 0.5 * scoop.sample_kg / (soil.loose_kg_m3 * scoop.length_m * scoop.width_m))
    for i in range(WHEELS):
        w = wheel[i]
        x = body.x_m + w.x_m * ch - w.y_m * sh
        y = body.y_m + w.x_m * sh + w.y_m * ch
        feel_ground(w, soil, terrain, ground, x, y, ch, sh)
    tick_electrics(world, servo, cell, noise, TICK_S)


@inlined
def turn_wheel(wheel: Record, servo: Record) -> None:
    """The wheel and its drive to the end of the step, under the moment of the ground."""
    rate = servo.link_rad_s
    for _ in range(_REGIME_CHANGES):
        push = wheel.inertia * servo.link_rad_s + _DT * (servo.offered + wheel.moment_nm)
        rate = push / (wheel.inertia + _DT * servo.compliance)
        if settle(servo, rate, _DT):
            break
    finish(servo, rate, _DT)


@inlined
def move_aside(body: Record, wheel: Any, ahead_m: float, side_n: float, reach_m: float, g_left: float) -> None:
    """Roll, heading and lateral motion, about a centre of mass `ahead_m` of the body's.

    `side_n` is the scoop's lateral force, at `reach_m` ahead of the body's centre of mass.
    """
    left, turn, tilt = side_n, side_n * (reach_m - ahead_m), 0.0
    for i in range(WHEELS):
        w = wheel[i]
        left += w.left_n
        turn += (w.x_m - ahead_m) * w.left_n - w.y_m * w.forward_n
        tilt += w.y_m * w.up_n - (w.z_m - w.radius_m) * w.left_n
    beyond = (body.m2 + body.m) * (reach_m - ahead_m) ** 2 + body.mass * ahead_m * ahead_m
    body.left_m_s += _DT * (left / body.total + g_left - body.yaw_rate * body.forward_m_s)
    body.yaw_rate += _DT * turn / (body.j_yaw + beyond)
    body.roll_rate += _DT * tilt / body.j_roll
    body.roll += _DT * body.roll_rate
    body.heading += _DT * body.yaw_rate


@inlined
def ground_acts(body: Record, wheel: Any, belly: Any, servo: Any, cb: float, sb: float, ahead_m: float) -> None:
    """What the ground does to the body: by each wheel at its hub, with its drive's counter-moment, and from below."""
    vr, vz, w1 = -body.forward_m_s, body.up_m_s, body.pitch_rate
    for i in range(WHEELS):
        w, drive = wheel[i], servo[FIRST_WHEEL + i]
        r, z = -w.x_m * cb - w.z_m * sb, -w.x_m * sb + w.z_m * cb
        vx = -(vr - w1 * z) - body.yaw_rate * w.y_m
        vy = body.left_m_s + body.yaw_rate * (w.x_m - ahead_m)
        hub_z = body.z_m + z + w.y_m * body.roll
        roll(w, hub_z, vx, vy, vz + w1 * r + w.y_m * body.roll_rate, drive.link_rad_s + w1, _DT)
        turn_wheel(w, drive)
        body.qr -= w.forward_n
        body.qz += w.up_n
        body.q1 += r * w.up_n + z * w.forward_n - drive.torque_nm
    for i in range(AXLES):
        b = belly[i]
        r, z = -b.x_m * cb - b.z_m * sb, -b.x_m * sb + b.z_m * cb
        forward, up = scrape(b, wheel[2 * i], wheel[2 * i + 1], body.z_m + z, -(vr - w1 * z), vz + w1 * r, _DT)
        body.qr -= forward
        body.qz += up
        body.q1 += r * up + z * forward


@inlined
def scoop_acts(
    world: Record, body: Record, scoop: Record, soil: Record, contact: Record, rocks: Any, ch: float, sh: float,
    c2: float, s2: float, c3: float, s3: float, w2: float, w3: float, wrist_r: float, wrist_z: float, across_m_s: float,
) -> None:  # fmt: skip
    """What soil and rocks do to the scoop; `w2, w3` are rates of link and scoop, `across_m_s` of the edge."""
    w1 = body.pitch_rate
    rate_r = -body.forward_m_s - body.lz * w1 - body.l2 * s2 * w2
    rate_z = body.up_m_s + body.lr * w1 + body.l2 * c2 * w2
    ground_wrench(
        world, contact, scoop, soil, rocks, -ch, -sh, c3, s3, wrist_r, wrist_z, rate_r, rate_z, w3, across_m_s, _DT
    )
    body.qr += contact.r_n
    body.qz += contact.z_n
    body.q1 += body.lr * contact.z_n - body.lz * contact.r_n
    body.q2 += body.l2 * (c2 * contact.z_n - s2 * contact.r_n)
    body.q3 += contact.moment_nm


@inlined
def solve(body: Record, lift: Record, curl: Record, w1: float, w2: float, w3: float) -> tuple[float, float, float]:
    """Rates of body, link and scoop at the end of the step, drives included, after `assemble`."""
    n1, n2, n3 = w1, w2, w3
    for _ in range(_REGIME_CHANGES):
        t2, t3 = _DT * lift.offered, _DT * curl.offered
        k2, k3 = _DT * lift.compliance, _DT * curl.compliance
        n1, n2, n3 = solve3(
            body.a11 + k2, body.a12 - k2, body.a13, body.a22 + k2 + k3, body.a23 - k3, body.a33 + k3,
            body.k1 - t2, body.k2 + t2 - t3, body.k3 + t3,
        )  # fmt: skip
        held = settle(lift, n2 - n1, _DT)
        held = settle(curl, n3 - n2, _DT) and held
        if held:
            break
    finish(lift, n2 - n1, _DT)
    finish(curl, n3 - n2, _DT)
    return n1, n2, n3


@inlined
def carried_n(
    body: Record, c2: float, s2: float, c3: float, s3: float, w1: float, w2: float, w3: float,
    acc_r: float, acc_z: float, d1: float, d2: float, d3: float,
) -> tuple[float, float]:  # fmt: skip
    """Forces along the scoop's normal and its axis that accelerate scoop and sample.

    `acc_r, acc_z` is the acceleration of the body's centre of mass less gravity, `d1`..`d3` those of the angles.
    """
    acc_r += -body.lz * d1 - body.lr * w1 * w1 - body.l2 * (d2 * s2 + w2 * w2 * c2)
    acc_z += body.lr * d1 - body.lz * w1 * w1 + body.l2 * (d2 * c2 - w2 * w2 * s2)
    normal = body.m * (acc_r * s3 - acc_z * c3) - d3 * body.p - w3 * w3 * body.d
    return normal, body.m * (acc_r * c3 + acc_z * s3) + d3 * body.d - w3 * w3 * body.p


@inlined
def step(
    world: Record, body: Record, wheel: Any, belly: Any, servo: Any, bank: Record, soil: Record, scoop: Record,
    contact: Record, terrain: Record, ground: Any, rocks: Any, cell: Record, noise: Any,
) -> None:  # fmt: skip
    """One millisecond."""
    lift, curl = servo[LIFT], servo[CURL]
    a2 = math.pi + body.pitch + lift.link_rad
    a3 = a2 + curl.link_rad
    ch, sh = math.cos(body.heading), math.sin(body.heading)
    cb, sb = math.cos(body.pitch), math.sin(body.pitch)
    c2, s2, c3, s3 = math.cos(a2), math.sin(a2), math.cos(a3), math.sin(a3)
    moments(body, cb, sb, c2, s2, c3, s3)
    wrist_r = body.lr + body.l2 * c2 - body.x_m * ch - body.y_m * sh
    wrist_z = body.lz + body.l2 * s2 + body.z_m
    if world.phase == 0:
        tick(
            world, body, wheel, servo, soil, scoop, contact, terrain, ground, rocks, cell, noise,
            ch, sh, wrist_r, wrist_z, c3, s3,
        )  # fmt: skip
        moments(body, cb, sb, c2, s2, c3, s3)  # with what the scoop holds now
    world.phase = (world.phase + 1) % STEPS_PER_TICK
    for j in range(SERVOS):
        control(servo[j], bank, j, _DT)
        begin(servo[j], _DT)

    vr, vz, w1 = -body.forward_m_s, body.up_m_s, body.pitch_rate
    w2 = w1 + lift.link_rad_s
    w3 = w2 + curl.link_rad_s
    ahead_m, reach_m = -(body.rb + body.r2 + body.r3) / body.total, -(body.lr + body.l2 * c2 + body.l3 * c3)
    body.qr, body.qz, body.q1, body.q2, body.q3 = 0.0, 0.0, 0.0, 0.0, 0.0
    ground_acts(body, wheel, belly, servo, cb, sb, ahead_m)
    side_n = 0.0
    if contact.near != 0.0:
        across_m_s = -body.left_m_s - body.yaw_rate * (reach_m - ahead_m)
        scoop_acts(
            world, body, scoop, soil, contact, rocks, ch, sh, c2, s2, c3, s3, w2, w3, wrist_r, wrist_z, across_m_s
        )
        side_n = -contact.across_n
    g_forward, g_left = world.gx * ch + world.gy * sh, world.gy * ch - world.gx * sh
    assemble(body, c2, s2, vr, vz, w1, w2, w3, -g_forward, world.gz, _DT)
    n1, n2, n3 = solve(body, lift, curl, w1, w2, w3)
    nr, nz = translation(body, n1, n2, n3)

    down = world.gz * math.cos(body.roll) - g_left * math.sin(body.roll)
    normal, along = carried_n(
        body, c2, s2, c3, s3, w1, w2, w3, (nr - vr) / _DT + g_forward, (nz - vz) / _DT - down,
        (n1 - w1) / _DT, (n2 - w2) / _DT, (n3 - w3) / _DT,
    )  # fmt: skip
    # Across, the weight of a scoop that leans; what the body does sideways is slow.
    carry(
        cell,
        normal - contact.normal_n,
        along - contact.along_n,
        body.m * g_left - contact.across_n,
        curl.torque_nm,
        _DT,
    )
    move_aside(body, wheel, ahead_m, side_n, reach_m, g_left)
    move(body, -nr, nz, n1, ahead_m, ch, sh)


@inlined
def move(body: Record, forward: float, up: float, pitch_rate: float, ahead_m: float, ch: float, sh: float) -> None:
    """The body to the end of the step, in the plane of its heading (`ch`, `sh`)."""
    body.forward_m_s = forward + _DT * body.yaw_rate * body.left_m_s
    body.up_m_s, body.pitch_rate = up, pitch_rate
    left = body.left_m_s - body.yaw_rate * ahead_m  # of the body's centre of mass
    body.x_m += _DT * (body.forward_m_s * ch - left * sh)
    body.y_m += _DT * (body.forward_m_s * sh + left * ch)
    body.z_m += _DT * body.up_m_s
    body.pitch += _DT * body.pitch_rate


@kernel
def advance(
    steps: int, world: Any, body: Any, wheel: Any, belly: Any, servo: Any, bank: Any, soil: Any, scoop: Any,
    contact: Any, terrain: Any, ground: Any, rocks: Any, cell: Any, noise: Any, near: Any, boxes: Any,
) -> None:  # fmt: skip
    """Takes `steps` steps and leaves the servos' measurements in `bank`."""
    w, b = world[0], bank[0]
    for _ in range(steps):
        step(
            w, body[0], wheel, belly, servo, b, soil[0], scoop[0], contact[0], terrain[0], ground, rocks, cell[0], noise
        )
        if w.phase == 1 or fast(servo, FIRST_WHEEL):
            see_lift(near[0], boxes, body[0], servo, scoop[0])
    measure(w, servo, b, noise)
