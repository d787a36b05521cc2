"""The motion bus: frames in, frames out. Octets are the manufacturer's printed examples where there are any."""

import struct

import pytest
from fastcrc import crc16

from flight.icd.dynamixel import BROADCAST, Error, Instruction, Parser, encode
from flight.icd.dynamixel_payload import (
    CLEAR_MULTI_TURN,
    Span,
    bulk_read,
    bulk_write,
    parse_fast_status,
    ping,
    read,
    reboot,
    sync_read,
    sync_write,
    write,
)
from flight.icd.dynamixel_table import BY_NAME, MODELS, RAD_PER_COUNT
from hil.devices.servo import REBOOT_NS, Servo
from hil.devices.servo_bus import ServoBus
from hil.plant.actuators import ActuatorBank

BAUD = 1_000_000
FACTORY_DELAY_NS = 500_000
MS = 1_000_000


class Host:
    """Sends frames far enough apart and reads what comes."""

    def __init__(self, bus, shafts=None):
        self.bus, self.shafts = bus, shafts

    def raw(self, data, at_ns=0, baud=BAUD):
        return b"".join(reply.data for reply in self.bus.receive(data, at_ns, baud))

    def ask(self, data, at_ns=0):
        return Parser().feed(self.raw(data, at_ns))

    def write(self, device_id, name, value):
        register = BY_NAME[name]
        (frame,) = self.ask(write(device_id, register.address, register.to_bytes(value)))
        return frame.error

    def read(self, device_id, name):
        register = BY_NAME[name]
        (frame,) = self.ask(read(device_id, register.address, register.size))
        assert frame.error == 0
        return register.from_bytes(frame.data)


@pytest.fixture
def host(shafts):
    return Host(shafts.bus, shafts)


@pytest.fixture
def shafts_pair():
    """Two hosts with a bus of two servos each, all in position mode, alike."""
    hosts = []
    for _ in range(2):
        bank = ActuatorBank(2)
        bank.voltage_v[:] = 12.0
        hosts.append(Host(ServoBus([Servo(MODELS["XM430-W350"], i + 1, BAUD, bank, i) for i in range(2)], bank)))
    return hosts


def single(counts=166, model="XM430-W350"):
    bank = ActuatorBank(1)
    bank.position_rad[0], bank.voltage_v[0] = counts * RAD_PER_COUNT, 12.0
    return ServoBus([Servo(MODELS[model], 1, BAUD, bank, 0)], bank)


# Printed examples


def answer(bus, octets):
    return b"".join(reply.data for reply in bus.receive(bytes.fromhex(octets), 0, BAUD)).hex().upper()


def test_ping_is_answered_with_model_and_firmware(host):
    (frame,) = host.ask(bytes.fromhex("FFFFFD00010300 01194E"))
    assert (frame.id, frame.error, frame.data[:2]) == (1, 0, (1120).to_bytes(2, "little"))


def test_printed_read_of_present_position():
    assert answer(single(), "FFFFFD0001070002840004001D15") == "FFFFFD000108005500A60000008CC0"


def test_printed_write_of_goal_position():
    assert answer(single(), "FFFFFD000109000374000002 0000CA89") == "FFFFFD0001040055 00A10C".replace(" ", "")


def test_printed_sync_read_of_one_absent_servo_gives_the_present_one():
    assert answer(single(), "FFFFFD00FE090082840004000102CEFA") == "FFFFFD000108005500A60000008CC0"


def test_printed_reg_write_action_reboot_clear_and_factory_reset():
    ok = "FFFFFD00010400550" + "0A10C"
    bus = single(model="XM430-W350")
    assert answer(bus, "FFFFFD000109000468 00C8000000AE8E") == ok
    assert answer(bus, "FFFFFD000103000502CE") == ok
    assert answer(bus, "FFFFFD000108001001 44584C22B1DC") == ok
    assert answer(bus, "FFFFFD00010300082F4E") == ok
    bus = single()
    assert answer(bus, "FFFFFD000104000601A1E6") == ok


# Reads of several


