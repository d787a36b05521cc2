"""The schedule: telecommands released at their times, on monotonic time, each with its own verification."""

import pytest

from flight.icd import cuc
from flight.icd.commands.functions import Stow
from flight.icd.commands.schedule import (
    DeleteActivity,
    DisableSchedule,
    EnableSchedule,
    InsertActivity,
    ReportActivity,
    ReportSchedule,
    ResetSchedule,
    SummarizeSchedule,
)
from flight.icd.commands.test import ConnectionTest
from flight.icd.commands.time import CorrelateTime
from flight.icd.embedded import EMBEDDED_SIZE, embed, extract
from flight.icd.events.services import ActivitySkipped, SkipReason
from flight.icd.reports.schedule import ActivityDetail, ActivitySummary
from flight.icd.reports.verification import AcceptanceFailed, Completed, ConnectionAlive, FailureCode, StartFailed
from flight.icd.space_packet import encode_tc
from flight.services.schedule import CAPACITY, TimeSchedule
from flight.services.time_reporting import TimeReporting

S = 1_000_000_000
FRAME = S // 100
TAI = 2_000_000_000 * S


@pytest.fixture
def schedule(board):
    board.time.correlate(TAI)
    service = TimeSchedule(board.dispatcher, board.report, board.time, board.emit)
    service.serve(board.dispatcher)
    TimeReporting(board.report, board.time, board.emit).serve(board.dispatcher)
    return service


def insert(board, at_ns, sequence=100, inside=None, tai_ns=TAI):
    """Schedule a connection test for `at_ns`, as TAI of a clock that began at `tai_ns`; the reports of that."""
    seconds, fraction = cuc.split(tai_ns + at_ns)
    inside = encode_tc(ConnectionTest(), sequence) if inside is None else inside
    command = InsertActivity(seconds=seconds, fraction=fraction, telecommand=embed(inside))
    return board.send(command, ack=0, now_ns=board.time.now_ns)


def run(board, schedule, begin_ns, end_ns):
    """Minor frames; gives the times at which connection tests were answered."""
    found = []
    for now_ns in range(begin_ns, end_ns, FRAME):
        board.time.step(now_ns)
        before = len(board.reports)
        schedule.step(now_ns)
        found += [now_ns for report in board.reports[before:] if isinstance(report, ConnectionAlive)]
    return found


def test_activities_are_released_at_their_times_whatever_the_order_of_insertion(board, schedule):
    for number, at_s in enumerate((7, 3, 5)):
        assert insert(board, at_s * S, 100 + number) == []
    assert run(board, schedule, 0, 10 * S) == [3 * S, 5 * S, 7 * S]
    assert (len(schedule), schedule.released) == (0, 3)


def test_a_released_telecommand_has_its_own_verification(board, schedule):
    insert(board, 2 * S, sequence=77)
    board.reports.clear()
    run(board, schedule, 0, 3 * S)
    assert board.reports[-1] == Completed(request_packet=0x1842, request_sequence=0xC000 | 77)


