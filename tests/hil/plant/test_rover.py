"""The rover as a whole: rest, drive, pull, turn, dig, and what may go wrong with it."""

import math

import numpy as np
import pytest

RAKE = math.radians(30.0)
CREEP = 0.1  # rad/s of the wheels: 1 cm/s


def tilted(rover_tables, roll_deg, pitch_deg):
    none = dict.fromkeys(type(rover_tables[1].tolerance).model_fields, 0.0)
    return {"tilt_deg": (roll_deg, pitch_deg), "tolerance": type(rover_tables[1].tolerance)(**none)}


def slip(rig):
    return float(np.mean(rig.truth.wheel_slip))


def steady(rig, rim_rad_s=0.4):
    """Speed over the last 5 s of 15 s of driving."""
    rig.hold(2.0)
    rig.drive(rim_rad_s)
    rig.hold(10.0)
    x = rig.truth.position_m[0]
    rig.hold(5.0)
    return (rig.truth.position_m[0] - x) / 5.0


def lower_while_creeping(rig, depth, seconds=20.0):
    """The scoop from above the ground to `depth`, little by little, as the rover creeps forward."""
    rig.hold(1.0)
    rig.go(rig.reach(-0.01, RAKE), 3.0)
    rig.drive(CREEP)
    frames = round(seconds * 100)
    for k in range(1, frames + 1):
        rig.pose = rig.reach(-0.01 + (depth + 0.01) * k / frames, RAKE)
        rig.hold(0.01)


# Rest


@pytest.mark.parametrize("tilt_deg", [(0.0, 0.0), (4.0, 6.0), (-5.0, -10.0)])
def test_at_rest_nothing_creeps(rover, rover_tables, tilt_deg):
    rig = rover(**tilted(rover_tables, *tilt_deg))
    rig.servos.torque_enable[:] = 0.0
    rig.hold(10.0)
    before = (*rig.truth.position_m, rig.truth.heading_rad, rig.truth.pitch_rad, rig.truth.roll_rad)
    rig.hold(100.0)
    after = (*rig.truth.position_m, rig.truth.heading_rad, rig.truth.pitch_rad, rig.truth.roll_rad)
    assert np.abs(np.subtract(after, before)).max() < 1e-6


def moments(rig):
    """(weight, moment of it about ROVER's origin) of the rover as the mission file has it; forward is positive."""
    platform, rover = rig.platform, rig.platform.rover
    lift, rake = rig.pose[0], sum(rig.pose)
    link_x = rover.lift_axis_m[0] + rover.lift_com_m * math.cos(lift)
    scoop_x = rover.lift_axis_m[0] + rover.lift_m * math.cos(lift) + platform.scoop.com_m * math.cos(rake)
    parts = [
        (platform.body_kg, rover.com_m[0]), (rover.lift_mass_kg, link_x), (platform.scoop.mass_kg, scoop_x),
    ]  # fmt: skip
    gravity = platform.environment.gravity_m_s2
    return gravity * sum(kg for kg, _ in parts), gravity * sum(kg * x for kg, x in parts)


def test_axles_share_the_weight_by_the_lever(rover):
    rig = rover()
    rig.hold(5.0)
    weight, moment = moments(rig)
    front = sum(rig.truth.wheel_load_n[:2])
    assert sum(rig.truth.wheel_load_n) == pytest.approx(weight, rel=1e-4)
    assert weight == pytest.approx(8.1)
    assert front == pytest.approx(weight / 2 + moment / rig.platform.rover.wheelbase_m, rel=5e-3)


def test_on_a_side_slope_the_lower_wheels_carry_more(rover, rover_tables):
    rig = rover(**tilted(rover_tables, 8.0, 0.0))  # left side up
    rig.hold(5.0)
    left, right = (sum(rig.truth.wheel_load_n[k::2]) for k in (0, 1))
    weight, gravity = moments(rig)[0], math.radians(8.0)
    height = 0.11  # of the centre of mass, about
    shifted = weight * math.sin(gravity) * height / rig.platform.rover.track_m
    assert (right - left) / 2 == pytest.approx(shifted, rel=0.1)


# Drive


def test_it_drives_straight_at_about_the_speed_of_its_rims(rover):
    rig = rover()
    speed = steady(rig)
    rim = 0.4 * (rig.platform.rover.wheel_radius_m + rig.platform.rover.grouser_m)
    assert 0.9 * rim < speed < rim
    assert abs(rig.truth.heading_rad) < 1e-3
    assert abs(rig.truth.position_m[1]) < 1e-4


def test_its_drawbar_is_about_a_third_of_its_weight_at_moderate_slip(rover):
    rig = rover()
    rig.tow(2.4)
    steady(rig)
    assert rig.truth.drawbar_n == pytest.approx(2.4, abs=0.02)
    assert 0.25 < slip(rig) < 0.45


