"""Torque and restart of the servos by command: done when the joints show it, and never while they are in use."""

import pytest

from flight.bus.joint_state import JointState
from flight.icd.commands.functions import Arm, RebootServo, TorqueOff, TorqueOn
from flight.icd.reports.verification import Completed, CompletionFailed, FailureCode, StartFailed
from flight.services.joint_functions import JointFunctions

S = 1_000_000_000


class Joints:
    """Four joints that do what they are told when the test says so."""

    def __init__(self):
        self.states = tuple(JointState() for _ in range(4))
        self.asked = []
        for state in self.states:
            state.valid = state.torque_on = True

    def torque(self, on):
        self.asked.append(("torque", on))

    def reboot(self, joint):
        self.asked.append(("reboot", joint))

    @property
    def ready(self):
        return all(state.valid for state in self.states)

    @property
    def powered(self):
        return self.ready and all(state.torque_on for state in self.states)


class Rig:
    def __init__(self, board):
        self.board = board
        self.joints = Joints()
        self.busy = False
        self.functions = JointFunctions(self.joints, lambda: self.busy)
        self.functions.serve(board.dispatcher)

    def send(self, command):
        """Arm if need be and send; gives the reports of the command itself."""
        if command.hazardous:
            self.board.send(Arm(target=command.ident), ack=0)
        return self.board.send(command, ack=8)

    def step(self, now_ns=0):
        before = len(self.board.reports)
        self.functions.step(now_ns)
        self.board.dispatcher.step(now_ns)
        return [(type(report), getattr(report, "code", None)) for report in self.board.reports[before:]]


@pytest.fixture
def rig(board):
    return Rig(board)


def test_torque_off_completes_when_no_joint_has_torque(rig):
    assert rig.send(TorqueOff()) == []
    assert rig.joints.asked == [("torque", False)]
    for state in rig.joints.states:
        assert rig.step() == []
        state.torque_on = False
    assert rig.step() == [(Completed, None)]


def test_torque_on_completes_when_every_joint_has_torque(rig):
    rig.joints.states[2].torque_on = False
    rig.send(TorqueOn())
    assert rig.step() == []
    rig.joints.states[2].torque_on = True
    assert rig.step() == [(Completed, None)]


def test_a_reboot_completes_when_the_joint_has_left_and_returned(rig):
    rig.send(RebootServo(joint=1))
    assert rig.joints.asked == [("reboot", 1)]
    state = rig.joints.states[1]
    assert rig.step() == []
    state.valid = False
    assert rig.step() == []
    state.valid = True
    assert rig.step() == [(Completed, None)]


def test_a_joint_that_does_not_follow_fails_the_function_by_its_time_out(rig):
    rig.send(TorqueOff())
    assert rig.step(2 * S) == [(CompletionFailed, FailureCode.TIME_OUT)]
    for state in rig.joints.states:
        state.torque_on = False
    assert rig.step(3 * S) == []
    assert rig.send(TorqueOn()) == []


@pytest.mark.parametrize("command", [TorqueOff(), TorqueOn(), RebootServo(joint=0)])
def test_joints_in_use_are_left_alone(rig, command):
    rig.busy = True
    reports = rig.send(command)
    assert [(type(report), report.code) for report in reports] == [(StartFailed, FailureCode.BUSY)]
    assert rig.joints.asked == []


def test_one_function_at_a_time(rig):
    rig.send(TorqueOff())
    assert [report.code for report in rig.send(TorqueOn())] == [FailureCode.BUSY]
