"""A dispatcher with all services around it, and the reports it makes."""

from typing import ClassVar

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.space_packet import ACK_ALL, TmEncoder, encode_tc, parse_tm
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.housekeeping import HousekeepingService
from flight.services.timebase import TimeBase


class Board:
    """Telecommands in, reports out, both as packets: a report that can't be sent, or is read as another, raises."""

    sequence: ClassVar[int] = 5

    def __init__(self):
        self.reports = []
        self.events = []
        self.time = TimeBase()
        self._encoder = TmEncoder()
        self.dispatcher = Dispatcher(mission_dictionary(), self.report, self.emit)
        self.housekeeping = HousekeepingService(self.report, self.time)
        self.housekeeping.serve(self.dispatcher)
        ConnectionService(self.report).serve(self.dispatcher)

    def report(self, record):
        """Where telemetry goes."""
        self.reports.append(self._received(record))

    def emit(self, event):
        """Where events go."""
        self.events.append(self._received(event))

    def _received(self, record):
        return mission_dictionary().decode(parse_tm(self._encoder.encode(record, max(self.time.tai_ns, 0))))

    def send(self, command, ack=ACK_ALL, now_ns=0):
        """Send `command`; gives the reports that come at once."""
        before = len(self.reports)
        self.dispatcher.accept(encode_tc(command, self.sequence, ack), now_ns)
        return self.reports[before:]


@pytest.fixture(scope="session")
def new_board():
    """Makes boards, for properties that need a fresh one in every example."""
    return Board


@pytest.fixture
def board():
    return Board()