@pytest.mark.parametrize("jump_ns", [-TAI // 2, -3600 * S, 3600 * S, TAI])
def test_a_clock_step_moves_no_release(board, schedule, jump_ns):
    insert(board, 5 * S)
    seconds, fraction = cuc.split(TAI + jump_ns)
    board.send(CorrelateTime(monotonic_ns=0, seconds=seconds, fraction=fraction))
    assert run(board, schedule, 0, 10 * S) == [5 * S]


def test_after_a_clock_step_times_are_those_of_the_new_clock(board, schedule):
    board.send(CorrelateTime(monotonic_ns=0, seconds=1_000_000_000, fraction=0))
    insert(board, 5 * S, tai_ns=1_000_000_000 * S)
    assert run(board, schedule, 0, 10 * S) == [5 * S]


def failure(reports):
    return [(type(report), report.code, report.detail) for report in reports]


@pytest.mark.parametrize(("at_ns", "late_ms"), [(S // 2, 500), (-3600 * S, 3_601_000)])
def test_what_is_too_late_is_refused(board, schedule, at_ns, late_ms):
    assert failure(insert(board, at_ns)) == [(StartFailed, FailureCode.TOO_LATE, late_ms)]


def test_a_telecommand_that_would_be_refused_is_not_scheduled(board, schedule):
    damaged = encode_tc(ConnectionTest(), 1)[:-1] + b"\x00"
    assert failure(insert(board, 5 * S, inside=damaged)) == [
        (StartFailed, FailureCode.EMBEDDED, FailureCode.BAD_CHECKSUM)
    ]
    assert failure(insert(board, 5 * S, inside=encode_tc(Stow(), 1))) == [
        (StartFailed, FailureCode.EMBEDDED, FailureCode.NOT_AVAILABLE)
    ]
    assert failure(insert(board, 5 * S, inside=b"")) == [(StartFailed, FailureCode.EMBEDDED, FailureCode.BAD_LENGTH)]


def test_a_request_is_scheduled_once(board, schedule):
    insert(board, 5 * S)
    assert failure(insert(board, 6 * S)) == [(StartFailed, FailureCode.DUPLICATE, 0)]


def test_so_many_are_held_and_no_more(board, schedule):
    assert [insert(board, 5 * S, number) for number in range(CAPACITY)] == [[]] * CAPACITY
    assert failure(insert(board, 5 * S, CAPACITY)) == [(StartFailed, FailureCode.FULL, CAPACITY)]
    assert len(run(board, schedule, 0, 6 * S)) == CAPACITY


def test_a_disabled_schedule_skips_and_tells(board, schedule):
    insert(board, 2 * S, 100)
    insert(board, 4 * S, 101)
    board.send(DisableSchedule())
    assert run(board, schedule, 0, 3 * S) == []
    board.send(EnableSchedule())
    assert run(board, schedule, 3 * S, 5 * S) == [4 * S]
    assert board.events == [
        ActivitySkipped(request_packet=0x1842, request_sequence=0xC000 | 100, reason=SkipReason.DISABLED, late_ms=0)
    ]


def test_an_activity_whose_time_was_missed_by_far_is_skipped(board, schedule):
    insert(board, 2 * S)
    insert(board, 9 * S, 101)
    board.time.step(10 * S)
    before = len(board.reports)
    schedule.step(10 * S)
    assert len([report for report in board.reports[before:] if isinstance(report, ConnectionAlive)]) == 1
    assert [(event.reason, event.late_ms) for event in board.events] == [(SkipReason.LATE, 8000)]
    assert (schedule.released, schedule.skipped) == (1, 1)


def test_an_activity_the_dispatcher_refuses_is_told_twice(board, schedule):
    board.dispatcher.register(Stow, lambda _command, _execution: None, timeout_s=1000)
    insert(board, 2 * S, inside=encode_tc(Stow(), 50))
    for _ in range(16):
        board.send(Stow())
    run(board, schedule, 0, 3 * S)
    assert board.events[-1].reason is SkipReason.REFUSED
    refused = AcceptanceFailed(
        request_packet=0x1842, request_sequence=0xC000 | 50, code=FailureCode.TOO_MANY, detail=16
    )
    assert refused in board.reports


def test_an_activity_can_be_deleted(board, schedule):
    insert(board, 2 * S, 100)
    insert(board, 3 * S, 101)
    name = {"request_packet": 0x1842, "request_sequence": 0xC000 | 100}
    assert board.send(DeleteActivity(**name), ack=0) == []
    assert run(board, schedule, 0, 5 * S) == [3 * S]
    gone = board.send(DeleteActivity(**name), ack=0)
    assert failure(gone) == [(StartFailed, FailureCode.UNKNOWN_OBJECT, 0x1842C064)]


def test_a_reset_deletes_all_and_disables(board, schedule):
    insert(board, 2 * S)
    board.send(ResetSchedule())
    assert (len(schedule), schedule.enabled) == (0, False)
    assert run(board, schedule, 0, 5 * S) == []


def test_the_schedule_can_be_asked_for(board, schedule):
    first, second = (encode_tc(ConnectionTest(), number) for number in (100, 101))
    insert(board, 4 * S, inside=second)
    insert(board, 2 * S, inside=first)
    details = board.send(ReportSchedule(), ack=0)
    assert [type(report) for report in details] == [ActivityDetail] * 2
    assert [extract(report.telecommand) for report in details] == [first, second]
    assert [(report.count, report.place, report.total) for report in details] == [(1, 0, 2), (1, 1, 2)]
    assert [cuc.join(report.seconds, report.fraction) - TAI for report in details] == [2 * S, 4 * S]
    summaries = board.send(SummarizeSchedule(), ack=0)
    assert [report.request_sequence & 0x3FFF for report in summaries] == [100, 101]
    one = board.send(ReportActivity(request_packet=0x1842, request_sequence=0xC000 | 101), ack=0)
    assert [(type(report), report.seconds) for report in one] == [(ActivitySummary, summaries[1].seconds)]


def test_an_empty_schedule_says_so(board, schedule):
    assert board.send(ReportSchedule(), ack=0) == [ActivityDetail(telecommand=(0,) * EMBEDDED_SIZE)]
    assert board.send(SummarizeSchedule(), ack=0) == [ActivitySummary()]