@pytest.mark.parametrize("fast", [False, True])
def test_all_servos_answer_in_the_order_asked(host, fast):
    ids = [3, 1, 4, 2]
    raw = host.raw(sync_read(132, 4, ids, fast))
    blocks = parse_fast_status(raw, [(i, 4) for i in ids]) if fast else Parser().feed(raw)
    assert [block.id for block in blocks] == ids
    assert all(block.data == (2048).to_bytes(4, "little") for block in blocks)


def test_fast_answers_come_in_one_frame_and_plain_ones_in_four(host):
    assert len(host.bus.receive(sync_read(132, 4, [1, 2, 3, 4], fast=True), 0, BAUD)) == 1
    assert len(host.bus.receive(sync_read(132, 4, [1, 2, 3, 4]), 0, BAUD)) == 4


def test_a_missing_servo_breaks_the_fast_chain_there(host):
    host.bus.disconnect(host.bus.servos[2])
    raw = host.raw(sync_read(132, 4, [1, 2, 3, 4], fast=True))
    spans = [(i, 4) for i in (1, 2, 3, 4)]
    assert [block.id for block in parse_fast_status(raw, spans)] == [1, 2]
    assert raw[5] == 1 + 4 * 8  # the head promises four


def test_nobody_speaks_when_the_first_of_a_fast_chain_is_missing(host):
    host.bus.disconnect(host.bus.servos[0])
    assert host.raw(sync_read(132, 4, [1, 2, 3, 4], fast=True)) == b""


def test_a_missing_servo_costs_a_plain_sync_read_its_answer_and_its_time(host):
    host.bus.disconnect(host.bus.servos[1])
    replies = host.bus.receive(sync_read(132, 4, [1, 2, 3]), 0, BAUD)
    assert [Parser().feed(reply.data)[0].id for reply in replies] == [1, 3]
    assert replies[1].after_ns == FACTORY_DELAY_NS + 15 * 10_000


def test_a_connected_servo_is_heard_again(host):
    reconnect = host.bus.disconnect(host.bus.servos[0])
    assert host.ask(ping(1)) == []
    reconnect()
    assert len(host.ask(ping(1))) == 1


def test_bulk_read_gives_each_its_own_stretch(host):
    spans = [Span(1, 144, 2), Span(2, 146, 1)]
    frames = host.ask(bulk_read(spans))
    assert [(f.id, f.data) for f in frames] == [(1, b"\x78\x00"), (2, b"\x19")]
    blocks = parse_fast_status(host.raw(bulk_read(spans, fast=True)), [(1, 2), (2, 1)])
    assert [(b.id, b.data) for b in blocks] == [(1, b"\x78\x00"), (2, b"\x19")]


def test_a_read_beyond_the_table_is_an_access_error_in_its_place(host):
    frames = host.ask(sync_read(660, 4, [1, 2]))
    assert [(f.id, f.error, f.data) for f in frames] == [(1, Error.ACCESS, b""), (2, Error.ACCESS, b"")]
    blocks = parse_fast_status(host.raw(sync_read(660, 4, [1], fast=True)), [(1, 4)])
    assert [(b.error, b.data) for b in blocks] == [(Error.ACCESS, bytes(4))]


def test_the_same_read_sees_new_values(host):
    request = sync_read(132, 4, [1], fast=True)
    first = host.raw(request)
    host.shafts.bank.position_rad[0] += 10 * RAD_PER_COUNT
    host.bus.update(10 * MS)
    second = host.raw(request)
    assert struct.unpack_from("<i", first, 10)[0] + 10 == struct.unpack_from("<i", second, 10)[0]


def test_broadcast_ping_is_answered_by_all_without_collision(host):
    replies = host.bus.receive(ping(BROADCAST), 0, BAUD)
    assert [Parser().feed(reply.data)[0].id for reply in replies] == [1, 2, 3, 4]
    assert all(reply.after_ns > 0 for reply in replies)


# Writes of several


def test_sync_write_reaches_each_and_nobody_answers(host):
    items = [(i, (100 * i).to_bytes(4, "little")) for i in (1, 2, 3, 4)]
    assert host.raw(sync_write(112, 4, items)) == b""
    assert [host.read(i, "profile_velocity") for i in (1, 2, 3, 4)] == [100, 200, 300, 400]


