"""One joint as the driver knows it: what its servo must be set to, its counts, and how it stands with the exchange."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum

from flight.bus.joint_state import JointState
from flight.icd.dynamixel_table import (
    A_PER_COUNT,
    MODELS,
    RAD_PER_COUNT,
    RAD_S_PER_COUNT,
    V_PER_COUNT,
    WATCHDOG_TRIPPED,
    WATCHDOG_UNIT_MS,
)
from flight.icd.platform import Joint, MotionBus

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
    """A joint's servo. Servo angle = zero + direction * joint angle, in counts of 4096 a turn."""

    __slots__ = (
        "_a_per_count", "_doubted", "_high_rad", "_low_rad", "_rad_per_count", "_rad_s_per_count", "_zero",
        "absence_told", "bus", "counts", "current_limit", "due_ns", "failures", "goal_counts", "goal_current", "id",
        "implausible", "index", "joint", "known_error", "looks", "misses", "model", "reboots", "state", "todo",
        "torque_tries", "torque_wanted", "up", "watchdog", "watchdog_read",
    )  # fmt: skip

    def __init__(self, index: int, joint: Joint, bus: MotionBus) -> None:
        self.index = index
        self.joint = joint
        self.bus = bus
        self.id = joint.id
        self.model = MODELS[joint.servo]
        self.state = JointState()
        self._zero = joint.zero_counts
        self._rad_per_count = joint.direction * RAD_PER_COUNT
        self._rad_s_per_count = joint.direction * RAD_S_PER_COUNT
        self._a_per_count = joint.direction * A_PER_COUNT
        self._low_rad = math.radians(joint.min_deg)
        self._high_rad = math.radians(joint.max_deg)
        limit = int(joint.max_torque_nm / self.model.torque_constant_nm_a / A_PER_COUNT)
        self.current_limit = min(limit, self.model.highs["current_limit"])
        self.watchdog = bus.watchdog_ms // WATCHDOG_UNIT_MS

        self.counts = 0
        """Present position."""
        self.implausible = 0
        """Positions that were doubted."""
        self._doubted = _NO_COUNTS
        self.goal_counts = 0
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

    def limits_counts(self) -> tuple[int, int]:
        """The joint's range in servo counts (least, greatest), within the one turn that the limit registers hold."""
        ends = sorted(self._zero + angle / self._rad_per_count for angle in (self._low_rad, self._high_rad))
        return max(0, math.floor(ends[0])), min(4095, math.ceil(ends[1]))

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
        if state.valid and not -JUMP_COUNTS <= position - self.counts <= JUMP_COUNTS:
            if not -JUMP_COUNTS <= position - self._doubted <= JUMP_COUNTS:
                self._doubted = position
                self.implausible += 1
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
        state.valid = True
        self.misses = 0
        if not torque:
            self.goal_counts = position  # so that torque, when it comes on, moves nothing
        return torque != self.torque_wanted or watchdog != self.watchdog or error != self.known_error

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

    def goal_rad(self) -> float:
        """The goal as a joint angle."""
        return (self.goal_counts - self._zero) * self._rad_per_count

    def hold(self) -> None:
        """Make the present position the goal."""
        self.goal_counts = self.counts

    def drop(self, now_ns: int) -> None:
        """Take the servo out of the exchange; it is looked for from now on."""
        self.up = False
        self.state.valid = False
        self.todo = Todo.SET_UP
        self.due_ns = now_ns
        self.misses = 0
