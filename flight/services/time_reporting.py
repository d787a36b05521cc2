"""PUS service 9: time reports, and the correlation of on-board time with TAI."""

from __future__ import annotations

from flight.icd import cuc
from flight.icd.commands.time import CorrelateTime, SetTimeReportRate
from flight.icd.events.services import TimeCorrelated
from flight.icd.kinds import Emit
from flight.icd.reports.time import TimeReport, TimeStatus
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report

FIRST_RATE = 6
"""2^6 s: enough to see a clock drift."""
_NS = 1_000_000_000


class TimeReporting:
    """Sends 9/2 every 2^rate seconds of monotonic time, and sets the TAI when the ground knows better.

    A correlation changes stamps alone: time-outs, schedules and sequences go on as if it had not been.
    """

    __slots__ = ("_correlations", "_due_ns", "_emit", "_rate", "_report", "_time")

    def __init__(self, report: Report, time: TimeBase, emit: Emit) -> None:
        self._report = report
        self._time = time
        self._emit = emit
        self._rate = FIRST_RATE
        self._due_ns = 0
        self._correlations = 0

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(SetTimeReportRate, self._set_rate)
        dispatcher.register(CorrelateTime, self._correlate)

    def step(self, now_ns: int) -> None:
        """Send the report when it is due."""
        if now_ns < self._due_ns:
            return
        period_ns = _NS << self._rate
        self._due_ns = now_ns - now_ns % period_ns + period_ns
        seconds, fraction = cuc.split(self._time.tai_ns)
        self._report(
            TimeReport(
                rate=self._rate,
                seconds=seconds,
                fraction=fraction,
                status=TimeStatus.CORRELATED if self._correlations else TimeStatus.AS_STARTED,
                monotonic_ns=self._time.now_ns,
                correlations=self._correlations & 0xFFFF,
            )
        )

    def _set_rate(self, command: SetTimeReportRate, execution: Execution) -> None:
        self._rate = command.rate
        self._due_ns = execution.begun_ns
        execution.complete()

    def _correlate(self, command: CorrelateTime, execution: Execution) -> None:
        since_ns = self._time.now_ns - command.monotonic_ns
        if since_ns < 0:
            execution.fail(FailureCode.BAD_VALUE, 0)
            return
        execution.start()
        jump_ns = self._time.correlate(cuc.join(command.seconds, command.fraction) + since_ns)
        self._correlations += 1
        self._emit(TimeCorrelated(monotonic_ns=self._time.now_ns, jump_ns=jump_ns))
        execution.complete()
