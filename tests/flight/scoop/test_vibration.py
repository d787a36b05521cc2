"""Vibration of the scoop's joint: at rest at both ends, within range, rate and torque, and refused with the values."""

from itertools import pairwise
from math import pi, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.icd.limits import Limit
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose, ReachError
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.vibration import Vibration

POSE = EdgePose(0.0, 0.5, 0.22, LEVEL_PITCH_RAD)
SWING, HZ, SECONDS = st.floats(0.1, 5), st.floats(0.5, 15), st.floats(1, 30)


@pytest.fixture
def shaken(arm, m1):
    """Makes a vibration at the weighing pose, and checks it."""

    def make(swing_deg=1.5, hz=8.0, seconds=4.0, sample_kg=0.0, lowest_m=0.06):
        vibration = Vibration(arm, arm.inverse(POSE), radians(swing_deg), hz, seconds)
        vibration.check(m1, sample_kg, lowest_m)
        return vibration

    return make


@given(SWING, HZ, SECONDS)
def test_it_swings_one_joint_about_where_it_is_and_ends_there(arm, swing_deg, hz, seconds):
    q = arm.inverse(POSE)
    vibration = Vibration(arm, q, radians(swing_deg), hz, seconds)
    assert vibration.at(0.0) == vibration.at(vibration.duration_s) == q
    assert vibration.end == arm.edge(q)
    moved = [vibration.at(vibration.duration_s * i / 997) for i in range(998)]
    assert {each[:3] for each in moved} == {q[:3]}
    assert max(abs(each[3] - q[3]) for each in moved) <= radians(swing_deg) * (1 + 1e-9)


@given(SWING, HZ, SECONDS)
def test_rate_and_acceleration_stay_below_what_is_checked_and_come_near(arm, swing_deg, hz, seconds):
    vibration = Vibration(arm, arm.inverse(POSE), radians(swing_deg), hz, seconds)
    every_s = 0.01 / hz
    angles = [vibration.at(every_s * i)[3] for i in range(int(1.2 / every_s))]
    rates = [(b - a) / every_s for a, b in pairwise(angles)]
    assert max(map(abs, rates)) <= vibration.rate_rad_s
    assert max(abs(b - a) / every_s for a, b in pairwise(rates)) <= vibration.acceleration_rad_s2
    assert max(map(abs, rates)) > 0.9 * 2 * pi * hz * radians(swing_deg) * (1 if hz > 4 else 0)


def test_what_sheds_a_surplus_is_within_all_limits_on_both_platforms(shaken, m1, violation):
    shake = m1.shake
    assert violation(shaken, shake.swing_deg, shake.hz, shake.seconds, sample_kg=0.5) is None
    rover = load_mission("m2_rover")
    model, shake = RoverModel(rover), rover.shake
    level = EdgePose(0.0, 0.0, rover.weigh.height_m, LEVEL_PITCH_RAD)
    q = model.inverse(level)
    vibration = Vibration(model, q, radians(shake.swing_deg), shake.hz, shake.seconds)
    assert violation(vibration.check, rover, 0.5, 0.05) is None


def test_too_fast_is_refused_with_the_rate(shaken, violation):
    found = violation(shaken, swing_deg=5, hz=4)
    assert (found.limit, found.part, found.high) == (Limit.RATE, 4, pytest.approx(100.0))
    assert found.wanted == pytest.approx(5 * (2 * pi * 4 + 1.875 / 0.5))


def test_too_much_torque_is_refused_with_it(arm, m1, shaken):
    strong = m1.model_copy(update={"shake": m1.shake.model_copy(update={"rate_deg_s": 200.0})})
    vibration = Vibration(arm, arm.inverse(POSE), radians(2), 15, 4)
    with pytest.raises(ReachError, match=r"torque \d+\.\d+ N m, allowed 0 \.\. 1\.5 N m"):
        vibration.check(strong, 0.3, 0.06)


def test_too_near_to_the_ground_is_refused_with_the_height(shaken, violation):
    found = violation(shaken, lowest_m=0.22)
    assert found.limit is Limit.HEIGHT
    assert found.wanted < 0.22 == found.low


def test_a_joint_at_the_end_of_its_range_has_no_room_to_swing(arm, m1):
    q = (0.0, radians(60), radians(-60), arm.min_rad[3] + radians(0.5))
    with pytest.raises(ReachError, match=r"scoop -150\.5 deg, allowed -150"):
        Vibration(arm, q, radians(1), 4, 4).check(m1, 0.0, -1.0)
