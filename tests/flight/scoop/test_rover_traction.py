"""What the wheels bear: learned in free space, told by differences, limits broken only by what lasts."""

from math import cos, radians, sin

import pytest

from flight.config import load_mission
from flight.icd.events.rover import PassMade
from flight.icd.modes import StepFailure
from flight.scoop.odometry import Odometry
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.rover_traction import RoverTraction

CONFIG = load_mission("m2_rover")
RAKE = radians(CONFIG.dig.rake_deg)
Q = (0.0, 0.0, radians(30.0), RAKE - radians(30.0))
CREEPS = 0.1


class Estimate:
    q, load_nm, draft_n = Q, (0.0,) * 4, 0.0


class Rig:
    def __init__(self):
        self.model = RoverModel(CONFIG)
        self.odometry = Odometry(self.model.roll_m, CONFIG.rover.track_m)
        self.events = []
        self.traction = RoverTraction(CONFIG, self.model, self.odometry, self.events.append)
        self.estimate = Estimate()
        self.free_n = 0.0

    def creep(self, seconds=1.0, *, draft_n=0.0, up_n=0.0, phase="cut", has_cell=True, joint_nm=0.0):
        """Creep at 1 cm/s as a pass does: it speaks every fifth frame. `up_n` is the force up on the edge."""
        pull_n = draft_n - self.free_n if phase == "cut" else 0.0
        cell_n = 0.5 + pull_n * sin(RAKE) - up_n * cos(RAKE) if has_cell else None
        traction, self.estimate.draft_n, self.estimate.load_nm = self.traction, draft_n, (0.0, 0.0, joint_nm, 0.0)
        broken = None
        for frame in range(int(100 * seconds)):
            self.odometry.roll(0.01 * CREEPS, 0.01 * CREEPS)
            traction.see(self.estimate, CREEPS, cell_n)
            if frame % 5 == 0 and phase == "free":
                traction.learn(draft_n)
            elif frame % 5 == 0 and phase == "cut":
                traction.learned(True)
            broken = broken or traction.broken()
        return broken

    def begun(self, free_n=0.3):
        self.traction.begin()
        self.free_n = free_n
        self.creep(draft_n=free_n, phase="free")
        self.creep(0.1, draft_n=free_n)
        return self


def test_before_a_free_stretch_nothing_is_told():
    rig = Rig()
    rig.creep(draft_n=5.0, phase="drive")
    assert (rig.traction.pull_n, rig.traction.lift_n, rig.traction.working) == (0.0, 0.0, False)
    assert rig.traction.broken() is None


def test_friction_and_zeros_cancel_in_the_pull():
    rig = Rig().begun(free_n=1.7)
    rig.creep(draft_n=3.2)
    assert rig.traction.pull_n == pytest.approx(1.5)


def test_what_the_cell_loses_is_the_force_up():
    rig = Rig().begun()
    rig.creep(draft_n=0.3, up_n=1.0)
    assert rig.traction.lift_n == pytest.approx(1.0, abs=1e-6)


def test_without_a_cell_the_lift_joint_tells_the_force_up():
    rig = Rig()
    rig.traction.begin()
    rig.creep(phase="free", has_cell=False)
    lever = CONFIG.rover.lift_m * cos(Q[2]) + CONFIG.scoop.length_m * cos(RAKE)
    rig.creep(has_cell=False, joint_nm=1.2 * lever)
    assert rig.traction.lift_n == pytest.approx(1.2)


def test_force_up_takes_load_off_the_front_axle_by_the_lever():
    rig = Rig().begun()
    rig.creep(draft_n=0.3)
    before = rig.traction.front_n
    rig.creep(draft_n=0.3, up_n=1.0)
    base = CONFIG.rover.wheelbase_m
    assert before - rig.traction.front_n == pytest.approx((0.5 * base + rig.model.ahead_m(Q)) / base)


def test_slip_grows_with_the_pull():
    slips = []
    for pull_n in (0.0, 1.0, 2.0, 3.0):
        rig = Rig().begun()
        rig.creep(draft_n=0.3 + pull_n)
        slips.append(rig.traction.slip)
        assert rig.traction.slip_worst > rig.traction.slip
        assert rig.odometry.slip == rig.traction.slip
    assert slips == sorted(slips)
    assert slips[-1] > 3 * slips[0]


def test_a_free_stretch_that_costs_more_than_the_first_is_slip():
    rig = Rig().begun(free_n=0.3)
    easy = rig.traction.slip
    rig.traction.end()
    rig.begun(free_n=2.3)
    assert rig.traction.pull_n == pytest.approx(0.0, abs=1e-9)
    assert rig.traction.slip > easy + 0.1


@pytest.mark.requirement("TRA-1")
def test_wheels_that_spin_break_the_limit_only_after_some_way():
    rig = Rig().begun()
    assert rig.creep(2.0, draft_n=7.0) is None  # 2 cm
    broken = rig.creep(3.0, draft_n=7.0)
    assert (broken.reason, broken.limit) == (StepFailure.SLIP, CONFIG.traction.slip_limit)
    assert broken.value > broken.limit
    assert rig.traction.broken() is None  # told once


@pytest.mark.requirement("TRA-1")
def test_a_scoop_that_the_ground_holds_up_breaks_the_limit_of_the_front_axle():
    broken = Rig().begun().creep(5.0, draft_n=0.3, up_n=4.0)
    assert broken.reason is StepFailure.FRONT_LIFTED
    assert broken.value < broken.limit


@pytest.mark.requirement("TRA-1")
def test_wheels_that_dig_for_long_break_the_limit_of_depth():
    rig = Rig().begun()
    broken = rig.creep(60.0, draft_n=3.0)
    assert broken.reason is StepFailure.SUNK
    assert broken.value > broken.limit == CONFIG.traction.dug_limit_m


def test_standing_forgets_what_did_not_last():
    rig = Rig().begun()
    rig.creep(2.5, draft_n=7.0)
    rig.traction.see(rig.estimate, 0.0, 0.5)
    assert rig.creep(2.5, draft_n=7.0) is None


def test_a_pass_that_says_no_more_is_over_and_told():
    rig = Rig().begun()
    rig.creep(draft_n=1.3)
    rig.creep(1.0, draft_n=9.0, phase="drive")
    assert not rig.traction.working
    (made,) = [event for event in rig.events if isinstance(event, PassMade)]
    assert made.pull_peak_n >= 1.0
    assert 0.0 < made.kept_m < made.rolled_m
    assert made.front_least_n <= rig.traction.standing_n


def test_within_its_limits_a_pass_is_not_told_to_yield():
    rig = Rig().begun()
    rig.creep(draft_n=0.8)
    assert rig.traction.excess == 0.0
    rig.creep(draft_n=4.0)
    assert rig.traction.excess > 0.0
