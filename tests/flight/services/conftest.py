"""A dispatcher with all services around it, and the reports it makes."""

from typing import ClassVar

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.space_packet import ACK_ALL, encode_tc
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.housekeeping import HousekeepingService
from flight.services.timebase import TimeBase


class Board:
    """Telecommands in, reports out."""

    sequence: ClassVar[int] = 5

    def __init__(self):
        self.reports = []
        self.events = []
        self.time = TimeBase()
        self.dispatcher = Dispatcher(mission_dictionary(), self.reports.append, self.events.append)
        self.housekeeping = HousekeepingService(self.reports.append, self.time)
        self.housekeeping.serve(self.dispatcher)
        ConnectionService(self.reports.append).serve(self.dispatcher)

    def send(self, command, ack=ACK_ALL, now_ns=0):
        """Send `command`; gives the reports that come at once."""
        before = len(self.reports)
        self.dispatcher.accept(encode_tc(command, self.sequence, ack), now_ns)
        return self.reports[before:]


@pytest.fixture
def board():
    return Board()
