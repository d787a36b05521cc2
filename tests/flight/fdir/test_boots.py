"""Starts counted through restarts; the recorder is a list."""

import pytest

from flight.fdir.boots import AGAIN_NS, Boots, FdirRecord
from flight.fdir.modes import Modes
from flight.icd.events.fdir import BootCounted, BootsForgotten
from flight.icd.events.recorder import BankState
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Mode, SafeReason
from flight.recorder.banks import Loaded

S = 1_000_000_000
MOST = 4


class Bank:
    """What the recorder keeps."""

    def __init__(self):
        self.data, self.works, self.asked = None, True, 0

    def store(self, data, now_ns):
        self.asked += 1
        if self.works:
            self.data = data
        return self.works


class Board:
    """One start on what the bank holds."""

    def __init__(self, bank, whole=True):
        self.events, self.acts = [], []
        self.modes = Modes(self.events.append, SystemHk())
        self.boots = Boots(self.modes, bank, self.events.append, MOST, 300.0, self.acts.append)
        if bank.data is None:
            loaded = Loaded(None, -1, 0, (BankState.ABSENT, BankState.ABSENT))
        elif whole:
            loaded = Loaded(bank.data, 0, 1, (BankState.WHOLE, BankState.ABSENT))
        else:
            loaded = Loaded(None, -1, 0, (BankState.CORRUPT, BankState.CORRUPT))
        self.boots.load(loaded)
        self.boots.step(0)


@pytest.fixture
def bank():
    return Bank()


@pytest.mark.requirement("FDI-11")
def test_starts_in_a_row_are_counted_and_beyond_the_bound_the_board_comes_up_in_safe(bank):
    starts = [Board(bank) for _ in range(MOST + 1)]
    assert [start.boots.boots for start in starts] == [1, 2, 3, 4, 5]
    assert [start.modes.mode for start in starts] == [Mode.STANDBY] * MOST + [Mode.SAFE]
    assert starts[-1].modes.reason is SafeReason.BOOTS
    assert starts[-1].acts == [False]
    assert BootCounted(boots=5, most=MOST) in starts[-1].events


@pytest.mark.requirement("FDI-11")
def test_a_start_that_runs_for_long_is_forgotten_with_all_before(bank):
    for _ in range(MOST):
        board = Board(bank)
    board.boots.step(300 * S)
    assert BootsForgotten(boots=MOST, ran_s=300.0) in board.events
    assert Board(bank).boots.boots == 1


@pytest.mark.requirement("FDI-11")
def test_beyond_the_bound_only_the_command_clears_it_however_long_it_runs(bank):
    for _ in range(MOST + 1):
        board = Board(bank)
    board.boots.step(10_000 * S)
    assert board.boots.capped
    board.modes.recover()
    assert not board.boots.capped
    assert board.acts == [False, True]
    board.boots.step(10_001 * S)
    assert Board(bank).modes.mode is Mode.STANDBY


def test_an_end_in_order_is_no_start_that_counts(bank):
    for _ in range(3 * MOST):
        board = Board(bank)
        board.boots.close(S)
    assert not board.boots.capped


@pytest.mark.requirement("FDI-7")
def test_latched_faults_and_the_reason_are_there_again_after_a_restart(bank):
    board = Board(bank)
    board.modes.safe(SafeReason.SAMPLING_FAILED)
    board.modes.safe(SafeReason.JOINT_HOT)
    board.boots.step(S)
    after = Board(bank)
    assert after.modes.reason is SafeReason.SAMPLING_FAILED
    assert after.modes.latched == board.modes.latched


def test_what_can_not_be_read_leaves_room_for_no_more_starts(bank):
    Board(bank)
    assert not Board(bank, whole=False).boots.capped
    assert Board(bank).boots.capped


def test_what_the_recorder_does_not_take_is_handed_over_again(bank):
    bank.works = False
    board = Board(bank)
    board.boots.step(AGAIN_NS // 2)
    assert (bank.data, bank.asked) == (None, 1)
    bank.works = True
    board.boots.step(AGAIN_NS)
    assert FdirRecord.decode(bank.data).boots == 1
