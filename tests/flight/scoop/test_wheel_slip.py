"""Wheels in soil: thrust is the integral over the patch, slip is its inverse, digging needs slip."""

from math import exp, radians, tan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.scoop.wheel_slip import WheelSlip
from hil.plant.wheel import static_sinkage_m

CONFIG = load_mission("m2_rover")
WHEELS, SOIL, ROVER = WheelSlip(CONFIG.rover, CONFIG.traction), CONFIG.traction, CONFIG.rover
LOAD = st.floats(0.5, 8.0)
SLIP = st.floats(0.0, 1.0)


@given(LOAD)
def test_a_wheel_sinks_as_the_bench_has_it(axle_n):
    bench = static_sinkage_m(axle_n / 2, ROVER.wheel_radius_m, ROVER.wheel_width_m, SOIL.bearing_n_m3)
    assert WHEELS.sinkage_m(axle_n) == pytest.approx(bench)


@given(st.floats(0.01, 1.0), LOAD)
def test_thrust_is_the_integral_of_the_shear_stress_over_the_patch(slip, axle_n):
    length = WHEELS.tips_m(axle_n)
    strength = 2 * ROVER.wheel_width_m * length * SOIL.cohesion_pa + axle_n * tan(radians(SOIL.friction_deg))
    n = 400
    mean = sum(1 - exp(-slip * length * (i + 0.5) / n / SOIL.shear_m) for i in range(n)) / n
    assert WHEELS.thrust_n(slip, axle_n) == pytest.approx(strength * mean, rel=1e-3)


@given(SLIP, SLIP, LOAD)
def test_more_slip_pushes_more(a, b, axle_n):
    low, high = sorted((a, b))
    assert WHEELS.thrust_n(low, axle_n) <= WHEELS.thrust_n(high, axle_n) + 1e-12


@given(SLIP, LOAD, LOAD)
def test_slip_is_what_gives_the_thrust(slip, front_n, rear_n):
    thrust = WHEELS.thrust_n(slip, front_n) + WHEELS.thrust_n(slip, rear_n)
    assert WHEELS.slip(thrust, front_n, rear_n) == pytest.approx(slip, abs=1e-3)


def test_more_than_the_soil_bears_is_full_slip_and_nothing_is_none():
    assert WHEELS.slip(100.0, 4.0, 4.0) == 1.0
    assert WHEELS.slip(0.0, 4.0, 4.0) < 1e-3
    assert WHEELS.slip(1.0, 0.0, 0.0) == 1.0


def test_wheels_that_are_lifted_leave_more_slip_to_the_others():
    assert WHEELS.slip(3.0, 0.0, 6.0) > WHEELS.slip(3.0, 4.0, 4.0)


@given(st.floats(0.0, 0.05), st.floats(0.0, 0.005), SLIP, LOAD)
def test_digging_never_gets_below_the_ground_and_a_wheel_without_slip_climbs_out(dug_m, rolled_m, slip, axle_n):
    after = WHEELS.dug_m(dug_m, rolled_m, slip, axle_n)
    assert after >= 0.0
    assert WHEELS.dug_m(dug_m, rolled_m, 0.0, axle_n) <= dug_m
    assert WHEELS.dug_m(dug_m, rolled_m, 1.0, axle_n) >= dug_m


def test_the_depth_settles_where_slip_and_way_balance():
    slip, dug_m = 0.5, 0.0
    for _ in range(2000):
        dug_m = WHEELS.dug_m(dug_m, 0.001, slip, 4.0)
    assert dug_m == pytest.approx(SOIL.dig_in * ROVER.grouser_m * slip / (1 - slip), rel=1e-3)
