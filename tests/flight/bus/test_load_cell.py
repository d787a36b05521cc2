"""The load cell's driver against a transmitter in memory, in virtual time."""

import errno

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.bus.load_cell import LoadCell
from flight.icd.events.bus import LoadCellBack, LoadCellFailed, LoadCellFault, LoadCellLost, PortLost, PortOpened
from flight.icd.modbus import (
    ExceptionCode,
    exception_answer,
    parse_request,
    read_answer,
    words_of_i32,
)

MS = 1_000_000


class Transmitter:
    """The port, and the instrument behind it."""

    def __init__(self):
        self.url = "memory://load_cell"
        self.is_open = False
        self.plugged = True
        self.registers = {}
        self.coming = []
        self.asked = []  # (time, request)
        self.delay = 5 * MS
        self.refuses = None
        self.change = lambda data: data
        self.split = 1000
        self.echoes = False
        self.show(0)

    def show(self, gross, status=0):
        high, low = words_of_i32(gross)
        self.registers = {40007: status, 40008: high, 40009: low}

    def _check(self):
        if not self.plugged:
            self.is_open = False
            raise OSError(errno.EIO, "unplugged")

    def open(self, now):
        self._check()
        self.is_open = True

    def close(self):
        self.is_open = False

    def read(self, now):
        self._check()
        data = b"".join(octets for at, octets in self.coming if at <= now)
        self.coming = [item for item in self.coming if item[0] > now]
        return data

    def write(self, data, now):
        self._check()
        request = parse_request(data)
        self.asked.append((now, request))
        if self.echoes:
            self.coming.append((now + 2 * MS, data))
        if self.refuses is not None:
            answer = exception_answer(request.unit, request.function, self.refuses)
        else:
            first = 40001 + request.address
            answer = read_answer(request.unit, [self.registers[first + k] for k in range(request.quantity)])
        answer = self.change(answer)
        for at in range(0, len(answer), self.split):
            self.coming.append((now + self.delay + at * MS // 2, answer[at : at + self.split]))


class Rig:
    def __init__(self, config):
        self.line = Transmitter()
        self.events = []
        self.cell = LoadCell(self.line, config, self.events.append)
        self.now = 0

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.cell.step(self.now)
            self.now += 10 * MS

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="session")
def make(m1):
    return lambda: Rig(m1.load_cell)


@pytest.fixture
def rig(make):
    return make()


def test_it_asks_for_status_and_gross_once_a_period(rig, m1):
    rig.run(1)
    request = rig.line.asked[0][1]
    assert (request.unit, request.address, request.quantity) == (m1.load_cell.unit, 6, 3)
    assert [b - a for (a, _), (b, _) in zip(rig.line.asked, rig.line.asked[1:], strict=False)] == [50 * MS] * 19


@settings(max_examples=30)
@given(st.integers(-(2**31), 2**31 - 1))
def test_force_is_the_signed_count_times_the_resolution(make, m1, gross):
    rig = make()
    rig.line.show(gross)
    rig.run(0.05)
    assert rig.cell.force_n == pytest.approx(gross * m1.load_cell.resolution_n)
    assert rig.cell.valid


def test_values_carry_their_age_and_number(rig):
    assert not rig.cell.valid
    rig.run(0.02)
    assert (rig.cell.valid, rig.cell.sequence, rig.cell.stamp_ns) == (True, 1, 0)
    rig.run(1)
    assert rig.cell.sequence == 21
    assert rig.cell.hk.readings == 21


def test_an_answer_in_pieces_is_put_together(rig):
    rig.line.split = 2
    rig.run(1)
    assert rig.cell.sequence >= 15
    assert not rig.told(LoadCellFailed)


@pytest.mark.parametrize("delay_ms", [5, 25, 120])
@pytest.mark.parametrize("split", [3, 1000])
def test_a_line_that_echoes_requests_is_understood(rig, delay_ms, split):
    """An RS-485 transceiver whose receiver is not switched off while it sends."""
    rig.line.echoes, rig.line.split, rig.line.delay = True, split, delay_ms * MS
    rig.line.show(1234)
    rig.run(2)
    assert rig.cell.valid
    assert rig.cell.force_n == pytest.approx(0.1234)
    assert not rig.told(LoadCellFailed)


@pytest.mark.parametrize("delay_ms", [0, 50, 120, 200])
def test_transmitters_that_take_their_time_are_waited_for(rig, delay_ms):
    rig.line.delay = delay_ms * MS
    rig.run(2)
    assert rig.cell.valid
    assert not rig.told(LoadCellFailed)
    assert rig.cell.sequence >= 2000 / max(50, delay_ms + 20) - 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda data: data[:3] + bytes((data[3] ^ 1,)) + data[4:], LoadCellFault.CORRUPT),
        (lambda data: data[:4] + data[5:], LoadCellFault.CORRUPT),
        (lambda data: b"\x55" + data, LoadCellFault.CORRUPT),
        (lambda data: b"", LoadCellFault.SILENT),
    ],
    ids=["bit flip", "dropped octet", "inserted octet", "lost"],
)
def test_a_spoilt_answer_costs_one_value_and_one_event(rig, change, fault):
    rig.run(1)
    rig.events.clear()
    before, rig.line.change = rig.cell.sequence, change
    rig.run(0.05)
    rig.line.change = lambda data: data
    rig.run(0.95)
    assert [(type(event), event.fault) for event in rig.events] == [(LoadCellFailed, fault)]
    assert rig.cell.sequence - before >= 14
    assert rig.cell.valid


