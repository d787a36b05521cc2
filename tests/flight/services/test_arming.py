"""Arm, then fire: nothing hazardous happens by one telecommand, and nothing comes in between."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Arm, RebootServo, Stow, TorqueOff
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.services import (
    CommandSource,
    DisarmReason,
    FunctionArmed,
    FunctionDisarmed,
    FunctionFired,
)
from flight.icd.kinds import Command
from flight.icd.packet import DictionaryError
from flight.icd.reports.verification import AcceptanceFailed, Completed, FailureCode, StartFailed
from flight.icd.space_packet import encode_tc
from flight.services.arming import NOTHING

S = 1_000_000_000
OFF = TorqueOff.ident


@pytest.fixture
def fired(board):
    """Times at which the hazardous functions were carried out."""
    found = []

    def fire(command, execution):
        found.append(type(command))
        execution.complete()

    board.dispatcher.register(TorqueOff, fire)
    board.dispatcher.register(RebootServo, fire)
    return found


def refusal(board, command, now_ns=0):
    """The code with which `command` is refused, None when it is not."""
    reports = board.send(command, ack=0, now_ns=now_ns)
    return next((report.code for report in reports if isinstance(report, AcceptanceFailed)), None)


@pytest.mark.requirement("CMD-2")
def test_a_hazardous_function_is_refused_unless_armed(board, fired):
    assert refusal(board, TorqueOff()) is FailureCode.NOT_ARMED
    assert board.reports[-1].detail == OFF
    assert fired == []


@pytest.mark.requirement("CMD-2")
def test_armed_it_fires_once(board, fired):
    assert type(board.send(Arm(target=OFF), ack=8)[0]) is Completed
    assert refusal(board, TorqueOff(), 5 * S) is None
    assert refusal(board, TorqueOff(), 6 * S) is FailureCode.NOT_ARMED
    assert fired == [TorqueOff]
    assert board.events == [
        FunctionArmed(function=OFF, source=CommandSource.GROUND, valid_ms=10_000),
        FunctionFired(function=OFF, source=CommandSource.GROUND),
    ]


@pytest.mark.parametrize("stepped", [False, True])
@pytest.mark.requirement("CMD-2")
def test_it_is_disarmed_after_ten_seconds(board, fired, stepped):
    board.send(Arm(target=OFF), now_ns=S)
    if stepped:
        board.dispatcher.step(11 * S - 1)
        assert board.dispatcher.arming.function == OFF
        board.dispatcher.step(11 * S)
        assert board.dispatcher.arming.function == NOTHING
    assert refusal(board, TorqueOff(), 11 * S) is FailureCode.NOT_ARMED
    assert board.events[-1] == FunctionDisarmed(function=OFF, reason=DisarmReason.TIME_OUT)


OTHERS = {
    "an accepted telecommand": encode_tc(ConnectionTest(), 9),
    "one without handler": encode_tc(Stow(), 9),
    "another hazardous one": encode_tc(RebootServo(joint=1), 9),
    "a damaged packet": encode_tc(TorqueOff(), 9)[:-1] + b"\x00",
    "octets": b"\x18",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_anything_else_disarms_it(board, fired, other):
    board.send(Arm(target=OFF))
    board.dispatcher.accept(other, 0)
    assert FunctionDisarmed(function=OFF, reason=DisarmReason.OTHER_COMMAND) in board.events
    assert refusal(board, TorqueOff()) is FailureCode.NOT_ARMED
    assert fired == []


def test_who_armed_it_alone_may_fire_it(board, fired):
    board.send(Arm(target=OFF))
    assert board.dispatcher.dispatch(encode_tc(TorqueOff(), 9), 0, CommandSource.SCHEDULE) is None
    assert refusal(board, TorqueOff()) is FailureCode.NOT_ARMED
    assert fired == []


def test_arming_another_one_leaves_the_first_disarmed(board, fired):
    board.send(Arm(target=OFF))
    board.send(Arm(target=RebootServo.ident))
    assert refusal(board, RebootServo(joint=2)) is None
    assert fired == [RebootServo]


@pytest.mark.parametrize("target", [Stow.ident, 999])
def test_only_a_hazardous_function_can_be_armed(board, fired, target):
    reports = board.send(Arm(target=target), ack=0)
    assert [(type(report), report.code, report.detail) for report in reports] == [
        (StartFailed, FailureCode.UNKNOWN_OBJECT, target)
    ]


def test_a_clock_step_does_not_disarm(board, fired):
    board.send(Arm(target=OFF))
    board.time.correlate(board.time.tai_ns + 3600 * S)
    board.dispatcher.step(S)
    assert refusal(board, TorqueOff(), S) is None


def test_only_functions_can_be_hazardous():
    with pytest.raises(DictionaryError, match="only a function can be armed"):

        class _Wipe(Command, service=6, subtype=2, hazardous=True):
            """Wipe."""


def test_the_dictionary_says_what_is_hazardous():
    described = {entry["name"]: entry for entry in mission_dictionary().describe()["commands"]}
    assert described["torque_off"]["hazardous"] is True
    assert "hazardous" not in described["stow"]
