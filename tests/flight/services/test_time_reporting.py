"""Time: reported on a rate, set by the ground, and no timer notices."""

import pytest

from flight.icd import cuc
from flight.icd.commands.time import CorrelateTime, SetTimeReportRate
from flight.icd.events.services import TimeCorrelated
from flight.icd.reports.time import TimeReport, TimeStatus
from flight.icd.reports.verification import FailureCode, StartFailed
from flight.services.time_reporting import FIRST_RATE, TimeReporting

S = 1_000_000_000
FRAME = S // 100
START_TAI = 2_000_000_000 * S


@pytest.fixture
def reporting(board):
    board.time.correlate(START_TAI)
    service = TimeReporting(board.report, board.time, board.emit)
    service.serve(board.dispatcher)
    return service


def run(board, reporting, begin_ns, end_ns):
    """Minor frames; gives the time reports made in them."""
    before = len(board.reports)
    for now_ns in range(begin_ns, end_ns, FRAME):
        board.time.step(now_ns)
        reporting.step(now_ns)
    return [report for report in board.reports[before:] if isinstance(report, TimeReport)]


def test_time_is_reported_in_both_scales(board, reporting):
    board.time.step(5 * S)
    board.time.correlate(START_TAI + S // 2)
    reporting.step(5 * S)
    assert board.reports == [
        TimeReport(
            rate=FIRST_RATE,
            seconds=2_000_000_000,
            fraction=1 << 15,
            status=TimeStatus.AS_STARTED,
            monotonic_ns=5 * S,
            correlations=0,
        )
    ]


@pytest.mark.parametrize(("rate", "count"), [(0, 64), (3, 8), (6, 1)])
def test_the_rate_is_a_power_of_two_seconds(board, reporting, rate, count):
    run(board, reporting, 0, S)
    board.send(SetTimeReportRate(rate=rate), now_ns=S)
    run(board, reporting, S, 64 * S)
    assert len(run(board, reporting, 64 * S, 128 * S)) == count


def test_the_ground_sets_the_time_from_a_pair_of_past_readings(board, reporting):
    true_tai_ns = START_TAI + 12 * S
    seconds, fraction = cuc.split(true_tai_ns)
    board.time.step(90 * S)
    before = board.time.tai_ns
    board.send(CorrelateTime(monotonic_ns=50 * S, seconds=seconds, fraction=fraction))
    assert board.time.tai_ns == true_tai_ns + 40 * S
    assert board.events == [TimeCorrelated(monotonic_ns=90 * S, jump_ns=true_tai_ns + 40 * S - before)]
    report = run(board, reporting, 90 * S, 90 * S + FRAME)[0]
    assert (report.status, report.correlations) == (TimeStatus.CORRELATED, 1)
    assert cuc.join(report.seconds, report.fraction) == board.time.tai_ns


def test_a_moment_to_come_is_refused(board, reporting):
    board.time.step(S)
    before = board.time.tai_ns
    failed = board.send(CorrelateTime(monotonic_ns=S + 1, seconds=1, fraction=0), ack=0)
    assert [(type(report), report.code) for report in failed] == [(StartFailed, FailureCode.BAD_VALUE)]
    assert board.time.tai_ns == before


@pytest.mark.parametrize("tai_s", [1, 4_000_000_000])
def test_a_clock_step_makes_no_report_early_or_late(board, reporting, tai_s):
    board.send(SetTimeReportRate(rate=2))
    assert len(run(board, reporting, 0, 10 * S)) == 3
    board.send(CorrelateTime(monotonic_ns=0, seconds=tai_s, fraction=0))
    assert [report.monotonic_ns for report in run(board, reporting, 10 * S, 20 * S)] == [12 * S, 16 * S]
