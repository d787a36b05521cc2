"""Service 12: the monitoring table as the ground sees it, by packets alone."""

import pytest

from flight.icd.commands.monitoring import (
    AddMonitor,
    ClearMonitors,
    DeleteMonitor,
    DisableMonitor,
    DisableMonitoring,
    EnableMonitor,
    EnableMonitoring,
    ModifyMonitor,
    ReportMonitor,
    ReportMonitorStatus,
)
from flight.icd.events.supervision import MonitorHigh, MonitorRecovered, MonitorStale
from flight.icd.hk.scoop import MotionHk
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.kinds import Severity
from flight.icd.monitoring import MONITORS, CheckKind, MonitorDefinition, MonitorStatus
from flight.icd.parameters import SampleParameters
from flight.icd.reports.monitoring import MonitorReport, MonitorStatusReport, MonitorTransition
from flight.icd.reports.verification import Accepted, Completed, CompletionFailed, FailureCode, StartFailed
from flight.pool import Pool, parameters_of
from flight.services.monitor_table import CHECKS_PER_FRAME, TableError
from flight.services.monitoring import MonitoringService

FRAME_NS = 10_000_000
DRAFT = next(p.ident for p in parameters_of(MotionHk()) if p.name == "MotionHk.draft_n")
MAX_DIGS = 0x8302
NAMED = list(MonitorDefinition.fields)


def values(monitor=1, **changes):
    return {
        "monitor": monitor,
        "parameter": DRAFT,
        "interval_ms": 100,
        "consecutive": 2,
        "check_kind": CheckKind.LIMIT,
        "mask": 0,
        "low": -1.0,
        "high": 1.0,
        "stale_ms": 500,
        "severity": Severity.HIGH,
    } | changes


class Rig:
    def __init__(self, board):
        self.board = board
        self.record = MotionHk()
        self.sample = SampleParameters(max_digs=3)
        self.hk = SupervisionHk()
        self.service = MonitoringService(
            Pool([self.record, self.sample]), board.reports.append, board.time, board.events.append, self.hk
        )
        self.service.serve(board.dispatcher)

    def send(self, command):
        """The last report that comes at once."""
        return self.board.send(command, now_ns=self.board.time.now_ns)[-1]

    def did(self, command):
        return type(self.send(command)) is Completed

    def fly(self, frames, value=None):
        """So many minor frames, with a new reading in each when there is a `value`."""
        for _ in range(frames):
            now_ns = self.board.time.now_ns + FRAME_NS
            self.board.time.step(now_ns)
            if value is not None:
                self.record.draft_n = value
                self.record.stamp(now_ns)
            self.service.step(now_ns)

    def of(self, kind):
        return [report for report in self.board.reports if type(report) is kind]

    def statuses(self):
        self.send(ReportMonitorStatus())
        report = self.of(MonitorStatusReport)[-1]
        return dict(zip(report.monitors[: report.count], report.statuses[: report.count], strict=True))


@pytest.fixture
def rig(board):
    return Rig(board)


def refused(report):
    assert type(report) in {StartFailed, CompletionFailed}
    return report.code, report.detail


@pytest.mark.requirement("FDI-12")
def test_an_added_monitor_is_disabled_until_it_is_enabled(rig):
    assert rig.did(AddMonitor(**values()))
    rig.fly(100, 5.0)
    assert rig.statuses() == {1: MonitorStatus.UNCHECKED}
    assert rig.did(EnableMonitor(monitor=1))
    rig.fly(100, 5.0)
    assert rig.statuses() == {1: MonitorStatus.HIGH}


