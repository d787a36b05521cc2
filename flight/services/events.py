"""PUS service 5: events of all parts, counted and sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from flight.icd.kinds import Event
from flight.services.verification import Report

EARLY = 32
"""Events kept until there is a downlink to send them by."""


class EventService:
    """Where every component's `emit` leads. It exists before the downlink does; what comes early waits."""

    __slots__ = ("_early", "_listener", "_report", "count")

    def __init__(self) -> None:
        self._report: Report | None = None
        self._early: deque[Event] = deque()
        self._listener: Callable[[Event], None] = _nobody
        self.count = 0

    def connect(self, report: Report) -> None:
        """Send by `report` from now on, and what came before."""
        self._report = report
        while self._early:
            report(self._early.popleft())

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Have `listener` hear every event from now on, also those that are not sent; it never waits."""
        self._listener = listener

    def emit(self, event: Event) -> None:
        """Count `event` and send it as a 5/1..5/4 report; never waits."""
        self.count += 1
        self._listener(event)
        if self._report is not None:
            self._report(event)
        elif len(self._early) < EARLY:  # the first tell the cause
            self._early.append(event)


def _nobody(event: Event) -> None:
    """Nobody listens yet."""
