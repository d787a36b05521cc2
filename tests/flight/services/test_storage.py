"""Storage and retrieval: packets kept as they are made, and sent again for a time the ground has missed."""

import pytest

from flight.icd import cuc
from flight.icd.commands.storage import (
    AbortRetrieval,
    DeleteStored,
    DisableStorage,
    EnableStorage,
    ReportStore,
    StartRetrieval,
)
from flight.icd.events.comms import LinkOpened
from flight.icd.events.services import RetrievalEnded
from flight.icd.hk.scoop import ScoopHk
from flight.icd.reports.storage import PacketStoreId, StoreSummary
from flight.icd.reports.verification import Completed, CompletionFailed, FailureCode, StartFailed
from flight.icd.space_packet import TmEncoder
from flight.recorder.direct import DirectRecorder
from flight.recorder.null import NullRecorder
from flight.services.storage import StorageService

S = 1_000_000_000
FRAME = S // 100
REPORTS, HOUSEKEEPING = PacketStoreId


class Rig:
    """A board whose packets are stored; `takes` is how many packets the downlink takes back in a frame."""

    def __init__(self, board, recorder):
        self.board = board
        self.recorder = recorder
        self.played = []
        self.takes = 1000
        self.room = 0
        self.now_ns = 0
        self.encoder = TmEncoder()
        self.service = StorageService(recorder, self.playback, board.report, board.emit)
        self.service.serve(board.dispatcher)

    def playback(self, packet):
        if self.room <= 0:
            return False
        self.room -= 1
        self.played.append(packet)
        return True

    def make(self, record, at_s):
        packet = self.encoder.encode(record, round(at_s * S))
        self.service.store(packet, self.now_ns)
        return packet

    def run(self, seconds=1.0):
        """Minor frames; gives the reports made in them."""
        before = len(self.board.reports)
        for _ in range(round(seconds * 100)):
            self.room = self.takes
            self.service.step(self.now_ns)
            self.board.dispatcher.step(self.now_ns)
            self.now_ns += FRAME
        return self.board.reports[before:]

    def send(self, command, ack=8):
        return self.board.send(command, ack=ack, now_ns=self.now_ns)


@pytest.fixture
def rig(board, tmp_path):
    return Rig(board, DirectRecorder(tmp_path, lambda event: None))


def retrieval(begin_s, end_s, store=REPORTS):
    begin, end = cuc.split(round(begin_s * S)), cuc.split(round(end_s * S))
    return StartRetrieval(
        store=store, from_seconds=begin[0], from_fraction=begin[1], to_seconds=end[0], to_fraction=end[1]
    )


def failure(reports):
    return [(type(report), report.code) for report in reports]


def test_packets_come_back_as_they_were_made(rig):
    made = [rig.make(LinkOpened(port=at), at) for at in range(100)]
    rig.send(retrieval(20, 59.5))
    reports = rig.run()
    assert rig.played == made[20:60]
    assert [type(report) for report in reports] == [Completed]
    assert rig.board.events == [RetrievalEnded(store=REPORTS, packets=40, whole=1)]


def test_reports_and_housekeeping_have_stores_of_their_own(rig):
    event, hk = rig.make(LinkOpened(), 1), rig.make(ScoopHk(), 1)
    rig.send(retrieval(0, 9, HOUSEKEEPING))
    rig.run()
    rig.send(retrieval(0, 9, REPORTS))
    rig.run()
    assert rig.played == [hk, event]


def test_a_retrieval_waits_for_room_on_the_link_and_loses_nothing(rig):
    made = [rig.make(LinkOpened(port=at % 256), at) for at in range(2000)]
    rig.takes = 1
    rig.send(retrieval(0, 5000))
    rig.run(10)
    assert rig.played == made[: len(rig.played)]
    assert 500 < len(rig.played) < len(made)
    rig.run(20)
    assert rig.played == made


def test_one_retrieval_at_a_time(rig):
    rig.send(retrieval(0, 9))
    assert failure(rig.send(retrieval(0, 9))) == [(StartFailed, FailureCode.BUSY)]


