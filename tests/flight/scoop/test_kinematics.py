from math import cos, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.lander_platform import LanderPlatform
from flight.icd.mission_file import read_mission, validate
from flight.scoop.kinematics import LEVEL_PITCH_RAD, ArmModel, EdgePose, ReachError

NAME, TABLES = read_mission("m1_lander")
PLATFORM = validate(LanderPlatform, {key: TABLES[key] for key in LanderPlatform.model_fields}, NAME)
ARM = ArmModel(PLATFORM)

joints = st.tuples(
    st.floats(-1.3, 1.3), st.floats(radians(-40), radians(110)), st.floats(radians(-150), radians(-10)),
    st.floats(radians(-140), radians(60)),
)  # fmt: skip


@given(joints)
def test_inverse_undoes_forward(q):
    assert ARM.inverse(ARM.edge(q)) == pytest.approx(q, abs=1e-9)


def test_stretched_arm_lies_on_the_x_axis_of_the_lander():
    pose = ARM.edge((0.0, 0.0, 0.0, 0.0))
    base, link = PLATFORM.arm.base_m, PLATFORM.arm.link_m
    assert ARM.position_m(pose) == pytest.approx((base[0] + sum(link) + PLATFORM.scoop.length_m, base[1], base[2]))


def potential_energy_j(q, sample_kg):
    a1, a2, a3 = q[1], q[1] + q[2], q[1] + q[2] + q[3]
    link, com, mass = PLATFORM.arm.link_m, PLATFORM.arm.link_com_m, PLATFORM.arm.link_mass_kg
    scoop = PLATFORM.scoop
    heights = (
        mass[0] * com[0] * sin(a1)
        + mass[1] * (link[0] * sin(a1) + com[1] * sin(a2))
        + (scoop.mass_kg + sample_kg) * (link[0] * sin(a1) + link[1] * sin(a2) + scoop.com_m * sin(a3))
    )
    return PLATFORM.environment.gravity_m_s2 * heights


@pytest.mark.requirement("DIG-3")
@given(joints, st.floats(0, 0.5))
def test_gravity_torque_is_the_gradient_of_potential_energy(q, sample_kg):
    step = 1e-6
    for joint in range(4):
        up, down = list(q), list(q)
        up[joint] += step
        down[joint] -= step
        slope = (potential_energy_j(up, sample_kg) - potential_energy_j(down, sample_kg)) / (2 * step)
        assert ARM.gravity_torque(q, sample_kg)[joint] == pytest.approx(slope, abs=1e-6)


@pytest.mark.requirement("DIG-3")
@given(joints, st.floats(-20, 20), st.floats(-20, 20))
def test_edge_force_is_found_from_the_torques_that_balance_it(q, force_r, force_z):
    step = 1e-6
    load = [0.0] * 4
    for joint in (1, 2):  # virtual work: torque dq + F . dx = 0
        up, down = list(q), list(q)
        up[joint] += step
        down[joint] -= step
        a, b = ARM.edge(tuple(up)), ARM.edge(tuple(down))
        load[joint] = -(force_r * (a.r_m - b.r_m) + force_z * (a.z_m - b.z_m)) / (2 * step)
    found = ARM.edge_force(q, tuple(load))
    assert found == (0.0, 0.0) or found == pytest.approx((force_r, force_z), abs=1e-4)


@pytest.mark.requirement("DIG-4")
def test_a_pose_out_of_reach_names_the_reach():
    with pytest.raises(ReachError, match=r"reach 1\.\d+ m, allowed 0\.05 \.\. 0\.85 m"):
        ARM.inverse(EdgePose(0.0, 1.5, 0.0, LEVEL_PITCH_RAD))


@pytest.mark.requirement("DIG-4")
def test_a_pose_beyond_a_joint_limit_names_the_joint():
    with pytest.raises(ReachError, match=r"azimuth 90 deg, allowed -80 \.\. 80 deg"):
        ARM.inverse(EdgePose(pi / 2, 0.5, 0.0, LEVEL_PITCH_RAD))


def test_level_scoop_points_at_the_lander():
    assert cos(LEVEL_PITCH_RAD) == pytest.approx(-1.0)
