"""PUS service 8: functions of the joints themselves, the hazardous ones among them.

A function completes when the joints' own values show that it is done.
"""

from __future__ import annotations

from collections.abc import Callable

from flight.bus.joints import JointBus
from flight.icd.commands.functions import RebootServo, TorqueOff, TorqueOn
from flight.icd.limits import Limit, Violation
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution

TORQUE_TIMEOUT_S = 2.0
REBOOT_TIMEOUT_S = 10.0


class JointFunctions:
    """Torque and restart of the servos, one at a time and not while `busy()`: a sequence then owns the joints."""

    __slots__ = ("_busy", "_done", "_execution", "_joints")

    def __init__(self, joints: JointBus, busy: Callable[[], bool]) -> None:
        self._joints = joints
        self._busy = busy
        self._execution: Execution | None = None
        self._done: Callable[[], bool] = self._has_torque

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the functions."""
        dispatcher.register(TorqueOff, self._torque_off, TORQUE_TIMEOUT_S)
        dispatcher.register(TorqueOn, self._torque_on, TORQUE_TIMEOUT_S)
        dispatcher.register(RebootServo, self._reboot, REBOOT_TIMEOUT_S)

    def step(self, now_ns: int) -> None:
        """End a function whose effect shows."""
        execution = self._execution
        if execution is not None and (execution.ended or self._done()):
            execution.complete()
            self._execution = None

    def _torque_off(self, _command: TorqueOff, execution: Execution) -> None:
        if self._may_start(execution, self._has_no_torque):
            self._joints.torque(False)

    def _torque_on(self, _command: TorqueOn, execution: Execution) -> None:
        if self._may_start(execution, self._has_torque):
            self._joints.torque(True)

    def _reboot(self, command: RebootServo, execution: Execution) -> None:
        joints = len(self._joints.states)
        if command.joint >= joints:
            violation = Violation(Limit.JOINT, command.joint, 0, joints - 1)
            execution.fail(FailureCode.OUTSIDE_LIMIT, Limit.JOINT, violation)
            return
        state = self._joints.states[command.joint]
        left = False

        def returned() -> bool:
            nonlocal left
            left = left or not state.valid
            return left and state.valid

        if self._may_start(execution, returned):
            self._joints.reboot(command.joint)

    def _may_start(self, execution: Execution, done: Callable[[], bool]) -> bool:
        if self._busy() or (self._execution is not None and not self._execution.ended):
            execution.fail(FailureCode.BUSY)
            return False
        self._execution, self._done = execution, done
        execution.start()
        return True

    def _has_torque(self) -> bool:
        return self._joints.powered

    def _has_no_torque(self) -> bool:
        return self._joints.ready and not any(state.torque_on for state in self._joints.states)
