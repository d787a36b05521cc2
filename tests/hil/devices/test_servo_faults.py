"""What can be wrong with servos on their bus, as bytes tell it."""

import pytest

from flight.icd.dynamixel import Parser
from flight.icd.dynamixel_payload import parse_fast_status, ping, read, sync_read, write
from flight.icd.dynamixel_table import BY_NAME
from hil.devices.servo import REBOOT_NS
from hil.plant.actuators import ActuatorBank

BAUD = 1_000_000
S = 10**9
CURRENT = ActuatorBank.MEASUREMENTS.index("current_a")
LED = BY_NAME["led"].address


def ask(shafts, data, at_ns=0):
    return Parser().feed(b"".join(reply.data for reply in shafts.bus.receive(data, at_ns, BAUD)))


@pytest.mark.parametrize(
    "request_of", [ping, lambda number: read(number, LED, 1), lambda number: write(number, LED, b"\1")]
)
def test_a_servo_with_another_s_id_answers_with_a_checksum_that_is_right(shafts, request_of):
    undo = shafts.bus.misname(shafts.servos[0], 3)
    (frame,) = ask(shafts, request_of(1))  # the parser takes only frames whose CRC holds
    assert frame.id == 3
    undo()
    (frame,) = ask(shafts, request_of(1))
    assert frame.id == 1


def test_a_wrong_id_shows_in_chains_too(shafts):
    shafts.bus.misname(shafts.servos[1], 4)
    assert [frame.id for frame in ask(shafts, sync_read(132, 4, (1, 2, 3)))] == [1, 4, 3]
    (reply,) = shafts.bus.receive(sync_read(132, 4, (1, 2, 3), fast=True), 0, BAUD)
    assert [block.id for block in parse_fast_status(reply.data, [(1, 4), (4, 4), (3, 4)])] == [1, 4, 3]


def test_a_distorted_measurement_is_in_the_registers_until_it_ends(shafts):
    servo = shafts.servos[2]

    def more(measured):
        measured[CURRENT] += 0.269
        return measured

    undo = shafts.bus.distort(servo, more)
    shafts.advance(S)
    assert [each.table.get("present_current") for each in shafts.servos] == [0, 0, 100, 0]
    undo()
    shafts.advance(2 * S)
    assert servo.table.get("present_current") == 0


def test_without_supply_nothing_holds_and_nobody_answers_and_then_they_start(shafts):
    for servo in shafts.servos:
        assert servo.write(BY_NAME["torque_enable"].address, b"\1") == 0
    power = shafts.bus.cut_power()
    shafts.advance(S)
    assert not shafts.bank.torque_enable.any()
    assert ask(shafts, ping(1), S) == []
    power()
    assert ask(shafts, ping(1), S + REBOOT_NS - 1) == []
    assert [frame.id for frame in ask(shafts, ping(1), S + REBOOT_NS)] == [1]
    assert not any(servo.torque_on for servo in shafts.servos)


def test_one_servo_can_start_anew_alone(shafts):
    shafts.advance(S)
    shafts.bus.reboot(shafts.servos[1])
    assert [len(ask(shafts, ping(number), S)) for number in (1, 2, 3, 4)] == [1, 0, 1, 1]
    assert ask(shafts, ping(2), S + REBOOT_NS)


def test_a_secondary_id_is_obeyed_without_an_answer_by_all_that_share_it(shafts):
    secondary = BY_NAME["secondary_id"].address
    for number in (1, 2):
        ask(shafts, write(number, secondary, b"\x64"))
    assert ask(shafts, write(100, LED, b"\1")) == []
    assert [servo.table.get("led") for servo in shafts.servos] == [1, 1, 0, 0]
    assert ask(shafts, ping(100)) == []


def test_a_servo_told_so_starts_with_torque(shafts):
    servo = shafts.servos[0]
    assert servo.write(BY_NAME["startup_configuration"].address, b"\1") == 0
    servo.reboot(0)
    assert servo.torque_on
    assert servo.table.get("torque_enable") == 1