def test_an_exception_says_which(rig):
    rig.line.refuses = ExceptionCode.ILLEGAL_ADDRESS
    rig.run(0.1)
    assert [(event.fault, event.detail) for event in rig.told(LoadCellFailed)] == [(LoadCellFault.REFUSED, 2)]
    assert not rig.cell.valid


def test_a_status_that_says_bad_makes_the_value_invalid_until_it_is_good_again(rig):
    rig.line.show(100)
    rig.run(0.5)
    rig.line.show(999, status=0x0008)
    rig.run(0.1)
    assert not rig.cell.valid
    assert rig.cell.force_n == pytest.approx(0.01)
    assert rig.told(LoadCellFailed)[0].fault is LoadCellFault.STATUS
    rig.line.show(200, status=0x0880)
    rig.run(0.1)
    assert rig.cell.valid
    assert rig.cell.force_n == pytest.approx(0.02)


def test_stale_is_not_valid(rig):
    rig.run(1)
    rig.line.change = lambda data: b""
    rig.run(0.4)
    assert rig.cell.valid
    rig.run(0.2)
    assert not rig.cell.valid
    rig.run(5)
    assert len(rig.told(LoadCellLost)) == 1
    rig.line.change = lambda data: data
    rig.run(0.5)
    assert rig.cell.valid
    assert len(rig.told(LoadCellBack)) == 1


@pytest.mark.requirement("BUS-2")
def test_a_late_answer_is_not_taken_for_the_next_ones(rig):
    rig.line.show(1)
    rig.run(0.2)
    rig.line.delay = 260 * MS
    rig.line.show(2)
    rig.run(0.05)
    rig.line.delay = 5 * MS
    rig.line.show(3)
    for _ in range(100):
        rig.run(0.01)
        assert rig.cell.force_n != pytest.approx(2e-4)
    assert rig.cell.force_n == pytest.approx(3e-4)


def test_a_long_failure_does_not_flood(rig):
    rig.line.change = lambda data: data[:-1]
    rig.run(30)
    assert len(rig.told(LoadCellFailed)) <= 31
    assert rig.cell.hk.corrupt > 100


def test_an_unplugged_adapter_is_told_and_found_again(rig):
    rig.run(1)
    rig.line.plugged = False
    rig.run(2)
    assert len(rig.told(PortLost)) == 1
    assert not rig.cell.valid
    rig.line.plugged = True
    rig.run(1)
    assert len(rig.told(PortOpened)) == 2
    assert rig.cell.valid
    assert rig.cell.hk.port_losses == 1


def test_housekeeping_encodes(rig):
    rig.line.show(-50, status=0x0880)
    rig.run(0.1)
    hk = type(rig.cell.hk).decode(rig.cell.hk.encode())
    assert hk.force_n == pytest.approx(-0.005)
    assert (hk.status, hk.port_open, hk.silent) == (0x0880, 1, 0)


def test_registers_too_far_apart_are_refused(m1):
    far = m1.load_cell.registers.model_copy(update={"gross": 40100})
    with pytest.raises(ValueError, match="within 32 registers"):
        LoadCell(Transmitter(), m1.load_cell.model_copy(update={"registers": far}), lambda event: None)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.binary(max_size=400)), max_size=20))
def test_whatever_arrives_nothing_raises_and_good_values_come_again(make, noise):
    rig = make()
    for frames, data in noise:
        rig.line.coming.append((rig.now, data))
        rig.run(frames / 100)
        assert len(rig.cell._buffer) <= 700
    rig.run(1)
    assert rig.cell.valid