def test_pulling_shifts_load_to_the_rear_by_the_lever(rover):
    rig = rover()
    rig.hold(3.0)
    standing = sum(rig.truth.wheel_load_n[:2])
    rig.tow(2.0)
    steady(rig)
    used, wheel = rig.platform.rover, rig.plant._wheel
    tips_m = used.wheel_radius_m + used.grouser_m  # below the axles: there the ground drives; at the axles it resists
    body, links = rig.plant._body[0], ((0.12, used.lift_com_m, 0.0), (0.30, used.lift_m, rig.platform.scoop.com_m))
    lift, rake = rig.pose[0], sum(rig.pose)
    high = [
        used.lift_axis_m[1] - link * math.sin(lift) - scoop * math.sin(rake) - used.wheel_radius_m + tips_m
        for _, link, scoop in links
    ]
    height = (body["mass"] * (used.com_m[1] - used.wheel_radius_m + tips_m) + 0.12 * high[0] + 0.30 * high[1]) / 5.0
    shifted = (2.0 * height + wheel["drag_n"].sum() * tips_m) / used.wheelbase_m
    assert standing - sum(rig.truth.wheel_load_n[:2]) == pytest.approx(shifted, rel=0.02)


def test_the_harder_it_pulls_the_more_it_slips_until_it_digs_itself_in(rover):
    slips, speeds = [], []
    for pull in (0.0, 1.0, 2.0, 2.6, 3.6):
        rig = rover()
        rig.tow(pull)
        speeds.append(steady(rig))
        slips.append(slip(rig))
    assert slips[:4] == sorted(slips[:4])
    assert slips[3] < 0.7
    assert abs(speeds[4]) < 0.1 * speeds[0]
    assert rig.truth.burial > 0.3


def test_dug_in_deep_enough_it_is_stranded_on_its_underside(rover):
    rig = rover()
    rig.tow(3.6)
    steady(rig)
    rig.hold(60.0)
    truth, used = rig.truth, rig.platform.rover
    assert truth.belly_load_n > 1.0
    assert truth.belly_load_n + sum(truth.wheel_load_n) == pytest.approx(8.1, abs=0.1)
    assert truth.burial == pytest.approx(used.clearance_m / used.wheel_radius_m, abs=0.1)
    x, sunk = truth.position_m[0], truth.burial
    rig.tow(0.0)
    rig.hold(20.0)
    assert abs(truth.position_m[0] - x) < 0.05
    assert truth.burial == pytest.approx(sunk, abs=0.05)


def test_a_slope_makes_it_slip_more_and_downhill_less(rover, rover_tables):
    slips = []
    for pitch_deg in (8.0, 0.0, -8.0):  # nose down, level, nose up
        rig = rover(**tilted(rover_tables, 0.0, pitch_deg))
        steady(rig)
        slips.append(slip(rig))
    assert slips == sorted(slips)
    assert slips[2] > slips[1] + 0.05


def test_sides_that_differ_turn_it_left_and_right_alike_but_skidding(rover):
    turned = []
    for left, right in ((-0.4, 0.4), (0.4, -0.4)):
        rig = rover()
        rig.hold(2.0)
        rig.drive(left, right)
        rig.hold(8.0)
        turned.append(rig.truth.heading_rad)
        assert math.hypot(*rig.truth.position_m[:2]) < 0.03
    ideal = 8.0 * 0.4 * 0.1 / (0.5 * rig.platform.rover.track_m)
    assert turned[0] == pytest.approx(-turned[1], rel=0.02)
    assert 0.15 * ideal < turned[0] < 0.9 * ideal


def test_where_the_soil_goes_soft_it_sinks_and_slips_more(rover):
    firm, soft = rover(), rover()
    soft.plant.disturbances.soften(0.3)
    for rig in (firm, soft):
        rig.tow(1.0)
        steady(rig)
    assert np.mean(soft.truth.wheel_sinkage_m) > 1.8 * np.mean(firm.truth.wheel_sinkage_m)
    assert slip(soft) > slip(firm) + 0.05


def test_the_earth_presses_it_in_deeper(rover):
    moon, earth = rover(), rover(gravity_m_s2=9.81)
    for rig in (moon, earth):
        rig.hold(5.0)
    assert sum(earth.truth.wheel_load_n) == pytest.approx(5.0 * 9.81, rel=1e-4)
    ratio = (9.81 / 1.62) ** (2.0 / 3.0)
    assert np.mean(earth.truth.wheel_sinkage_m) == pytest.approx(ratio * np.mean(moon.truth.wheel_sinkage_m), rel=0.1)


# Scoop


