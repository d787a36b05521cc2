"""Functions of modes and faults through real telecommand packets."""

import pytest

from flight.fdir.modes import Cause, Modes
from flight.icd.commands.fdir import ClearFault, EnterCheckout, EnterStandby, RetestSensors
from flight.icd.commands.functions import Collect, Recover
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Mode, SafeReason
from flight.icd.reports.verification import Completed, FailureCode, StartFailed
from flight.services.mode_functions import ModeFunctions


@pytest.fixture
def scoop(board):
    board.modes = Modes(board.emit, SystemHk())
    board.busy, board.retested = False, []
    ModeFunctions(board.modes, lambda: board.busy, lambda: board.retested.append(1)).serve(board.dispatcher)
    board.dispatcher.register(Collect, lambda _command, execution: execution.complete())
    return board


def failure(board):
    report = board.reports[-1]
    return (report.code, report.detail) if isinstance(report, StartFailed) else type(report)


def test_checkout_is_entered_and_left_by_command(scoop):
    scoop.send(EnterCheckout())
    assert (failure(scoop), scoop.modes.mode) == (Completed, Mode.CHECKOUT)
    scoop.send(Collect(site=0, max_digs=1))
    assert failure(scoop) == (FailureCode.NOT_ALLOWED, Mode.CHECKOUT)
    scoop.send(EnterStandby())
    assert (failure(scoop), scoop.modes.mode) == (Completed, Mode.STANDBY)


@pytest.mark.requirement("FDI-6")
def test_the_condition_that_forbids_a_mode_is_in_the_refusal(scoop):
    scoop.modes.conditions.measure(Condition.CUSTODY, lambda: 4)
    scoop.send(EnterCheckout())
    assert failure(scoop) == (FailureCode.CONDITION, Condition.CUSTODY << 16 | 4)
    assert scoop.modes.mode is Mode.STANDBY


def test_the_mode_does_not_change_under_a_sequence(scoop):
    scoop.busy = True
    scoop.send(EnterCheckout())
    assert failure(scoop) == (FailureCode.BUSY, 0)


@pytest.mark.parametrize("command", [EnterCheckout(), EnterStandby(), Collect(site=0, max_digs=1)])
def test_in_safe_the_mode_itself_is_the_reason(scoop, command):
    scoop.modes.safe(SafeReason.JOINT_HOT)
    scoop.send(command)
    assert failure(scoop) == (FailureCode.NOT_ALLOWED, Mode.SAFE)


@pytest.mark.requirement("FDI-7")
def test_a_fault_still_present_is_neither_cleared_nor_recovered_from(scoop):
    present = True
    scoop.modes.cause(SafeReason.JOINTS_STALE, lambda: Cause(1, 1.0) if present else None)
    scoop.modes.safe(SafeReason.JOINTS_STALE)
    refused = FailureCode.CONDITION, Condition.NO_FAULT << 16 | SafeReason.JOINTS_STALE
    scoop.send(ClearFault(fault=SafeReason.JOINTS_STALE))
    assert failure(scoop) == refused
    scoop.send(Recover())
    assert failure(scoop) == refused
    assert scoop.modes.mode is Mode.SAFE
    present = False
    scoop.send(Recover())
    assert (failure(scoop), scoop.modes.mode) == (Completed, Mode.STANDBY)


def test_sensors_are_tested_anew_when_asked(scoop):
    scoop.send(RetestSensors())
    assert (failure(scoop), scoop.retested) == (Completed, [1])
