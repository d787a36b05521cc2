"""The rover's six servos as the four joints that `rover_kinematics` speaks of.

The wheels turn together and are one joint: its angle is the sum of what their mean has turned, so that a servo that
restarts and counts anew moves nothing; its current is the sum of the four. Its goal is an angle like any other's, which
becomes a speed: that of the goal itself, and what brings the wheels back to it. Wheels that are not heard stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flight.bus.joint_state import JointState
from flight.scoop.odometry import Odometry

_FRAME_S = 0.01
_GAIN_PER_S = 4.0
"""Of the error of the wheels' angle: a speed step of 0.024 rad/s, the servo's finest, is 0.35 deg."""
_MOST_RAD_S = 1.5
_JOINTS = 2


class Bus(Protocol):
    """What is needed of the joint bus."""

    @property
    def states(self) -> Sequence[JointState]:
        """Records of lift, curl and the four wheels."""
        ...

    def set_goals(self, position_rad: Sequence[float], current_limit_a: Sequence[float]) -> None:
        """Goals of lift and curl."""

    def set_speeds(self, rad_s: Sequence[float]) -> None:
        """Speeds of the wheels."""

    def freeze(self) -> None:
        """Stop all."""


class RoverDrive:
    """`states` are live records of (nothing, wheels, lift, curl); `see` brings them up to date once a frame."""

    __slots__ = ("_bus", "_goal_rad", "_last_rad", "_odometry", "_still", "_wheel", "_wheels", "states")

    def __init__(self, bus: Bus, odometry: Odometry) -> None:
        self._bus = bus
        self._odometry = odometry
        self._wheels = tuple(bus.states[_JOINTS:])
        self._still, self._wheel = JointState(), JointState()
        self.states = (self._still, self._wheel, *bus.states[:_JOINTS])
        self._last_rad: list[float] | None = None
        self._goal_rad: float | None = None

    def see(self, now_ns: int) -> None:
        """Take in what the wheels' servos say."""
        wheels, wheel, still = self._wheels, self._wheel, self._still
        wheel.valid = still.valid = all(each.valid for each in wheels)
        if not wheel.valid:
            self._last_rad = None
            return
        stamp_ns = min(each.stamp_ns for each in wheels)
        still.stamp_ns = stamp_ns
        if stamp_ns == wheel.stamp_ns and self._last_rad is not None:
            return
        at_rad = [each.position_rad for each in wheels]
        if self._last_rad is not None:
            a, b, c, d = (new - old for new, old in zip(at_rad, self._last_rad, strict=True))
            wheel.position_rad += 0.25 * (a + b + c + d)
            self._odometry.roll(0.5 * (a + c), 0.5 * (b + d))
        self._last_rad = at_rad
        wheel.velocity_rad_s = sum(each.velocity_rad_s for each in wheels) / len(wheels)
        wheel.current_a = sum(each.current_a for each in wheels)
        wheel.stamp_ns = stamp_ns

    def set_goals(self, position_rad: Sequence[float], current_limit_a: Sequence[float]) -> None:
        """Goals of the four joints, once a frame."""
        self._bus.set_goals(position_rad[_JOINTS:], current_limit_a[_JOINTS:])
        goal_rad = position_rad[1]
        before_rad, self._goal_rad = self._goal_rad, goal_rad
        speed_rad_s = 0.0
        if self._wheel.valid:
            ahead_rad_s = 0.0 if before_rad is None else (goal_rad - before_rad) / _FRAME_S
            speed_rad_s = ahead_rad_s + _GAIN_PER_S * (goal_rad - self._wheel.position_rad)
        speed_rad_s = max(-_MOST_RAD_S, min(_MOST_RAD_S, speed_rad_s))
        self._bus.set_speeds((speed_rad_s,) * len(self._wheels))

    def freeze(self) -> None:
        """Stop: the wheels first, then the joints hold where they are."""
        self._goal_rad = None
        self._bus.freeze()
