"""What goes wrong on the wire costs the data of that frame and one event, and is made good without anybody's help."""

import random

import pytest

from flight.icd.dynamixel import encode
from flight.icd.events.bus import (
    ExchangeFault,
    JointBaudFound,
    JointBusSilent,
    JointExchangeFailed,
    JointHardwareError,
    JointMissing,
    JointReady,
    JointRestarted,
    JointWatchdogTripped,
    PatienceChanged,
    PortLost,
    PortOpened,
    PortUnavailable,
    ReadModeChanged,
)

MS = 1_000_000


def once(change):
    """`change` for the next frame alone."""
    left = [1]

    def apply(data):
        if left[0]:
            left[0] = 0
            return change(data)
        return data

    return apply


def flip(data):
    return data[:20] + bytes((data[20] ^ 4,)) + data[21:]


@pytest.mark.parametrize(
    ("side", "change", "fault"),
    [
        ("to_host", flip, ExchangeFault.CORRUPT),
        ("to_host", lambda data: data[:20] + data[21:], ExchangeFault.BROKEN),
        ("to_host", lambda data: data[:1] + data[2:], ExchangeFault.BROKEN),
        ("to_host", lambda data: b"", ExchangeFault.SILENT),
        ("to_servos", lambda data: data[:-1], ExchangeFault.SILENT),
    ],
    ids=["bit flip", "dropped byte", "dropped header byte", "lost answer", "lost ask"],
)
@pytest.mark.requirement("BUS-1")
def test_one_spoilt_exchange_costs_one_frames_data_and_one_event(rig, side, change, fault):
    rig.start(torque=True)
    setattr(rig.line, side, once(change))
    ages = []
    for _ in range(20):
        rig.frame()
        ages.append(max(rig.ages_ms()))
    assert sorted(ages)[-2:] == [9, 19]
    assert [type(event) for event in rig.events] == [JointExchangeFailed]
    assert rig.events[0].fault is fault
    assert rig.bus._exchange.fast


@pytest.mark.requirement("FDI-2")
def test_a_position_too_far_from_the_last_is_believed_only_when_it_comes_again(rig):
    """A checksum lets one wrong value in 65536 through; an encoder that has slipped goes on saying the same."""
    rig.start()
    servo = rig.line.servos[2]
    before = rig.bus.states[2].position_rad
    servo["present_position"] += 1500
    rig.frame()
    rig.frame()
    assert rig.bus.states[2].position_rad == before
    assert rig.bus.states[2].valid
    rig.run(0.03)
    assert abs(rig.bus.states[2].position_rad - before) > 2.0
    rig.bus.housekeep(0)
    assert rig.bus.hk.implausible == 1


def test_of_a_damaged_chain_the_part_before_the_damage_is_used(rig):
    rig.start()
    rig.line.to_host = once(lambda data: data[:60] + bytes((data[60] ^ 1,)) + data[61:])
    rig.run(0.02)
    assert rig.ages_ms() == [9, 9, 19, 19]
    assert [event.missing for event in rig.told(JointExchangeFailed)] == [0b1100]


@pytest.mark.requirement("BUS-2")
def test_a_late_answer_is_not_taken_for_the_next_ones(rig):
    """The position tells when it was read: it must be that of the ask it is stamped with."""
    rig.start()

    def clock(servo, now):
        servo["present_position"] = now // MS

    rig.line.before_answer = clock
    late = iter([0] * 5 + [12 * MS] + [0] * 5 + [23 * MS] + [0] * 5 + [35 * MS, 0, 35 * MS] + [0] * 50)
    sent = rig.line.write

    def write(data, now):
        rig.line.late = next(late)
        sent(data, now)

    rig.line.write = write
    rig.run(0.02)
    for _ in range(60):
        rig.frame()
        for state, servo in zip(rig.states, rig.bus._channels, strict=True):
            assert servo.counts == pytest.approx(state.stamp_ns / MS, abs=1.0)
    assert rig.bus.hk.late >= 2


def test_a_late_answer_costs_one_frames_data(rig):
    rig.start()
    rig.line.late = 12 * MS
    rig.frame()
    rig.line.late = 0
    ages = []
    for _ in range(10):
        rig.frame()
        ages.append(max(rig.ages_ms()))
    assert sorted(ages)[-2:] == [9, 19]


