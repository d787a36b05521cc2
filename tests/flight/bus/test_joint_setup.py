import struct

import pytest

from flight.bus.joint_state import NEVER_NS
from flight.icd.dynamixel_table import BY_NAME
from flight.icd.events.bus import (
    JointAbsent,
    JointExchangeFailed,
    JointHardwareError,
    JointMissing,
    JointReady,
    JointRebooted,
    JointReleased,
    JointSettingRefused,
    JointWatchdogTripped,
    JointWrongModel,
)

SHUTDOWN = BY_NAME["shutdown"].address


def test_all_joints_are_ready_within_three_seconds_of_a_first_start(rig):
    assert rig.until(lambda: rig.bus.ready, 3.0) > 0
    assert [event.joint for event in rig.told(JointReady)] == [0, 1, 2, 3]


def test_a_joint_that_never_answers_is_told_once_within_four_seconds(rig):
    rig.servos[2].present = False
    rig.run(4)
    assert [event.joint for event in rig.told(JointAbsent)] == [2]
    rig.run(60)
    assert len(rig.told(JointAbsent)) == 1
    assert not rig.told(JointMissing)


def test_a_joint_that_was_absent_and_came_is_told_anew_only_as_missing(rig):
    rig.servos[2].present = False
    rig.run(4)
    rig.servos[2].present = True
    rig.until(lambda: rig.bus.ready)
    rig.servos[2].present = False
    rig.run(3)
    assert [event.joint for event in rig.told(JointMissing)] == [2]
    assert len(rig.told(JointAbsent)) == 1


def test_a_joint_that_starts_within_half_a_second_is_not_told_absent(rig):
    rig.servos[2].deaf_until = rig.now + 500_000_000
    rig.until(lambda: rig.bus.ready)
    assert not rig.told(JointAbsent)


@pytest.mark.parametrize("late_ms", [10, 16, 25])
def test_servos_behind_a_slow_adapter_are_found_and_set_up(rig, late_ms):
    rig.line.late = late_ms * 1_000_000
    rig.until(lambda: rig.bus.ready, 8.0)
    assert [event.joint for event in rig.told(JointReady)] == [0, 1, 2, 3]
    assert not rig.told(JointAbsent)
    rig.run(1)
    assert rig.bus.ready


def test_a_joint_not_heard_yet_has_no_age_that_could_be_taken_for_one(rig):
    rig.servos[2].present = False
    rig.run(3)
    assert [state.heard for state in rig.states] == [True, True, False, True]
    assert rig.states[2].stamp_ns == NEVER_NS
    assert rig.states[2].age_ns(rig.now) > 10**18
    rig.bus.housekeep(rig.now)
    assert rig.bus.joints_hk.joint_age_ms[2] == 65535


def test_set_up_leaves_the_servos_with_the_mission_files_settings(rig, m1):
    rig.start()
    for servo, joint in zip(rig.servos, m1.joint, strict=True):
        assert servo["return_delay"] == 0
        assert servo["operating_mode"] == 5
        assert servo["temperature_limit"] == m1.motion_bus.max_temperature_c
        assert servo["bus_watchdog"] == m1.motion_bus.watchdog_ms // 20
        assert servo["current_limit"] * 2.69e-3 * servo.model.torque_constant_nm_a <= joint.max_torque_nm
        ends = sorted(joint.zero_counts + joint.direction * a * 4096 / 360 for a in (joint.min_deg, joint.max_deg))
        assert servo["min_position_limit"] == pytest.approx(ends[0], abs=1)
        assert servo["max_position_limit"] == pytest.approx(ends[1], abs=1)


def test_the_indirect_map_lists_goals_then_values(rig):
    rig.start()
    names = ["goal_current", "goal_position", "torque_enable", "hardware_error", "bus_watchdog", "present_current",
             "present_velocity", "present_position", "present_voltage", "present_temperature"]  # fmt: skip
    octets = [BY_NAME[name].address + k for name in names for k in range(BY_NAME[name].size)]
    for servo in rig.servos:
        assert list(struct.unpack_from(f"<{len(octets)}H", servo.memory, 168)) == octets


def test_set_up_moves_nothing_and_gives_no_torque(rig):
    rig.servos[1]["present_position"] = 2500
    rig.start()
    for servo in rig.servos:
        assert servo["torque_enable"] == 0
        assert servo["goal_position"] == servo["present_position"]
        assert all(64 not in range(address, address + len(data)) or not any(data) for address, data in servo.written)


def test_a_servo_that_is_set_up_is_not_written_but_for_its_watchdog(make_rig):
    first = make_rig().start()
    second = make_rig()
    for servo, before in zip(second.servos, first.servos, strict=True):
        servo.memory[:] = before.memory
    second.start()
    for servo in second.servos:
        assert {address for address, _ in servo.written} <= {68, 98, 224}


