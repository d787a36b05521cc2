"""PUS service 20: values of the pool sent and set; what is set is kept in two banks and is in force again at start."""

from __future__ import annotations

from flight.icd.commands.parameters import ReportParameter, RestoreParameters, SetParameter
from flight.icd.events.recorder import BankState
from flight.icd.events.supervision import (
    DefaultsReason,
    ParameterBankBad,
    ParameterChanged,
    ParameterDefaults,
    ParametersLoaded,
    ParametersNotStored,
)
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.kinds import Emit, Housekeeping
from flight.icd.reports.parameters import ParameterValue
from flight.icd.reports.verification import FailureCode
from flight.pool import Parameter, Pool, PoolError
from flight.recorder.banks import BankWriter, Loaded
from flight.services.dispatcher import Dispatcher
from flight.services.parameter_image import ImageError, ParameterImage
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report

AGAIN_NS = 1_000_000_000
"""What the recorder did not take is handed over again after so long."""
NO_BANK = 255
_AGE_MAX_MS = 0xFFFFFFFF


class ParameterService:
    """Reads and sets what is in `pool`. `load` once, before the loop, puts in force what was kept."""

    __slots__ = ("_again_ns", "_dirty", "_emit", "_hk", "_pool", "_report", "_time", "_writer", "image")

    def __init__(
        self,
        pool: Pool,
        image: ParameterImage,
        writer: BankWriter,
        report: Report,
        time: TimeBase,
        emit: Emit,
        hk: SupervisionHk,
    ) -> None:
        self.image = image
        self._pool = pool
        self._writer = writer
        self._report = report
        self._time = time
        self._emit = emit
        self._hk = hk
        self._dirty = False
        self._again_ns = 0
        hk.parameter_bank = NO_BANK

    def load(self, loaded: Loaded) -> None:
        """Put in force what the banks held, if it is whole and of this layout; an event says which bank or why not."""
        for bank, state in enumerate(loaded.states):
            if state not in (BankState.WHOLE, BankState.ABSENT):
                self._emit(ParameterBankBad(bank=bank, state=state))
        if loaded.data is None:
            nothing = loaded.states == (BankState.ABSENT, BankState.ABSENT)
            self._defaults(DefaultsReason.NOTHING_STORED if nothing else DefaultsReason.NO_WHOLE_BANK)
            return
        try:
            self.image.apply(loaded.data)
        except ImageError as error:
            self._defaults(error.reason)
            return
        self._hk.parameter_bank, self._hk.parameter_generation = loaded.bank, loaded.generation
        self._emit(ParametersLoaded(bank=loaded.bank, generation=loaded.generation))

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(ReportParameter, self._tell)
        dispatcher.register(SetParameter, self._set)
        dispatcher.register(RestoreParameters, self._restore)

    def step(self, now_ns: int) -> None:
        """Hand over again what the recorder did not take."""
        if self._dirty and now_ns >= self._again_ns:
            self._store(now_ns)

    def _find(self, ident: int, execution: Execution) -> Parameter | None:
        parameter = self._pool.find(ident)
        if parameter is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, ident)
        return parameter

    def _tell(self, command: ReportParameter, execution: Execution) -> None:
        parameter = self._find(command.parameter, execution)
        if parameter is None:
            return
        execution.start()
        report = ParameterValue(parameter=parameter.ident, value=float(parameter.value), valid=1)
        record = parameter.record
        if isinstance(record, Housekeeping):
            report.valid = bool(record.valid) and parameter.ident not in parameter.doubted
            report.age_ms = min(max(record.age_ns(self._time.now_ns) // 1_000_000, 0), _AGE_MAX_MS)
        self._report(report)
        execution.complete()

    def _set(self, command: SetParameter, execution: Execution) -> None:
        parameter = self._find(command.parameter, execution)
        if parameter is None:
            self._hk.parameters_refused += 1
            return
        before = parameter.value
        try:
            parameter.set(command.value)
        except PoolError:
            code = FailureCode.OUT_OF_RANGE if parameter.settable else FailureCode.READ_ONLY
            execution.fail(code, parameter.ident)
            self._hk.parameters_refused += 1
            return
        execution.start()
        self._hk.parameters_set += 1
        self._emit(ParameterChanged(parameter=parameter.ident, before=float(before), after=float(parameter.value)))
        self._store(self._time.now_ns)
        execution.complete()

    def _restore(self, _command: RestoreParameters, execution: Execution) -> None:
        execution.start()
        self.image.restore()
        self._defaults(DefaultsReason.COMMANDED)
        self._store(self._time.now_ns)
        execution.complete()

    def _defaults(self, reason: DefaultsReason) -> None:
        self._emit(ParameterDefaults(reason=reason))

    def _store(self, now_ns: int) -> None:
        before, self._dirty = self._dirty, not self._writer.store(self.image.encode(), now_ns)
        if self._dirty:
            self._again_ns = now_ns + AGAIN_NS
            self._hk.parameters_not_stored += 1
            if not before:
                self._emit(ParametersNotStored(attempts=self._hk.parameters_not_stored))
