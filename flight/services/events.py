"""PUS service 5: events of all parts, counted, limited and sent.

A fault that repeats in every frame must not fill the link. Of each kind of event the first so many in a second are
sent; the rest is counted and told. The limit is for each kind alone, so that one flood hides nothing else; events of
high severity have a wider one. What is raised is heard on board (`subscribe`) whether it is sent or not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flight.icd.commands.events import DisableEvent, EnableEvent, ReportDisabledEvents
from flight.icd.dictionary import Dictionary
from flight.icd.events.services import EventsSuppressed
from flight.icd.kinds import Event, Severity
from flight.icd.reports.events import MAX_DISABLED, DisabledEvents
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution, Report

EARLY = 32
"""Events kept until there is a downlink to send them by."""
WINDOW_NS = 1_000_000_000
LIMIT = 8
"""Events of one kind sent in a window."""
LIMIT_HIGH = 32


class EventService:
    """Where every component's `emit` leads. It exists before the downlink does; what comes early waits.

    `step` begins a new window once a second; the limits hold from its first call on.
    """

    __slots__ = (
        "_disabled", "_early", "_known", "_listeners", "_raised", "_report", "_window_ns", "count", "suppressed",
    )  # fmt: skip

    def __init__(self) -> None:
        self._report: Report | None = None
        self._early: deque[Event] = deque()
        self._listeners: list[Callable[[Event], None]] = []
        self._known: frozenset[int] = frozenset()
        self._disabled: set[int] = set()
        self._raised: dict[type[Event], int] = {}
        self._window_ns: int | None = None
        self.count = 0
        """Events raised."""
        self.suppressed = 0
        """Events not sent because of the limits."""

    @property
    def disabled(self) -> int:
        """Kinds of events that are disabled."""
        return len(self._disabled)

    def connect(self, report: Report) -> None:
        """Send by `report` from now on, and what came before."""
        self._report = report
        while self._early:
            report(self._early.popleft())

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Have `listener` hear every event as it is raised."""
        self._listeners.append(listener)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        self._known = frozenset(event_idents(dispatcher.dictionary))
        dispatcher.register(EnableEvent, self._enable)
        dispatcher.register(DisableEvent, self._disable)
        dispatcher.register(ReportDisabledEvents, self._list)

    def emit(self, event: Event) -> None:
        """Count `event` and send it as a 5/1..5/4 report; never waits."""
        self.count += 1
        for listener in self._listeners:
            listener(event)
        if self._report is None:
            if len(self._early) < EARLY:  # the first tell the cause
                self._early.append(event)
        elif event.ident not in self._disabled and self._passes(type(event)):
            self._report(event)

    def step(self, now_ns: int) -> None:
        """Tell what was suppressed in the window that is over, and begin the next."""
        if self._window_ns is not None and now_ns < self._window_ns:
            return
        self._window_ns = now_ns + WINDOW_NS
        raised, self._raised = self._raised, {}
        for kind, count in raised.items():
            excess = count - _limit(kind)
            if excess > 0:
                self.emit(EventsSuppressed(event=kind.ident, count=excess))

    def _passes(self, kind: type[Event]) -> bool:
        if self._window_ns is None:
            return True
        count = self._raised[kind] = self._raised.get(kind, 0) + 1
        if count <= _limit(kind):
            return True
        self.suppressed += 1
        return False

    def _enable(self, command: EnableEvent, execution: Execution) -> None:
        if self._knows(command.event, execution):
            self._disabled.discard(command.event)
            execution.complete()

    def _disable(self, command: DisableEvent, execution: Execution) -> None:
        if not self._knows(command.event, execution):
            return
        if len(self._disabled | {command.event}) > MAX_DISABLED:
            execution.fail(FailureCode.FULL, MAX_DISABLED)
            return
        self._disabled.add(command.event)
        execution.complete()

    def _list(self, _command: ReportDisabledEvents, execution: Execution) -> None:
        execution.start()
        idents = tuple(sorted(self._disabled))
        report = DisabledEvents(count=len(idents), events=idents + (0,) * (MAX_DISABLED - len(idents)))
        execution.report(report)
        execution.complete()

    def _knows(self, ident: int, execution: Execution) -> bool:
        if ident not in self._known:
            execution.fail(FailureCode.UNKNOWN_OBJECT, ident)
            return False
        return True


def event_idents(dictionary: Dictionary) -> list[int]:
    """Identifiers of all events that are declared."""
    return [kind.ident for kind in dictionary.telemetry.values() if issubclass(kind, Event) and kind.ident is not None]


def _limit(kind: type[Event]) -> int:
    return LIMIT_HIGH if kind.severity is Severity.HIGH else LIMIT
