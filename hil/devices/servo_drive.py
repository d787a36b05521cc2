"""The side of a servo that turns the shaft: registers in counts to commands in SI, measurements back to counts.

Between the control table and the `ActuatorBank`, and nowhere else, are signs (reverse mode), turns, homing offset and
units. What the e-manual leaves open is stated where it is decided.
"""

from __future__ import annotations

import struct

from flight.icd.dynamixel_table import (
    A_PER_COUNT,
    BY_NAME,
    COUNTS_PER_TURN,
    PWM_PER_COUNT,
    RAD_PER_COUNT,
    RAD_S2_PER_COUNT,
    RAD_S_PER_COUNT,
    V_PER_COUNT,
    OperatingMode,
)
from hil.devices.servo_table import ControlTable
from hil.plant.actuators import ActuatorBank

REVERSE = 0x01
"""Bit of `drive_mode`: the shaft turns the other way for the same values."""
TIME_BASED = 0x04
"""Bit of `drive_mode`: profile registers are times in ms, not a speed and an acceleration."""
TORQUE_ON_BY_GOAL = 0x08
"""Bit of `drive_mode`: a goal written with torque off turns it on."""
MOVING_IN_POSITION, MOVING_PROFILE, MOVING_FOLLOWING_ERROR = 0x01, 0x02, 0x08
"""Bits of `moving_status`; bits 4 and 5 tell the shape of the velocity profile."""
_SHAPE_NONE, _SHAPE_RECTANGLE, _SHAPE_TRIANGLE, _SHAPE_TRAPEZOID = 0x00, 0x10, 0x20, 0x30
GAINS = ("position_p_gain", "position_i_gain", "position_d_gain", "velocity_p_gain", "velocity_i_gain")
_CLOSE_COUNTS = 10  # in position, and following: the e-manual gives no figure
_HOMING_LIMIT_IN_POSITION_MODE = COUNTS_PER_TURN // 4  # e-manual, Homing Offset: larger ones are ignored there
_PRESENT = struct.Struct("<HBBhhiiiiHB")  # registers 120 to 146 without a gap
_PRESENT_AT = 120
_GOAL_AT, _GOAL = 116, struct.Struct("<i")
_EFFORTS_AT, _EFFORTS = 100, struct.Struct("<hh")  # goals of PWM and current

Measurement = list[float]
"""One servo's row of measurements, in the order of `ActuatorBank.MEASUREMENTS`."""


