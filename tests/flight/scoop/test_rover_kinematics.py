"""The rover's scoop: forward and inverse agree, statics balance, limits are told."""

from math import cos, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.scoop.kinematics import EdgePose, ReachError
from flight.scoop.rover_kinematics import RoverModel

CONFIG = load_mission("m2_rover")
MODEL = RoverModel(CONFIG)
LIFT = st.floats(radians(-85), radians(84))
RAKE = st.floats(radians(-20), radians(40))
WHEELS = st.floats(-20, 20)
FORCE = st.floats(-5, 5)


@given(WHEELS, LIFT, RAKE)
def test_inverse_undoes_forward(wheels, lift, rake):
    curl = rake - lift
    if not radians(-110) <= curl <= radians(110):
        return
    q = (0.0, wheels, lift, curl)
    assert MODEL.inverse(MODEL.edge(q)) == pytest.approx(q, abs=1e-6)


def test_a_scoop_at_a_forward_lift_is_level_at_pitch_minus_pi():
    pose = MODEL.edge((0.0, 0.0, 0.0, 0.0))
    rover = CONFIG.rover
    assert pose == EdgePose(0.0, 0.0, rover.lift_axis_m[1], -pi)
    x = rover.lift_axis_m[0] + rover.lift_m + CONFIG.scoop.length_m
    assert MODEL.position_m(pose) == pytest.approx((x, 0.0, rover.lift_axis_m[1]))


def test_wheels_that_turn_carry_the_edge_ahead_and_nothing_else():
    still, rolled = (MODEL.edge((0.0, wheels, 0.5, 0.0)) for wheels in (0.0, 2.0))
    assert MODEL.position_m(rolled)[0] - MODEL.position_m(still)[0] == pytest.approx(2.0 * MODEL.roll_m)
    assert (rolled.z_m, rolled.pitch_rad) == (still.z_m, still.pitch_rad)


@pytest.mark.requirement("DIG-3")
@given(st.floats(radians(-70), radians(70)), RAKE, FORCE, FORCE)
def test_loads_that_balance_a_force_on_the_edge_give_it_back(lift, rake, draft, up):
    lever = CONFIG.rover.lift_m * cos(lift) + CONFIG.scoop.length_m * cos(rake)
    drop = CONFIG.rover.lift_m * sin(lift) + CONFIG.scoop.length_m * sin(rake)
    load = (0.0, draft * MODEL.roll_m, up * lever - draft * drop, 0.0)
    felt = MODEL.edge_force((0.0, 0.0, lift, rake - lift), load)
    assert felt == pytest.approx((draft, up), abs=1e-9)


@given(LIFT, RAKE, st.floats(0, 0.3))
def test_the_torque_that_holds_is_the_slope_of_the_weights_height(lift, rake, sample_kg):
    rover, scoop, gravity = CONFIG.rover, CONFIG.scoop, CONFIG.environment.gravity_m_s2

    def energy(lift, curl):
        link = -rover.lift_mass_kg * rover.lift_com_m * sin(lift)
        held = -(scoop.mass_kg + sample_kg) * (rover.lift_m * sin(lift) + scoop.com_m * sin(lift + curl))
        return gravity * (link + held)

    curl, step = rake - lift, 1e-5
    torque = MODEL.gravity_torque((0.0, 0.0, lift, curl), sample_kg)
    slopes = (
        (energy(lift + step, curl) - energy(lift - step, curl)) / (2 * step),
        (energy(lift, curl + step) - energy(lift, curl - step)) / (2 * step),
    )
    assert torque[2:] == pytest.approx(slopes, abs=1e-6)


@pytest.mark.requirement("DIG-4")
def test_what_is_out_of_reach_says_which_limit():
    with pytest.raises(ReachError, match=r"reach 0\.\d+ m, allowed -0\.14 .. 0\.14 m"):
        MODEL.inverse(EdgePose(0.0, 0.0, -0.1, -pi))
    with pytest.raises(ReachError, match=r"curl .* deg, allowed -110 .. 110 deg"):
        MODEL.inverse(EdgePose(0.0, 0.0, 0.2, -pi - 2.5))