def test_a_scoop_that_presses_more_than_the_lever_allows_lifts_the_front(rover):
    rig = rover()
    rig.hold(1.0)
    rig.go(rig.reach(-0.005, 0.0), 3.0)
    pressed = []
    for k in range(1500):
        rig.pose = rig.reach(-0.005 + 0.00002 * k, 0.0)
        rig.hold(0.01)
        pressed.append(rig.truth.soil_force_n[1])
        if rig.truth.front_is_lifted:
            break
    assert rig.truth.front_is_lifted
    weight, moment = moments(rig)
    rear_m = -rig.platform.rover.wheelbase_m / 2
    contact = rig.plant._contact[0]
    middle_m = contact["moment_nm"] / contact["normal_n"]  # of the pressure on the floor, from the scoop's joint
    pressed_m = rig.truth.edge_m[0] - rig.platform.scoop.length_m + abs(middle_m)
    held_nm = -rig.truth.drawbar_n * rig.platform.rover.wheel_radius_m  # the floor drags on, the wheels hold back
    needed = (moment - weight * rear_m - held_nm) / (pressed_m - rear_m)
    assert pressed[-1] == pytest.approx(needed, rel=0.03)  # 1 % of the load is still on the front wheels
    assert max(pressed[:-10]) < needed
    assert 2.0 < needed < 3.5


def test_creeping_forward_with_the_blade_in_the_ground_fills_the_scoop(rover):
    rig = rover()
    lower_while_creeping(rig, 0.007)
    rig.hold(15.0)
    truth = rig.truth
    assert 0.008 < truth.depth_below_surface_m < 0.016
    assert 0.050 < truth.sample_mass_kg < 0.200
    assert 1.5 < truth.soil_force_n[0] < 3.7
    assert not truth.front_is_lifted
    rig.drive(0.0)
    rig.go(rig.reach(-0.10, 0.0), 6.0)
    rig.hold(3.0)
    assert truth.sample_mass_kg > 0.050
    assert truth.moved_mass_kg + truth.sample_mass_kg == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("left_rad_s", [-0.4, 0.4])
def test_the_edge_moves_as_the_ground_sees_it_while_the_rover_turns_anywhere(rover, left_rad_s):
    rig = rover()
    body = rig.plant._body
    body["x_m"], body["y_m"], body["heading"] = 0.8, 0.5, 0.7
    rig.go(rig.reach(-0.02, RAKE), 3.0)
    rig.drive(left_rad_s, -left_rad_s)
    for _ in range(200):
        before, heading = rig.truth.edge_m, rig.truth.heading_rad
        rig.hold(0.01)
        moved = np.subtract(rig.truth.edge_m, before)
        forward = max(moved[0] * math.cos(heading) + moved[1] * math.sin(heading), 0.0) / 0.01
        assert rig.plant._world["edge_speed"][0] == pytest.approx(forward, abs=1.5e-3)


def test_a_blade_that_is_set_too_deep_stops_it_with_spinning_wheels(rover):
    rig = rover()
    lower_while_creeping(rig, 0.035, 10.0)
    rig.hold(20.0)
    x = rig.truth.position_m[0]
    rig.hold(10.0)
    assert abs(rig.truth.position_m[0] - x) < 0.005
    assert max(rig.truth.wheel_slip) > 0.9
    assert rig.truth.front_is_lifted


@pytest.mark.parametrize(
    ("tilt_deg", "rake"), [((0.0, 0.0), 0.0), ((0.0, 8.0), 0.2), ((0.0, -8.0), 0.2), ((6.0, 0.0), 0.0)]
)
def test_the_cell_weighs_what_the_scoop_carries_along_its_normal(rover, rover_tables, tilt_deg, rake):
    rig = rover(**tilted(rover_tables, *tilt_deg))
    rig.go(rig.reach(-0.10, rake), 4.0)
    rig.hold(5.0)
    readings = []
    for _ in range(200):
        rig.hold(0.01)
        readings.append(rig.plant.load_cell_n())
    roll, pitch = map(math.radians, tilt_deg)
    along = math.cos(pitch + rig.truth.rake_rad) * math.cos(roll + rig.truth.roll_rad)
    weight = (1.0 + rig.plant.deviation.load_cell.gain) * rig.platform.scoop.mass_kg * 1.62
    assert np.mean(readings) == pytest.approx(weight * along, abs=6e-4)


def test_the_edge_is_where_its_joints_say(rover):
    rig = rover()
    rig.go(rig.reach(-0.03, 0.2), 4.0)
    rig.hold(2.0)
    truth, used = rig.truth, rig.platform.rover
    lift, curl = truth.joint_rad[:2]
    angle = lift + truth.pitch_rad
    x = used.lift_axis_m[0] + used.lift_m * math.cos(angle) + 0.08 * math.cos(angle + curl)
    assert truth.edge_m[0] == pytest.approx(truth.position_m[0] + x, abs=5e-4)
    assert truth.rake_rad == pytest.approx(0.2, abs=0.02)
    assert truth.edge_m[2] == pytest.approx(0.03, abs=0.004)
