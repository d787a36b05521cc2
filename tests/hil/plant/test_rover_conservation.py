"""What holds for the rover whatever happens: energy, mass, seeds, time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.plant import new_plant


def energy_j(plant):
    """Of motion and height, from the states of the parts (play and ground store some more)."""
    body, gravity = plant._body[0], -float(plant._world["gz"][0])
    pitch, w1 = float(body["pitch"]), float(body["pitch_rate"])
    angles, rates = [pitch + math.pi], [w1]
    for servo in plant._servo[:2]:
        angles.append(angles[-1] + float(servo["link_rad"]))
        rates.append(rates[-1] + float(servo["link_rad_s"]))
    place = np.array([0.0, float(body["z_m"])])
    speed = np.array([-float(body["forward_m_s"]), float(body["up_m_s"])])
    total = 0.5 * body["mass"] * (speed @ speed + float(body["left_m_s"]) ** 2) + 0.5 * body["j_pitch"] * w1**2
    total += body["mass"] * gravity * place[1] + 0.5 * body["j_roll"] * body["roll_rate"] ** 2

    def go(angle, rate, along, up=0.0):
        c, s = math.cos(angle), math.sin(angle)
        arm = np.array([along * c - up * s, along * s + up * c])
        return arm, rate * np.array([-arm[1], arm[0]])

    arm, turned = go(pitch, w1, float(body["axis_r"]), float(body["axis_z"]))
    place, speed = place + arm, speed + turned
    for k, (mass, first, second, length) in enumerate((("m2", "p2", "j2", "l2"), ("m3", "p3", "j3", "l3")), start=1):
        kg, com = float(body[mass]), float(body[first] / body[mass])
        arm, turned = go(angles[k], rates[k], com)
        v = speed + turned
        inertia = float(body[second]) - kg * com**2
        total += 0.5 * kg * v @ v + 0.5 * inertia * rates[k] ** 2 + kg * gravity * (place + arm)[1]
        arm, turned = go(angles[k], rates[k], float(body[length]))
        place, speed = place + arm, speed + turned
    return float(total)


@settings(max_examples=15)
@given(st.floats(0.0, 0.05), st.floats(-0.3, 0.3), st.floats(-0.5, 0.5), st.floats(-0.3, 0.3))
def test_dropped_it_comes_to_rest_and_never_gains_energy(rover, height, forward, pitch_rate, roll_rate):
    rig = rover()
    rig.servos.torque_enable[:] = 0.0
    body = rig.plant._body
    body["z_m"] += height
    body["forward_m_s"], body["pitch_rate"], body["roll_rate"] = forward, pitch_rate, roll_rate
    first = energy_j(rig.plant)
    for _ in range(300):
        rig.hold(0.01)
        assert energy_j(rig.plant) <= first + 2e-4
    rig.hold(3.0)
    assert np.abs(rig.truth.velocity_m_s).max() < 1e-4


def state(plant):
    truth = plant.truth
    return (
        plant.servos.values.tobytes(), plant.load_cell_n(), truth.position_m, truth.heading_rad, truth.edge_m,
        truth.sample_mass_kg, truth.wheel_load_n, truth.height_map_m.tobytes(),
    )  # fmt: skip


def stir(plant, seed, frames=150, frame_ms=10):
    """Drives the servos about at random, wheels and scoop, into the ground too."""
    rng = np.random.default_rng(seed)
    servos = plant.servos
    servos.pwm_limit[:], servos.current_limit_a[:] = 1.0, 2.2
    servos.position_p[:], servos.position_d[:] = 3200.0, 4000.0
    servos.velocity_p[:], servos.velocity_i[:], servos.velocity_limit_rad_s[:] = 100.0, 1920.0, 4.0
    for _ in range(frames):
        if rng.random() < 0.1:
            servos.mode[:] = rng.choice([0, 1, 3, 4, 5, 16], 6)
            servos.torque_enable[:] = rng.random(6) < 0.8
            servos.goal_current_a[:] = rng.uniform(-2, 2, 6)
            servos.goal_velocity_rad_s[:] = rng.uniform(-3, 3, 6)
            servos.goal_pwm[:] = rng.uniform(-1, 1, 6)
            servos.goal_position_rad[:] = np.pi + np.radians(rng.uniform(-90, 85, 6))
        plant.advance(plant.time_ns + frame_ms * 1_000_000)


def test_the_same_seed_gives_the_same_results_bit_for_bit(rover_tables):
    one, same, other = (new_plant(*rover_tables, seed=seed) for seed in (7, 7, 8))
    for plant in (one, same, other):
        stir(plant, 1)
    assert state(one) == state(same)
    assert state(one) != state(other)


def test_the_size_of_a_call_does_not_matter(rover_tables):
    one, other = (new_plant(*rover_tables, seed=3) for _ in range(2))
    one.advance(3_000_000_000)
    for k in range(1, 1001):
        other.advance(3_000_000 * k)
    assert state(one) == state(other)


@settings(max_examples=6)
@given(st.integers(0, 1000))
def test_whatever_the_servos_do_mass_is_conserved_and_all_stays_finite(rover_tables, seed):
    plant = new_plant(*rover_tables, seed)
    stir(plant, seed, frames=300, frame_ms=20)
    truth = plant.truth
    assert truth.moved_mass_kg + truth.sample_mass_kg == pytest.approx(0.0, abs=1e-12)
    assert np.isfinite(plant.servos.values).all()
    assert np.isfinite([*truth.position_m, truth.heading_rad, *truth.wheel_load_n]).all()
    assert max(abs(rate) for rate in truth.joint_rad_s) < 15.0
