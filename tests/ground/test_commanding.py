"""Commanding: a telecommand is followed to its end, and has one."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Collect, FindSurface, Stow
from flight.icd.commands.housekeeping import DisableHousekeeping
from flight.icd.commands.test import ConnectionTest
from flight.icd.packet import EncodeError
from flight.icd.reports.verification import FailureCode
from ground.commanding import Commander, Stage
from ground.receiver import Receiver


class Station:
    """A commander whose octets reach a board and whose reports come back."""

    def __init__(self, board, sequence=0):
        self.board = board
        self.receiver = Receiver(mission_dictionary())
        self.commander = Commander(mission_dictionary(), sequence)

    def send(self, command, timeout_s=20.0):
        octets, issued = self.commander.issue(command, self.board.now_ns / 1e9, timeout_s)
        self.board.port.up += octets
        return issued

    def run(self, seconds):
        for _ in range(round(seconds * 100)):
            self.board.step()
            octets = bytes(self.board.port.down)
            self.board.port.down.clear()
            for received in self.receiver.feed(octets):
                self.commander.hear(received)
            self.commander.step(self.board.now_ns / 1e9)

    def follow(self, command, seconds=2.0, **kw):
        issued = self.send(command, **kw)
        self.run(seconds)
        return [(report.stage, report.text) for report in issued.reports]


@pytest.fixture
def station(board):
    return Station(board)


def test_a_command_goes_through_its_stages(station):
    assert station.follow(ConnectionTest()) == [
        (Stage.RADIATED, ""),
        (Stage.ACCEPTED, ""),
        (Stage.STARTED, ""),
        (Stage.COMPLETED, ""),
    ]


def test_progress_is_told(station, board):
    def stow(_command, execution):
        execution.progress(1)
        execution.progress(2)
        execution.complete()

    board.dispatcher.register(Stow, stow)
    assert station.follow(Stow())[3:] == [(Stage.PROGRESS, "step 1"), (Stage.PROGRESS, "step 2"), (Stage.COMPLETED, "")]


def test_a_refusal_says_why(station):
    assert station.follow(Stow())[-1] == (Stage.REFUSED, "NOT_AVAILABLE (code 8): the board does not serve stow")


def test_a_failure_gives_code_and_detail(station, board):
    def search(_command, execution):
        execution.start()
        execution.fail(FailureCode.FAILED, 4)

    board.dispatcher.register(FindSurface, search)
    assert station.follow(FindSurface(site=1))[-1] == (Stage.FAILED, "FAILED (code 15): 4")


def test_an_unknown_structure_is_a_failure(station):
    assert station.follow(DisableHousekeeping(sid=999))[-1] == (Stage.FAILED, "UNKNOWN_OBJECT (code 12): 999")


def test_a_time_out_on_board_is_told_in_seconds(station, board):
    board.dispatcher.register(Stow, lambda _command, execution: execution.start(), timeout_s=1.5)
    assert station.follow(Stow(), seconds=3.0)[-1] == (Stage.FAILED, "TIME_OUT (code 13): not done within 1.5 s")


def test_without_an_answer_the_ground_gives_up(station, board):
    issued = station.send(ConnectionTest(), timeout_s=5.0)
    board.port.up.clear()
    station.run(4.9)
    assert issued.stage is Stage.RADIATED
    station.run(0.2)
    assert [(report.stage, report.text) for report in issued.reports[1:]] == [
        (Stage.TIMED_OUT, "last heard of: radiated")
    ]


def test_commands_under_way_together_are_told_apart(station, board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution))
    slow = station.send(Stow())
    quick = station.send(ConnectionTest())
    station.run(2.0)
    assert (slow.stage, quick.stage) == (Stage.ACCEPTED, Stage.COMPLETED)
    kept[0].complete()
    station.run(2.0)
    assert slow.stage is Stage.COMPLETED


def test_sequence_counts_wrap(board):
    station = Station(board, sequence=0x3FFF)
    assert station.follow(ConnectionTest())[-1][0] is Stage.COMPLETED
    assert station.follow(ConnectionTest())[-1][0] is Stage.COMPLETED


def test_the_reports_of_others_are_left_alone(board):
    ours, other = Station(board, sequence=10), Station(board, sequence=10_000)
    issued = ours.send(ConnectionTest())
    other.run(2.0)
    assert issued.stage is Stage.RADIATED


def test_a_value_out_of_range_is_not_radiated(station):
    with pytest.raises(EncodeError, match=r"site = 9; allowed: 0\.\.8"):
        station.send(Collect(site=9, max_digs=1))
