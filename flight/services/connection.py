"""PUS service 17: are you alive?"""

from __future__ import annotations

from flight.icd.commands.test import ConnectionTest
from flight.icd.reports.verification import ConnectionAlive
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution, Report


class ConnectionService:
    """Answers a 17/1 with a 17/2: it came through uplink, dispatcher and downlink."""

    __slots__ = ("_report",)

    def __init__(self, report: Report) -> None:
        self._report = report

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommand of this service."""
        dispatcher.register(ConnectionTest, self._answer)

    def _answer(self, _command: ConnectionTest, execution: Execution) -> None:
        execution.start()
        self._report(ConnectionAlive())
        execution.complete()
