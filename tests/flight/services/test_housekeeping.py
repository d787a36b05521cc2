"""Housekeeping: each structure on its period, on request, or not at all."""

import pytest

from flight.icd.commands.housekeeping import (
    DisableHousekeeping,
    EnableHousekeeping,
    ReportHousekeeping,
    ReportHousekeepingStates,
    SetHousekeepingInterval,
)
from flight.icd.hk.comms import CommsHk
from flight.icd.hk.scoop import MotionHk, ScoopHk
from flight.icd.reports.housekeeping import HousekeepingState
from flight.icd.reports.verification import Accepted, Completed, FailureCode, StartFailed

MS = 1_000_000
S = 1000 * MS


@pytest.fixture
def sent(board):
    """(time, kind, age) of each report; the records are live, so they are looked at when sent."""
    found = []

    def report(record):
        found.append((board.time.now_ns, type(record), record.age_ms))

    board.housekeeping._report = report
    return found


def run(board, begin_ns, end_ns, every_ns=10 * MS):
    for now_ns in range(begin_ns, end_ns, every_ns):
        board.time.step(now_ns)
        board.housekeeping.step(now_ns)


def test_each_structure_keeps_its_period_without_drift(board, sent):
    board.housekeeping.add(ScoopHk())
    board.housekeeping.add(MotionHk())
    run(board, 0, 10 * S)
    scoop = [at for at, kind, _ in sent if kind is ScoopHk]
    motion = [at for at, kind, _ in sent if kind is MotionHk]
    assert scoop == [second * S for second in range(10)]
    assert motion == [10 * MS + tenth * 100 * MS for tenth in range(100)]


def test_missed_periods_are_not_made_up_for(board, sent):
    board.housekeeping.add(MotionHk())
    run(board, 0, 20 * MS)
    run(board, 1050 * MS, 1250 * MS)
    assert [at // MS for at, _, _ in sent] == [0, 1050, 1100, 1200]


def test_a_report_tells_the_age_of_its_values(board, sent):
    scoop = ScoopHk()
    board.housekeeping.add(scoop)
    scoop.stamp(0)
    run(board, 250 * MS, 260 * MS)
    assert sent[0][2] == 250


def test_a_record_can_be_filled_in_just_before(board, sent):
    comms = CommsHk()
    board.housekeeping.add(comms, refresh=comms.stamp)
    run(board, 3 * S, 3 * S + 10 * MS)
    assert sent == [(3 * S, CommsHk, 0)]


def test_a_structure_can_be_switched_off_and_on(board, sent):
    board.housekeeping.add(MotionHk())
    assert [type(report) for report in board.send(DisableHousekeeping(sid=MotionHk.ident), ack=9)] == [
        Accepted,
        Completed,
    ]
    run(board, 0, S)
    assert sent == []
    board.send(EnableHousekeeping(sid=MotionHk.ident))
    run(board, S, 2 * S)
    assert len(sent) == 10


def test_a_structure_is_sent_once_on_request_even_when_off(board, sent):
    board.housekeeping.add(ScoopHk())
    board.send(DisableHousekeeping(sid=ScoopHk.ident))
    board.send(ReportHousekeeping(sid=ScoopHk.ident))
    assert [kind for _, kind, _ in sent] == [ScoopHk]


@pytest.mark.parametrize(
    "command", [EnableHousekeeping, DisableHousekeeping, ReportHousekeeping, ReportHousekeepingStates]
)
def test_a_structure_that_is_not_there_is_named(board, command):
    failed = board.send(command(sid=999), ack=0)
    assert [(type(report), report.code, report.detail) for report in failed] == [
        (StartFailed, FailureCode.UNKNOWN_OBJECT, 999)
    ]


def test_two_records_of_one_structure_are_refused(board):
    board.housekeeping.add(ScoopHk())
    with pytest.raises(ValueError, match="structure 10 of ScoopHk is taken"):
        board.housekeeping.add(ScoopHk())


def test_nothing_to_send_is_no_error(board, sent):
    run(board, 0, S)
    assert sent == []


def test_an_interval_can_be_changed(board, sent):
    board.housekeeping.add(ScoopHk())
    board.housekeeping.add(MotionHk())
    run(board, 0, S)
    board.send(SetHousekeepingInterval(sid=ScoopHk.ident, interval_ms=250))
    run(board, S, 3 * S)
    assert [at // MS for at, kind, _ in sent if kind is ScoopHk] == [0, *range(1240, 3000, 250)]
    assert len([at for at, kind, _ in sent if kind is MotionHk]) == 30


@pytest.mark.parametrize("interval_ms", [255, 51])
def test_an_interval_is_a_multiple_of_the_minor_frame(board, interval_ms):
    board.housekeeping.add(ScoopHk())
    failed = board.send(SetHousekeepingInterval(sid=ScoopHk.ident, interval_ms=interval_ms), ack=0)
    assert [(report.code, report.detail) for report in failed] == [(FailureCode.BAD_VALUE, 2)]


def test_what_is_sent_how_often_can_be_asked(board):
    board.housekeeping.add(ScoopHk())
    board.housekeeping.add(MotionHk())
    board.send(DisableHousekeeping(sid=ScoopHk.ident))
    scoop = HousekeepingState(sid=ScoopHk.ident, enabled=0, interval_ms=1000)
    motion = HousekeepingState(sid=MotionHk.ident, enabled=1, interval_ms=100)
    assert board.send(ReportHousekeepingStates(sid=0), ack=0) == [scoop, motion]
    assert board.send(ReportHousekeepingStates(sid=MotionHk.ident), ack=0) == [motion]


def test_a_clock_step_changes_no_period(board, sent):
    board.housekeeping.add(MotionHk())
    run(board, 0, 500 * MS)
    board.time.correlate(10**18)
    run(board, 500 * MS, S)
    board.time.correlate(0)
    run(board, S, 1500 * MS)
    assert [at // MS for at, _, _ in sent] == list(range(0, 1500, 100))
