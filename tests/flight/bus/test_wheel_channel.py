"""A wheel's channel: a speed in the wheel's own sense, within the servo's limit, and none at rest."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.joint_channel import WheelChannel
from flight.config import load_mission
from flight.icd.dynamixel_table import RAD_PER_COUNT, RAD_S_PER_COUNT, OperatingMode

CONFIG = load_mission("m2_rover")
LEFT, RIGHT = CONFIG.wheel[0], CONFIG.wheel[1]
SPEED = st.floats(-30.0, 30.0)


def new(wheel=LEFT):
    return WheelChannel(2, wheel, CONFIG.motion_bus)


def values(channel, *, speed=0, position=0, torque=1):
    """A block as read: torque, error, watchdog, current, velocity, position, voltage, temperature."""
    return (torque, 0, channel.watchdog, 0, speed, position, 120, 25)


def test_a_wheel_turns_in_velocity_mode_by_its_goal_velocity():
    assert (new().MODE, new().GOAL_REGISTER) == (OperatingMode.VELOCITY, "goal_velocity")


@given(SPEED)
def test_a_speed_asked_for_is_the_goal_to_half_a_count(rad_s):
    channel = new()
    assert channel.set_speed(rad_s)
    most = channel._most * RAD_S_PER_COUNT
    assert channel.goal() == pytest.approx(max(-most, min(most, rad_s)), abs=0.5 * RAD_S_PER_COUNT)


@given(SPEED)
def test_wheels_on_either_side_turn_against_each_other_to_go_the_same_way(rad_s):
    left, right = new(LEFT), new(RIGHT)
    left.set_speed(rad_s)
    right.set_speed(rad_s)
    assert (LEFT.direction, RIGHT.direction) == (1, -1)
    assert left.goal_counts == -right.goal_counts
    assert left.goal() == right.goal()


@pytest.mark.parametrize("rad_s", [math.nan, math.inf, -math.inf])
def test_no_number_is_no_speed_and_the_one_before_stays(rad_s):
    channel = new()
    channel.set_speed(0.5)
    before = channel.goal_counts
    assert not channel.set_speed(rad_s)
    assert channel.goal_counts == before


def test_stopping_is_no_speed_wherever_the_wheel_has_got_to():
    channel = new()
    channel.adopt(123456)
    channel.set_speed(1.0)
    channel.hold()
    assert channel.goal_counts == 0


def test_a_wheel_without_torque_has_no_goal_so_that_torque_moves_nothing():
    channel = new()
    channel.set_speed(1.0)
    channel.take(values(channel, torque=0), 0, 1)
    assert channel.goal_counts == 0


def test_angles_go_on_beyond_a_turn():
    channel = new(RIGHT)
    channel.take(values(channel, position=0), 0, 1)
    for position in range(0, 3 * 4096 + 1, 128):
        channel.take(values(channel, position=position, speed=10), 0, 2)
    assert channel.state.position_rad == pytest.approx(-3 * 4096 * RAD_PER_COUNT)
    assert channel.state.velocity_rad_s == pytest.approx(-10 * RAD_S_PER_COUNT)
