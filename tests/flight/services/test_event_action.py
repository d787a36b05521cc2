"""Service 19: an event causes its telecommand, once, and never a storm of them."""

import pytest

from flight.icd.commands.event_action import (
    AddEventAction,
    ClearEventActions,
    DeleteEventAction,
    DisableEventAction,
    DisableEventActions,
    EnableEventAction,
    EnableEventActions,
    ReportEventAction,
    ReportEventActionStatus,
)
from flight.icd.commands.functions import Collect, TorqueOff
from flight.icd.commands.test import ConnectionTest
from flight.icd.embedded import EMBEDDED_SIZE, embed
from flight.icd.event_action import ACTIONS, EventActionDefinition
from flight.icd.events.sampling import PhaseBegan
from flight.icd.events.supervision import EventActionReleased, EventActionsSuppressed, MonitorHigh
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.reports.event_action import EventActionReport, EventActionStatus
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    ConnectionAlive,
    FailureCode,
    Started,
    StartFailed,
)
from flight.icd.space_packet import encode_tc
from flight.services.event_action import PER_SECOND, EventActionService

S = 1_000_000_000
FRAME_NS = 10_000_000
PING = encode_tc(ConnectionTest(), 77)
PHASE = PhaseBegan.ident
NAME = {"request_packet": 0x1842, "request_sequence": 0xC000 | 77}


class Rig:
    def __init__(self, board):
        self.board = board
        self.hk = SupervisionHk()
        self.service = EventActionService(board.reports.append, self.raise_event, self.hk)
        self.service.serve(board.dispatcher)
        self.now_ns = 10 * S

    def raise_event(self, event):
        """As the event service does: the event is sent, and heard on board."""
        self.board.events.append(event)
        self.service.hear(event)

    def send(self, command):
        return self.board.send(command, now_ns=self.now_ns)[-1]

    def did(self, command):
        return type(self.send(command)) is Completed

    def step(self):
        """A minor frame; gives the reports it makes."""
        before = len(self.board.reports)
        self.now_ns += FRAME_NS
        self.service.step(self.now_ns)
        return self.board.reports[before:]

    def fly(self, seconds):
        for _ in range(round(seconds * 100)):
            self.step()

    def of(self, kind):
        return [event for event in self.board.events if type(event) is kind]


@pytest.fixture
def rig(board):
    return Rig(board)


@pytest.fixture
def ready(rig):
    """With an action that a new phase causes: a connection test."""
    assert rig.did(AddEventAction(event=PHASE, request=embed(PING)))
    assert rig.did(EnableEventAction(event=PHASE))
    rig.board.reports.clear()
    return rig


def refused(report):
    assert type(report) in {StartFailed, CompletionFailed}
    return report.code, report.detail


@pytest.mark.requirement("FDI-12")
def test_an_event_causes_its_telecommand_whose_reports_go_down(ready):
    ready.raise_event(PhaseBegan())
    assert ready.board.reports == []
    assert ready.step() == [Accepted(**NAME), Started(**NAME), ConnectionAlive(), Completed(**NAME)]
    assert ready.of(EventActionReleased) == [EventActionReleased(event=PHASE, monitor=0, **NAME)]
    assert ready.step() == []


@pytest.mark.requirement("FDI-12")
def test_an_added_action_waits_until_it_is_enabled(rig):
    rig.did(AddEventAction(event=PHASE, request=embed(PING)))
    rig.raise_event(PhaseBegan())
    assert rig.step() == []


def test_other_events_cause_nothing(ready):
    ready.raise_event(MonitorHigh(monitor=1))
    assert ready.step() == []


def test_a_disabled_action_causes_nothing_even_if_the_event_came_before(ready):
    ready.raise_event(PhaseBegan())
    assert ready.did(DisableEventAction(event=PHASE))
    assert ready.step() == []


def test_the_whole_function_is_switched(ready):
    ready.raise_event(PhaseBegan())
    assert ready.did(DisableEventActions())
    ready.raise_event(PhaseBegan())
    assert ready.step() == []
    assert ready.did(EnableEventActions())
    assert ready.step() == []
    ready.raise_event(PhaseBegan())
    assert ready.step() != []


@pytest.mark.parametrize(("key", "monitor", "acts"), [(5, 5, True), (5, 6, False), (0, 6, True)])
def test_an_action_may_be_for_one_monitor_or_for_any(rig, key, monitor, acts):
    rig.did(AddEventAction(event=MonitorHigh.ident, monitor=key, request=embed(PING)))
    rig.did(EnableEventAction(event=MonitorHigh.ident, monitor=key))
    rig.raise_event(MonitorHigh(monitor=monitor))
    assert (rig.step() != []) is acts


def test_the_action_of_one_monitor_comes_before_that_of_any(rig):
    other = encode_tc(ConnectionTest(), 78)
    for key, packet in ((0, PING), (5, other)):
        rig.did(AddEventAction(event=MonitorHigh.ident, monitor=key, request=embed(packet)))
        rig.did(EnableEventAction(event=MonitorHigh.ident, monitor=key))
    rig.raise_event(MonitorHigh(monitor=5))
    assert {report.request_sequence for report in rig.step() if type(report) is Accepted} == {0xC000 | 78}


@pytest.mark.requirement("FDI-12")
def test_a_loop_is_held_to_so_many_a_second_and_told(rig):
    event = EventActionReleased.ident  # its own release causes it again
    rig.did(AddEventAction(event=event, request=embed(PING)))
    rig.did(EnableEventAction(event=event))
    rig.raise_event(EventActionReleased())
    rig.fly(10)
    released = rig.of(EventActionReleased)
    assert 1 < len(released) <= 1 + PER_SECOND * 10
    assert rig.hk.actions_released == len(released) - 1


