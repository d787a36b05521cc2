"""Rigid-body dynamics of the arm: an azimuth axis that carries three links in a plane, in closed form.

The plane holds r (outwards, from the azimuth axis) and z (up); t is the tangent, e_z x e_r. The links' angles in the
plane are absolute, from r: a1 upper arm, a2 fore arm, a3 scoop, so that only centrifugal terms couple them. The
equations are Lagrange's: M(a) d/dt(w0, w1, w2, w3) + b(a, w) = torques, w0 the azimuth rate and w1..w3 those of a1..a3.

Each link is a slender rod (no moment of inertia about its own axis). The scoop is one too, and what it holds is a
point mass at the middle of the floor, above it along the scoop normal n = (sin a3, -cos a3).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hil.plant.compiled import inlined

Record = Any

ARM = np.dtype(
    [
        ("l1", "f8"), ("l2", "f8"), ("l3", "f8"),                   # m
        ("m1", "f8"), ("p1", "f8"), ("j1", "f8"),                   # kg, kg m, kg m2 about the near joint
        ("m2", "f8"), ("p2", "f8"), ("j2", "f8"),
        ("m3", "f8"), ("p3", "f8"), ("j3", "f8"),                   # the empty scoop
        ("m", "f8"), ("p", "f8"), ("d", "f8"),                      # scoop and sample: mass, first moments along e, n
        ("juu", "f8"), ("jvv", "f8"), ("juv", "f8"),                # their second moments
    ]
)  # fmt: skip


def new_arm(
    link_m: tuple[float, float, float], mass_kg: tuple[float, float, float], com_m: tuple[float, float, float]
) -> np.ndarray[Any, Any]:
    """An `ARM` of upper arm, fore arm and scoop, empty; `com_m` from the near joint along each."""
    arm = np.zeros(1, ARM)
    for i, (length, mass, com) in enumerate(zip(link_m, mass_kg, com_m, strict=True), start=1):
        arm[f"l{i}"] = length
        arm[f"m{i}"] = mass
        arm[f"p{i}"] = mass * com
        arm[f"j{i}"] = mass * (length**2 / 12.0 + com**2)
    for loaded, empty in (("m", "m3"), ("p", "p3"), ("juu", "j3")):
        arm[loaded] = arm[empty]
    return arm


@inlined
def load_scoop(arm: Record, sample_kg: float, height_m: float) -> None:
    """Puts `sample_kg` at the middle of the scoop floor, its centre `height_m` above it."""
    reach = 0.5 * arm.l3
    arm.m = arm.m3 + sample_kg
    arm.p = arm.p3 + sample_kg * reach
    arm.d = sample_kg * height_m
    arm.juu = arm.j3 + sample_kg * reach * reach
    arm.jvv = sample_kg * height_m * height_m
    arm.juv = sample_kg * reach * height_m


@inlined
def equations(
    arm: Record,
    c1: float, s1: float, c2: float, s2: float, c3: float, s3: float,
    w0: float, w1: float, w2: float, w3: float,
    gr: float, gt: float, gz: float,
) -> tuple[float, float, float, float, float, float, float, float, float, float, float]:  # fmt: skip
    """Terms of the equations of motion: (m00, m11, m12, m13, m22, m23, m33, b0, b1, b2, b3), SI.

    `c1`..`s3` are the cosines and sines of a1..a3, `gr, gt, gz` the acceleration of gravity along r, t and z
    (any direction, so any tilt of the lander). Azimuth and plane are coupled by velocities only.
    """
    l1, l2, m, p, d = arm.l1, arm.l2, arm.m, arm.p, arm.d
    radius = l1 * c1 + l2 * c2
    q = p * c3 + d * s3
    m00 = (
        arm.j1 * c1 * c1 + arm.m2 * l1 * l1 * c1 * c1 + 2.0 * arm.p2 * l1 * c1 * c2 + arm.j2 * c2 * c2
        + m * radius * radius + 2.0 * radius * q + arm.juu * c3 * c3 + 2.0 * arm.juv * c3 * s3 + arm.jvv * s3 * s3
    )  # fmt: skip
    far = m * radius + q
    m00_1 = -2.0 * s1 * (arm.j1 * c1 + arm.m2 * l1 * l1 * c1 + arm.p2 * l1 * c2 + l1 * far)
    m00_2 = -2.0 * s2 * (arm.p2 * l1 * c1 + arm.j2 * c2 + l2 * far)
    m00_3 = 2.0 * (radius * (d * c3 - p * s3) + (arm.jvv - arm.juu) * c3 * s3 + arm.juv * (c3 * c3 - s3 * s3))

    c12, s12 = c1 * c2 + s1 * s2, s1 * c2 - c1 * s2
    c13, s13 = c1 * c3 + s1 * s3, s1 * c3 - c1 * s3
    c23, s23 = c2 * c3 + s2 * s3, s2 * c3 - c2 * s3
    g1 = arm.p1 + (arm.m2 + m) * l1
    g2 = arm.p2 + m * l2
    m11 = arm.j1 + (arm.m2 + m) * l1 * l1
    m22 = arm.j2 + m * l2 * l2
    m33 = arm.juu + arm.jvv
    m12 = g2 * l1 * c12
    m13 = l1 * (p * c13 - d * s13)
    m23 = l2 * (p * c23 - d * s23)
    x12 = g2 * l1 * s12
    x13 = l1 * (p * s13 + d * c13)
    x23 = l2 * (p * s23 + d * c23)

    b0 = (m00_1 * w1 + m00_2 * w2 + m00_3 * w3) * w0 - gt * (g1 * c1 + g2 * c2 + q)
    spin = 0.5 * w0 * w0
    b1 = x12 * w2 * w2 + x13 * w3 * w3 - spin * m00_1 - g1 * (c1 * gz - s1 * gr)
    b2 = x23 * w3 * w3 - x12 * w1 * w1 - spin * m00_2 - g2 * (c2 * gz - s2 * gr)
    b3 = -x13 * w1 * w1 - x23 * w2 * w2 - spin * m00_3 - p * (c3 * gz - s3 * gr) - d * (c3 * gr + s3 * gz)
    return m00, m11, m12, m13, m22, m23, m33, b0, b1, b2, b3


@inlined
def scoop_load(
    arm: Record,
    c1: float, s1: float, c2: float, s2: float, c3: float, s3: float,
    w0: float, w1: float, w2: float, w3: float, d0: float, d1: float, d2: float, d3: float,
    gr: float, gt: float, gz: float,
) -> tuple[float, float, float]:  # fmt: skip
    """Force that scoop and sample need along n, e and t to move as they do: mass times (acceleration - gravity).

    `d0`..`d3` are the rates of `w0`..`w3`; the rest as in `equations`.
    """
    m, p, d = arm.m, arm.p, arm.d
    radius, q = arm.l1 * c1 + arm.l2 * c2, p * c3 + d * s3
    outwards = m * radius + q
    spin = w0 * w0 * outwards
    force_r = -m * (arm.l1 * (d1 * s1 + w1 * w1 * c1) + arm.l2 * (d2 * s2 + w2 * w2 * c2) + gr) - spin
    force_z = m * (arm.l1 * (d1 * c1 - w1 * w1 * s1) + arm.l2 * (d2 * c2 - w2 * w2 * s2) - gz)
    normal = force_r * s3 - force_z * c3 - p * d3 - d * w3 * w3
    along = force_r * c3 + force_z * s3 - p * w3 * w3 + d * d3
    outwards_rate = w3 * (d * c3 - p * s3) - m * (arm.l1 * s1 * w1 + arm.l2 * s2 * w2)
    return normal, along, outwards * d0 + 2.0 * w0 * outwards_rate - m * gt


@inlined
def solve3(
    a11: float, a12: float, a13: float, a22: float, a23: float, a33: float, r1: float, r2: float, r3: float
) -> tuple[float, float, float]:
    """x of A x = r for a symmetric positive definite A, by its LDL factors."""
    l21, l31 = a12 / a11, a13 / a11
    d2 = a22 - l21 * a12
    e23 = a23 - l31 * a12
    l32 = e23 / d2
    d3 = a33 - l31 * a13 - l32 * e23
    y2 = r2 - l21 * r1
    y3 = r3 - l31 * r1 - l32 * y2
    x3 = y3 / d3
    x2 = y2 / d2 - l32 * x3
    return r1 / a11 - l21 * x2 - l31 * x3, x2, x3