def test_a_retrieval_can_be_aborted(rig):
    for at in range(100):
        rig.make(LinkOpened(), at)
    rig.takes = 0
    rig.send(retrieval(0, 99))
    rig.run()
    reports = rig.send(AbortRetrieval(store=REPORTS))
    assert failure(reports[:1]) == [(CompletionFailed, FailureCode.ABORTED)]
    assert type(reports[1]) is Completed
    rig.takes = 1000
    rig.run()
    assert rig.played == []
    assert rig.board.events == [RetrievalEnded(store=REPORTS)]
    assert failure(rig.send(AbortRetrieval(store=REPORTS))) == [(StartFailed, FailureCode.NOT_ALLOWED)]


def test_a_time_that_ends_before_it_begins_is_refused(rig):
    assert failure(rig.send(retrieval(9, 8))) == [(StartFailed, FailureCode.BAD_VALUE)]


def test_a_disabled_store_takes_nothing(rig):
    rig.send(DisableStorage(store=REPORTS))
    rig.make(LinkOpened(port=1), 1)
    rig.send(EnableStorage(store=REPORTS))
    kept = rig.make(LinkOpened(port=2), 2)
    rig.send(retrieval(0, 9))
    rig.run()
    assert rig.played == [kept]


def summary(rig):
    rig.send(ReportStore(store=REPORTS))
    return next(report for report in rig.run() if isinstance(report, StoreSummary))


def test_a_summary_tells_what_a_store_holds(rig):
    made = [rig.make(LinkOpened(), at) for at in (4, 2.5, 8)]
    assert summary(rig) == StoreSummary(
        store=REPORTS,
        enabled=1,
        packets=3,
        octets=sum(map(len, made)),
        oldest_seconds=2,
        oldest_fraction=1 << 15,
        newest_seconds=8,
    )


def test_what_is_not_later_can_be_deleted(rig):
    for at in range(5):
        rig.make(LinkOpened(), at)
    rig.send(DeleteStored(store=REPORTS, to_seconds=3))
    assert next(report for report in rig.run() if isinstance(report, StoreSummary)).packets == 5  # one file holds all
    rig.send(DeleteStored(store=REPORTS, to_seconds=4))
    rig.run()
    assert summary(rig).packets == 0


@pytest.mark.parametrize("command", [ReportStore(store=REPORTS), retrieval(0, 9)])
def test_without_an_answer_a_command_fails(board, command):
    rig = Rig(board, NullRecorder())
    rig.send(command)
    assert failure(rig.run(9)) == []
    assert failure(rig.run(3)) == [(CompletionFailed, FailureCode.NOT_AVAILABLE)]
    assert not rig.service.retrieving


class Forgetful(DirectRecorder):
    """A recorder that loses every second question, and answers the others twice."""

    asked = 0

    def ask(self, question, now_ns):
        self.asked += 1
        return self.asked % 2 == 0 or (super().ask(question, now_ns) and super().ask(question, now_ns))


def test_lost_and_repeated_answers_cost_time_alone(board, tmp_path):
    rig = Rig(board, Forgetful(tmp_path, lambda event: None))
    made = [rig.make(LinkOpened(port=at % 256), at) for at in range(2000)]
    rig.send(retrieval(0, 5000))
    rig.run(30)
    assert rig.played == made


def test_a_clock_step_fires_no_time_out(rig):
    rig.takes = 0
    made = rig.make(LinkOpened(), 1)
    rig.send(retrieval(0, 9))
    rig.run()
    rig.board.time.correlate(10**18)
    assert rig.run() == []
    rig.takes = 1
    rig.run()
    assert rig.played == [made]


def test_what_the_recorder_does_not_take_is_counted(board):
    class Full(NullRecorder):
        def append(self, kind, data, now_ns):
            return False

    rig = Rig(board, Full())
    packet = rig.make(LinkOpened(), 1)
    rig.run()
    assert rig.service.lost == len(packet)
