"""What the whole plant may not do: make or lose soil, or give out energy it was not given.

`test_plant` stirs the servos at random; here the scoop digs, dumps and falls on purpose.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.arm import equations
from hil.plant.plant import new_plant

LEVEL = -math.pi


def energy_j(plant):
    """Of the arm's motion and height, of the motors' motion, and of the couplings' and end stops' springs."""
    arm, servo, world = plant._arm.view(np.recarray)[0], plant._servo, plant._world[0]
    azimuth, rates = float(servo["link_rad"][0]), servo["link_rad_s"]
    c, s = math.cos(azimuth), math.sin(azimuth)
    gr, gz = float(world["gx"]) * c + float(world["gy"]) * s, float(world["gz"])
    c1, s1, c2, s2, c3, s3 = trig = [f(a) for a in np.cumsum(servo["link_rad"][1:]) for f in (math.cos, math.sin)]
    w = np.cumsum(rates[1:])
    m00, m11, m12, m13, m22, m23, m33, *_ = equations.py_func(arm, *trig, rates[0], *w, gr, 0.0, gz)
    kinetic = 0.5 * (m00 * rates[0] ** 2 + w @ np.array([[m11, m12, m13], [m12, m22, m23], [m13, m23, m33]]) @ w)
    g1, g2 = arm.p1 + (arm.m2 + arm.m) * arm.l1, arm.p2 + arm.m * arm.l2
    height = -(g1 * c1 + g2 * c2 + arm.p * c3 + arm.d * s3) * gr - (g1 * s1 + g2 * s2 + arm.p * s3 - arm.d * c3) * gz
    motors = 0.5 * np.sum(servo["inertia"] * servo["motor_rad_s"] ** 2)
    gap = np.abs(servo["motor_rad"] - servo["link_rad"]) - servo["half_play_rad"]
    springs = 0.5 * np.sum(servo["stiffness"] * np.maximum(gap, 0.0) ** 2)
    beyond = servo["link_rad"] - np.clip(servo["link_rad"], servo["stop_low_rad"], servo["stop_high_rad"])
    return float(kinetic + height + motors + springs + 0.5 * 200.0 * np.sum(beyond**2))


def soil_j(plant):
    """What the soil's elements can give back: each holds a force at its stiffness."""
    contact, soil, scoop = plant._contact[0], plant._soil[0], plant._scoop[0]
    grips = [contact[name] for name in ("face_n", "face_slide_n", "floor_slide_n", "blade_n", "plates_n", "side_n")]
    strip = scoop["length_m"] * scoop["width_m"] / len(contact["floor_n"])
    floor = np.sum(contact["floor_n"] ** 2) / (soil["unload_n_m3"] * strip)
    return 0.5 * float(sum(force**2 for force in grips) / soil["grip_n_m"] + floor)


def let_go(tables, pose, rates, *, base_z=9.0, frictionless=False, fill=(0.0, 0.0)):
    """A plant in this pose, moving, torque off; high above ground without rocks unless its base is lowered."""
    platform, bench = tables
    platform = platform.model_copy(update={"arm": platform.arm.model_copy(update={"base_m": (0.8, 0.0, base_z)})})
    scoop = bench.scoop.model_copy(update={"fill_efficiency": fill})
    rocks = bench.rocks.model_copy(update={"per_m2": (0.0, 0.0)})
    bench = bench.model_copy(update={"scoop": scoop, "rocks": rocks})
    plant = new_plant(platform, bench, seed=5)
    servo = plant._servo
    if frictionless:
        for loss in ("coulomb_ref_nm", "viscous_ref_nms", "grease_ref_nms", "load_share", "damping"):
            servo[loss] = 0.0
    servo["link_rad"] = servo["motor_rad"] = pose
    servo["link_rad_s"] = servo["link_was_rad_s"] = servo["motor_rad_s"] = rates
    return plant


def course(plant, seconds):
    """Its energy each 10 ms, with what it has pressed the soil by."""
    seen = [energy_j(plant)]
    for _ in range(round(100 * seconds)):
        plant.advance(plant.time_ns + 10_000_000)
        seen.append(energy_j(plant) + soil_j(plant))
    return np.array(seen)


def most_regained(energies):
    """The largest rise above what was left before."""
    return float((energies - np.minimum.accumulate(energies)).max())


