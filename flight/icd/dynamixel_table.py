"""The control table of the X-series servos, and what differs from model to model.

ROBOTIS e-manual of XM540-W270 and XM430-W350. Registers are little-endian. EEPROM registers are locked while torque is
on; RAM registers return to their defaults when the servo restarts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from types import MappingProxyType

COUNTS_PER_TURN = 4096
RAD_PER_COUNT = 2.0 * math.pi / COUNTS_PER_TURN
RAD_S_PER_COUNT = 0.229 * 2.0 * math.pi / 60.0
RAD_S2_PER_COUNT = 214.577 * 2.0 * math.pi / 3600.0
A_PER_COUNT = 2.69e-3
V_PER_COUNT = 0.1
PWM_PER_COUNT = 1.0 / 885.0
WATCHDOG_TRIPPED = 0xFF
"""Read from `bus_watchdog` after it has stopped the servo; goals are refused until 0 is written."""
WATCHDOG_UNIT_MS = 20
RETURN_DELAY_UNIT_US = 2

BAUD = MappingProxyType(
    {0: 9600, 1: 57600, 2: 115200, 3: 1_000_000, 4: 2_000_000, 5: 3_000_000, 6: 4_000_000, 7: 4_500_000}
)
"""Value of register `baud_rate` -> bits per second."""

INDIRECT = ((168, 224, 28), (578, 634, 28))
"""Indirect addressing: (first address register, first data register, number); entry k of the two-octet address
registers names the register that data register k stands for."""


class Area(IntEnum):
    """Where a register lives."""

    EEPROM = 0
    RAM = 1


class OperatingMode(IntEnum):
    """Values of register `operating_mode`."""

    CURRENT = 0
    VELOCITY = 1
    POSITION = 3
    EXTENDED_POSITION = 4
    CURRENT_BASED_POSITION = 5
    PWM = 16


class HardwareError(IntFlag):
    """Bits of registers `hardware_error` and `shutdown`."""

    VOLTAGE = 0x01
    OVERHEAT = 0x04
    ENCODER = 0x08
    SHOCK = 0x10
    OVERLOAD = 0x20


@dataclass(frozen=True)
class Register:
    """One register: octets `address` .. `address + size - 1`.

    `low` .. `high` are the values a write may carry; where a register bounds another, `bounded_by` names it (and the
    bound is its value, or minus that). `scale` turns the raw number into `unit`.
    """

    name: str
    address: int
    size: int
    area: Area
    writable: bool
    low: int
    high: int
    default: int = 0
    signed: bool = False
    unit: str = ""
    scale: float = 1.0
    bounded_by: str = ""

    def to_bytes(self, value: int) -> bytes:
        """`value` as it lies in the table; raises `OverflowError` when it does not fit the register's octets."""
        return value.to_bytes(self.size, "little", signed=self.signed)

    def from_bytes(self, data: bytes) -> int:
        """The value in `data`, which is the register's octets."""
        return int.from_bytes(data, "little", signed=self.signed)


@dataclass(frozen=True)
class Model:
    """A servo model. Torque and current at the output shaft, at 12 V; `defaults` and `highs` are its own registers'.

    `gear_loss` is the share of the torque passed on that the gearbox takes as friction. Derived from the data sheet: at
    the no-load speed 12 V tell the motor's own constant, and the torque per ampere under load is that much less.
    """

    name: str
    number: int
    gear: float
    stall_torque_nm: float
    stall_current_a: float
    no_load_rad_s: float
    torque_constant_nm_a: float
    gear_loss: float
    defaults: MappingProxyType[str, int]
    highs: MappingProxyType[str, int]

    def default_of(self, register: Register) -> int:
        """What `register` holds after a factory reset."""
        return self.defaults.get(register.name, register.default)

    def high_of(self, register: Register) -> int:
        """The largest value `register` takes."""
        return self.highs.get(register.name, register.high)