def test_bulk_write_reaches_each_and_nobody_answers(host):
    assert host.raw(bulk_write([(1, 112, b"\x07\0\0\0"), (2, 65, b"\x01")])) == b""
    assert (host.read(1, "profile_velocity"), host.read(2, "led")) == (7, 1)


def test_action_moves_all_at_once(host):
    for device_id in (1, 2):
        host.ask(encode(device_id, Instruction.REG_WRITE, struct.pack("<Hi", 112, 50)))
    assert host.read(1, "registered_instruction") == 1
    assert host.read(1, "profile_velocity") == 0
    assert host.raw(encode(BROADCAST, Instruction.ACTION)) == b""
    assert [host.read(i, "profile_velocity") for i in (1, 2)] == [50, 50]
    assert host.read(1, "registered_instruction") == 0


def test_action_without_reg_write_is_an_instruction_error(host):
    (frame,) = host.ask(encode(1, Instruction.ACTION))
    assert frame.error == Error.INSTRUCTION


def test_an_unknown_instruction_is_an_instruction_error(host):
    (frame,) = host.ask(encode(1, 0x77))
    assert frame.error == Error.INSTRUCTION


def test_a_read_without_its_params_is_a_length_error(host):
    (frame,) = host.ask(encode(1, Instruction.READ, b"\x84\x00"))
    assert frame.error == Error.DATA_LENGTH


# Who speaks, and when


def test_the_factory_return_delay_is_kept_until_it_is_set(host):
    (reply,) = host.bus.receive(ping(1), 0, BAUD)
    assert reply.after_ns == FACTORY_DELAY_NS
    host.write(1, "return_delay", 0)
    (reply,) = host.bus.receive(ping(1), 0, BAUD)
    assert reply.after_ns == 0


@pytest.mark.parametrize(("level", "answered"), [(0, [True, False, False]), (1, [True, True, False]), (2, [True] * 3)])
def test_status_return_level(host, level, answered):
    host.write(1, "status_return_level", level)
    requests = [ping(1), read(1, 132, 4), write(1, 65, b"\x01")]
    assert [bool(host.raw(request)) for request in requests] == answered


def test_a_servo_hears_its_own_rate_only(host):
    assert host.raw(ping(1), baud=57_600) == b""
    assert host.raw(ping(1), baud=0) == b""


def test_a_new_rate_holds_from_the_next_frame(host):
    assert host.write(1, "baud_rate", 1) == 0
    assert host.raw(ping(1)) == b""
    assert host.raw(ping(1), baud=57_600) != b""
    assert host.raw(ping(2)) != b""


def test_a_new_id_holds_from_the_next_frame(host):
    assert host.write(1, "id", 9) == 0
    assert [frame.id for frame in host.ask(ping(9))] == [9]
    assert host.ask(ping(1)) == []


def test_reboot_is_answered_then_the_servo_is_mute_and_comes_back_fresh(host):
    host.write(1, "led", 1)
    (frame,) = host.ask(reboot(1), at_ns=MS)
    assert frame.error == 0
    assert host.ask(ping(1), at_ns=MS + REBOOT_NS - 1) == []
    assert len(host.ask(ping(1), at_ns=MS + REBOOT_NS)) == 1
    (frame,) = host.ask(read(1, 65, 1), at_ns=MS + REBOOT_NS)
    assert frame.data == b"\0"


@pytest.mark.parametrize(("option", "found"), [(0xFF, (1, 57_600)), (0x01, (2, 57_600)), (0x02, (2, BAUD))])
def test_factory_reset_spares_id_and_rate_as_told(host, option, found):
    host.write(2, "current_limit", 100)
    host.bus.disconnect(host.bus.servos[0])
    assert host.ask(encode(2, Instruction.FACTORY_RESET, bytes([option])))[0].error == 0
    device_id, baud = found
    raw = b"".join(r.data for r in host.bus.receive(read(device_id, 38, 2), REBOOT_NS, baud))
    assert Parser().feed(raw)[0].data == (2047).to_bytes(2, "little")


def test_a_factory_reset_of_everything_is_refused_as_a_broadcast(host):
    host.raw(encode(BROADCAST, Instruction.FACTORY_RESET, b"\xff"))
    assert host.read(2, "id") == 2


