"""One servo: access rules, modes, limits, what it hands to the plant, how it protects itself."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.dynamixel import ALERT, Error
from flight.icd.dynamixel_table import (
    A_PER_COUNT,
    BY_NAME,
    MODELS,
    RAD_PER_COUNT,
    RAD_S2_PER_COUNT,
    RAD_S_PER_COUNT,
    WATCHDOG_TRIPPED,
    HardwareError,
    OperatingMode,
)
from hil.devices.servo_table import ControlTable

MS = 1_000_000


def put(servo, name, value):
    register = BY_NAME[name]
    return servo.write(register.address, register.to_bytes(value))


def get(servo, name):
    register = BY_NAME[name]
    error, data = servo.read(register.address, register.size)
    assert error == 0
    return register.from_bytes(data)


@pytest.fixture
def servo(shafts):
    return shafts.servos[0]


# Access


def test_eeprom_is_locked_while_torque_is_on(servo):
    assert put(servo, "current_limit", 500) == 0
    put(servo, "torque_enable", 1)
    assert put(servo, "current_limit", 600) == Error.ACCESS
    assert get(servo, "current_limit") == 500


@pytest.mark.parametrize("name", ["model_number", "present_position", "hardware_error"])
def test_read_only_registers_refuse(servo, name):
    assert put(servo, name, 1) == Error.ACCESS


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", 253), ("operating_mode", 2), ("temperature_limit", 101), ("pwm_limit", 886), ("torque_enable", 2),
     ("current_limit", 2048), ("bus_watchdog", 128)],
)  # fmt: skip
def test_values_out_of_their_register_s_range_are_refused(servo, name, value):
    before = get(servo, name)
    assert put(servo, name, value) == Error.DATA_RANGE
    assert get(servo, name) == before


def test_goals_beyond_a_limit_are_refused(servo):
    put(servo, "current_limit", 100)
    put(servo, "min_position_limit", 1000)
    assert put(servo, "goal_current", 101) == Error.DATA_LIMIT
    assert put(servo, "goal_current", -101) == Error.DATA_LIMIT
    assert put(servo, "goal_position", 999) == Error.DATA_LIMIT
    assert put(servo, "goal_velocity", 129) == Error.DATA_LIMIT
    assert put(servo, "goal_position", 1000) == 0


def test_part_of_a_register_can_not_be_written(servo):
    assert servo.write(116, b"\0\0") == Error.DATA_LENGTH
    assert servo.write(117, b"\0\0\0\0") == Error.DATA_LENGTH


def test_a_write_over_a_gap_is_refused(servo):
    assert servo.write(65, bytes(4)) == Error.ACCESS


def test_a_refused_register_refuses_the_whole_write(servo):
    data = struct.pack("<iii", 5, 6, 5000)
    assert servo.write(108, data) == Error.DATA_LIMIT
    assert (get(servo, "profile_acceleration"), get(servo, "profile_velocity")) == (0, 0)


def test_gaps_read_zero_and_beyond_the_end_is_an_error(servo):
    assert servo.read(14, 6) == (0, bytes(6))
    assert servo.read(661, 1)[0] == 0
    assert servo.read(661, 2)[0] == Error.ACCESS


# Indirect addressing


def point(servo, entry, addresses, first=168):
    assert servo.write(first + 2 * entry, struct.pack(f"<{len(addresses)}H", *addresses)) == 0


def test_indirect_data_reads_what_its_addresses_name(servo, shafts):
    point(servo, 0, [146, 132, 133, 134, 135, 70])
    shafts.advance(MS)
    assert servo.read(224, 6) == (0, bytes([25]) + (2048).to_bytes(4, "little") + b"\0")


def test_indirect_data_can_be_pointed_elsewhere(servo):
    point(servo, 0, [146])
    servo.read(224, 1)
    point(servo, 0, [65])
    put(servo, "led", 1)
    assert servo.read(224, 1) == (0, b"\x01")


def test_indirect_writes_act_and_are_checked_as_direct_ones(servo, shafts):
    put(servo, "torque_enable", 1)
    point(servo, 0, [116, 117, 118, 119, 65])
    assert servo.write(224, struct.pack("<iB", 1000, 1)) == 0
    assert shafts.bank.goal_position_rad[0] == pytest.approx(1000 * RAD_PER_COUNT, rel=1e-12)
    assert get(servo, "led") == 1
    assert servo.write(224, struct.pack("<iB", 5000, 1)) == Error.DATA_LIMIT
    assert servo.write(224, b"\0\0") == Error.DATA_LENGTH


def test_unpointed_indirect_data_is_memory_of_its_own(servo):
    assert servo.write(230, b"\x12\x34") == 0
    assert servo.read(230, 2) == (0, b"\x12\x34")


def test_the_second_indirect_block_works_alike(servo):
    point(servo, 0, [144, 145], first=578)
    assert servo.read(634, 2) == (0, (120).to_bytes(2, "little"))


def test_eeprom_can_not_be_reached_indirectly(servo):
    assert servo.write(168, struct.pack("<H", 38)) == Error.DATA_RANGE


@given(st.integers(64, 600), st.integers(1, 40))
def test_a_read_is_the_reads_of_its_parts(start, size):
    table = ControlTable(MODELS["XM540-W270"])
    table.memory[64:168] = bytes(range(104))
    table.memory[168:170] = struct.pack("<H", 130)
    table.remap()
    whole = table.read(start, size)
    assert whole == b"".join(table.read(at, 1) for at in range(start, start + size))


# What the plant gets


def test_settings_reach_the_plant_in_si_units(servo, shafts):
    bank = shafts.bank
    put(servo, "operating_mode", OperatingMode.CURRENT_BASED_POSITION)
    put(servo, "current_limit", 1000)
    put(servo, "goal_current", 500)
    put(servo, "profile_velocity", 40)
    put(servo, "profile_acceleration", 20)
    put(servo, "position_p_gain", 700)
    put(servo, "torque_enable", 1)
    assert bank.mode[0] == OperatingMode.CURRENT_BASED_POSITION
    assert bank.current_limit_a[0] == pytest.approx(2.69)
    assert bank.goal_current_a[0] == pytest.approx(500 * A_PER_COUNT)
    assert bank.profile_velocity_rad_s[0] == pytest.approx(40 * 0.229 * 2 * math.pi / 60)
    assert bank.profile_acceleration_rad_s2[0] == pytest.approx(20 * RAD_S2_PER_COUNT)
    assert bank.position_p[0] == 700
    assert bank.torque_enable[0] == 1


def test_torque_on_holds_where_the_shaft_is(servo, shafts):
    shafts.bank.position_rad[0] = 1234 * RAD_PER_COUNT
    shafts.advance(MS)
    put(servo, "goal_position", 3000)
    put(servo, "torque_enable", 1)
    assert get(servo, "goal_position") == 1234
    assert shafts.bank.goal_position_rad[0] == shafts.bank.position_rad[0]


def test_goal_and_present_position_agree(servo, shafts):
    put(servo, "torque_enable", 1)
    put(servo, "goal_position", 777)
    shafts.advance(MS)
    assert get(servo, "present_position") == 777


@pytest.mark.parametrize("homing", [0, 300, -1000])
@pytest.mark.parametrize("reverse", [0, 1])
def test_offset_and_direction_apply_to_goal_and_present_alike(servo, shafts, homing, reverse):
    put(servo, "drive_mode", reverse)
    put(servo, "homing_offset", homing)
    put(servo, "torque_enable", 1)
    put(servo, "goal_position", 900)
    shafts.advance(MS)
    assert get(servo, "present_position") == 900
    before = shafts.bank.position_rad[0]
    put(servo, "goal_position", 901)
    assert shafts.bank.goal_position_rad[0] - before == pytest.approx((-1 if reverse else 1) * RAD_PER_COUNT)


def test_extended_positions_count_turns(servo, shafts):
    put(servo, "operating_mode", OperatingMode.EXTENDED_POSITION)
    put(servo, "torque_enable", 1)
    assert put(servo, "goal_position", -10_000) == 0
    shafts.advance(MS)
    assert get(servo, "present_position") == -10_000


def test_velocity_mode_turns(servo, shafts):
    put(servo, "operating_mode", OperatingMode.VELOCITY)
    put(servo, "torque_enable", 1)
    put(servo, "goal_velocity", -100)
    shafts.advance(10 * MS)
    assert shafts.bank.velocity_rad_s[0] == pytest.approx(-100 * RAD_S_PER_COUNT)
    assert (get(servo, "present_velocity"), get(servo, "moving")) == (-100, 1)


def test_a_change_of_mode_resets_goals_profile_and_gains(servo, shafts):
    put(servo, "position_p_gain", 100)
    put(servo, "goal_pwm", 100)
    put(servo, "profile_velocity", 40)
    put(servo, "operating_mode", OperatingMode.CURRENT_BASED_POSITION)
    assert (get(servo, "goal_pwm"), get(servo, "goal_current"), get(servo, "profile_velocity")) == (885, 2047, 0)
    assert get(servo, "position_p_gain") == shafts.bank.position_p[0] == 800


def test_a_lower_current_limit_brings_the_goal_down(servo, shafts):
    put(servo, "current_limit", 200)
    assert get(servo, "goal_current") == 200
    assert shafts.bank.goal_current_a[0] == pytest.approx(200 * A_PER_COUNT)


def test_a_time_based_profile_takes_its_time(servo, shafts):
    put(servo, "drive_mode", 0x04)
    put(servo, "torque_enable", 1)
    put(servo, "profile_velocity", 2000)
    put(servo, "profile_acceleration", 500)
    put(servo, "goal_position", 2048 + 1024)
    speed = shafts.bank.profile_velocity_rad_s[0]
    assert speed * 1.5 == pytest.approx(math.pi / 2)
    assert shafts.bank.profile_acceleration_rad_s2[0] * 0.5 == pytest.approx(speed)


def test_torque_on_by_goal_update(servo, shafts):
    put(servo, "drive_mode", 0x08)
    put(servo, "goal_position", 500)
    assert servo.torque_on
    assert shafts.bank.goal_position_rad[0] == pytest.approx(500 * RAD_PER_COUNT)


# What the registers show


def test_measurements_are_quantised_as_the_servo_does(servo, shafts):
    bank = shafts.bank
    bank.position_rad[0], bank.velocity_rad_s[0] = 1.0, -0.5
    bank.current_a[0], bank.pwm[0], bank.voltage_v[0], bank.temperature_c[0] = -1.5, 0.25, 11.84, 41.6
    shafts.advance(1234 * MS)
    assert get(servo, "present_position") == round(1.0 / (2 * math.pi) * 4096)
    assert get(servo, "present_velocity") == round(-0.5 / (0.229 * 2 * math.pi / 60))
    assert get(servo, "present_current") == round(-1.5 / 2.69e-3)
    assert get(servo, "present_pwm") == round(0.25 * 885)
    assert (get(servo, "present_voltage"), get(servo, "present_temperature")) == (118, 42)
    assert get(servo, "realtime_tick") == 1234


def test_the_tick_wraps_at_32768_ms(servo, shafts):
    shafts.advance(32_770 * MS)
    assert get(servo, "realtime_tick") == 2


def test_moving_status_tells_profile_and_arrival(servo, shafts):
    put(servo, "torque_enable", 1)
    put(servo, "profile_velocity", 10)
    put(servo, "profile_acceleration", 100)
    put(servo, "goal_position", 3000)
    shafts.bus.update(MS)  # the shaft has not moved yet
    assert get(servo, "moving_status") & 0x33 == 0x32  # trapezium, under way, not there
    assert get(servo, "moving") == 1
    shafts.advance(2 * MS)
    assert get(servo, "moving_status") & 0x03 == 0x01
    assert get(servo, "moving") == 0


# Protection


def test_overheating_sets_the_alert_and_lets_go_until_reboot(servo, shafts):
    put(servo, "torque_enable", 1)
    shafts.bank.temperature_c[0] = 80.6
    shafts.advance(MS)
    assert servo.alert == ALERT
    assert get(servo, "hardware_error") == HardwareError.OVERHEAT
    assert shafts.bank.torque_enable[0] == 0
    put(servo, "torque_enable", 1)
    assert (get(servo, "torque_enable"), servo.torque_on) == (0, False)
    shafts.bank.temperature_c[0] = 30.0
    servo.reboot(2 * MS)
    shafts.advance(3 * MS)
    assert servo.alert == 0
    put(servo, "torque_enable", 1)
    assert servo.torque_on


def test_an_error_that_shutdown_does_not_name_only_alerts(servo, shafts):
    put(servo, "torque_enable", 1)
    shafts.bank.voltage_v[0] = 9.0
    shafts.advance(MS)
    assert get(servo, "hardware_error") == HardwareError.VOLTAGE
    assert servo.alert == ALERT
    assert servo.torque_on


def test_overload_must_last(servo, shafts):
    put(servo, "torque_enable", 1)
    shafts.bank.current_a[0] = 4.3
    for ms in range(0, 1000, 10):
        shafts.advance(ms * MS)
    assert servo.torque_on
    shafts.advance(1000 * MS)
    assert (get(servo, "hardware_error"), servo.torque_on) == (HardwareError.OVERLOAD, False)


def test_a_load_that_lets_up_is_no_overload(servo, shafts):
    shafts.bank.current_a[0] = 4.3
    shafts.advance(900 * MS)
    shafts.bank.current_a[0] = 1.0
    shafts.advance(910 * MS)
    shafts.bank.current_a[0] = 4.3
    shafts.advance(920 * MS)
    shafts.advance(1800 * MS)
    assert servo.alert == 0


@pytest.mark.parametrize("error", [HardwareError.SHOCK, HardwareError.ENCODER])
def test_faults_inside_the_servo_show_and_shut_down_as_configured(servo, error):
    put(servo, "torque_enable", 1)
    servo.fail(error)
    assert get(servo, "hardware_error") == error
    assert servo.torque_on == (error == HardwareError.ENCODER)  # factory shutdown: 0x34


# Bus watchdog


def armed(servo, shafts, period_20ms=10):
    put(servo, "torque_enable", 1)
    put(servo, "profile_velocity", 40)
    put(servo, "bus_watchdog", period_20ms)
    servo.heard_ns = 0
    shafts.advance(200 * MS)
    assert get(servo, "bus_watchdog") == period_20ms


def test_silence_stops_the_servo_and_locks_its_goals(servo, shafts):
    armed(servo, shafts)
    shafts.bank.position_rad[0] = 1500 * RAD_PER_COUNT  # caught on the way
    shafts.bank.goal_position_rad[0] = 1500 * RAD_PER_COUNT
    shafts.advance(201 * MS)
    assert get(servo, "bus_watchdog") == WATCHDOG_TRIPPED
    assert servo.torque_on
    assert get(servo, "goal_position") == 1500
    assert get(servo, "profile_velocity") == 0
    assert put(servo, "goal_position", 100) == Error.DATA_RANGE
    assert put(servo, "bus_watchdog", 10) == Error.DATA_RANGE
    assert put(servo, "bus_watchdog", 0) == 0
    assert put(servo, "goal_position", 100) == 0


def test_instructions_keep_the_watchdog_quiet(servo, shafts):
    armed(servo, shafts)
    servo.heard_ns = 150 * MS
    shafts.advance(350 * MS)
    assert get(servo, "bus_watchdog") == 10
    shafts.advance(351 * MS)
    assert get(servo, "bus_watchdog") == WATCHDOG_TRIPPED


def test_without_torque_the_watchdog_sleeps(servo, shafts):
    put(servo, "bus_watchdog", 1)
    shafts.advance(10_000 * MS)
    assert get(servo, "bus_watchdog") == 1


def test_a_turning_servo_is_stopped_by_its_watchdog(servo, shafts):
    put(servo, "operating_mode", OperatingMode.VELOCITY)
    put(servo, "torque_enable", 1)
    put(servo, "goal_velocity", 50)
    put(servo, "bus_watchdog", 5)
    shafts.advance(101 * MS)
    shafts.advance(110 * MS)
    assert (get(servo, "goal_velocity"), shafts.bank.velocity_rad_s[0]) == (0, 0.0)