_U8, _U16, _U31 = 0xFF, 0xFFFF, (1 << 31) - 1
_TURNS = 1_048_575
_E, _R = Area.EEPROM, Area.RAM


def _ro(name: str, address: int, size: int, area: Area = _R, *, signed: bool = False, unit: str = "",
        scale: float = 1.0, default: int = 0) -> Register:  # fmt: skip
    return Register(name, address, size, area, False, 0, 0, default, signed, unit, scale)


def _rw(at: tuple[str, int, int, Area], low: int, high: int, default: int = 0, *, unit: str = "",
        scale: float = 1.0, bounded_by: str = "") -> Register:  # fmt: skip
    name, address, size, area = at
    return Register(name, address, size, area, True, low, high, default, low < 0, unit, scale, bounded_by)


REGISTERS: tuple[Register, ...] = (
    _ro("model_number", 0, 2, _E),
    _ro("model_information", 2, 4, _E),
    _ro("firmware_version", 6, 1, _E, default=46),
    _rw(("id", 7, 1, _E), 0, 252, 1),
    _rw(("baud_rate", 8, 1, _E), 0, 7, 1),
    _rw(("return_delay", 9, 1, _E), 0, 254, 250, unit="us", scale=RETURN_DELAY_UNIT_US),
    _rw(("drive_mode", 10, 1, _E), 0, 13),
    _rw(("operating_mode", 11, 1, _E), 0, 16, OperatingMode.POSITION),
    _rw(("secondary_id", 12, 1, _E), 0, 255, 255),
    _rw(("protocol_type", 13, 1, _E), 1, 2, 2),
    _rw(("homing_offset", 20, 4, _E), -1_044_479, 1_044_479, 0, unit="rad", scale=RAD_PER_COUNT),
    _rw(("moving_threshold", 24, 4, _E), 0, 1023, 10, unit="rad/s", scale=RAD_S_PER_COUNT),
    _rw(("temperature_limit", 31, 1, _E), 0, 100, 80, unit="degC"),
    _rw(("max_voltage_limit", 32, 2, _E), 95, 160, 160, unit="V", scale=V_PER_COUNT),
    _rw(("min_voltage_limit", 34, 2, _E), 95, 160, 95, unit="V", scale=V_PER_COUNT),
    _rw(("pwm_limit", 36, 2, _E), 0, 885, 885, scale=PWM_PER_COUNT),
    _rw(("current_limit", 38, 2, _E), 0, 2047, 2047, unit="A", scale=A_PER_COUNT),
    _rw(("velocity_limit", 44, 4, _E), 0, 1023, 200, unit="rad/s", scale=RAD_S_PER_COUNT),
    _rw(("max_position_limit", 48, 4, _E), 0, 4095, 4095, unit="rad", scale=RAD_PER_COUNT),
    _rw(("min_position_limit", 52, 4, _E), 0, 4095, 0, unit="rad", scale=RAD_PER_COUNT),
    _rw(("startup_configuration", 60, 1, _E), 0, 3),
    _rw(("shutdown", 63, 1, _E), 0, 0x3F, 0x34),
    _rw(("torque_enable", 64, 1, _R), 0, 1),
    _rw(("led", 65, 1, _R), 0, 1),
    _rw(("status_return_level", 68, 1, _R), 0, 2, 2),
    _ro("registered_instruction", 69, 1),
    _ro("hardware_error", 70, 1),
    _rw(("velocity_i_gain", 76, 2, _R), 0, 16383, 1920),
    _rw(("velocity_p_gain", 78, 2, _R), 0, 16383, 100),
    _rw(("position_d_gain", 80, 2, _R), 0, 16383, 0),
    _rw(("position_i_gain", 82, 2, _R), 0, 16383, 0),
    _rw(("position_p_gain", 84, 2, _R), 0, 16383, 800),
    _rw(("feedforward_2nd_gain", 88, 2, _R), 0, 16383),
    _rw(("feedforward_1st_gain", 90, 2, _R), 0, 16383),
    _rw(("bus_watchdog", 98, 1, _R), 0, 127, 0, unit="s", scale=WATCHDOG_UNIT_MS * 1e-3),
    _rw(("goal_pwm", 100, 2, _R), -885, 885, 885, scale=PWM_PER_COUNT, bounded_by="pwm_limit"),
    _rw(("goal_current", 102, 2, _R), -2047, 2047, 2047, unit="A", scale=A_PER_COUNT, bounded_by="current_limit"),
    _rw(
        ("goal_velocity", 104, 4, _R), -1023, 1023, 0, unit="rad/s", scale=RAD_S_PER_COUNT, bounded_by="velocity_limit"
    ),
    _rw(("profile_acceleration", 108, 4, _R), 0, 32767, 0, unit="rad/s2", scale=RAD_S2_PER_COUNT),
    _rw(("profile_velocity", 112, 4, _R), 0, 32767, 0, unit="rad/s", scale=RAD_S_PER_COUNT),
    _rw(("goal_position", 116, 4, _R), -_TURNS, _TURNS, 0, unit="rad", scale=RAD_PER_COUNT),
    _ro("realtime_tick", 120, 2, unit="s", scale=1e-3),
    _ro("moving", 122, 1),
    _ro("moving_status", 123, 1),
    _ro("present_pwm", 124, 2, signed=True, scale=PWM_PER_COUNT),
    _ro("present_current", 126, 2, signed=True, unit="A", scale=A_PER_COUNT),
    _ro("present_velocity", 128, 4, signed=True, unit="rad/s", scale=RAD_S_PER_COUNT),
    _ro("present_position", 132, 4, signed=True, unit="rad", scale=RAD_PER_COUNT),
    _ro("velocity_trajectory", 136, 4, signed=True, unit="rad/s", scale=RAD_S_PER_COUNT),
    _ro("position_trajectory", 140, 4, signed=True, unit="rad", scale=RAD_PER_COUNT),
    _ro("present_voltage", 144, 2, unit="V", scale=V_PER_COUNT),
    _ro("present_temperature", 146, 1, unit="degC"),
    _ro("backup_ready", 147, 1),
)
"""All registers but the indirect ones (see `INDIRECT`), in order of address."""

