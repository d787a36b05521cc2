"""The weighing transmitter on its line: registers, orders, refusals, timing."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.modbus import (
    ExceptionCode,
    RefusedError,
    address_of,
    i32_of,
    parse_answer,
    read_request,
    seal,
    write_many_request,
    write_one_request,
)
from flight.icd.platform import LoadCell, WeighingRegisters
from hil.devices.weighing import START_NS, Order, Status, WeighingTransmitter

MS = 1_000_000
COMMAND, STATUS, GROSS, NET, PEAK, DIVISION = (address_of(r) for r in (40006, 40007, 40008, 40010, 40012, 40014))
BAD_STATUS = 0x3F
CELL = LoadCell(
    baud=38400, unit=1, period_ms=50, resolution_n=0.0001, range_n=9.81, noise_n=0.002, gain_u95=0.005,
    registers=WeighingRegisters(command=40006, status=40007, gross=40008, net=40010),
)  # fmt: skip


class Bench:
    def __init__(self, **settings):
        self.force_n = 0.0
        self.now_ns = 0
        self.device = WeighingTransmitter(CELL, lambda: self.force_n, **settings)

    def send(self, data, baud=38400):
        self.now_ns += 100 * MS
        return self.device.receive(data, self.now_ns, baud)

    def ask(self, request):
        (reply,) = self.send(request)
        return parse_answer(request, reply.data)

    def weight(self, address):
        return i32_of(self.ask(read_request(1, address, 2)))

    def refusal(self, request):
        with pytest.raises(RefusedError) as refused:
            self.ask(request)
        return refused.value.code


@pytest.fixture
def bench():
    return Bench()


@given(st.floats(-9.8, 9.8))
def test_the_reading_is_the_force_to_the_nearest_division(force_n):
    bench = Bench()
    bench.force_n = force_n
    assert abs(bench.weight(GROSS) * CELL.resolution_n - force_n) <= CELL.resolution_n / 2 + 1e-12


def test_octets_on_the_line(bench):
    (reply,) = bench.send(bytes.fromhex("010300070002 75CA"))  # 40008 and 40009
    assert reply.data == seal(bytes.fromhex("0103040000 0000"))


def test_tare_zeroes_net_and_leaves_gross(bench):
    bench.force_n = 1.0
    bench.ask(write_many_request(1, COMMAND, [Order.TARE]))
    bench.force_n = 1.08
    assert (bench.weight(GROSS), bench.weight(NET)) == (10_800, 800)
    bench.ask(write_many_request(1, COMMAND, [Order.GROSS]))
    assert bench.weight(NET) == 10_800


def test_zero_zeroes_gross_and_forgets_tare_and_peak(bench):
    bench.force_n = 1.0
    bench.ask(write_many_request(1, COMMAND, [Order.TARE]))
    bench.ask(write_many_request(1, COMMAND, [Order.ZERO]))
    bench.force_n = 0.9
    assert (bench.weight(GROSS), bench.weight(NET), bench.weight(PEAK)) == (-1000, -1000, 0)


def test_the_peak_stays(bench):
    for bench.force_n, peak in ((0.5, 5000), (0.2, 5000), (0.7, 7000)):
        assert bench.weight(PEAK) == peak


def test_status_tells_sign_tare_stability_and_overload(bench):
    bench.force_n = -0.5
    bench.ask(read_request(1, STATUS, 1))
    assert bench.ask(read_request(1, STATUS, 1)) == (Status.GROSS_NEGATIVE | Status.NET_NEGATIVE | Status.STABLE,)
    bench.ask(write_many_request(1, COMMAND, [Order.TARE]))
    bench.force_n = 20.0
    (status,) = bench.ask(read_request(1, STATUS, 1))
    assert Status(status) == Status.OVER_RANGE | Status.NET_SHOWN
    assert bench.weight(GROSS) == round(1.1 * 9.81 / 0.0001)


def test_division_and_unit_are_a_ten_thousandth_of_a_newton(bench):
    assert bench.ask(read_request(1, DIVISION, 1)) == (4 << 8 | 18,)


def test_everything_in_one_request(bench):
    bench.force_n = 0.5
    assert len(bench.ask(read_request(1, 0, 14))) == 14


def test_between_two_conversions_the_reading_stays(bench):
    bench.force_n = 0.1
    first = bench.weight(GROSS)
    bench.force_n = 0.2
    bench.now_ns -= 95 * MS
    assert bench.weight(GROSS) == first
    assert bench.weight(GROSS) == 2000


@pytest.mark.parametrize(
    ("request_adu", "code"),
    [
        (read_request(1, 0, 33), ExceptionCode.ILLEGAL_VALUE),
        (read_request(1, 0, 0), ExceptionCode.ILLEGAL_VALUE),
        (read_request(1, 29, 2), ExceptionCode.ILLEGAL_ADDRESS),
        (read_request(1, 9000, 1), ExceptionCode.ILLEGAL_ADDRESS),
        (write_many_request(1, GROSS, [7]), ExceptionCode.ILLEGAL_ADDRESS),
        (write_many_request(1, COMMAND, [7, 8]), ExceptionCode.ILLEGAL_ADDRESS),
        (write_many_request(1, COMMAND, [4711]), ExceptionCode.ILLEGAL_VALUE),
        (write_one_request(1, COMMAND, 7), ExceptionCode.ILLEGAL_FUNCTION),
        (seal(b"\x01\x04\x00\x00\x00\x01"), ExceptionCode.ILLEGAL_FUNCTION),
    ],
)
def test_what_can_not_be_is_refused_with_its_reason(bench, request_adu, code):
    assert bench.refusal(request_adu) == code


def test_other_units_other_rates_and_damaged_requests_get_no_answer(bench):
    request = read_request(1, GROSS, 2)
    assert not bench.send(read_request(2, GROSS, 2))
    assert not bench.send(request, baud=9600)
    assert not bench.send(request[:-1] + b"\0")
    assert bench.send(request)


def test_a_broadcast_is_obeyed_and_not_answered(bench):
    bench.force_n = 1.0
    assert not bench.send(write_many_request(0, COMMAND, [Order.TARE]))
    assert bench.weight(NET) == 0


def test_a_request_in_pieces_is_understood_if_no_silence_parts_them(bench):
    request = read_request(1, GROSS, 2)
    byte_ns = 10_000_000_000 // 38400
    device = bench.device
    assert not device.receive(request[:3], 3 * byte_ns, 38400)
    assert device.receive(request[3:], len(request) * byte_ns + MS, 38400)
    assert not device.receive(request[:3], 100 * MS, 38400)
    assert not device.receive(request[3:], 110 * MS, 38400)


def test_the_answer_waits_for_the_frame_s_silence_and_the_delay_that_is_set():
    (reply,) = Bench(reply_delay_ms=20).send(read_request(1, GROSS, 2))
    assert reply.after_ns == 20 * MS + 1_750_000


@pytest.mark.parametrize("delay_ms", [-1, 201])
def test_a_delay_the_instrument_does_not_have_is_refused(delay_ms):
    with pytest.raises(ValueError, match=r"0\.\.200"):
        Bench(reply_delay_ms=delay_ms)


def test_registers_lie_where_the_mission_file_says():
    moved = CELL.model_copy(
        update={"registers": WeighingRegisters(command=41006, status=41007, gross=41008, net=41010)}
    )
    device = WeighingTransmitter(moved, lambda: 0.5)
    request = read_request(1, address_of(41008), 2)
    (reply,) = device.receive(request, 100 * MS, 38400)
    assert struct.unpack(">i", reply.data[3:7]) == (5000,)


def test_setpoints_can_be_written_and_last_once_they_are_saved(bench):
    setpoint = address_of(40019)
    bench.ask(write_many_request(1, setpoint, [0, 500, 0, 700]))
    bench.ask(write_many_request(1, COMMAND, [Order.SAVE]))
    bench.ask(write_many_request(1, setpoint + 2, [1, 900]))
    assert bench.ask(read_request(1, setpoint, 4)) == (0, 500, 1, 900)
    bench.device.cut_power(lambda: bench.now_ns)()
    bench.now_ns += START_NS
    assert bench.ask(read_request(1, setpoint, 4)) == (0, 500, 0, 700)
    assert bench.refusal(write_many_request(1, setpoint - 1, [1, 1])) == ExceptionCode.ILLEGAL_ADDRESS


# Ailments


def test_a_cell_that_is_off_says_so_and_shows_the_end_of_what_can_be_shown(bench):
    bench.force_n = 0.5
    back = bench.device.ailments.break_cell()
    assert bench.weight(GROSS) == 999_999
    (status,) = bench.ask(read_request(1, STATUS, 1))
    assert Status(status) & Status.CELL_ERROR
    assert status & BAD_STATUS
    back()
    assert bench.weight(GROSS) == 5000
    assert bench.ask(read_request(1, STATUS, 1))[0] & BAD_STATUS == 0


def test_a_frozen_converter_keeps_its_weight_and_looks_stable(bench):
    bench.force_n = 0.5
    bench.weight(GROSS)
    bench.weight(GROSS)
    back = bench.device.ailments.freeze()
    bench.force_n = 0.7
    assert bench.weight(GROSS) == 5000
    assert bench.ask(read_request(1, STATUS, 1))[0] & Status.STABLE
    back()
    assert bench.weight(GROSS) == 7000


def test_slow_conversions_give_the_same_weight_for_so_long(bench):
    bench.device.ailments.slow(250 * MS)
    seen = []
    for step in range(6):  # 100 ms apart
        bench.force_n = 0.01 * step
        seen.append(bench.weight(GROSS))
    assert seen == [0, 0, 200, 200, 200, 500]


def test_a_transmitter_can_be_mute_refuse_everything_or_bear_another_number(bench):
    request = read_request(1, GROSS, 2)
    back = bench.device.ailments.mute()
    assert not bench.send(request)
    back()
    back = bench.device.ailments.refuse(ExceptionCode.DEVICE_BUSY)
    assert bench.refusal(request) == ExceptionCode.DEVICE_BUSY
    back()
    back = bench.device.ailments.misname(42)
    (reply,) = bench.send(request)
    assert reply.data[0] == 42
    assert reply.data == seal(reply.data[:-2])
    back()
    assert bench.ask(request)


def test_a_dip_of_the_supply_forgets_tare_zero_and_peak_and_mutes_for_the_start(bench):
    bench.force_n = 1.0
    bench.ask(write_many_request(1, COMMAND, [Order.ZERO]))
    bench.ask(write_many_request(1, COMMAND, [Order.TARE]))
    power = bench.device.cut_power(lambda: bench.now_ns)
    assert not bench.send(read_request(1, GROSS, 2))
    power()
    assert not bench.send(read_request(1, GROSS, 2))
    bench.now_ns += START_NS
    assert (bench.weight(GROSS), bench.weight(NET), bench.weight(PEAK)) == (10_000, 10_000, 10_000)


def test_peak_and_division_lie_where_the_mission_file_says():
    registers = WeighingRegisters(command=40006, status=40007, gross=40008, net=40010, peak=40020, division=40030)
    device = WeighingTransmitter(CELL.model_copy(update={"registers": registers}), lambda: 0.5)
    requests = [read_request(1, address_of(register), 1) for register in (40021, 40030)]
    read = [device.receive(request, 100 * MS * n, 38400) for n, request in enumerate(requests, 1)]
    assert [struct.unpack(">H", answer[0].data[3:5])[0] for answer in read] == [5000, 4 << 8 | 18]