def test_a_flood_is_held_in_any_second_and_told_once_a_second(ready):
    released = []
    for _ in range(1000):
        ready.raise_event(PhaseBegan())
        if ready.step():
            released.append(ready.now_ns)
    assert len(released) == PER_SECOND * 10
    assert all(later - sooner >= S for sooner, later in zip(released, released[PER_SECOND:], strict=False))
    told = ready.of(EventActionsSuppressed)
    assert len(told) == 10
    assert told[0] == EventActionsSuppressed(event=PHASE, count=1)
    assert ready.hk.actions_suppressed == 1000 - len(released)


def test_one_is_released_in_a_minor_frame(ready):
    for _ in range(3):
        ready.raise_event(PhaseBegan())
    assert [len(ready.step()) for _ in range(4)] == [4, 4, 4, 0]


def test_more_at_once_than_can_wait_are_counted(ready):
    for _ in range(ACTIONS + 5):
        ready.raise_event(PhaseBegan())
    ready.fly(0.5)
    assert (ready.hk.actions_released, ready.hk.actions_suppressed) == (PER_SECOND, ACTIONS + 5 - PER_SECOND)


def test_an_action_on_the_telling_of_a_flood_is_held_as_well(rig):
    for event in (PHASE, EventActionsSuppressed.ident):
        rig.did(AddEventAction(event=event, request=embed(PING)))
        rig.did(EnableEventAction(event=event))
    for _ in range(1000):
        rig.raise_event(PhaseBegan())
        rig.step()
    assert rig.hk.actions_released <= PER_SECOND * 11


def test_a_telecommand_that_is_refused_when_released_is_counted(ready):
    hazardous = encode_tc(TorqueOff(), 9)
    ready.board.dispatcher.register(TorqueOff, lambda _command, execution: execution.complete())
    ready.did(AddEventAction(event=MonitorHigh.ident, request=embed(hazardous)))
    ready.did(EnableEventAction(event=MonitorHigh.ident))
    ready.raise_event(MonitorHigh(monitor=1))
    assert [type(report) for report in ready.step()] == [AcceptanceFailed]
    assert ready.hk.actions_refused == 1


@pytest.mark.parametrize(
    ("request_field", "code"),
    [
        ((0,) * EMBEDDED_SIZE, FailureCode.BAD_LENGTH),
        (embed(PING[:-1] + bytes([PING[-1] ^ 1])), FailureCode.BAD_CHECKSUM),
        (embed(encode_tc(Collect(site=1, max_digs=1), 3)), FailureCode.NOT_AVAILABLE),
        (embed(encode_tc(ConnectionTest(), 3, apid=0x43)), FailureCode.UNKNOWN_APID),
    ],
)
def test_a_telecommand_that_would_be_refused_is_not_taken(rig, request_field, code):
    report = rig.send(AddEventAction(event=PHASE, request=request_field))
    assert refused(report) == (FailureCode.EMBEDDED, code)
    assert refused(rig.send(EnableEventAction(event=PHASE))) == (FailureCode.UNKNOWN_OBJECT, PHASE)


def test_what_is_enabled_is_neither_replaced_nor_deleted(ready):
    assert refused(ready.send(AddEventAction(event=PHASE, request=embed(PING)))) == (FailureCode.ENABLED, PHASE)
    assert refused(ready.send(DeleteEventAction(event=PHASE))) == (FailureCode.ENABLED, PHASE)
    assert ready.did(DisableEventAction(event=PHASE))
    assert ready.did(AddEventAction(event=PHASE, request=embed(PING)))
    assert ready.did(DeleteEventAction(event=PHASE))
    assert refused(ready.send(DeleteEventAction(event=PHASE))) == (FailureCode.UNKNOWN_OBJECT, PHASE)


def test_the_table_is_told_and_cleared(ready):
    ready.did(AddEventAction(event=MonitorHigh.ident, monitor=3, request=embed(PING)))
    ready.send(ReportEventActionStatus())
    rest = (0,) * (ACTIONS - 2)
    assert ready.board.reports[-2] == EventActionStatus(
        count=2, events=(PHASE, MonitorHigh.ident, *rest), monitors=(0, 3, *rest), enabled=(1, 0, *rest)
    )
    assert ready.did(ClearEventActions())
    ready.raise_event(PhaseBegan())
    assert ready.step() == []


def test_a_definition_comes_back_as_it_was_sent(ready):
    ready.send(ReportEventAction(event=PHASE))
    assert ready.board.reports[-2] == EventActionReport(event=PHASE, request=embed(PING))
    assert EventActionDefinition.decode(ready.service.image()) == EventActionDefinition(
        event=PHASE, request=embed(PING)
    )


def test_the_table_has_an_end(rig):
    for event in range(1, ACTIONS + 1):
        assert rig.did(AddEventAction(event=event, request=embed(PING)))
    assert refused(rig.send(AddEventAction(event=99, request=embed(PING)))) == (FailureCode.FULL, ACTIONS)


def test_the_actions_of_the_mission_are_enabled_from_the_start(rig):
    rig.service.define([EventActionDefinition(event=PHASE, request=embed(PING))])
    rig.raise_event(PhaseBegan())
    assert Completed(**NAME) in rig.step()
    with pytest.raises(ValueError, match="there already"):
        rig.service.define([EventActionDefinition(event=PHASE, request=embed(PING))])