class Drive:
    """Motor, encoder and profile generator of one servo as its firmware sees them; `index` is its place in the bank."""

    __slots__ = (
        "_bank", "_base_counts", "_goal_counts", "_homing_counts", "_index", "_moving_threshold", "_position_rad",
        "_positional",        "_shape", "_sign", "_table", "mode", "on",
    )  # fmt: skip

    def __init__(self, table: ControlTable, bank: ActuatorBank, index: int) -> None:
        self._table = table
        self._bank = bank
        self._index = index
        self.on = False
        """Whether torque is on."""
        self.mode = OperatingMode.POSITION
        self._positional = True
        self._sign = 1
        self._homing_counts = 0
        self._base_counts = 0  # whole turns that the present position does not count
        self._goal_counts = 0
        self._shape = _SHAPE_NONE
        self._moving_threshold = 0.0
        self._position_rad = float(bank.position_rad[index])

    def start(self) -> None:
        """Power-up: torque off, position within one turn, all settings taken from the table."""
        self.on = False
        self._position_rad = float(self._bank.position_rad[self._index])
        self._bank.torque_enable[self._index] = 0.0
        self.configure()
        self.wrap()
        self.reset_goals()
        self.gains()

    def configure(self) -> None:
        """Take over the settings that live in EEPROM: mode, direction, offset, limits."""
        get, bank, i = self._table.get, self._bank, self._index
        self.mode = OperatingMode(get("operating_mode"))
        self._positional = self.mode >= OperatingMode.POSITION and self.mode != OperatingMode.PWM
        self._sign = -1 if get("drive_mode") & REVERSE else 1
        homing = get("homing_offset")
        if self.mode == OperatingMode.POSITION and abs(homing) > _HOMING_LIMIT_IN_POSITION_MODE:
            homing = 0
        self._homing_counts = homing
        self._moving_threshold = get("moving_threshold") * RAD_S_PER_COUNT
        bank.mode[i] = self.mode
        bank.current_limit_a[i] = get("current_limit") * A_PER_COUNT
        bank.velocity_limit_rad_s[i] = get("velocity_limit") * RAD_S_PER_COUNT
        bank.pwm_limit[i] = get("pwm_limit") * PWM_PER_COUNT

    def reset_gains(self) -> None:
        """A change of mode: the controller gains return to their defaults (e-manual, Operating Mode).

        The real ones depend on the mode and are not published; these are the registers' defaults.
        """
        for name in GAINS:
            self._table.set(name, self._table.model.default_of(BY_NAME[name]))
        self.gains()

    def gains(self) -> None:
        """Hand the controller gains to the plant, raw as they are in the registers."""
        get, bank, i = self._table.get, self._bank, self._index
        bank.position_p[i] = get("position_p_gain")
        bank.position_i[i] = get("position_i_gain")
        bank.position_d[i] = get("position_d_gain")
        bank.velocity_p[i] = get("velocity_p_gain")
        bank.velocity_i[i] = get("velocity_i_gain")

    def reset_goals(self) -> None:
        """A change of mode: no profile, goals of PWM and current at their limits (e-manual, Operating Mode)."""
        table = self._table
        table.set("profile_velocity", 0)
        table.set("profile_acceleration", 0)
        table.set("goal_pwm", table.get("pwm_limit"))
        table.set("goal_current", table.get("current_limit"))
        self.hold()

    def switch(self, on: bool) -> None:
        """Torque on or off. On switching on, the goal is where the shaft is: the servo holds, it never jumps."""
        if on == self.on:
            return
        self.on = on
        if on:
            if self.mode == OperatingMode.POSITION:
                self.wrap()
            self.hold()
        self._bank.torque_enable[self._index] = float(on)

    def hold(self) -> None:
        """Set the goals to where the shaft is, at rest."""
        table = self._table
        table.set("goal_velocity", 0)
        table.set("goal_position", self._present_counts(self._position_rad))
        self.efforts()
        self.profile()
        self._bank.goal_velocity_rad_s[self._index] = 0.0
        self._bank.goal_position_rad[self._index] = self._position_rad
        self._goal_counts = table.get("goal_position")
        self._shape = _SHAPE_NONE

    def efforts(self) -> None:
        """The goals of PWM and current; in the position modes they are limits."""
        bank, i, sign = self._bank, self._index, self._sign
        pwm, current = _EFFORTS.unpack_from(self._table.memory, _EFFORTS_AT)
        bank.goal_pwm[i] = sign * pwm * PWM_PER_COUNT
        bank.goal_current_a[i] = sign * current * A_PER_COUNT

    def goal_velocity(self) -> None:
        """The goal of velocity mode."""
        goal = self._sign * self._table.get("goal_velocity") * RAD_S_PER_COUNT
        self._bank.goal_velocity_rad_s[self._index] = goal

    def goal_position(self) -> None:
        """The goal of the position modes."""
        goal: int = _GOAL.unpack_from(self._table.memory, _GOAL_AT)[0]
        if goal != self._goal_counts:
            self._goal_counts = goal
            self._shape_profile()
        encoder_counts = self._sign * (goal - self._homing_counts + self._base_counts)
        self._bank.goal_position_rad[self._index] = encoder_counts * RAD_PER_COUNT

    def profile(self) -> None:
        """Speed and acceleration of the profile generator."""
        speed = self._table.get("profile_velocity") * RAD_S_PER_COUNT
        acceleration = self._table.get("profile_acceleration") * RAD_S2_PER_COUNT
        if not self._table.get("drive_mode") & TIME_BASED:
            self._set_profile(speed, acceleration)

    def _set_profile(self, speed_rad_s: float, acceleration_rad_s2: float) -> None:
        self._bank.profile_velocity_rad_s[self._index] = speed_rad_s
        self._bank.profile_acceleration_rad_s2[self._index] = acceleration_rad_s2

    def _shape_profile(self) -> None:
        """What a new goal position makes of the profile: its times become a speed, and its shape is reported."""
        bank, i = self._bank, self._index
        distance = abs(self._goal_counts - self._present_counts(float(bank.trajectory_position_rad[i]))) * RAD_PER_COUNT
        if self._table.get("drive_mode") & TIME_BASED:
            whole_s = self._table.get("profile_velocity") * 1e-3
            ramp_s = min(self._table.get("profile_acceleration") * 1e-3, whole_s / 2)
            speed = distance / (whole_s - ramp_s) if whole_s > 0 else 0.0
            self._set_profile(speed, speed / ramp_s if ramp_s > 0 else 0.0)
        speed = float(bank.profile_velocity_rad_s[i])
        acceleration = float(bank.profile_acceleration_rad_s2[i])
        if speed == 0.0:
            self._shape = _SHAPE_NONE
        elif acceleration == 0.0:
            self._shape = _SHAPE_RECTANGLE
        else:
            self._shape = _SHAPE_TRIANGLE if distance < speed * speed / acceleration else _SHAPE_TRAPEZOID

    def wrap(self) -> None:
        """Count the present position within one turn: 0 to 4095, before the homing offset."""
        counts = self._sign * round(self._position_rad / RAD_PER_COUNT)
        self._base_counts = counts - counts % COUNTS_PER_TURN

    def _present_counts(self, position_rad: float) -> int:
        return self._sign * round(position_rad / RAD_PER_COUNT) - self._base_counts + self._homing_counts

    def publish(self, tick_ms: int, measured: Measurement) -> None:
        """Write what the plant measured into the registers 120 to 146."""
        position_rad, velocity_rad_s, current_a, pwm, voltage_v, temperature_c, planned_rad, planned_rad_s = measured
        self._position_rad = position_rad
        sign = self._sign
        offset = self._homing_counts - self._base_counts
        present = sign * round(position_rad / RAD_PER_COUNT) + offset
        planned = sign * round(planned_rad / RAD_PER_COUNT) + offset
        status = self._shape
        if self._positional:
            if self.on and planned != self._goal_counts:
                status |= MOVING_PROFILE
            if -_CLOSE_COUNTS <= present - self._goal_counts <= _CLOSE_COUNTS:
                status |= MOVING_IN_POSITION
            if self.on and not -_CLOSE_COUNTS <= present - planned <= _CLOSE_COUNTS:
                status |= MOVING_FOLLOWING_ERROR
        threshold = self._moving_threshold
        moving = bool(status & MOVING_PROFILE) or not -threshold <= velocity_rad_s <= threshold
        _PRESENT.pack_into(
            self._table.memory, _PRESENT_AT,
            tick_ms & 0x7FFF, moving, status,
            round(sign * pwm / PWM_PER_COUNT), round(sign * current_a / A_PER_COUNT),
            round(sign * velocity_rad_s / RAD_S_PER_COUNT), present,
            round(sign * planned_rad_s / RAD_S_PER_COUNT), planned,
            round(voltage_v / V_PER_COUNT), max(0, round(temperature_c)),
        )  # fmt: skip
