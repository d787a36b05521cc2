"""One servo as the driver knows it: what it must be set to, its counts, and how it stands with the exchange.

A `JointChannel` holds an angle (current-based position mode), a `WheelChannel` a speed (velocity mode). Both give their
goals as two numbers in the same places of a frame: a current and a position or velocity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import ClassVar

from flight.bus.joint_state import JointState
from flight.icd.dynamixel_table import (
    A_PER_COUNT,
    BY_NAME,
    MODELS,
    RAD_PER_COUNT,
    RAD_S_PER_COUNT,
    V_PER_COUNT,
    WATCHDOG_TRIPPED,
    WATCHDOG_UNIT_MS,
    OperatingMode,
)
from flight.icd.platform import BusServo, Joint, MotionBus

UNDECIDED = -1
"""Nobody has asked for torque on or off: it stays as it is found."""
JUMP_COUNTS = 300
"""A servo turns 280 deg/s at most, 190 counts in the 60 ms after which values are stale anyway."""
_NO_COUNTS = 1 << 40


class Todo(IntEnum):
    """What has to be done with a servo beside the exchange."""

    NOTHING = 0
    SET_UP = 1
    ARM = 2
    """Arm its watchdog again."""
    REBOOT = 3


class Channel:
    """A servo. Servo angle = zero + direction * angle of what it turns, in counts of 4096 a turn."""

    MODE: ClassVar[OperatingMode]
    GOAL_REGISTER: ClassVar[str]

    __slots__ = (
        "_a_per_count", "_doubted", "_rad_per_count", "_rad_s_per_count", "_zero", "absence_told", "bus", "counts",
        "current_limit", "due_ns", "failures", "goal_counts", "goal_current", "id", "idle_goal", "index",
        "known_error", "looks", "misses", "model", "reboots", "state", "todo", "torque_tries", "torque_wanted", "up",
        "watchdog", "watchdog_read",
    )  # fmt: skip

    def __init__(self, index: int, servo: BusServo, bus: MotionBus, zero_counts: int, current_limit: int) -> None:
        self.index = index
        self.bus = bus
        self.id = servo.id
        self.model = MODELS[servo.servo]
        self.state = JointState()
        self._zero = zero_counts
        self._rad_per_count = servo.direction * RAD_PER_COUNT
        self._rad_s_per_count = servo.direction * RAD_S_PER_COUNT
        self._a_per_count = servo.direction * A_PER_COUNT
        self.current_limit = min(current_limit, self.model.highs["current_limit"])
        self.watchdog = bus.watchdog_ms // WATCHDOG_UNIT_MS

        self.counts = 0
        """Present position."""
        self._doubted = _NO_COUNTS
        self.goal_counts = 0
        """Goal in the unit of its register."""
        self.idle_goal = 0
        """The goal while there is no torque, so that torque, when it comes on, moves nothing."""
        self.goal_current = self.current_limit
        self.watchdog_read = self.watchdog
        self.known_error = 0
        self.torque_wanted = UNDECIDED
        self.torque_tries = 0

        self.up = False
        """Set up, and part of the cyclic exchange."""
        self.todo = Todo.SET_UP
        self.due_ns = 0
        self.misses = 0
        """Grows with each exchange in a row without its answer, see `exchange`."""
        self.failures = 0
        """Attempts to set it up that failed, since it was last up."""
        self.looks = 0
        """Looks for it without an answer, since it was last up."""
        self.absence_told = False
        self.reboots = 0

    def take(self, values: Sequence[int], at: int, stamp_ns: int) -> bool:
        """Take the eight values of a block from `values[at]` on; whether something in them needs a closer look.

        A watchdog that is neither as armed nor tripped says that the servo has lost its settings: then what was read
        is not what it is taken for, and is not used. Nor is a position that no servo could have turned to since the
        last: one checksum in 65536 holds for octets that are wrong. If the next one says the same, it is believed.
        """
        watchdog = values[at + 2]
        if watchdog != self.watchdog:
            self.watchdog_read = watchdog
            if watchdog != WATCHDOG_TRIPPED:
                return True
        torque, error, position, state = values[at], values[at + 1], values[at + 5], self.state
        if (state.valid or not state.believed) and not -JUMP_COUNTS <= position - self.counts <= JUMP_COUNTS:
            if not -JUMP_COUNTS <= position - self._doubted <= JUMP_COUNTS:
                self._doubted = position
                state.doubted += 1
                return False
            self._doubted = _NO_COUNTS
        self.counts = position
        state.position_rad = (position - self._zero) * self._rad_per_count
        state.velocity_rad_s = values[at + 4] * self._rad_s_per_count
        state.current_a = values[at + 3] * self._a_per_count
        state.voltage_v = values[at + 6] * V_PER_COUNT
        state.temperature_c = float(values[at + 7])
        state.hardware_error = error
        state.torque_on = torque == 1
        state.stamp_ns = stamp_ns
        state.valid = state.believed
        self.misses = 0
        self.rest()
        if not torque:
            self.goal_counts = self.idle_goal
        return torque != self.torque_wanted or watchdog != self.watchdog or error != self.known_error

    def rest(self) -> None:
        """Bring `idle_goal` up to date with the counts."""

    def hold(self) -> None:
        """Make the goal one that moves nothing."""
        self.goal_counts = self.idle_goal

    def goal(self) -> float:
        """The goal in the sense of the joint or wheel: rad or rad/s."""
        raise NotImplementedError

    def adopt(self, position: int) -> None:
        """Begin with the servo as it is."""
        self.counts = position
        self.rest()
        self.goal_counts = self.idle_goal

    def drop(self, now_ns: int) -> None:
        """Take the servo out of the exchange; it is looked for from now on."""
        self.up = False
        self.state.valid = False
        self.todo = Todo.SET_UP
        self.due_ns = now_ns
        self.misses = 0


class JointChannel(Channel):
    """A joint's servo, which holds an angle."""

    MODE = OperatingMode.CURRENT_BASED_POSITION
    GOAL_REGISTER = "goal_position"

    __slots__ = ("_high_rad", "_low_rad", "joint")

    def __init__(self, index: int, joint: Joint, bus: MotionBus) -> None:
        limit = int(joint.max_torque_nm / MODELS[joint.servo].torque_constant_nm_a / A_PER_COUNT)
        super().__init__(index, joint, bus, joint.zero_counts, limit)
        self.joint = joint
        self._low_rad = math.radians(joint.min_deg)
        self._high_rad = math.radians(joint.max_deg)

    def limits_counts(self) -> tuple[int, int]:
        """The joint's range in servo counts (least, greatest), within the one turn that the limit registers hold."""
        ends = sorted(self._zero + angle / self._rad_per_count for angle in (self._low_rad, self._high_rad))
        return max(0, math.floor(ends[0])), min(4095, math.ceil(ends[1]))

    def set_goal(self, position_rad: float, current_limit_a: float) -> bool:
        """Take a goal, brought within the joint's limits; whether it was a number."""
        low, high = self._low_rad, self._high_rad
        if position_rad < low:
            position_rad = low
        elif position_rad > high:
            position_rad = high
        current = current_limit_a / A_PER_COUNT
        if not (position_rad - position_rad == 0.0 and current >= 0.0):  # no number, or infinite
            return False
        self.goal_counts = self._zero + round(position_rad / self._rad_per_count)
        self.goal_current = int(current) if current < self.current_limit else self.current_limit
        return True

    def rest(self) -> None:
        """See `Channel`."""
        self.idle_goal = self.counts

    def goal(self) -> float:
        """The goal as a joint angle, rad."""
        return (self.goal_counts - self._zero) * self._rad_per_count


class WheelChannel(Channel):
    """A wheel's servo, which holds a speed. At rest its goal is no speed at all."""

    MODE = OperatingMode.VELOCITY
    GOAL_REGISTER = "goal_velocity"

    __slots__ = ("_most",)

    def __init__(self, index: int, wheel: BusServo, bus: MotionBus) -> None:
        model = MODELS[wheel.servo]
        super().__init__(index, wheel, bus, 0, model.highs["current_limit"])
        self._most = model.default_of(BY_NAME["velocity_limit"])

    def set_speed(self, rad_s: float) -> bool:
        """Take a speed, brought within what the servo allows; whether it was a number."""
        if rad_s - rad_s != 0.0:  # no number, or infinite
            return False
        self.goal_counts = max(-self._most, min(self._most, round(rad_s / self._rad_s_per_count)))
        return True

    def goal(self) -> float:
        """The goal as a speed, rad/s."""
        return self.goal_counts * self._rad_s_per_count