def test_a_restart_of_the_software_keeps_the_torque_that_holds_the_arm(make_rig):
    first = make_rig().start(torque=True)
    second = make_rig()
    for servo, before in zip(second.servos, first.servos, strict=True):
        servo.memory[:] = before.memory
    seen = []
    second.each_frame = lambda: seen.append(all(servo["torque_enable"] for servo in second.servos))
    second.start()
    assert second.bus.powered
    assert all(seen)


def test_torque_is_taken_only_where_a_locked_setting_is_wrong(rig):
    rig.servos[2]["torque_enable"] = 1
    rig.until(lambda: rig.bus.ready)
    (released,) = rig.told(JointReleased)
    assert released.joint == 2
    assert rig.servos[2]["operating_mode"] == 5


def test_a_setting_that_does_not_hold_is_told_and_tried_again_ever_more_rarely(rig):
    rig.servos[1].stubborn[SHUTDOWN] = b"\x01"
    rig.servos[1]["shutdown"] = 1
    rig.run(60)
    refused = rig.told(JointSettingRefused)
    assert {(event.joint, event.address) for event in refused} == {(1, SHUTDOWN)}
    assert len(refused) == 1
    assert not rig.states[1].valid
    assert sum(state.valid for state in rig.states) == 3
    attempts = sum(address == SHUTDOWN for address, _ in rig.servos[1].written)
    assert attempts <= 3 * 12
    del rig.servos[1].stubborn[SHUTDOWN]
    rig.until(lambda: rig.bus.ready, 10.0)


def test_a_servo_of_another_model_is_not_used(rig):
    rig.servos[3].model = rig.servos[0].model
    rig.run(5)
    assert [(event.joint, event.found, event.expected) for event in rig.told(JointWrongModel)] == [(3, 1120, 1020)]
    assert [state.valid for state in rig.states] == [True, True, True, False]


def test_a_latched_hardware_error_is_cleared_by_a_restart(rig):
    rig.servos[0]["hardware_error"] = 0x20
    rig.until(lambda: rig.bus.ready)
    assert [(event.joint, event.bits) for event in rig.told(JointRebooted)] == [(0, 0x20)]
    assert rig.servos[0]["hardware_error"] == 0


def test_a_hardware_error_that_stays_is_shown_after_two_restarts(rig):
    rig.servos[0]["hardware_error"] = 0x04
    rig.servos[0].error_survives = True
    rig.until(lambda: rig.bus.ready)
    rig.run(0.1)
    assert len(rig.told(JointRebooted)) == 2
    assert [(event.joint, event.bits) for event in rig.told(JointHardwareError)] == [(0, 0x04)]
    assert rig.states[0].hardware_error == 0x04


@pytest.mark.requirement("FDI-10")
def test_an_error_is_not_cleared_by_a_restart_that_is_not_allowed(rig):
    asked = []
    rig.bus.may_reboot(lambda joint, bits: bool(asked.append((joint, bits))))
    rig.servos[0]["hardware_error"] = 0x20
    rig.until(lambda: rig.bus.ready)
    assert asked == [(0, 0x20)]
    assert rig.told(JointRebooted) == []


def test_an_alert_of_voltage_alone_is_no_reason_to_let_go(rig):
    rig.servos[0]["hardware_error"] = 0x01
    rig.until(lambda: rig.bus.ready)
    assert rig.told(JointRebooted) == []


def test_a_servo_that_answers_nothing_but_ping_is_made_to_speak(rig):
    silent = rig.servos[2]
    silent["status_return_level"] = 0
    speak = rig.line.obey_one

    def obey_one(servo, frame, now):
        was = servo["status_return_level"]
        answer = speak(servo, frame, now)
        return answer if was == 2 or frame.instruction == 1 else b""

    rig.line.obey_one = obey_one
    rig.until(lambda: rig.bus.ready)
    assert silent["status_return_level"] == 2


def test_a_watchdog_found_tripped_is_told_and_armed(rig):
    rig.start()
    rig.line.is_open = False
    rig.servos[0].present = False
    rig.run(1.0)
    rig.events.clear()
    rig.servos[0].present = True
    rig.until(lambda: rig.bus.ready)
    assert [event.joint for event in rig.told(JointWatchdogTripped)] == [0]
    assert rig.servos[0]["bus_watchdog"] == 10


def test_set_up_goes_on_through_a_noisy_line(rig):
    count = 0

    def spoil(data):
        nonlocal count
        count += 1
        return data if count % 7 else data[:-1]

    rig.line.to_host = spoil
    rig.until(lambda: all(channel.valid for channel in rig.states), 20.0)
    assert rig.told(JointExchangeFailed), "the line was noisy"
    assert not rig.told(JointAbsent)
