"""Events: counted, sent, kept while there is no downlink yet, limited when they flood."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.events import DisableEvent, EnableEvent, ReportDisabledEvents
from flight.icd.events.comms import LinkLost, LinkOpened
from flight.icd.events.fdir import EnteredSafe
from flight.icd.events.services import EventsSuppressed
from flight.icd.reports.events import MAX_DISABLED, DisabledEvents
from flight.icd.reports.verification import FailureCode
from flight.services.events import EARLY, LIMIT, LIMIT_HIGH, EventService, event_idents

S = 1_000_000_000


def test_events_are_sent_and_counted():
    sent, service = [], EventService()
    service.connect(sent.append)
    service.emit(LinkOpened(port=1))
    service.emit(LinkLost(port=1))
    assert sent == [LinkOpened(port=1), LinkLost(port=1)]
    assert service.count == 2


def test_what_comes_before_the_downlink_waits_in_order():
    sent, service = [], EventService()
    for port in range(3):
        service.emit(LinkOpened(port=port))
    service.connect(sent.append)
    assert [event.port for event in sent] == [0, 1, 2]


def test_only_the_first_so_many_wait_and_the_rest_is_counted():
    sent, service = [], EventService()
    for port in range(EARLY + 5):
        service.emit(LinkOpened(port=port))
    service.connect(sent.append)
    assert [event.port for event in sent] == list(range(EARLY))
    assert service.count == EARLY + 5


@pytest.fixture
def connected(board):
    """An event service that serves the board's dispatcher and sends with its reports."""
    service = EventService()
    service.serve(board.dispatcher)
    service.connect(board.report)
    return service


def sent(board, kind):
    return [report for report in board.reports if type(report) is kind]


def test_a_flood_is_cut_and_told(board, connected):
    connected.step(0)
    for port in range(LIMIT + 5):
        connected.emit(LinkLost(port=port))
    connected.emit(LinkOpened(port=1))
    assert [event.port for event in sent(board, LinkLost)] == list(range(LIMIT))
    assert len(sent(board, LinkOpened)) == 1
    connected.step(S - 1)
    assert sent(board, EventsSuppressed) == []
    connected.step(S)
    assert sent(board, EventsSuppressed) == [EventsSuppressed(event=LinkLost.ident, count=5)]
    assert (connected.count, connected.suppressed) == (LIMIT + 7, 5)
    connected.emit(LinkLost(port=99))
    assert sent(board, LinkLost)[-1].port == 99


def test_of_a_flood_of_high_severity_more_gets_through(board, connected):
    connected.step(0)
    for _ in range(100):
        connected.emit(EnteredSafe())
    assert len(sent(board, EnteredSafe)) == LIMIT_HIGH > LIMIT


def test_a_clock_step_opens_no_window(board, connected):
    connected.step(0)
    board.time.correlate(10**18)
    connected.step(S // 2)
    for _ in range(LIMIT + 1):
        connected.emit(LinkOpened())
    connected.step(S - 1)
    assert sent(board, EventsSuppressed) == []


def test_a_disabled_event_is_not_sent_but_counted_and_heard(board, connected):
    heard = []
    connected.subscribe(heard.append)
    board.send(DisableEvent(event=LinkLost.ident))
    connected.emit(LinkLost())
    assert sent(board, LinkLost) == []
    assert (heard, connected.count) == ([LinkLost()], 1)
    board.send(EnableEvent(event=LinkLost.ident))
    connected.emit(LinkLost())
    assert len(sent(board, LinkLost)) == 1


def test_what_is_disabled_can_be_asked(board, connected):
    for event in (LinkOpened, LinkLost):
        board.send(DisableEvent(event=event.ident))
    idents = tuple(sorted((LinkOpened.ident, LinkLost.ident)))
    told = DisabledEvents(count=2, events=idents + (0,) * (MAX_DISABLED - 2))
    assert board.send(ReportDisabledEvents(), ack=0) == [told]


@pytest.mark.parametrize("command", [EnableEvent, DisableEvent])
def test_an_event_that_is_not_declared_is_named(board, connected, command):
    failed = board.send(command(event=0xFFFE), ack=0)
    assert [(report.code, report.detail) for report in failed] == [(FailureCode.UNKNOWN_OBJECT, 0xFFFE)]


def test_only_so_many_can_be_disabled(board, connected):
    idents = event_idents(mission_dictionary())[: MAX_DISABLED + 1]
    failed = [board.send(DisableEvent(event=ident), ack=0) for ident in idents]
    assert failed[:-1] == [[]] * MAX_DISABLED
    assert [(report.code, report.detail) for report in failed[-1]] == [(FailureCode.FULL, MAX_DISABLED)]
    assert connected.disabled == MAX_DISABLED
