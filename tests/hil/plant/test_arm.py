"""The arm's closed form against an independent one: a cloud of point masses moved through space."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.arm import ARM, equations, load_scoop, new_arm

LENGTH, MASS, COM = (0.45, 0.40, 0.10), (0.40, 0.30, 0.15), (0.25, 0.20, 0.05)
SAMPLE_KG, SAMPLE_HEIGHT_M = 0.2, 0.015
DOWN = np.array([0.1, -0.2, -1.62])  # a lander that stands askew
OFF_DIAGONAL = {"m12": (0, 1), "m13": (0, 2), "m23": (1, 2)}

angle = st.floats(-math.pi, math.pi)
rate = st.floats(-3.0, 3.0)
poses = st.tuples(angle, angle, angle, angle)
rates = st.tuples(rate, rate, rate, rate)


class Loaded:
    """The record as plain attributes, as the function sees it."""

    def __init__(self):
        record = new_arm(LENGTH, MASS, COM)
        for name in ARM.names:
            setattr(self, name, float(record[name][0]))
        load_scoop.py_func(self, SAMPLE_KG, SAMPLE_HEIGHT_M)


ARM_LOADED = Loaded()


def closed_form(pose, speed):
    """Mass matrix (4, 4) and bias (4,) in the coordinates azimuth, a1, a2, a3."""
    azimuth, a1, a2, a3 = pose
    c, s = math.cos(azimuth), math.sin(azimuth)
    gr, gt = DOWN[0] * c + DOWN[1] * s, DOWN[1] * c - DOWN[0] * s
    trig = [f(a) for a in (a1, a2, a3) for f in (math.cos, math.sin)]
    m00, m11, m12, m13, m22, m23, m33, *bias = equations.py_func(ARM_LOADED, *trig, *speed, gr, gt, DOWN[2])
    mass = np.array([[m00, 0, 0, 0], [0, m11, m12, m13], [0, m12, m22, m23], [0, m13, m23, m33]])
    return mass, np.array(bias)


def cloud(pose):
    """Positions (n, 3) of point masses: a rod is three of them (1, 4, 1 sixths), exact to its second moments."""
    azimuth, *angles = pose
    er = np.array([np.cos(azimuth), np.sin(azimuth), 0.0 * azimuth])
    ez = np.array([0.0, 0.0, 1.0])
    joint, points = 0.0 * er, []
    for a, length, com in zip(angles, LENGTH, COM, strict=True):
        along = np.cos(a) * er + np.sin(a) * ez
        points += [joint + (com + k * length / 2) * along for k in (-1, 0, 1)]
        if length == LENGTH[-1]:
            normal = np.sin(a) * er - np.cos(a) * ez
            points.append(joint + length / 2 * along + SAMPLE_HEIGHT_M * normal)
        joint = joint + length * along
    return np.array(points)


WEIGHTS = np.array([m * share for m in MASS for share in (1 / 6, 4 / 6, 1 / 6)] + [SAMPLE_KG])


def jacobian(pose):
    """d(positions)/d(pose), (n, 3, 4), by complex steps: exact to rounding."""
    step = 1e-30
    return np.stack([cloud(np.array(pose) + 1j * step * np.eye(4)[k]).imag / step for k in range(4)], axis=-1)


def energy(pose, speed):
    velocity = jacobian(pose) @ np.array(speed)
    kinetic = 0.5 * np.sum(WEIGHTS[:, None] * velocity**2)
    return kinetic - np.sum(WEIGHTS[:, None] * cloud(np.array(pose)) * DOWN)


@given(poses)
def test_the_mass_matrix_is_symmetric_and_positive_definite(pose):
    mass, _ = closed_form(pose, (0, 0, 0, 0))
    assert np.array_equal(mass, mass.T)
    assert np.linalg.eigvalsh(mass).min() > 0


@given(poses, rates)
def test_the_mass_matrix_gives_the_kinetic_energy(pose, speed):
    mass, _ = closed_form(pose, speed)
    velocity = jacobian(pose) @ np.array(speed)
    assert math.isclose(np.dot(speed, mass @ speed), np.sum(WEIGHTS[:, None] * velocity**2), abs_tol=1e-12)


@given(poses, rates, rates)
def test_inverse_dynamics_are_those_of_the_point_masses(pose, speed, acceleration):
    mass, bias = closed_form(pose, speed)
    speed, acceleration = np.array(speed), np.array(acceleration)
    jac = jacobian(pose)
    h = 1e-5  # J' along the motion, by a central difference
    turning = (jacobian(np.array(pose) + h * speed) - jacobian(np.array(pose) - h * speed)) / (2 * h)
    force = WEIGHTS[:, None] * (jac @ acceleration + turning @ speed - DOWN)
    assert np.allclose(mass @ acceleration + bias, np.einsum("nij,ni->j", jac, force), atol=1e-8)


@settings(max_examples=10)
@given(poses, rates)
def test_free_motion_conserves_energy(pose, speed):
    def slope(state):
        mass, bias = closed_form(state[:4], state[4:])
        return np.concatenate([state[4:], np.linalg.solve(mass, -bias)])

    state, dt = np.array([*pose, *speed]), 5e-4
    before = energy(state[:4], state[4:])
    for _ in range(200):
        k1 = slope(state)
        k2 = slope(state + dt / 2 * k1)
        k3 = slope(state + dt / 2 * k2)
        k4 = slope(state + dt * k3)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    assert abs(energy(state[:4], state[4:]) - before) < 1e-6 * (1 + abs(before))


def test_gravity_torque_of_the_stretched_arm_is_mass_times_lever():
    _, bias = closed_form((0.0, 0.0, 0.0, 0.0), (0, 0, 0, 0))
    levers = MASS[0] * COM[0] + MASS[1] * (LENGTH[0] + COM[1]) + MASS[2] * (LENGTH[0] + LENGTH[1] + COM[2])
    levers += SAMPLE_KG * (LENGTH[0] + LENGTH[1] + LENGTH[2] / 2)
    sideways = SAMPLE_KG * SAMPLE_HEIGHT_M  # along -z: gravity's x component turns it
    assert math.isclose(sum(bias[1:]), -levers * DOWN[2] - sideways * DOWN[0], rel_tol=1e-12)
