from math import radians

import pytest

from flight.scoop.motion import LAG_RAD, MotionControl
from flight.scoop.trajectory import JointMove

FRAME_NS = 10_000_000
LIMIT_A = (1.0, 1.0, 1.0, 1.0)


class Servos:
    """Four servos that hold a constant offset from their goals."""

    def __init__(self, offset=0.0):
        self.goal = (0.0,) * 4
        self.offset = offset
        self.frozen = 0

    def set_goals(self, position_rad, current_limit_a):
        self.goal = tuple(position_rad)

    def freeze(self):
        self.frozen += 1

    @property
    def q(self):
        return tuple(goal + self.offset for goal in self.goal)


def run(motion, servos, frames, start=0, fresh=True):
    for frame in range(start, start + frames):
        motion.step(frame * FRAME_NS, servos.q, fresh)
    return start + frames


def test_a_move_ends_at_its_goal_and_settles(m1):
    servos = Servos()
    motion = MotionControl(servos, m1.motion, LIMIT_A)
    goal = (0.2, 0.1, -0.3, 0.05)
    move = JointMove((0.0,) * 4, goal, 0.5)
    motion.start(move, 0)
    run(motion, servos, int(move.duration_s * 100) + 300)
    assert motion.settled
    assert servos.q == pytest.approx(goal, abs=1e-3)


def test_a_standing_offset_is_corrected(m1):
    servos = Servos(offset=-0.02)
    motion = MotionControl(servos, m1.motion, LIMIT_A)
    motion.start(JointMove((0.0,) * 4, (0.1,) * 4, 0.5), 0)
    run(motion, servos, 600)
    assert servos.q == pytest.approx((0.1,) * 4, abs=1e-3)


def test_correction_is_bounded(m1):
    servos = Servos(offset=-1.0)
    motion = MotionControl(servos, m1.motion, LIMIT_A)
    motion.start(JointMove((0.0,) * 4, (0.1,) * 4, 0.5), 0)
    run(motion, servos, 3000)
    assert max(servos.goal) <= 0.1 + m1.motion.max_correction_deg * 0.0175


def test_a_paused_plan_goes_on_where_it_was(m1):
    servos = Servos()
    motion = MotionControl(servos, m1.motion, LIMIT_A)
    motion.start(JointMove((0.0,) * 4, (0.5,) * 4, 0.2), 0)
    frame = run(motion, servos, 100)
    before = motion.elapsed_s
    motion.pause()
    frame = run(motion, servos, 500, frame, fresh=False)
    assert motion.elapsed_s == before
    motion.resume(frame * FRAME_NS)
    run(motion, servos, 10, frame)
    assert motion.elapsed_s == pytest.approx(before + 0.09)


def test_release_freezes_and_commands_nothing_more(m1):
    servos = Servos()
    motion = MotionControl(servos, m1.motion, LIMIT_A)
    motion.start(JointMove((0.0,) * 4, (0.5,) * 4, 0.2), 0)
    frame = run(motion, servos, 100)
    motion.release()
    goal = servos.goal
    run(motion, servos, 100, frame)
    assert (servos.frozen, servos.goal) == (1, goal)


def test_a_plan_waits_for_a_joint_that_is_hindered_and_goes_on_when_it_is_free(m1):
    """What its servo is asked for runs no further ahead than the lag that is allowed."""
    joints = Servos()
    motion = MotionControl(joints, m1.motion, (1.0,) * 4)
    motion.start(JointMove((0.0,) * 4, (0.0, 0.5, 0.0, 0.0), 0.2), 0)
    for frame in range(1, 300):
        motion.step(frame * 10_000_000, (0.0,) * 4, True)
    bound_rad = LAG_RAD + radians(m1.motion.max_correction_deg) + 0.005
    assert LAG_RAD < joints.goal[1] < bound_rad
    assert motion.lag_s > 1.5
    assert not motion.finished
    waited_s = motion.elapsed_s
    for frame in range(300, 1000):
        motion.step(frame * 10_000_000, motion.desired, True)
    assert motion.lag_s == 0.0
    assert motion.settled
    assert waited_s < 1.5 < motion.elapsed_s