@pytest.mark.parametrize("stall_ms", [20, 40, 60, 80])
def test_what_an_adapter_held_back_is_not_taken_for_something_new(rig, stall_ms):
    rig.start()
    rig.line.before_answer = lambda servo, now: servo.__setitem__("present_position", now // MS)
    rig.run(0.02)
    rig.line.stalled_until = rig.now + stall_ms * MS
    for _ in range(30):
        rig.frame()
        for state, channel in zip(rig.states, rig.bus._channels, strict=True):
            assert channel.counts == pytest.approx(state.stamp_ns / MS, abs=1.0)
    assert rig.bus.ready


@pytest.mark.parametrize("late_ms", [10, 16, 25])
def test_answers_that_are_always_late_are_given_more_time(rig, late_ms):
    rig.start()
    rig.line.late = late_ms * MS
    rig.run(0.3)
    assert rig.told(PatienceChanged)
    ages = []
    for _ in range(100):
        rig.frame()
        ages.append(max(rig.ages_ms()))
    assert max(ages) <= 2 * late_ms + 30
    assert rig.bus.ready
    assert not rig.told(JointMissing)


def test_patience_ends_when_answers_come_in_time_again(rig):
    rig.start()
    rig.line.late = 16 * MS
    rig.run(1)
    rig.line.late = 0
    rig.run(25)
    assert rig.bus._exchange.patience == 1


def test_a_missing_servo_costs_the_others_one_frames_data(rig):
    rig.start()
    rig.servos[1].present = False
    ages = []
    for _ in range(300):
        rig.frame()
        ages.append([rig.ages_ms()[k] for k in (0, 2, 3)])
    worst = [max(column) for column in zip(*ages, strict=True)]
    assert max(worst) == 19  # a look for the missing one takes a frame's data, too
    assert [event.joint for event in rig.told(JointMissing)] == [1]
    assert not rig.states[1].valid
    assert len(rig.events) <= 5


def test_a_missing_servo_is_admitted_again(rig):
    rig.start(torque=True)
    rig.servos[1].present = False
    rig.run(2)
    rig.servos[1].present = True
    rig.until(lambda: rig.bus.ready, 2.0)
    assert [event.joint for event in rig.told(JointReady)] == [1]
    rig.run(2)
    assert rig.bus._exchange.fast


def test_while_one_is_missing_the_others_answer_in_one_chain_again(rig):
    rig.start()
    rig.servos[0].present = False
    rig.run(3)
    assert [event.fast for event in rig.told(ReadModeChanged)] == [0, 1]


def test_servos_that_don_t_know_the_fast_read_are_read_one_by_one(rig):
    for servo in rig.servos:
        servo.speaks_fast = False
    rig.until(lambda: rig.bus.ready)
    rig.run(5)
    before = rig.bus.hk.answered
    rig.run(1)
    assert rig.bus.hk.answered - before >= 95
    assert not rig.told(JointMissing)


def test_noise_on_a_servos_answers_does_not_make_it_missing(rig):
    rig.start(torque=True)
    noise = random.Random(1)
    rig.line.to_host = lambda data: flip(data) if noise.random() < 0.15 else data
    for _ in range(500):
        rig.frame()
        assert rig.bus.ready
    assert not rig.told(JointMissing)


def test_a_servo_that_restarted_is_set_up_again_and_gets_no_torque_unasked(rig):
    rig.start(torque=True)
    rig.servos[2].power_up()
    rig.run(0.03)
    assert not rig.states[2].valid
    assert [event.joint for event in rig.told(JointRestarted)] == [2]
    assert all(rig.states[k].valid for k in (0, 1, 3))
    rig.until(lambda: rig.bus.ready, 1.5)
    rig.run(0.2)
    assert [state.torque_on for state in rig.states] == [True, True, False, True]
    rig.bus.torque(True)
    rig.run(0.05)
    assert rig.bus.powered


def test_nonsense_from_a_restarted_servo_is_never_used(rig):
    rig.start(torque=True)
    seen = set()
    rig.each_frame = lambda: seen.add(rig.bus._channels[2].counts)
    rig.servos[2].power_up()
    rig.run(0.03)
    rig.until(lambda: rig.bus.ready and rig.states[2].age_ns(rig.now) < 20 * MS, 2.0)
    assert seen == {2048}


def test_a_tripped_watchdog_is_armed_again_and_the_goal_is_where_the_servo_stopped(rig):
    rig.start(torque=True)
    rig.goals = (0.5,) * 4
    rig.run(0.05)
    rig.goals = None
    servo = rig.servos[0]
    servo.memory[98] = 0xFF
    servo["present_position"] = 2222
    rig.until(lambda: servo["bus_watchdog"] == 10, 0.2)
    rig.run(0.05)
    assert servo["goal_position"] == 2222
    assert [event.joint for event in rig.told(JointWatchdogTripped)] == [0]
    assert rig.bus.powered
    assert not rig.told(JointRestarted)


def test_a_hardware_error_is_told_once_and_shown(rig):
    rig.start()
    rig.servos[1]["hardware_error"] = 0x04
    rig.run(1)
    assert [(event.joint, event.bits) for event in rig.told(JointHardwareError)] == [(1, 0x04)]
    assert rig.states[1].hardware_error == 0x04
    assert rig.bus.ready


def test_an_unplugged_adapter_is_told_and_opened_again_every_half_second(rig):
    rig.start(torque=True)
    rig.line.plugged = False
    opened = rig.line.opened
    rig.run(3)
    assert [type(event) for event in rig.events] == [PortLost]
    assert rig.line.opened - opened in (5, 6)
    assert not any(state.valid for state in rig.states)
    rig.line.plugged = True
    rig.until(lambda: rig.bus.ready, 1.0)
    assert len(rig.told(PortOpened)) == 1


def test_values_grow_stale_within_sixty_milliseconds(rig):
    rig.start()
    rig.line.plugged = False
    rig.run(0.05)
    assert rig.bus.ready
    rig.run(0.02)
    assert not any(state.valid for state in rig.states)


def test_a_port_that_is_not_there_at_the_start_is_told_once_a_minute(rig):
    rig.line.plugged = False
    rig.run(90)
    assert len(rig.told(PortUnavailable)) == 2
    rig.line.plugged = True
    rig.until(lambda: rig.bus.ready, 5.0)
    assert len(rig.told(PortOpened)) == 1


def test_a_write_that_the_port_does_not_take_loses_the_port_not_the_program(rig):
    rig.start()

    def write(data, now):
        raise BlockingIOError(11, "full")

    good, rig.line.write = rig.line.write, write
    rig.frame()
    rig.line.write = good
    rig.until(lambda: rig.bus.ready and rig.told(PortOpened), 2.0)
    assert len(rig.told(PortLost)) == len(rig.told(PortOpened)) == 1
    assert max(rig.ages_ms()) == 9


@pytest.mark.parametrize(("baud", "oldest_ms"), [(57600, 60), (115200, 40), (2_000_000, 20)])
def test_servos_that_fell_back_to_another_rate_are_found_and_used_at_it(tunable, baud, oldest_ms):
    tunable.start(torque=True)
    tunable.line.servo_baud = baud
    tunable.until(lambda: tunable.told(JointBaudFound), 8.0)
    tunable.until(lambda: tunable.bus.ready, 8.0)
    (found,) = tunable.told(JointBaudFound)
    assert (found.baud, found.configured) == (baud, 1_000_000)
    assert len(tunable.told(JointBusSilent)) == 1
    tunable.run(5)
    tunable.events.clear()
    ages = []
    for _ in range(500):
        tunable.frame()
        ages.append(max(tunable.ages_ms()))
    assert max(ages) < oldest_ms
    assert tunable.bus.ready
    assert tunable.events == []


def test_at_115200_baud_a_joint_may_be_missing_and_the_others_stay_fresh(tunable):
    tunable.line.servo_baud = 115200
    tunable.until(lambda: tunable.bus.ready, 12.0)
    tunable.servos[1].present = False
    for _ in range(500):
        tunable.frame()
        assert all(tunable.states[k].valid for k in (0, 2, 3))
    tunable.servos[1].present = True
    tunable.until(lambda: tunable.bus.ready, 5.0)


def test_servos_of_high_identifiers_are_found_at_the_slowest_rate(m1, make_rig):
    joints = tuple(joint.model_copy(update={"id": joint.id + 200}) for joint in m1.joint)
    rig = make_rig(m1.model_copy(update={"joint": joints}), tunable=True)
    rig.line.servo_baud = 57600
    rig.until(lambda: rig.bus.ready, 12.0)
    assert [(found.baud, found.configured) for found in rig.told(JointBaudFound)] == [(57600, 1_000_000)]
    assert {event.joint for event in rig.told(JointReady)} == {0, 1, 2, 3}


def test_a_search_that_finds_nobody_ends_at_the_configured_rate_and_goes_on_rarely(tunable):
    tunable.start()
    tunable.line.servo_baud = 0
    tunable.run(60)
    assert len(tunable.told(JointBusSilent)) == 1
    assert len(tunable.told(PortOpened)) <= 7
    tunable.line.servo_baud = 1_000_000
    tunable.until(lambda: tunable.bus.ready, 5.0)


def test_a_silent_bus_on_a_port_without_rates_comes_back(rig):
    rig.start()
    for servo in rig.servos:
        servo.present = False
    rig.run(20)
    assert len(rig.told(JointBusSilent)) == 1
    assert not any(state.valid for state in rig.states)
    for servo in rig.servos:
        servo.present = True
    rig.until(lambda: rig.bus.ready and all(state.valid for state in rig.states), 5.0)
    assert [event.joint for event in rig.told(JointReady)] == [0, 1, 2, 3]


def test_an_adapter_that_echoes_is_borne(rig):
    rig.start()
    good = rig.line.write

    def write(data, now):
        rig.line.coming.append((now + 100_000, data))
        good(data, now)

    rig.line.write = write
    before = rig.bus.hk.answered
    rig.run(1)
    assert rig.bus.ready
    assert rig.bus.hk.answered - before >= 98


def test_frames_nobody_asked_for_are_counted_and_not_used(rig):
    rig.start()
    rig.line.coming.append((rig.now, encode(9, 0x55, bytes(17))))
    rig.run(0.02)
    assert rig.bus.hk.stray == 1
    assert rig.bus.ready
