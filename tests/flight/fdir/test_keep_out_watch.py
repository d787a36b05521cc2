"""What is about to enter a keep-out box is stopped, whatever the plan was, and can be brought out again."""

from dataclasses import dataclass
from math import degrees, radians

import pytest

from flight.config import load_mission
from flight.fdir.keep_out_watch import HORIZON_S, KeepOutWatch
from flight.fdir.modes import Modes
from flight.icd.events.fdir import KeepOutNear
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Mode, SafeReason
from flight.scoop.kinematics import LEVEL_PITCH_RAD, ArmModel, EdgePose, ReachError
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.trajectory import JointMove, check_trajectory


@dataclass
class Arm:
    """Estimate, readings and plan in one."""

    q: tuple
    fresh: bool = True
    taken: int = 0
    error_rad: tuple = (0.0, 0.0, 0.0, 0.0)


@dataclass
class Reading:
    velocity_rad_s: float = 0.0


class Watched:
    def __init__(self, model, q):
        self.events, self.frozen = [], []
        self.arm, self.readings = Arm(q), [Reading() for _ in range(4)]
        self.model, self.looks = model, 0
        self.modes = Modes(self.events.append, SystemHk())
        self.modes.on_safe(lambda: self.frozen.append(self.arm.q))
        self.watch = KeepOutWatch(self, self.arm, self.readings, self.arm, self.modes, self.events.append)

    reach_m = property(lambda self: self.model.reach_m)

    def inside_m(self, q):
        self.looks += 1
        return self.model.inside_m(q)

    def look(self, q, rate=(0.0, 0.0, 0.0, 0.0)):
        self.arm.q, self.arm.taken = q, self.arm.taken + 1
        for reading, rad_s in zip(self.readings, rate, strict=True):
            reading.velocity_rad_s = rad_s
        self.watch.step()

    @property
    def told(self):
        return [event for event in self.events if isinstance(event, KeepOutNear)]


@pytest.fixture
def arm():
    return ArmModel(load_mission("m1_lander"))


def high(arm, azimuth_deg):
    """A pose whose scoop is at the height of the mast."""
    return arm.inverse(EdgePose(radians(azimuth_deg), 0.45, 0.6, LEVEL_PITCH_RAD))


@pytest.mark.requirement("DIG-4")
def test_an_azimuth_that_runs_on_is_stopped_before_the_mast(arm):
    watched, rate, deg = Watched(arm, high(arm, 40)), radians(25), 40.0
    while not watched.told:
        watched.look(high(arm, deg), (rate, 0, 0, 0))
        watched.arm.error_rad = (radians(40 - deg), 0, 0, 0)
        deg += degrees(rate) * 0.01
    (told,) = watched.told
    assert (told.box, told.joint) == (2, 0)
    assert told.now_m <= 0.0 < told.inside_m < rate * HORIZON_S
    assert told.off_plan_deg < -5
    assert (watched.modes.mode, watched.modes.reason) == (Mode.SAFE, SafeReason.KEEP_OUT)
    assert arm.inside_m(watched.frozen[0])[0] <= 0.0


def test_an_arm_that_goes_by_stays_clear_and_costs_few_looks(arm):
    watched = Watched(arm, high(arm, 0))
    for step in range(1000):
        watched.look(high(arm, 30 * step / 1000), (radians(3), 0, 0, 0))
    assert not watched.events
    assert watched.looks < 20


def test_what_creeps_in_is_told_once_and_again_only_when_it_goes_deeper(arm):
    watched = Watched(arm, high(arm, 40))
    inside = next(high(arm, deg) for deg in range(40, 79) if arm.inside_m(high(arm, deg))[0] > 0.001)
    for _ in range(50):
        watched.look(inside)
    assert len(watched.told) == 1
    deeper = next(high(arm, deg) for deg in range(40, 79) if arm.inside_m(high(arm, deg))[0] > 0.012)
    watched.look(deeper)
    assert len(watched.told) == 2
    watched.look(high(arm, 30))
    watched.look(inside)
    assert len(watched.told) == 3


def test_readings_that_are_stale_or_seen_already_are_not_looked_at(arm):
    watched = Watched(arm, high(arm, 79))
    watched.arm.fresh = False
    watched.look(high(arm, 79))
    watched.arm.fresh, watched.arm.taken = True, 0
    watched.watch.step()
    assert watched.looks == 0


@pytest.mark.requirement("DIG-4")
def test_what_was_stopped_inside_may_come_out_but_go_no_deeper(arm):
    inside = next(high(arm, deg) for deg in range(40, 79) if arm.inside_m(high(arm, deg))[0] > 0.01)
    turned = [(inside[0] + turn, *inside[1:]) for turn in (-0.3, 0.1)]
    check_trajectory(JointMove(inside, turned[0], 0.4), arm, -0.1)
    with pytest.raises(ReachError, match="keep_out of box 2"):
        check_trajectory(JointMove(inside, turned[1], 0.4), arm, -0.1)


class TestRover:
    """Its lift can put the scoop onto the camera and the body, but never beside them onto the wheels."""

    mission = load_mission("m2_rover")
    model = RoverModel(mission)

    @pytest.mark.requirement("DIG-4")
    @pytest.mark.parametrize(("lift", "curl", "box"), [(-90, -110, 1), (-84, 84, 2), (-80, -45, 2)])
    def test_body_and_camera_are_within_its_joint_limits_and_kept_out_of(self, lift, curl, box):
        q = (0.0, 0.0, radians(lift), radians(curl))
        self.model.check(q)
        with pytest.raises(ReachError, match=f"keep_out of box {box}"):
            self.model.clear(q)

    def test_stow_weighing_and_digging_are_clear(self):
        level = [EdgePose(0.0, 0.0, z, LEVEL_PITCH_RAD) for z in (0.01, 0.05, self.mission.weigh.height_m, 0.2)]
        poses = [self.model.inverse(pose) for pose in level] + [(0.0, 0.0, *self.mission.stow_rad)]
        assert all(self.model.inside_m(q)[0] < -0.005 for q in poses)

    def test_no_angle_brings_anything_as_far_aside_as_the_wheels(self):
        rover = self.mission.rover
        wheels_m = 0.5 * (rover.track_m - rover.wheel_width_m)
        asides = {y for lift in (-90, 0, 85) for curl in (-110, 0, 110)
                  for _, y, _ in self.model.outline_m((0.0, 0.0, radians(lift), radians(curl)))}  # fmt: skip
        assert max(map(abs, asides)) == 0.5 * self.mission.scoop.width_m < wheels_m - 0.02

    def test_wheels_carry_the_boxes_with_them(self):
        assert self.model.reach_m[:2] == (0.0, 0.0)
