"""Servos as the plant's users see them: commands in, measurements and truth out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd.dynamixel_table import OperatingMode
from hil.plant.plant import new_plant
from hil.plant.servo import BREAKAWAY, MODELS

AZIMUTH, SHOULDER, ELBOW, SCOOP = range(4)
MS = 1_000_000


@pytest.fixture
def free(tables, rig, exact):
    """A rig without deviations whose joints may turn all the way round."""
    platform = tables[0]
    joints = tuple(j.model_copy(update={"min_deg": -180.0, "max_deg": 180.0}) for j in platform.joint)
    return rig(platform=platform.model_copy(update={"joint": joints}), **exact)


def run(rig, seconds):
    rig.plant.advance(rig.plant.time_ns + round(seconds * 1e9))


@pytest.mark.parametrize("joint", [AZIMUTH, SCOOP])
def test_full_pwm_turns_a_free_joint_at_the_data_sheets_speed(free, joint):
    model = MODELS[free.platform.joint[joint].servo]
    free.servos.mode[joint], free.servos.goal_pwm[joint] = OperatingMode.PWM, 1.0
    run(free, 0.5 if joint == AZIMUTH else 0.1)
    rate = max(abs(free.servos.velocity_rad_s[joint]), 0.0)
    tolerance = 0.02 if joint == AZIMUTH else 0.1  # the scoop still feels gravity and the arm behind it
    assert rate == pytest.approx(model.no_load_rpm * 2 * math.pi / 60, rel=tolerance)


def test_a_blocked_joint_draws_stall_current_and_gives_stall_torque_less_friction(rig, exact):
    arm = rig(**exact)
    arm.servos.mode[AZIMUTH], arm.servos.goal_pwm[AZIMUTH] = OperatingMode.PWM, 1.0
    run(arm, 3.0)  # into the end stop
    model = MODELS["XM540-W270"]
    cold = arm.plant._servo["winding_ref_ohm"][AZIMUTH] / arm.plant._servo["winding_ohm"][AZIMUTH]
    assert arm.servos.current_a[AZIMUTH] == pytest.approx(4.4 * cold, rel=1e-6)
    held_back = model.stall_nm - arm.truth.joint_torque_nm[AZIMUTH]
    warmed = model.stall_nm * (1.0 - cold)  # before it came to a stop
    assert 0 < held_back <= BREAKAWAY * model.coulomb_nm + 0.02 + warmed


def test_below_breakaway_nothing_moves_and_a_pose_is_held_without_current(free):
    run(free, 1.0)
    before = free.truth.motor_rad[AZIMUTH]
    free.servos.mode[:] = OperatingMode.CURRENT
    free.servos.goal_current_a[:] = 0.0
    model = MODELS["XM540-W270"]
    free.servos.goal_current_a[AZIMUTH] = 0.9 * model.coulomb_nm / model.constant
    run(free, 1.0)
    assert free.truth.motor_rad[AZIMUTH] == before
    assert max(abs(rate) for rate in free.truth.joint_rad_s) < 1e-6  # friction alone carries the folded arm


def test_above_breakaway_it_moves(free):
    before, model = free.truth.motor_rad[AZIMUTH], MODELS["XM540-W270"]
    free.servos.mode[AZIMUTH] = OperatingMode.CURRENT
    free.servos.goal_current_a[AZIMUTH] = 1.1 * BREAKAWAY * model.coulomb_nm / model.constant
    run(free, 1.0)
    assert free.truth.motor_rad[AZIMUTH] > before + 0.1


def test_link_and_motor_part_by_no_more_than_play_and_twist(rig):
    arm = rig()
    half_play = math.radians(0.125)
    rng = np.random.default_rng(1)
    seen = 0.0
    arm.servos.mode[:] = OperatingMode.CURRENT
    for _ in range(300):
        arm.servos.goal_current_a[:] = rng.uniform(-0.6, 0.6, 4)
        run(arm, 0.02)
        for j, joint in enumerate(arm.platform.joint):
            gap = abs(arm.truth.motor_rad[j] - arm.truth.joint_rad[j])
            seen = max(seen, gap)
            twist = (arm.truth.joint_peak_nm[j]) / MODELS[joint.servo].stiffness_nm_rad
            assert gap <= half_play + twist + 1e-6
    assert seen > 0.9 * half_play


def test_goal_current_bounds_the_current_of_mode_5(rig):
    arm = rig()
    arm.servos.goal_current_a[:] = 0.4
    arm.servos.goal_position_rad[:] += 1.0
    for _ in range(200):
        arm.plant.advance(arm.plant.time_ns + 10 * MS)
        noise = 6 * 0.005 + 0.01
        assert np.abs(arm.servos.current_a).max() <= 0.4 + noise


def test_the_winding_never_draws_more_than_the_supply_can_drive(rig):
    arm = rig()
    arm.servos.current_limit_a[:] = 100.0
    arm.servos.goal_current_a[:] = 100.0
    arm.servos.goal_position_rad[:] += 2.0
    for _ in range(100):
        arm.plant.advance(arm.plant.time_ns + 10 * MS)
        assert np.abs(arm.servos.pwm).max() <= 1.0


def test_position_goals_are_reached(rig):
    arm = rig()
    goal = arm.reach(0.55, 0.15, -math.pi)
    arm.go(goal, 3.0)
    arm.hold(1.0)
    assert np.allclose(arm.truth.joint_rad, goal, atol=0.02)
    assert max(abs(rate) for rate in arm.truth.joint_rad_s) < 1e-3


def test_the_integral_removes_the_sag(rig, exact):
    def sag(gain):
        arm = rig(**exact)
        arm.servos.position_i[:] = gain
        arm.go(arm.reach(0.60, 0.20, -math.pi), 3.0)
        arm.hold(5.0)
        return abs(arm.truth.joint_rad[SHOULDER] - arm.pose[SHOULDER])

    assert sag(4000.0) < 0.5 * sag(0.0)


@settings(max_examples=15)
@given(st.floats(-1.0, 1.0), st.floats(0.05, 2.0), st.floats(0.2, 10.0))
def test_a_profile_keeps_its_limits_and_does_not_overshoot(tables, distance, velocity, acceleration):
    plant = new_plant(*tables, seed=1)
    servos = plant.servos
    servos.mode[:], servos.torque_enable[:] = OperatingMode.POSITION, 1.0
    servos.profile_velocity_rad_s[:], servos.profile_acceleration_rad_s2[:] = velocity, acceleration
    start = servos.position_rad[0]
    servos.goal_position_rad[:] = servos.position_rad
    servos.goal_position_rad[0] = start + distance
    before, last_rate = start, 0.0
    for _ in range(round(1000 * (abs(distance) / velocity + 2 * velocity / acceleration + 0.2))):
        plant.advance(plant.time_ns + MS)
        now, rate = servos.trajectory_position_rad[0], servos.trajectory_velocity_rad_s[0]
        assert min(start, start + distance) - 1e-9 <= now <= max(start, start + distance) + 1e-9
        assert abs(now - before) <= velocity * 1e-3 + 1e-9
        assert abs(rate) <= abs(last_rate) + acceleration * 1e-3 + 1e-9
        before, last_rate = now, rate
    assert before == start + distance


def test_without_a_profile_the_trajectory_is_the_goal(rig):
    arm = rig()
    arm.servos.goal_position_rad[AZIMUTH] += 0.3
    arm.plant.advance(arm.plant.time_ns + MS)
    assert arm.servos.trajectory_position_rad[AZIMUTH] == arm.servos.goal_position_rad[AZIMUTH]


def test_velocity_mode_holds_its_rate(rig):
    arm = rig()
    arm.servos.mode[AZIMUTH], arm.servos.goal_velocity_rad_s[AZIMUTH] = OperatingMode.VELOCITY, 0.5
    run(arm, 1.5)
    assert arm.servos.velocity_rad_s[AZIMUTH] == pytest.approx(0.5, rel=0.02)


def test_without_torque_the_arm_falls_and_comes_to_rest(rig):
    arm = rig()
    arm.go(arm.reach(0.60, 0.25, -math.pi), 3.0)
    height = arm.truth.edge_m[2]
    arm.servos.torque_enable[:] = 0.0
    run(arm, 10.0)
    assert arm.truth.edge_m[2] < height - 0.05
    assert max(abs(rate) for rate in arm.truth.joint_rad_s) < 1e-4  # a scoop may sink through its play's grease
    assert not arm.servos.pwm.any()


def test_a_shaft_may_turn_against_its_joint(rig, exact):
    arm = rig(**exact)
    platform = arm.platform
    assert platform.joint[ELBOW].direction == -1
    arm.go(arm.reach(0.55, 0.15, -math.pi), 2.0)
    zero = platform.joint[ELBOW].zero_counts * 2 * math.pi / 4096
    assert arm.servos.position_rad[ELBOW] == pytest.approx(zero - arm.truth.joint_rad[ELBOW], abs=1e-12)


def test_a_lifting_joint_gives_the_data_sheets_torque_for_its_current_and_a_yielding_one_needs_less(rig, exact):
    """A gearbox that loses in proportion to its load: kt lifting; let down, the same loss carries part of the load."""

    def current_and_torque(rate):
        arm = rig(**exact)
        arm.go(arm.reach(0.65, 0.25, -math.pi), 3.0)
        arm.servos.mode[SHOULDER], arm.servos.goal_velocity_rad_s[SHOULDER] = OperatingMode.VELOCITY, rate
        run(arm, 0.5)
        seen = []
        for _ in range(20):
            run(arm, 0.01)
            seen.append((arm.servos.current_a[SHOULDER], arm.truth.joint_torque_nm[SHOULDER]))
        return np.mean(seen, axis=0)

    model = MODELS["XM540-W270"]
    (up_a, up_nm), (down_a, down_nm) = current_and_torque(0.1), current_and_torque(-0.1)
    rubs = model.coulomb_nm * (1.0 + 0.25 / (1.0 + 4.0)) + 0.1 * model.viscous_nms
    assert model.constant * up_a == pytest.approx(up_nm * model.constant / model.kt_nm_a + rubs, rel=0.05)
    assert model.constant * down_a == pytest.approx(down_nm * (1.0 - model.load_share) - rubs, rel=0.05, abs=0.02)


def test_the_windings_power_is_what_its_current_and_voltage_say_to_data_sheet():
    for model in MODELS.values():
        no_load_a = (model.coulomb_nm + model.viscous_nms * model.no_load_rad_s) / model.constant
        assert model.constant * model.no_load_rad_s + no_load_a * model.winding_ohm == pytest.approx(12.0)
        assert model.stall_nm / model.stall_a == pytest.approx(model.kt_nm_a, rel=0.01)
        assert 0.0 < model.load_share < 1.0  # it can be driven back


def test_current_lowers_the_supply(rig):
    arm = rig()
    arm.servos.mode[AZIMUTH], arm.servos.goal_pwm[AZIMUTH] = OperatingMode.PWM, 1.0
    run(arm, 3.0)
    assert arm.servos.voltage_v[AZIMUTH] == pytest.approx(12.0 - 0.05 * 4.3, abs=0.05)
