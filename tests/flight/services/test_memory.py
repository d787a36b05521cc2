"""Service 6: regions are read out and checked in portions, as they were when that was asked for."""

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.memory import CheckMemory, DumpMemory
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.memory import CHUNK, Region
from flight.icd.reports.memory import MemoryChecksum, MemoryDump
from flight.icd.reports.verification import Accepted, Completed, CompletionFailed, FailureCode, Started, StartFailed
from flight.icd.space_packet import encode_tc
from flight.services.dispatcher import Dispatcher
from flight.services.memory import CHECKED, DUMP_PERIOD_NS, TIMEOUT_S, MemoryService
from flight.services.timebase import TimeBase

FRAME_NS = 10_000_000
REQUEST = {"request_packet": 0x1842, "request_sequence": 0xC005}
DATA = bytes(n * n >> 3 & 0xFF for n in range(3 * CHECKED + 5))


class Rig:
    def __init__(self, data=DATA):
        self.reports = []
        self.data = data
        self.time = TimeBase()
        self.hk = SupervisionHk()
        self.dispatcher = Dispatcher(mission_dictionary(), self.reports.append, self.reports.append)
        self.service = MemoryService(self.reports.append, self.time, self.hk)
        self.service.serve(self.dispatcher)
        self.service.add(Region.DICTIONARY, lambda: self.data)

    def send(self, command):
        self.dispatcher.accept(encode_tc(command, 5), self.time.now_ns)

    def fly(self, frames):
        for _ in range(frames):
            self.time.step(self.time.now_ns + FRAME_NS)
            self.service.step(self.time.now_ns)
            self.dispatcher.step(self.time.now_ns)

    def of(self, kind):
        return [report for report in self.reports if type(report) is kind]

    def until_idle(self):
        for _ in range(100_000):
            if not self.hk.memory_running:
                return
            self.fly(1)


@pytest.fixture
def rig():
    return Rig()


@given(data=st.binary(min_size=1, max_size=1500), at=st.data())
def test_a_dump_gives_the_range_in_order(data, at):
    rig = Rig(data)
    start = at.draw(st.integers(0, len(data) - 1))
    length = at.draw(st.integers(0, len(data) - start))
    rig.send(DumpMemory(region=Region.DICTIONARY, start=start, length=length))
    rig.until_idle()
    dumps = rig.of(MemoryDump)
    wanted = data[start : start + length] if length else data[start:]
    assert b"".join(bytes(dump.octets[: dump.length]) for dump in dumps) == wanted
    assert [dump.start for dump in dumps] == list(range(start, start + len(wanted), CHUNK))
    assert all(dump.checksum == crc_hqx(bytes(dump.octets[: dump.length]), 0xFFFF) for dump in dumps)
    assert rig.reports[-1] == Completed(**REQUEST)


def test_a_dump_is_paced(rig):
    rig.send(DumpMemory(region=Region.DICTIONARY, start=0, length=10 * CHUNK))
    rig.fly(1)
    for portions in range(1, 10):
        assert len(rig.of(MemoryDump)) == portions
        rig.fly(DUMP_PERIOD_NS // FRAME_NS)
    assert rig.of(Completed) == [Completed(**REQUEST)]


@pytest.mark.parametrize(("start", "length"), [(0, 0), (7, CHECKED), (len(DATA) - 1, 1), (100, 2 * CHECKED + 9)])
def test_a_check_gives_the_checksum_of_the_range(rig, start, length):
    rig.send(CheckMemory(region=Region.DICTIONARY, start=start, length=length))
    rig.until_idle()
    end = start + length if length else len(DATA)
    checksum = crc_hqx(DATA[start:end], 0xFFFF)
    report = MemoryChecksum(region=Region.DICTIONARY, start=start, length=end - start, checksum=checksum)
    assert rig.reports == [Accepted(**REQUEST), Started(**REQUEST), report, Completed(**REQUEST)]


def test_a_region_is_sent_as_it_was_when_asked_for(rig):
    rig.send(DumpMemory(region=Region.DICTIONARY, start=0, length=2 * CHUNK))
    rig.data = bytes(len(DATA))
    rig.until_idle()
    assert bytes(rig.of(MemoryDump)[1].octets) == DATA[CHUNK : 2 * CHUNK]


@pytest.mark.parametrize(
    ("command", "code", "detail"),
    [
        (DumpMemory(region=Region.SCHEDULE, length=1), FailureCode.UNKNOWN_OBJECT, Region.SCHEDULE),
        (DumpMemory(region=Region.DICTIONARY, start=len(DATA)), FailureCode.OUT_OF_RANGE, len(DATA)),
        (DumpMemory(region=Region.DICTIONARY, start=5, length=len(DATA)), FailureCode.OUT_OF_RANGE, len(DATA)),
        (CheckMemory(region=Region.DICTIONARY, start=2**32 - 1, length=1), FailureCode.OUT_OF_RANGE, len(DATA)),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(rig, command, code, detail):
    rig.send(command)
    assert rig.reports == [Accepted(**REQUEST), StartFailed(**REQUEST, code=code, detail=detail)]


def test_one_runs_at_a_time(rig):
    rig.send(DumpMemory(region=Region.DICTIONARY, start=0, length=0))
    rig.send(CheckMemory(region=Region.DICTIONARY, start=0, length=0))
    assert rig.reports[-1] == StartFailed(**REQUEST, code=FailureCode.BUSY)


def test_a_dump_that_ran_out_of_time_is_left(rig):
    rig.send(DumpMemory(region=Region.DICTIONARY, start=0, length=0))
    rig.dispatcher.step(round(TIMEOUT_S * 1e9))
    assert rig.of(CompletionFailed)[0].code is FailureCode.TIME_OUT
    rig.fly(1)
    assert rig.hk.memory_running == 0
    assert rig.of(MemoryDump) == []


def test_a_region_is_added_once(rig):
    with pytest.raises(ValueError, match="DICTIONARY is there already"):
        rig.service.add(Region.DICTIONARY, bytes)
