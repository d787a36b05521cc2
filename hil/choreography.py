"""What a scoop does for a picture when no flight software is there: its servos told where to go, in virtual time.

A choreography knows the truth of the ground and tracks it blindly: it shows what the bench can do, it is no way to dig.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from flight.icd.dynamixel_table import RAD_PER_COUNT, OperatingMode
from flight.icd.lander_platform import LanderPlatform
from flight.icd.platform import Platform
from flight.icd.rover_platform import RoverPlatform
from hil.plant.rover_truth import RoverTruth
from hil.plant.simulation import Plant

_FRAME_NS = 10_000_000
_LEVEL = -math.pi  # pitch of the arm's scoop with its floor level and open upwards


class EdgePose(NamedTuple):
    """The blade's edge in the arm's plane (r from the arm's base, z in LANDER), the scoop's pitch, and the azimuth."""

    r: float
    z: float
    pitch: float
    azimuth: float = 0.0


class Servos:
    """A platform's servos, led smoothly; `advance` lets the world go on."""

    def __init__(self, platform: Platform, plant: Plant, advance: Callable[[int], None]) -> None:
        self.plant = plant
        self._platform = platform
        self._advance = advance
        self.pose = list(platform.stow_rad)
        """Where the joints are told to be, rad."""
        self.wheel_rad_s = 0.0
        """How fast all wheels are told to turn, forward positive."""
        bank, joints = plant.servos, len(platform.joint)
        bank.mode[:joints] = OperatingMode.CURRENT_BASED_POSITION
        bank.mode[joints:] = OperatingMode.VELOCITY
        bank.position_p[:], bank.position_d[:] = 3200.0, 8000.0
        bank.velocity_p[:], bank.velocity_i[:] = 100.0, 1920.0
        bank.goal_current_a[:] = 2.0
        bank.current_limit_a[:] = 2.3
        bank.pwm_limit[:] = 1.0
        bank.velocity_limit_rad_s[:] = 5.0
        bank.torque_enable[:] = 1.0
        self.hold(0.1)

    def hold(self, seconds: float) -> None:
        """Stay where it is."""
        for _ in range(round(seconds * 100)):
            self._frame()

    def follow(self, at: Callable[[float], Sequence[float]], seconds: float) -> None:
        """Along `at(0)` to `at(1)`, from rest to rest."""
        frames = round(seconds * 100)
        for k in range(1, frames + 1):
            u = k / frames
            self.pose = list(at(u * u * (3.0 - 2.0 * u)))
            self._frame()

    def go(self, pose: Sequence[float], seconds: float) -> None:
        """To a pose, joint by joint."""
        start = list(self.pose)
        self.follow(lambda u: [a + (b - a) * u for a, b in zip(start, pose, strict=True)], seconds)

    def _frame(self) -> None:
        bank = self.plant.servos
        joints = self._platform.joint
        for i, (joint, angle) in enumerate(zip(joints, self.pose, strict=True)):
            bank.goal_position_rad[i] = joint.zero_counts * RAD_PER_COUNT + joint.direction * angle
        for i, servo in enumerate(self._platform.servos[len(joints) :], start=len(joints)):
            bank.goal_velocity_rad_s[i] = servo.direction * self.wheel_rad_s
        self._advance(self.plant.time_ns + _FRAME_NS)


class ArmDance:
    """The lander's scenes."""

    _RADIUS_M, _LENGTH_M = 0.66, 0.15  # of the edge where a pass begins, and how far it is drawn
    _CUTTING = math.radians(-150.0)

    def __init__(self, platform: LanderPlatform, plant: Plant, advance: Callable[[int], None]) -> None:
        self._platform = platform
        self._servos = Servos(platform, plant, advance)
        self._ground_m = plant.deviation.surface_m
        self._at = EdgePose(0.0, 0.0, 0.0)

    def before(self) -> None:
        """Untouched ground, the scoop stowed."""

    def digging(self) -> None:
        """The scoop in the soil, half-way through a pass along the trench of others."""
        self._trench()
        self._cut(0.022, 0.55)

    def full(self) -> None:
        """The scoop level in front of the camera with what it has taken."""
        self._fill()
        self._line(EdgePose(0.50, self._ground_m + 0.17, _LEVEL, 0.10), 3.0)
        self._servos.hold(1.0)

    def after(self) -> None:
        """The trench and what was thrown out of it; the scoop stowed with its sample."""
        self._fill()
        self._servos.go(self._platform.stow_rad, 5.0)
        self._servos.hold(1.0)

    def _reach(self, edge: EdgePose) -> list[float]:
        """Joint angles, elbow up, for a pose of the edge."""
        l1, l2 = self._platform.arm.link_m
        l3 = self._platform.scoop.length_m
        r = edge.r - l3 * math.cos(edge.pitch)
        z = edge.z - l3 * math.sin(edge.pitch) - self._platform.arm.base_m[2]
        elbow = -math.acos((r * r + z * z - l1 * l1 - l2 * l2) / (2.0 * l1 * l2))
        shoulder = math.atan2(z, r) - math.atan2(l2 * math.sin(elbow), l1 + l2 * math.cos(elbow))
        return [edge.azimuth, shoulder, elbow, edge.pitch - shoulder - elbow]

    def _line(self, to: EdgePose, seconds: float) -> None:
        start = self._at
        self._servos.follow(
            lambda u: self._reach(EdgePose(*(a + (b - a) * u for a, b in zip(start, to, strict=True)))), seconds
        )
        self._at = to

    def _trench(self) -> None:
        """Two passes, the soil of which is thrown aside."""
        self._at = EdgePose(0.55, self._ground_m + 0.12, _LEVEL)
        self._servos.go(self._reach(self._at), 4.0)
        for depth_m in (0.008, 0.014):
            self._cut(depth_m, 1.0)
            self._raise(depth_m)
        self._line(EdgePose(0.56, self._ground_m + 0.10, _LEVEL, -0.26), 3.0)
        self._line(EdgePose(0.56, self._ground_m + 0.07, math.radians(-85.0), -0.26), 2.0)
        self._servos.hold(1.0)
        self._line(EdgePose(0.56, self._ground_m + 0.12, _LEVEL, -0.26), 2.0)
        self._line(EdgePose(0.56, self._ground_m + 0.12, _LEVEL), 3.0)

    def _fill(self) -> None:
        self._trench()
        for depth_m in (0.020, 0.025, 0.029):
            self._cut(depth_m, 1.0)
            self._raise(depth_m)

    def _cut(self, depth_m: float, share: float) -> None:
        """Lowers the edge where a pass begins and draws it over a `share` of its length."""
        r, ground = self._RADIUS_M, self._ground_m
        self._line(EdgePose(r, ground + 0.03, self._CUTTING), 2.0)
        self._line(EdgePose(r, ground - depth_m, self._CUTTING), 2.0)
        self._line(EdgePose(r - share * self._LENGTH_M, ground - depth_m, self._CUTTING), 6.0 * share)

    def _raise(self, depth_m: float) -> None:
        r = self._RADIUS_M - self._LENGTH_M
        self._line(EdgePose(r - 0.02, self._ground_m - depth_m + 0.006, _LEVEL), 2.0)
        self._line(EdgePose(r, self._ground_m + 0.10, _LEVEL), 2.0)


SCENES = ("before", "digging", "full", "after")
"""What a choreography can bring about."""


def bring_about(scene: str, platform: Platform, plant: Plant, advance: Callable[[int], None]) -> None:
    """Let the platform act until `scene` is there; `advance(to_ns)` lets the world go on.

    Raises `ValueError` for a scene there is none of.
    """
    dance = _dance_of(platform, plant, advance)
    acts = {"before": dance.before, "digging": dance.digging, "full": dance.full, "after": dance.after}
    if scene not in acts:
        raise ValueError(f"scene {scene!r}: allowed: {', '.join(SCENES)}")
    acts[scene]()


class RoverDance:
    """The rover's scenes: it lowers its scoop and creeps forward; for a look at the trench it backs off."""

    _CUTTING = math.radians(20.0)
    _LENGTH_M = 0.15
    _SHOWN = (math.radians(42.0), math.radians(-42.0))

    def __init__(self, platform: RoverPlatform, plant: Plant, advance: Callable[[int], None]) -> None:
        self._platform = platform
        self._truth = plant.truth
        self._servos = Servos(platform, plant, advance)

    def before(self) -> None:
        """Untouched ground, the scoop stowed."""

    def digging(self) -> None:
        """The scoop in the soil as the rover creeps on."""
        self._pass(0.004)
        self._lower(0.008)
        self._drive_to(0.6 * self._LENGTH_M, 0.02)

    def full(self) -> None:
        """The scoop level in front of the camera with what it has taken."""
        self._fill()
        self._drive_to(-0.08, 0.04)
        self._servos.go(self._SHOWN, 2.0)
        self._servos.hold(1.0)

    def after(self) -> None:
        """The trench ahead, the scoop stowed above it."""
        self._fill()
        self._servos.go(self._platform.stow_rad, 3.0)
        self._drive_to(-0.06, 0.04)

    def _reach(self, depth_m: float, rake: float) -> list[float]:
        """Joint angles of a level rover: the edge `depth_m` under the wheels' plane, the floor at `rake`."""
        rover, length = self._platform.rover, self._platform.scoop.length_m
        down = rover.lift_axis_m[1] + depth_m - length * math.sin(rake)
        lift = math.asin(min(down / rover.lift_m, 1.0))
        return [lift, rake - lift]

    def _drive_to(self, x_m: float, speed_m_s: float) -> None:
        """Straight on or back until it is there, or does not get on."""
        if not isinstance(self._truth, RoverTruth):
            return
        way_m = x_m - self._truth.position_m[0]
        self._servos.wheel_rad_s = math.copysign(speed_m_s / self._platform.rover.wheel_radius_m, way_m)
        for _ in range(round(300.0 * abs(way_m) / speed_m_s)):
            if (x_m - self._truth.position_m[0]) * way_m <= 0.0:
                break
            self._servos.hold(0.01)
        self._servos.wheel_rad_s = 0.0
        self._servos.hold(0.3)

    def _lower(self, depth_m: float) -> None:
        self._servos.go(self._reach(-0.02, self._CUTTING), 2.0)
        self._servos.go(self._reach(depth_m, self._CUTTING), 2.0)

    def _pass(self, depth_m: float) -> None:
        """One cut ahead of where the rover began, the scoop levelled and raised, and back."""
        self._lower(depth_m)
        self._drive_to(self._LENGTH_M, 0.02)
        self._servos.go(self._reach(depth_m - 0.004, 0.0), 2.0)
        self._servos.go(self._SHOWN, 2.0)
        self._drive_to(0.0, 0.04)

    def _fill(self) -> None:
        for depth_m in (0.003, 0.006, 0.009, 0.012):
            self._pass(depth_m)


Dance = ArmDance | RoverDance


def _dance_of(platform: Platform, plant: Plant, advance: Callable[[int], None]) -> Dance:
    if isinstance(platform, LanderPlatform):
        return ArmDance(platform, plant, advance)
    if isinstance(platform, RoverPlatform):
        return RoverDance(platform, plant, advance)
    raise ValueError(f"there is no choreography for a {type(platform).__name__}")
