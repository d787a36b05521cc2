"""Six servos as four joints: the wheels' mean is a joint, follows its goal, and stands when a wheel is not heard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.joint_state import JointState
from flight.scoop.odometry import Odometry
from flight.scoop.rover_drive import RoverDrive

FRAME_NS = 10_000_000


class Bus:
    """Wheels that turn as they are told."""

    def __init__(self):
        self.states = tuple(JointState() for _ in range(6))
        self.goals, self.speeds, self.frozen = None, (0.0,) * 4, 0
        self.now_ns = 0
        for state in self.states:
            state.valid = True

    def set_goals(self, position_rad, current_limit_a):
        self.goals = (tuple(position_rad), tuple(current_limit_a))

    def set_speeds(self, rad_s):
        self.speeds = tuple(rad_s)

    def freeze(self):
        self.frozen += 1
        self.speeds = (0.0,) * 4

    def step(self):
        self.now_ns += FRAME_NS
        for state in self.states:
            state.stamp_ns = self.now_ns
        for state, speed in zip(self.states[2:], self.speeds, strict=True):
            state.position_rad += 0.01 * speed
            state.velocity_rad_s = speed


class Rig:
    def __init__(self):
        self.bus = Bus()
        self.odometry = Odometry(0.1, 0.235)
        self.drive = RoverDrive(self.bus, self.odometry)
        self.step()

    def step(self, goal=None):
        self.bus.step()
        self.drive.see(self.bus.now_ns)
        if goal is not None:
            self.drive.set_goals((0.0, goal, 0.3, -0.2), (0.0, 0.0, 1.0, 1.0))

    @property
    def wheel(self):
        return self.drive.states[1]


def test_lift_and_curl_go_through_and_the_wheels_get_one_speed():
    rig = Rig()
    rig.step(goal=0.1)
    assert rig.bus.goals == ((0.3, -0.2), (1.0, 1.0))
    assert len(set(rig.bus.speeds)) == 1


def test_the_wheels_follow_a_ramp_and_end_where_it_ends():
    rig = Rig()
    for frame in range(300):
        rig.step(goal=min(0.002 * frame, 0.4))
        assert abs(rig.wheel.position_rad - min(0.002 * frame, 0.4)) < 0.02
    assert rig.wheel.position_rad == pytest.approx(0.4, abs=1e-3)
    assert rig.odometry.rolled_m == pytest.approx(0.04, abs=1e-3)


@given(st.floats(-1e3, 1e3))
def test_no_goal_makes_the_wheels_race(goal):
    rig = Rig()
    rig.step(goal=goal)
    rig.step(goal=-goal)
    assert max(map(abs, rig.bus.speeds)) <= 1.5


def test_the_joint_is_the_mean_and_the_sum_of_currents():
    rig = Rig()
    for state, angle, current in zip(rig.bus.states[2:], (0.1, 0.2, 0.3, 0.4), (1.0, 2.0, 3.0, 4.0), strict=True):
        state.position_rad, state.current_a = angle, current
    rig.step()
    assert rig.wheel.position_rad == pytest.approx(0.25)
    assert rig.wheel.current_a == 10.0


def test_a_wheel_that_is_not_heard_makes_the_joint_invalid_and_stops_all():
    rig = Rig()
    rig.step(goal=1.0)
    rig.bus.states[3].valid = False
    rig.step(goal=1.0)
    assert not rig.wheel.valid
    assert not rig.drive.states[0].valid
    assert rig.bus.speeds == (0.0,) * 4


def test_a_servo_that_counts_anew_after_its_restart_moves_nothing():
    rig = Rig()
    for _ in range(50):
        rig.step(goal=0.3)
    before = rig.wheel.position_rad
    rig.bus.states[4].valid = False
    rig.step()
    rig.bus.states[4].valid, rig.bus.states[4].position_rad = True, 0.0
    rig.bus.speeds = (0.0,) * 4
    rig.step()
    assert rig.wheel.position_rad == before


def test_freezing_forgets_the_goal_before():
    rig = Rig()
    rig.step(goal=0.0)
    rig.drive.freeze()
    assert rig.bus.frozen == 1
    rig.step(goal=0.1)  # no step in the goal to run after, only the error
    assert rig.bus.speeds[0] == pytest.approx(4.0 * 0.1)