BY_NAME = MappingProxyType({register.name: register for register in REGISTERS})
TABLE_SIZE = 662
"""Octets of the table, the second indirect range included."""


def _model(name: str, number: int, gear: float, *, torque_nm: float, current_a: float, rpm: float,
           constant_nm_a: float, gear_loss: float, current_limit: int, velocity_limit: int) -> Model:  # fmt: skip
    defaults = {"model_number": number, "current_limit": current_limit, "velocity_limit": velocity_limit,
                "goal_current": current_limit}  # fmt: skip
    return Model(
        name, number, gear, torque_nm, current_a, rpm * 2.0 * math.pi / 60.0, constant_nm_a, gear_loss,
        MappingProxyType(defaults), MappingProxyType({"current_limit": current_limit, "goal_current": current_limit}),
    )  # fmt: skip


MODELS = MappingProxyType(
    {
        "XM540-W270": _model(
            "XM540-W270",
            1120,
            272.5,
            torque_nm=10.6,
            current_a=4.4,
            rpm=30.0,
            constant_nm_a=2.41,
            gear_loss=0.55,
            current_limit=2047,
            velocity_limit=128,
        ),
        "XM430-W350": _model(
            "XM430-W350",
            1020,
            353.5,
            torque_nm=4.1,
            current_a=2.3,
            rpm=46.0,
            constant_nm_a=1.78,
            gear_loss=0.35,
            current_limit=1193,
            velocity_limit=200,
        ),
    }
)
"""Servo models by the name a mission file gives them."""
