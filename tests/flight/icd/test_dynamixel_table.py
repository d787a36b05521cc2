"""The control table: addresses and defaults as published, and a table that can't contradict itself."""

import math

import pytest

from flight.icd.dynamixel_table import (
    BAUD,
    BY_NAME,
    INDIRECT,
    MODELS,
    RAD_S_PER_COUNT,
    REGISTERS,
    TABLE_SIZE,
    Area,
    HardwareError,
)

PUBLISHED = {
    "model_number": (0, 2), "id": (7, 1), "baud_rate": (8, 1), "return_delay": (9, 1), "drive_mode": (10, 1),
    "operating_mode": (11, 1), "homing_offset": (20, 4), "temperature_limit": (31, 1), "max_voltage_limit": (32, 2),
    "min_voltage_limit": (34, 2), "pwm_limit": (36, 2), "current_limit": (38, 2), "velocity_limit": (44, 4),
    "max_position_limit": (48, 4), "min_position_limit": (52, 4), "shutdown": (63, 1), "torque_enable": (64, 1),
    "status_return_level": (68, 1), "hardware_error": (70, 1), "velocity_i_gain": (76, 2), "velocity_p_gain": (78, 2),
    "position_d_gain": (80, 2), "position_i_gain": (82, 2), "position_p_gain": (84, 2), "bus_watchdog": (98, 1),
    "goal_pwm": (100, 2), "goal_current": (102, 2), "goal_velocity": (104, 4), "profile_acceleration": (108, 4),
    "profile_velocity": (112, 4), "goal_position": (116, 4), "realtime_tick": (120, 2), "moving": (122, 1),
    "moving_status": (123, 1), "present_pwm": (124, 2), "present_current": (126, 2), "present_velocity": (128, 4),
    "present_position": (132, 4), "present_voltage": (144, 2), "present_temperature": (146, 1),
}  # fmt: skip


@pytest.mark.parametrize(("name", "place"), PUBLISHED.items())
def test_registers_are_where_the_manual_puts_them(name, place):
    assert (BY_NAME[name].address, BY_NAME[name].size) == place


def test_registers_don_t_overlap():
    taken = [address for r in REGISTERS for address in range(r.address, r.address + r.size)]
    for addresses, data, count in INDIRECT:
        taken += [*range(addresses, addresses + 2 * count), *range(data, data + count)]
    assert len(set(taken)) == len(taken)
    assert max(taken) < TABLE_SIZE


def test_eeprom_ends_at_63():
    assert {r.address for r in REGISTERS if r.area is Area.EEPROM} == {r.address for r in REGISTERS if r.address < 64}


@pytest.mark.parametrize("model", MODELS.values(), ids=str)
def test_every_default_is_within_its_range(model):
    for register in REGISTERS:
        if register.writable:
            assert register.low <= model.default_of(register) <= model.high_of(register), register.name


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_the_ends_of_every_range_fit_the_octets(register):
    for value in (register.low, register.high, register.default):
        assert register.from_bytes(register.to_bytes(value)) == value


def test_factory_shutdown_is_overload_shock_and_overheat():
    assert BY_NAME["shutdown"].default == HardwareError.OVERLOAD | HardwareError.SHOCK | HardwareError.OVERHEAT == 0x34


def test_a_velocity_count_is_0229_rpm():
    assert RAD_S_PER_COUNT * 60 / (2 * math.pi) == pytest.approx(0.229)


@pytest.mark.parametrize(
    ("name", "number", "gear", "torque", "current", "rpm", "constant"),
    [("XM540-W270", 1120, 272.5, 10.6, 4.4, 30, 2.41), ("XM430-W350", 1020, 353.5, 4.1, 2.3, 46, 1.78)],
)
def test_models_are_those_of_the_manual(name, number, gear, torque, current, rpm, constant):
    model = MODELS[name]
    assert (model.number, model.gear, model.stall_torque_nm, model.stall_current_a) == (number, gear, torque, current)
    assert model.no_load_rad_s * 60 / (2 * math.pi) == pytest.approx(rpm)
    assert model.torque_constant_nm_a == constant == pytest.approx(torque / current, rel=1e-2)


def test_rates():
    assert [BAUD[code] for code in range(7)] == [9600, 57600, 115200, 1_000_000, 2_000_000, 3_000_000, 4_000_000]
