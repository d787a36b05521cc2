"""One joint as the rest of the software sees it."""

from __future__ import annotations

NEVER_NS = -1
"""The stamp of a joint that has not been heard since start."""
_MAX_AGE_NS = 2**63 - 1


class JointState:
    """The latest values of one joint, in the sense of the joint: angles are those of the arm's kinematics.

    `stamp_ns` is the monotonic time they were asked for, `NEVER_NS` before the first; `valid` says that the joint is
    set up and they are fresh. Which sensors are believed, `flight.fdir.sensors` votes on.
    """

    __slots__ = (
        "believed", "current_a", "doubted", "hardware_error", "position_rad", "stamp_ns", "temperature_c",
        "thermometer_good", "torque_on", "valid", "velocity_rad_s", "voltage_v", "voltmeter_good",
    )  # fmt: skip

    def __init__(self) -> None:
        self.position_rad = 0.0
        self.velocity_rad_s = 0.0
        self.current_a = 0.0
        self.voltage_v = 0.0
        self.temperature_c = 0.0
        self.hardware_error = 0
        """Register 70 of the servo, `dynamixel_table.HardwareError`."""
        self.torque_on = False
        self.stamp_ns = NEVER_NS
        self.valid = False
        self.doubted = 0
        """Positions that could not be, each doubted when it came."""
        self.believed = True
        """Whether its encoder is; `valid` is never set while it is not."""
        self.thermometer_good = True
        self.voltmeter_good = True

    @property
    def heard(self) -> bool:
        """Whether there have been values at all."""
        return self.stamp_ns != NEVER_NS

    def age_ns(self, now_ns: int) -> int:
        """Nanoseconds since the values were asked for; more than any clock reads when there have been none."""
        return now_ns - self.stamp_ns if self.stamp_ns != NEVER_NS else _MAX_AGE_NS
