"""What servo electronics and physics tell each other: commands one way, measurements the other.

The device models (bytes) write the commands and read the measurements; the plant (physics) does the reverse. Neither
knows the other. Angles are those of the servo's output shaft as its encoder counts them: 0 rad at count 0, 4096 counts
a turn, not wrapped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class ActuatorBank:
    """Commands to and measurements from `count` servos; every attribute is a float64 array of shape (count,).

    All are rows of one array `values` (ROWS, count), so that a compiled kernel takes a single argument;
    row numbers are the positions of the names in `COMMANDS + MEASUREMENTS`.
    """

    COMMANDS = (
        "torque_enable",               # 0 or 1
        "mode",                        # flight.icd.dynamixel_table.OperatingMode
        "goal_position_rad",
        "goal_velocity_rad_s",
        "goal_current_a",
        "goal_pwm",                    # fraction of the supply, -1..1
        "current_limit_a",
        "velocity_limit_rad_s",
        "pwm_limit",                   # fraction
        "position_p", "position_i", "position_d",   # raw gains, registers 84, 82, 80
        "velocity_p", "velocity_i",                 # raw gains, registers 78, 76
        "profile_velocity_rad_s",      # 0: no limit
        "profile_acceleration_rad_s2", # 0: no limit
    )  # fmt: skip
    MEASUREMENTS = (
        "position_rad",  # of the output shaft, before quantisation
        "velocity_rad_s",
        "current_a",
        "pwm",  # fraction applied
        "voltage_v",
        "temperature_c",
        "trajectory_position_rad",  # where the profile generator is
        "trajectory_velocity_rad_s",
    )
    __slots__ = ("count", "values", *COMMANDS, *MEASUREMENTS)

    torque_enable: Floats
    mode: Floats
    goal_position_rad: Floats
    goal_velocity_rad_s: Floats
    goal_current_a: Floats
    goal_pwm: Floats
    current_limit_a: Floats
    velocity_limit_rad_s: Floats
    pwm_limit: Floats
    position_p: Floats
    position_i: Floats
    position_d: Floats
    velocity_p: Floats
    velocity_i: Floats
    profile_velocity_rad_s: Floats
    profile_acceleration_rad_s2: Floats
    position_rad: Floats
    velocity_rad_s: Floats
    current_a: Floats
    pwm: Floats
    voltage_v: Floats
    temperature_c: Floats
    trajectory_position_rad: Floats
    trajectory_velocity_rad_s: Floats

    def __init__(self, count: int) -> None:
        self.count = count
        names = self.COMMANDS + self.MEASUREMENTS
        self.values: Floats = np.zeros((len(names), count))
        for row, name in enumerate(names):
            setattr(self, name, self.values[row])
