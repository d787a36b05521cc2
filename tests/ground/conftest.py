"""A board's end of the link in memory, driven in virtual time."""

import threading

import click
import pytest
from click.testing import CliRunner

from flight.comms.control_word import ControlWord
from flight.comms.downlink import Downlink
from flight.comms.gate import memory_gate
from flight.comms.link import make_link_port
from flight.comms.ports import LinkPorts
from flight.comms.status import CommsStatus
from flight.comms.uplink import Uplink
from flight.icd.catalogue import mission_dictionary
from flight.icd.hk.scoop import MotionHk, SystemHk
from flight.icd.keys import UplinkKey, create_key, load_key
from flight.icd.tc_sender import TcSender
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.events import EventService
from flight.services.housekeeping import HousekeepingService
from flight.services.timebase import TimeBase
from ground.__main__ import main
from ground.receiver import Receiver
from ground.station import Station
from ground.uplink import Timing

STEP_NS = 10_000_000
TAI_2026_NS = 2_145_916_837 * 10**9
KEY = UplinkKey(7, bytes(range(32)))


class Sender(TcSender):
    """A key in memory, as `KeyInUse` has one in a file."""

    key_ident = KEY.ident

    def __init__(self, sequence=1, packet=0):
        super().__init__(KEY, sequence, session=bytes(8))
        self.packet = packet

    def packet_count(self):
        self.packet += 1
        return (self.packet - 1) & 0x3FFF


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

    def __init__(self, port=None, key=KEY, dictionary=None):
        dictionary = dictionary or mission_dictionary()
        self.port = port or Wire()
        self.now_ns = 0
        self.time = TimeBase(TAI_2026_NS)
        self.events = EventService()
        self.ports = LinkPorts([self.port], self.events.emit)
        control_word = ControlWord()
        self.downlink = Downlink(self.ports, self.time, control_word, self.events.emit)
        self.events.connect(self.downlink.report)
        self.dispatcher = Dispatcher(dictionary, self.downlink.report, self.events.emit)
        gate = memory_gate(key)
        self.uplink = Uplink(self.ports, self.dispatcher.accept, control_word, self.events.emit, gate)
        self.housekeeping = HousekeepingService(self.downlink.report, self.time)
        self.housekeeping.serve(self.dispatcher)
        ConnectionService(self.downlink.report).serve(self.dispatcher)
        status = CommsStatus(self.ports, self.downlink, self.uplink, self.dispatcher)
        self.housekeeping.add(status.hk, status.refresh)
        self.system_hk = SystemHk(dictionary=dictionary.hash64)
        self.housekeeping.add(self.system_hk)
        self.housekeeping.add(status.uplink_hk, status.refresh_uplink)
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


class Ground:
    """A station joined to a board's `Wire`, both stepped in virtual time."""

    def __init__(self, board, packet=0, light_time_s=0.0):
        self.board = board
        self.told = []
        self.answers = []
        receiver = Receiver(mission_dictionary())
        self.sender = Sender(packet=packet)
        timing = Timing(light_time_s)
        told = self.note, self.answer
        self.station = Station(mission_dictionary(), receiver, self.radiate, self.sender, timing, *told)
        self.commander = self.station.commander
        self.reaches = self.hears = True
        self.desk = None

    def radiate(self, octets):
        if self.reaches:
            self.board.port.up += octets

    def note(self, issued, report):
        if self.desk is None or not self.desk.report(issued, report):
            self.told.append((issued, report.stage))

    def answer(self, issued, received):
        if self.desk is None or not self.desk.answer(issued, received):
            self.answers.append((issued, received.record))

    def send(self, command, timeout_s=60.0, **kw):
        return self.commander.send(command, self.board.now_ns, timeout_s, **kw)

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.board.step()
            octets = bytes(self.board.port.down)
            self.board.port.down.clear()
            if self.hears:
                self.station.feed(octets, self.board.now_ns)
            if self.desk is not None:
                self.desk.step(self.commander, self.board.now_ns)
            self.station.step(self.board.now_ns)

    def follow(self, command, seconds=4.0, **kw):
        issued = self.send(command, **kw)
        self.run(seconds)
        return [(report.stage, report.text) for report in issued.reports]


@pytest.fixture
def board():
    return Board()


@pytest.fixture
def ground(board):
    return Ground(board)


@pytest.fixture
def make_sender():
    return Sender


@pytest.fixture
def make_ground():
    return Ground


@pytest.fixture
def make_board():
    return Board


@pytest.fixture
def key(tmp_path):
    create_key(tmp_path / "uplink.key")
    return tmp_path / "uplink.key"


@pytest.fixture
def served(make_board, key):
    """A board behind a TCP port, ten times as fast as real time."""
    board = make_board(make_link_port("listen://127.0.0.1:0"), load_key(key))
    board.step()
    stop = threading.Event()

    def run():
        while not stop.wait(0.001):
            board.step()

    thread = threading.Thread(target=run)
    board.url = f"socket://127.0.0.1:{board.port.port_number}"
    thread.start()
    yield board
    stop.set()
    thread.join()
    board.ports.close()


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
