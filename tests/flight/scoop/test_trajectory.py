from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.lander_platform import LanderPlatform
from flight.icd.mission_file import read_mission, validate
from flight.scoop.kinematics import LEVEL_PITCH_RAD, ArmModel, EdgePose, ReachError
from flight.scoop.trajectory import EdgeLine, JointMove, check_trajectory, quintic

NAME, TABLES = read_mission("m1_lander")
ARM = ArmModel(validate(LanderPlatform, {key: TABLES[key] for key in LanderPlatform.model_fields}, NAME))
angle = st.floats(-1.5, 1.5)


@given(st.tuples(angle, angle, angle, angle), st.tuples(angle, angle, angle, angle), st.floats(0.05, 1.0))
def test_a_joint_move_goes_from_start_to_goal_within_its_rate(start, goal, rate):
    move = JointMove(start, goal, rate)
    assert move.at(0.0) == pytest.approx(start)
    assert move.at(move.duration_s) == pytest.approx(goal)
    step = move.duration_s / 200
    samples = [move.at(step * i) for i in range(201)]
    fastest = max(abs(b - a) / step for one, two in pairwise(samples) for a, b in zip(one, two, strict=True))
    assert fastest <= rate * 1.0001


def test_time_law_is_at_rest_at_both_ends():
    assert quintic(1e-3) < 1e-7
    assert 1 - quintic(1 - 1e-3) < 1e-7


def test_an_edge_line_stays_on_the_line():
    start, goal = EdgePose(0.1, 0.60, 0.10, LEVEL_PITCH_RAD), EdgePose(0.1, 0.50, -0.02, LEVEL_PITCH_RAD)
    line = EdgeLine(ARM, start, goal, 0.02, 0.5)
    for i in range(21):
        pose = ARM.edge(line.at(line.duration_s * i / 20))
        assert (pose.r_m - 0.60) * (-0.12) - (pose.z_m - 0.10) * (-0.10) == pytest.approx(0, abs=1e-9)


@pytest.mark.requirement("DIG-4")
def test_a_line_out_of_reach_is_refused_before_it_starts():
    line = EdgeLine(ARM, EdgePose(0, 0.60, 0.1, LEVEL_PITCH_RAD), EdgePose(0, 1.2, 0.1, LEVEL_PITCH_RAD), 0.02, 0.5)
    with pytest.raises(ReachError, match=r"reach .* allowed"):
        check_trajectory(line, ARM, -1.0)


@pytest.mark.requirement("DIG-4")
def test_a_line_too_deep_is_refused_with_its_height():
    line = EdgeLine(ARM, EdgePose(0, 0.50, 0.1, LEVEL_PITCH_RAD), EdgePose(0, 0.50, -0.1, LEVEL_PITCH_RAD), 0.02, 0.5)
    with pytest.raises(ReachError, match=r"height -0\.\d+ m, allowed -0\.08 "):
        check_trajectory(line, ARM, -0.08)