@pytest.mark.requirement("FDI-12")
def test_a_transition_is_told_and_raised_once(rig, board):
    rig.did(AddMonitor(**values()))
    rig.did(EnableMonitor(monitor=1))
    rig.fly(50, 0.0)
    assert rig.of(MonitorTransition) == []
    rig.fly(100, 5.0)
    found = {"monitor": 1, "parameter": DRAFT, "value": 5.0, "limit": 1.0}
    assert rig.of(MonitorTransition) == [
        MonitorTransition(check_kind=CheckKind.LIMIT, before=MonitorStatus.WITHIN, after=MonitorStatus.HIGH, **found)
    ]
    assert board.events == [MonitorHigh(status=MonitorStatus.HIGH, **found)]
    rig.fly(50, 0.0)
    assert type(board.events[-1]) is MonitorRecovered


@pytest.mark.requirement("FDI-12")
def test_data_that_stop_coming_are_told_as_stale(rig, board):
    rig.did(AddMonitor(**values()))
    rig.did(EnableMonitor(monitor=1))
    rig.fly(50, 0.25)
    rig.fly(100)
    assert board.events == [MonitorStale(monitor=1, parameter=DRAFT, status=MonitorStatus.STALE, value=0.25, limit=0.0)]
    rig.service.fill()
    assert (rig.hk.monitors_stale, rig.hk.monitors_outside, rig.hk.transitions) == (1, 0, 1)


def test_a_disabled_monitor_holds_nothing(rig, board):
    rig.service.define([MonitorDefinition(**values())])
    rig.fly(50, 5.0)
    assert rig.did(DisableMonitor(monitor=1))
    rig.fly(50, 0.0)
    assert rig.statuses() == {1: MonitorStatus.UNCHECKED}
    assert [type(event) for event in board.events] == [MonitorHigh]


def test_the_whole_function_is_switched(rig, board):
    rig.service.define([MonitorDefinition(**values())])
    assert rig.did(DisableMonitoring())
    rig.fly(100, 5.0)
    assert board.events == []
    assert rig.did(EnableMonitoring())
    rig.fly(100, 5.0)
    assert [type(event) for event in board.events] == [MonitorHigh]


def test_a_modified_monitor_begins_anew(rig, board):
    rig.service.define([MonitorDefinition(**values())])
    rig.fly(50, 5.0)
    assert rig.did(ModifyMonitor(**values(high=10.0)))
    assert rig.statuses() == {1: MonitorStatus.UNCHECKED}
    rig.fly(50, 5.0)
    assert rig.statuses() == {1: MonitorStatus.WITHIN}


def test_a_definition_comes_back_as_it_was_sent(rig):
    rig.did(AddMonitor(**values(7)))
    rig.send(ReportMonitor(monitor=7))
    rig.fly(2)
    assert rig.of(MonitorReport) == [MonitorReport(**values(7), enabled=0)]
    assert type(rig.board.reports[-1]) is Completed


def test_all_definitions_come_one_a_minor_frame(rig):
    rig.service.define([MonitorDefinition(**values(n)) for n in range(1, 9)])
    rig.send(ReportMonitor(monitor=0))
    assert refused(rig.send(ReportMonitor(monitor=0))) == (FailureCode.BUSY, 0)
    for count in range(1, 9):
        rig.fly(1, 0.0)
        assert len(rig.of(MonitorReport)) == count
    rig.fly(1, 0.0)
    assert type(rig.board.reports[-1]) is Completed