angles = st.tuples(st.floats(-1.2, 1.2), st.floats(-0.6, 1.8), st.floats(-2.7, 0.0), st.floats(-2.5, 1.0))
rates = st.tuples(*[st.floats(-1.5, 1.5)] * 4)


@settings(max_examples=15)
@given(angles, rates)
@pytest.mark.requirement("BEN-3")
def test_an_arm_let_go_only_loses_energy(tables, pose, speed):
    """Through falls, play, sticking and end stops. What it may regain is the step's own error: 2 mJ of about 1 J."""
    assert most_regained(course(let_go(tables, pose, speed), 4.0)) < 2e-3


@settings(max_examples=10)
@given(st.tuples(*[st.floats(-2.0, 2.0)] * 4), rates)
def test_without_friction_it_keeps_what_it_has(tables, pose, speed):
    """Ten seconds: no drift up, and none down but what the backward step takes from the couplings' oscillations."""
    plant = let_go(tables, pose, speed, frictionless=True)
    plant._servo["half_play_rad"] = 0.0
    plant._servo["stop_low_rad"], plant._servo["stop_high_rad"] = -100.0, 100.0
    energies = course(plant, 10.0)
    start, moved = energies[:20].mean(), 1.0 + abs(energies[0])
    assert energies.max() - start < 0.005 * moved
    assert abs(energies[-20:].mean() - start) < 0.02 * moved


@settings(max_examples=15)
@given(st.tuples(st.floats(-0.6, 0.6), st.floats(-0.2, 0.8), st.floats(-1.5, -0.3), st.floats(-2.6, -0.5)), rates)
def test_an_arm_that_falls_into_the_soil_never_comes_out_with_more(tables, pose, speed):
    """The scoop takes nothing in, so that the moving mass stays; the soil gives back no more than it was pressed by.

    Without friction the step's own error is that of `test_without_friction_it_keeps_what_it_has`: 0.5 % of what moves.
    """
    plant = let_go(tables, pose, speed, base_z=0.40, frictionless=True)
    energies = course(plant, 3.0)
    assert most_regained(energies) < 0.005 * (1.0 + abs(energies[0]))


def test_there_is_a_fall_into_the_soil_among_them(tables):
    plant = let_go(tables, (0.0, 0.3, -0.9, -1.2), (0.0,) * 4, base_z=0.40, frictionless=True)
    energies = course(plant, 3.0)
    assert plant.truth.depth_below_surface_m > 0.0
    assert energies[0] - energies[-1] > 0.1


places = st.tuples(st.floats(0.50, 0.70), st.floats(-0.35, 0.35))
drags = st.tuples(places, st.floats(0.006, 0.02), st.floats(-145.0, -120.0), st.floats(0.04, 0.12), st.booleans())


@settings(max_examples=10)
@given(st.lists(drags, min_size=1, max_size=3))
@pytest.mark.requirement("BEN-3")
def test_drags_dumps_and_slumps_neither_make_nor_lose_soil(rig, tables, deeds):
    """Ground, scoop and what has left the map add up to what was there, to 1e-9 of what has been moved."""
    arm = rig(2)
    truth, before, moved = arm.truth, arm.truth.height_map_m, 0.0

    def balance():
        nonlocal moved
        moved = max(moved, truth.sample_mass_kg)
        assert truth.moved_mass_kg + truth.sample_mass_kg == pytest.approx(0.0, abs=1e-9 * max(moved, 1e-3))

    for (r, azimuth), depth, pitch_deg, length, dumped in deeds:
        pitch = math.radians(pitch_deg)
        arm.go(arm.reach(r, 0.10, pitch, azimuth), 1.5)
        z = truth.surface_m
        path = [(r, z + 0.05), (r, z - depth), (r - length, z - depth), (r - length, z + 0.08)]
        for start, end in pairwise(path):
            arm.line((*start, pitch, azimuth), (*end, pitch if end[1] < z else LEVEL, azimuth), 1.2)
            balance()
        if dumped:
            arm.go([*arm.pose[:3], arm.pose[3] + math.radians(75.0)], 0.8)
            arm.hold(0.5)
        balance()
    assert moved > 1e-4
    assert not np.array_equal(truth.height_map_m, before)
