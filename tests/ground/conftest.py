"""A board's end of the link in memory, driven in virtual time."""

import click
import pytest
from click.testing import CliRunner

from flight.comms.control_word import ControlWord
from flight.comms.downlink import Downlink
from flight.comms.ports import LinkPorts
from flight.comms.status import CommsStatus
from flight.comms.uplink import Uplink
from flight.icd.catalogue import mission_dictionary
from flight.icd.hk.scoop import MotionHk, SystemHk
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.events import EventService
from flight.services.housekeeping import HousekeepingService
from flight.services.timebase import TimeBase
from ground.cli import main

STEP_NS = 10_000_000
TAI_2026_NS = 2_145_916_837 * 10**9


class Wire:
    """A port whose other end is a test."""

    url = "memory://wire"

    def __init__(self):
        self.is_open = False
        self.down = bytearray()
        self.up = bytearray()

    def open(self, now_ns):
        self.is_open = True

    def read(self, now_ns):
        arrived = bytes(self.up)
        self.up.clear()
        return arrived

    def write(self, data, now_ns):
        self.down += data

    def close(self):
        self.is_open = False


class Board:
    """Services, downlink and uplink as the flight program has them."""

    def __init__(self, port=None):
        dictionary = mission_dictionary()
        self.port = port or Wire()
        self.now_ns = 0
        self.time = TimeBase(TAI_2026_NS)
        self.events = EventService()
        self.ports = LinkPorts([self.port], self.events.emit)
        control_word = ControlWord()
        self.downlink = Downlink(self.ports, self.time, control_word, self.events.emit)
        self.events.connect(self.downlink.report)
        self.dispatcher = Dispatcher(dictionary, self.downlink.report, self.events.emit)
        self.uplink = Uplink(self.ports, self.dispatcher.accept, control_word, self.events.emit)
        self.housekeeping = HousekeepingService(self.downlink.report, self.time)
        self.housekeeping.serve(self.dispatcher)
        ConnectionService(self.downlink.report).serve(self.dispatcher)
        status = CommsStatus(self.ports, self.downlink, self.uplink, self.dispatcher)
        self.housekeeping.add(status.hk, status.refresh)
        self.housekeeping.add(SystemHk(dictionary=dictionary.hash64))
        self.motion = MotionHk(edge_m=(0.5, 0.0, 0.125))
        self.housekeeping.add(self.motion)

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.step()

    def step(self):
        self.time.step(self.now_ns)
        self.ports.step(self.now_ns)
        self.uplink.step(self.now_ns)
        self.dispatcher.step(self.now_ns)
        self.housekeeping.step(self.now_ns)
        self.downlink.step(self.now_ns)
        self.now_ns += STEP_NS


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def make_board():
    return Board


@pytest.fixture(scope="session")
def recording():
    """Ten seconds of telemetry as on the link."""
    board = Board()
    board.run(10)
    board.downlink.flush(board.now_ns)
    return bytes(board.port.down)


@click.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def _program(arguments):
    main(arguments)


@pytest.fixture
def run():
    """Runs `saji-ground` with arguments; gives `exit_code`, `stdout` and `stderr`."""
    return lambda *arguments, **kw: CliRunner().invoke(_program, [str(argument) for argument in arguments], **kw)
