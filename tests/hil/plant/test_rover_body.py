"""The rover's equations in closed form against an independent one: a cloud of point masses in the plane."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.arm import load_scoop
from hil.plant.rover_body import BODY, assemble, moments, translation

AXIS = (-0.2, 0.03)  # lift axis from the centre of mass: r to the rear, z up
LINK_M, SCOOP_M = 0.13, 0.08
SAMPLE_KG, SAMPLE_HEIGHT_M = 0.2, 0.015
DT = 1e-3
GRAVITY = np.array([0.3, -1.6])

angle = st.floats(-math.pi, math.pi)
rate = st.floats(-3.0, 3.0)
force = st.floats(-5.0, 5.0)


class Body:
    """The record as plain attributes, as the functions see it."""

    def __init__(self):
        for name in BODY.names:
            setattr(self, name, 0.0)
        self.mass, self.j_pitch, (self.axis_r, self.axis_z) = 4.6, 0.10, AXIS
        self.l2, self.m2, self.p2, self.j2 = LINK_M, 0.12, 0.12 * 0.07, 0.12 * (LINK_M**2 / 12 + 0.07**2)
        self.l3, self.m3, self.p3, self.j3 = SCOOP_M, 0.3, 0.3 * 0.03, 0.3 * (SCOOP_M**2 / 12 + 0.03**2)
        load_scoop.py_func(self, SAMPLE_KG, SAMPLE_HEIGHT_M)


def unit(a):
    return np.array([math.cos(a), math.sin(a)])


def points(q):
    """(masses, places): body as two points with its inertia, rods as two points each (equal second moments)."""
    r, z, b, a2, a3 = q
    body = Body()
    masses, places = [], []

    def rod(mass, middle, direction, second_about_middle):
        half = math.sqrt(second_about_middle / mass)
        for sign in (-1.0, 1.0):
            masses.append(mass / 2)
            places.append(middle + sign * half * direction)

    com = np.array([r, z])
    rod(body.mass, com, unit(b), body.j_pitch)
    axis = com + AXIS[0] * unit(b) + AXIS[1] * unit(b + math.pi / 2)
    rod(body.m2, axis + 0.07 * unit(a2), unit(a2), 0.12 * LINK_M**2 / 12)
    wrist = axis + LINK_M * unit(a2)
    rod(body.m3, wrist + 0.03 * unit(a3), unit(a3), 0.3 * SCOOP_M**2 / 12)
    masses.append(SAMPLE_KG)
    normal = np.array([math.sin(a3), -math.cos(a3)])
    places.append(wrist + SCOOP_M / 2 * unit(a3) + SAMPLE_HEIGHT_M * normal)
    return np.array(masses), np.array(places)


def jacobian(q, h=1e-6):
    """d places / d q, (points, 2, 5)."""
    columns = []
    for k in range(5):
        step = np.zeros(5)
        step[k] = h
        columns.append((points(q + step)[1] - points(q - step)[1]) / (2 * h))
    return np.stack(columns, axis=-1)


def by_points(q, v, forces):
    """Accelerations of the coordinates, from the points' Newtonian mechanics."""
    masses, _ = points(q)
    jac = jacobian(q)
    h = 1e-4
    drift = (points(q + h * v)[1] - 2 * points(q)[1] + points(q - h * v)[1]) / h**2  # acceleration at constant rates
    matrix = np.einsum("p,pci,pcj->ij", masses, jac, jac)
    push = np.einsum("p,pci,pc->i", masses, jac, GRAVITY - drift)
    return np.linalg.solve(matrix, push + forces)


def closed_form(q, v, forces):
    body = Body()
    _, _, b, a2, a3 = q
    c2, s2 = math.cos(a2), math.sin(a2)
    body.qr, body.qz, body.q1, body.q2, body.q3 = forces
    moments.py_func(body, math.cos(b), math.sin(b), c2, s2, math.cos(a3), math.sin(a3))
    assemble.py_func(body, c2, s2, *v, *GRAVITY, DT)
    matrix = np.array([[body.a11, body.a12, body.a13], [body.a12, body.a22, body.a23], [body.a13, body.a23, body.a33]])
    angles = np.linalg.solve(matrix, [body.k1, body.k2, body.k3])
    return (np.array([*translation.py_func(body, *angles), *angles]) - v) / DT


@settings(max_examples=60)
@given(
    st.tuples(angle, angle, angle), st.tuples(rate, rate, rate, rate, rate),
    st.tuples(force, force, force, force, force),
)  # fmt: skip
def test_accelerations_are_those_of_point_masses(angles, rates, forces):
    q, v, f = np.array([0.1, 0.2, *angles]), np.array(rates), np.array(forces)
    expected = by_points(q, v, f)
    assert closed_form(q, v, f) == pytest.approx(expected, rel=2e-4, abs=1e-4 * np.abs(expected).max())


def test_in_free_fall_nothing_turns():
    q, v = np.array([0.0, 0.5, 0.1, 2.8, 3.5]), np.zeros(5)
    np.testing.assert_allclose(closed_form(q, v, np.zeros(5)), [*GRAVITY, 0, 0, 0], atol=1e-9)