@pytest.mark.parametrize(
    ("changes", "code", "detail"),
    [
        ({"parameter": 0x7FFF}, FailureCode.UNKNOWN_OBJECT, 0x7FFF),
        ({"low": 2.0}, FailureCode.BAD_VALUE, NAMED.index("high")),
        ({"check_kind": CheckKind.EXPECTED}, FailureCode.BAD_VALUE, NAMED.index("check_kind")),
        (
            {"parameter": MAX_DIGS, "check_kind": CheckKind.EXPECTED, "mask": 1, "low": 2.0},
            FailureCode.BAD_VALUE,
            NAMED.index("low"),
        ),
        (
            {"parameter": MAX_DIGS, "check_kind": CheckKind.EXPECTED, "mask": 1, "low": 0.5},
            FailureCode.BAD_VALUE,
            NAMED.index("low"),
        ),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(rig, changes, code, detail):
    assert refused(rig.send(AddMonitor(**values(**changes)))) == (code, detail)
    assert rig.did(AddMonitor(**values()))
    assert refused(rig.send(ModifyMonitor(**values(**changes)))) == (code, detail)
    rig.send(ReportMonitor(monitor=1))
    rig.fly(2)
    assert rig.of(MonitorReport) == [MonitorReport(**values(), enabled=0)]


def test_identifiers_are_taken_once_and_must_exist(rig):
    assert rig.did(AddMonitor(**values()))
    assert refused(rig.send(AddMonitor(**values()))) == (FailureCode.DUPLICATE, 1)
    for command in (EnableMonitor, DisableMonitor, DeleteMonitor, ReportMonitor):
        assert refused(rig.send(command(monitor=9))) == (FailureCode.UNKNOWN_OBJECT, 9)
    assert refused(rig.send(ModifyMonitor(**values(9)))) == (FailureCode.UNKNOWN_OBJECT, 9)


def test_what_is_enabled_is_not_deleted(rig):
    rig.service.define([MonitorDefinition(**values())])
    assert refused(rig.send(DeleteMonitor(monitor=1))) == (FailureCode.ENABLED, 1)
    assert rig.did(DisableMonitor(monitor=1))
    assert rig.did(DeleteMonitor(monitor=1))
    assert rig.statuses() == {}


def test_the_table_is_cleared_only_while_the_function_is_off(rig):
    rig.service.define([MonitorDefinition(**values())])
    assert refused(rig.send(ClearMonitors())) == (FailureCode.ENABLED, 0)
    assert rig.did(DisableMonitoring())
    assert rig.did(ClearMonitors())
    assert rig.statuses() == {}


def test_the_table_has_an_end(rig):
    for n in range(1, MONITORS + 1):
        assert rig.did(AddMonitor(**values(n)))
    assert refused(rig.send(AddMonitor(**values(99)))) == (FailureCode.FULL, MONITORS)
    assert type(rig.send(ReportMonitorStatus())) is Completed


def test_a_table_of_the_mission_that_cannot_be_is_refused(rig):
    with pytest.raises(TableError, match=r"unknown object \(32767\)"):
        rig.service.define([MonitorDefinition(**values(parameter=0x7FFF))])


def test_checks_are_spread_over_minor_frames_and_none_is_left_out(rig):
    rig.service.define([MonitorDefinition(**values(n, interval_ms=10, consecutive=1)) for n in range(1, MONITORS + 1)])
    table, before = rig.service.table, 0
    for _ in range(200):
        rig.fly(1, 0.0)
        assert table.checks - before <= CHECKS_PER_FRAME
        before = table.checks
    assert set(rig.statuses().values()) == {MonitorStatus.WITHIN}
    assert table.late > 0


def test_a_monitor_is_checked_on_its_interval(rig):
    rig.service.define([MonitorDefinition(**values(interval_ms=70))])
    rig.fly(700, 0.0)
    assert rig.service.table.checks == 100


def test_every_telecommand_of_the_service_is_accepted_and_ends(rig):
    rig.did(AddMonitor(**values()))
    for command in (EnableMonitor(monitor=1), DisableMonitor(monitor=1), EnableMonitoring(), DisableMonitoring()):
        reports = rig.board.send(command)
        assert [type(report) for report in (reports[0], reports[-1])] == [Accepted, Completed]


def test_the_image_is_the_definitions(rig):
    rig.service.define([MonitorDefinition(**values(n)) for n in (3, 1)])
    size = MonitorDefinition.size()
    image = rig.service.table.image()
    parts = [MonitorDefinition.decode(image[at : at + size]) for at in range(0, len(image), size)]
    assert parts == [MonitorDefinition(**values(n)) for n in (3, 1)]
