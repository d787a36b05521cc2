"""PUS service 8: functions of modes and faults, and the table that says what each mode allows."""

from __future__ import annotations

from collections.abc import Callable

from flight.fdir.modes import Modes
from flight.icd.commands.fdir import ClearFault, EnterCheckout, EnterStandby, RetestSensors
from flight.icd.commands.functions import Recover
from flight.icd.fdir import Condition
from flight.icd.kinds import Command
from flight.icd.mode_table import is_forbidden
from flight.icd.modes import Mode
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution


class ModeFunctions:
    """Changes modes and clears faults as commanded; what a condition forbids is refused with it and its value."""

    __slots__ = ("_busy", "_modes", "_retest")

    def __init__(self, modes: Modes, busy: Callable[[], bool], retest: Callable[[], None]) -> None:
        """`busy()` while a sequence runs; `retest()` forgets the votes on sensors."""
        self._modes = modes
        self._busy = busy
        self._retest = retest

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the functions, and have all that the mode forbids refused, those of others too."""
        dispatcher.forbidden = self._forbidden
        dispatcher.register(EnterCheckout, self._checkout)
        dispatcher.register(EnterStandby, self._standby)
        dispatcher.register(ClearFault, self._clear)
        dispatcher.register(RetestSensors, self._retested)
        dispatcher.register(Recover, self._recover)

    def _forbidden(self, kind: type[Command]) -> Mode | None:
        mode = self._modes.mode
        return mode if is_forbidden(kind, mode) else None

    def _checkout(self, _command: EnterCheckout, execution: Execution) -> None:
        self._enter(Mode.CHECKOUT, execution)

    def _standby(self, _command: EnterStandby, execution: Execution) -> None:
        self._enter(Mode.STANDBY, execution)

    def _enter(self, mode: Mode, execution: Execution) -> None:
        if self._busy():
            execution.fail(FailureCode.BUSY)
            return
        unmet = self._modes.enter(mode)
        if unmet is None:
            execution.complete()
        else:
            execution.fail(FailureCode.CONDITION, unmet.detail)

    def _clear(self, command: ClearFault, execution: Execution) -> None:
        if self._modes.clear(command.fault):
            execution.complete()
        else:
            execution.fail(FailureCode.CONDITION, int(Condition.NO_FAULT) << 16 | int(command.fault))

    def _recover(self, _command: Recover, execution: Execution) -> None:
        unmet = self._modes.recover()
        if unmet is None:
            execution.complete()
        else:
            execution.fail(FailureCode.CONDITION, unmet.detail)

    def _retested(self, _command: RetestSensors, execution: Execution) -> None:
        self._retest()
        execution.complete()
