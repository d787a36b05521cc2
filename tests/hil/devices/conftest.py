"""A stand-in for the physics: shafts that follow their goals, at fixed voltage and temperature."""

import pytest

from flight.icd.dynamixel_table import MODELS, RAD_PER_COUNT, OperatingMode
from hil.devices.servo import Servo
from hil.devices.servo_bus import ServoBus
from hil.plant.actuators import ActuatorBank

POSITION_MODES = (OperatingMode.POSITION, OperatingMode.EXTENDED_POSITION, OperatingMode.CURRENT_BASED_POSITION)


class Shafts:
    """Four servos whose shafts turn to their goals at once (velocity goals in 10 ms steps)."""

    def __init__(self, baud=1_000_000):
        self.bank = ActuatorBank(4)
        self.bank.voltage_v[:] = 12.0
        self.bank.temperature_c[:] = 25.0
        self.bank.position_rad[:] = 2048 * RAD_PER_COUNT
        self.bank.trajectory_position_rad[:] = self.bank.position_rad
        models = ["XM540-W270", "XM540-W270", "XM540-W270", "XM430-W350"]
        self.servos = [Servo(MODELS[name], i + 1, baud, self.bank, i) for i, name in enumerate(models)]
        self.bus = ServoBus(self.servos, self.bank)
        self.now_ns = 0

    def advance(self, to_ns):
        bank = self.bank
        for i in range(bank.count):
            if bank.torque_enable[i]:
                if bank.mode[i] in POSITION_MODES:
                    bank.position_rad[i] = bank.trajectory_position_rad[i] = bank.goal_position_rad[i]
                elif bank.mode[i] == OperatingMode.VELOCITY:
                    bank.velocity_rad_s[i] = bank.goal_velocity_rad_s[i]
                    bank.position_rad[i] += bank.velocity_rad_s[i] * (to_ns - self.now_ns) * 1e-9
        self.now_ns = to_ns
        self.bus.update(to_ns)


@pytest.fixture
def shafts():
    return Shafts()