def test_clear_counts_the_position_within_one_turn_again(host):
    host.write(1, "operating_mode", 4)
    host.write(1, "torque_enable", 1)
    host.write(1, "goal_position", 3 * 4096 + 5)
    host.shafts.advance(10 * MS)
    assert host.read(1, "present_position") == 3 * 4096 + 5
    assert host.ask(encode(1, Instruction.CLEAR, CLEAR_MULTI_TURN))[0].error == 0
    host.shafts.advance(20 * MS)
    assert host.read(1, "present_position") == 5


def test_clear_of_a_moving_servo_fails(host):
    host.shafts.bank.velocity_rad_s[0] = 1.0
    host.bus.update(MS)
    assert host.ask(encode(1, Instruction.CLEAR, CLEAR_MULTI_TURN))[0].error == Error.RESULT


# What the line does to frames


def test_a_frame_in_pieces_is_understood(host):
    frame = ping(1)
    assert host.raw(frame[:4], at_ns=40_000) == b""
    assert host.raw(frame[4:], at_ns=100_000) != b""


def test_a_damaged_frame_is_not_answered_and_the_next_one_is(host):
    damaged = bytearray(ping(1))
    damaged[7] ^= 0x40
    assert host.raw(bytes(damaged)) == b""
    assert host.raw(ping(1), at_ns=10 * MS) != b""


def test_a_length_read_wrong_does_not_deafen_the_bus(host):
    damaged = bytearray(ping(1))
    damaged[5] = 0xF0  # the servo now waits for 240 octets
    assert host.raw(bytes(damaged), at_ns=0) == b""
    assert host.raw(ping(1), at_ns=10 * MS) != b""


def test_two_frames_in_one_piece_are_both_answered(host):
    assert [frame.id for frame in host.ask(ping(1) + ping(2))] == [1, 2]


def test_status_frames_of_others_are_not_instructions(host):
    assert host.raw(encode(1, 0x55, b"\0")) == b""


def test_a_payload_that_the_vendor_sdk_left_unstuffed_is_understood(host):
    body = bytes.fromhex("FFFFFD00 01 0900 03 7400 FFFFFD00")
    host.write(1, "operating_mode", 4)
    frame = body + struct.pack("<H", crc16.umts(body))
    (status,) = host.ask(frame)
    assert status.error == Error.DATA_RANGE  # heard, and 0x00FDFFFF is no goal


# Frames of the control cycle, which are looked up


def cycle(counts):
    """Goals and the read behind them, as a host writes them in one piece."""
    goals = sync_write(116, 4, [(i, struct.pack("<i", counts)) for i in (1, 2)])
    return goals, sync_read(116, 4, (1, 2), fast=True)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda goals, ask: (goals, ask),
        lambda goals, ask: (goals[:-1], ask),
        lambda goals, ask: (goals[:20] + b"\x55" + goals[21:], ask),
        lambda goals, ask: (goals, ask[:-1] + b"\x55"),
        lambda goals, ask: (goals + b"\xff\xff", ask),
        lambda goals, ask: (b"", ask),
        lambda goals, ask: (ping(1), ask),
    ],
    ids=["good", "cut goals", "spoilt goals", "spoilt read", "noise between", "read alone", "a question before"],
)
def test_a_read_that_was_seen_before_is_answered_as_if_it_were_new(shafts_pair, spoil):
    """One bus has seen the cycle, the other has not: whatever comes next, they do the same."""
    seen, new = shafts_pair
    for counts in (100, 200, 300):
        seen.raw(b"".join(cycle(counts)), counts * MS)
    for device_id in (1, 2):
        new.write(device_id, "goal_position", 300)
    data = b"".join(spoil(*cycle(400)))
    assert seen.raw(data, 500 * MS) == new.raw(data, 500 * MS)
    assert [seen.read(i, "goal_position") for i in (1, 2)] == [new.read(i, "goal_position") for i in (1, 2)]


def test_the_read_behind_the_goals_is_remembered_and_gives_what_was_just_written(host):
    for counts in (100, 200, 300):
        (block, _) = parse_fast_status(host.raw(b"".join(cycle(counts)), counts * MS), [(1, 4), (2, 4)])
        assert struct.unpack("<i", block.data) == (counts,)
    assert len(host.bus._reads) == 1
