"""A port in memory, and a space link around it."""

import pytest

from flight.comms.control_word import ControlWord
from flight.comms.ports import LinkPorts
from flight.icd.tm_stream import TmStream
from flight.services.timebase import TimeBase

MS = 1_000_000


class MemoryPort:
    """A port that keeps what is written and gives what is put into `arriving`."""

    def __init__(self):
        self.url = "memory://test"
        self.is_open = False
        self.written = []
        self.arriving = b""
        self.fails = False
        self.opened = 0

    def _check(self):
        if self.fails:
            self.is_open = False
            raise OSError(5, "unplugged")

    def open(self, now_ns):
        self.opened += 1
        self._check()
        self.is_open = True

    def read(self, now_ns):
        self._check()
        arrived, self.arriving = self.arriving, b""
        return arrived

    def write(self, data, now_ns):
        self._check()
        self.written.append(data)

    def close(self):
        self.is_open = False


class Link:
    """What the tests of both directions need."""

    def __init__(self):
        self.port = MemoryPort()
        self.events = []
        self.ports = LinkPorts([self.port], self.events.append)
        self.ports.step(0)
        self.events.clear()
        self.control_word = ControlWord()
        self.time = TimeBase(tai_offset_ns=10**18)

    def received(self):
        """The packets in what was written so far."""
        stream = TmStream()
        return [packet for _, packet in stream.feed(b"".join(self.port.written))]


@pytest.fixture
def link():
    return Link()
