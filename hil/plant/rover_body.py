"""Rigid-body dynamics of the rover: a body that carries lift link and scoop, in the vertical plane of its heading.

The plane holds r (to the rover's REAR) and z (up), so that the scoop digs towards decreasing r as the lander's does and
the functions of `contact`, `scoop` and `terrain` serve both. Angles are absolute and turn r towards z, which is nose
down: b the body's, a2 = pi + b + lift the link's, a3 = a2 + curl the scoop's. Coordinates are r and z of the body's
centre of mass and these three angles. Lagrange's equations couple the three by M(b, a2, a3); the two translations go
with the first moments S_b, S_2, S_3 of what each angle moves, and are eliminated exactly (Schur complement), which
leaves three equations in closed form, as for the arm.

Roll, heading and lateral motion are separate: rigid, with wheel forces as they act. What the links' motion does to them
is left out, and so are the centrifugal terms of turning within the plane: a rover turns at some 0.2 rad/s.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

BODY = np.dtype(
    [
        # constants; com_x_m, com_z_m: the body's centre of mass in ROVER; axis_r, axis_z: lift axis from it
        ("com_x_m", "f8"), ("com_z_m", "f8"),
        ("mass", "f8"), ("j_roll", "f8"), ("j_pitch", "f8"), ("j_yaw", "f8"), ("axis_r", "f8"), ("axis_z", "f8"),
        ("l2", "f8"), ("m2", "f8"), ("p2", "f8"), ("j2", "f8"),
        ("l3", "f8"), ("m3", "f8"), ("p3", "f8"), ("j3", "f8"),     # the empty scoop, as `arm.load_scoop` takes it
        ("m", "f8"), ("p", "f8"), ("d", "f8"), ("juu", "f8"), ("jvv", "f8"), ("juv", "f8"),
        # state of the body's centre of mass: SITE, heading, pitch (nose down), roll (left side up); rates
        ("x_m", "f8"), ("y_m", "f8"), ("z_m", "f8"), ("heading", "f8"), ("pitch", "f8"), ("roll", "f8"),
        ("forward_m_s", "f8"), ("left_m_s", "f8"), ("up_m_s", "f8"),
        ("yaw_rate", "f8"), ("pitch_rate", "f8"), ("roll_rate", "f8"),
        # of the step under way: generalised forces; first moments of what each angle moves; the three equations
        ("qr", "f8"), ("qz", "f8"), ("q1", "f8"), ("q2", "f8"), ("q3", "f8"),
        ("total", "f8"), ("lr", "f8"), ("lz", "f8"),
        ("rb", "f8"), ("zb", "f8"), ("r2", "f8"), ("z2", "f8"), ("r3", "f8"), ("z3", "f8"),
        ("a11", "f8"), ("a12", "f8"), ("a13", "f8"), ("a22", "f8"), ("a23", "f8"), ("a33", "f8"),
        ("k1", "f8"), ("k2", "f8"), ("k3", "f8"), ("push_r", "f8"), ("push_z", "f8"),
    ]
)  # fmt: skip


@inlined
def moments(body: Record, cb: float, sb: float, c2: float, s2: float, c3: float, s3: float) -> None:
    """Mass of all, and first moments (mass times arm) of what b, a2, a3 move, from the cosines and sines of these."""
    body.total = body.mass + body.m2 + body.m
    body.lr, body.lz = body.axis_r * cb - body.axis_z * sb, body.axis_r * sb + body.axis_z * cb
    beyond = body.m2 + body.m
    body.rb, body.zb = beyond * body.lr, beyond * body.lz
    g2 = body.p2 + body.m * body.l2
    body.r2, body.z2 = g2 * c2, g2 * s2
    body.r3, body.z3 = body.p * c3 + body.d * s3, body.p * s3 - body.d * c3


@inlined
def assemble(
    body: Record, c2: float, s2: float, vr: float, vz: float, w1: float, w2: float, w3: float,
    gr: float, gz: float, dt: float,
) -> None:  # fmt: skip
    """The equations for the rates at the end of the step: A (w1, w2, w3) = k, after `moments`; drives not included.

    `vr`..`w3` are the rates now, of r, z, b, a2 and a3; `gr, gz` gravity; `body.qr`..`q3` the generalised forces.
    """
    lr, lz = body.lr, body.lz
    m11 = body.j_pitch + (body.m2 + body.m) * (lr * lr + lz * lz)
    m22 = body.j2 + body.m * body.l2 * body.l2
    m33 = body.juu + body.jvv
    m12, m13 = lr * body.r2 + lz * body.z2, lr * body.r3 + lz * body.z3
    m23 = body.l2 * (c2 * body.r3 + s2 * body.z3)
    x12, x13 = lr * body.z2 - lz * body.r2, lr * body.z3 - lz * body.r3
    x23 = body.l2 * (c2 * body.z3 - s2 * body.r3)
    e1, e2, e3 = w1 * w1, w2 * w2, w3 * w3
    mass = body.total
    momentum_r = mass * vr - body.zb * w1 - body.z2 * w2 - body.z3 * w3
    momentum_z = mass * vz + body.rb * w1 + body.r2 * w2 + body.r3 * w3
    push_r = momentum_r + dt * (body.qr + mass * gr + body.rb * e1 + body.r2 * e2 + body.r3 * e3)
    push_z = momentum_z + dt * (body.qz + mass * gz + body.zb * e1 + body.z2 * e2 + body.z3 * e3)
    k1 = m11 * w1 + m12 * w2 + m13 * w3 - body.zb * vr + body.rb * vz
    k2 = m12 * w1 + m22 * w2 + m23 * w3 - body.z2 * vr + body.r2 * vz
    k3 = m13 * w1 + m23 * w2 + m33 * w3 - body.z3 * vr + body.r3 * vz
    k1 += dt * (body.q1 + x12 * e2 + x13 * e3 - body.zb * gr + body.rb * gz)
    k2 += dt * (body.q2 - x12 * e1 + x23 * e3 - body.z2 * gr + body.r2 * gz)
    k3 += dt * (body.q3 - x13 * e1 - x23 * e2 - body.z3 * gr + body.r3 * gz)
    body.push_r, body.push_z = push_r, push_z
    body.k1 = k1 - (body.rb * push_z - body.zb * push_r) / mass
    body.k2 = k2 - (body.r2 * push_z - body.z2 * push_r) / mass
    body.k3 = k3 - (body.r3 * push_z - body.z3 * push_r) / mass
    body.a11 = m11 - (body.rb * body.rb + body.zb * body.zb) / mass
    body.a12 = m12 - (body.rb * body.r2 + body.zb * body.z2) / mass
    body.a13 = m13 - (body.rb * body.r3 + body.zb * body.z3) / mass
    body.a22 = m22 - (body.r2 * body.r2 + body.z2 * body.z2) / mass
    body.a23 = m23 - (body.r2 * body.r3 + body.z2 * body.z3) / mass
    body.a33 = m33 - (body.r3 * body.r3 + body.z3 * body.z3) / mass


@inlined
def translation(body: Record, n1: float, n2: float, n3: float) -> tuple[float, float]:
    """Rates of r and z at the end of the step, given those of the angles."""
    mass = body.total
    vr = (body.push_r + body.zb * n1 + body.z2 * n2 + body.z3 * n3) / mass
    vz = (body.push_z - body.rb * n1 - body.r2 * n2 - body.r3 * n3) / mass
    return vr, vz
