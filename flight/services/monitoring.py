"""PUS service 12: what can be asked of the monitoring table, and what it tells by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from flight.icd.commands.monitoring import (
    AddMonitor,
    ClearMonitors,
    DeleteMonitor,
    DisableMonitor,
    DisableMonitoring,
    EnableMonitor,
    EnableMonitoring,
    ModifyMonitor,
    ReportMonitor,
    ReportMonitorStatus,
)
from flight.icd.events.supervision import ALERTS, MonitorRecovered, MonitorStale
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.kinds import Emit
from flight.icd.monitoring import MONITORS, MonitorDefinition, MonitorStatus
from flight.icd.reports.monitoring import MonitorReport, MonitorStatusReport, MonitorTransition
from flight.icd.reports.verification import FailureCode
from flight.pool import Pool
from flight.services.dispatcher import Dispatcher
from flight.services.monitor import Monitor
from flight.services.monitor_table import MonitorTable, TableError
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report

_DEFINED = tuple(MonitorDefinition.fields)


class MonitoringService:
    """Serves the monitoring table; `step` is for every minor frame."""

    __slots__ = ("_emit", "_hk", "_report", "_telling", "_time", "_to_tell", "table")

    def __init__(self, pool: Pool, report: Report, time: TimeBase, emit: Emit, hk: SupervisionHk) -> None:
        self.table = MonitorTable(pool, self._changed)
        self._report = report
        self._time = time
        self._emit = emit
        self._hk = hk
        self._to_tell: deque[Monitor] = deque(maxlen=MONITORS)
        self._telling: Execution | None = None

    def define(self, definitions: Iterable[MonitorDefinition]) -> None:
        """Take the monitors to begin with, enabled; raises `TableError` for one that can't be."""
        for definition in definitions:
            self.table.enable(self.table.add(definition), self._time.now_ns)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        register = dispatcher.register
        register(EnableMonitor, self._enable)
        register(DisableMonitor, self._disable)
        register(ClearMonitors, self._clear)
        register(AddMonitor, self._add)
        register(DeleteMonitor, self._delete)
        register(ModifyMonitor, self._modify)
        register(ReportMonitor, self._tell)
        register(ReportMonitorStatus, self._tell_status)
        register(EnableMonitoring, self._switch_on)
        register(DisableMonitoring, self._switch_off)

    def step(self, now_ns: int) -> None:
        """Check what is due; send one definition of those asked for."""
        self.table.step(now_ns)
        if self._telling is not None:
            self._tell_next(self._telling)

    def fill(self) -> None:
        """Bring the housekeeping up to date."""
        hk, table, monitors = self._hk, self.table, self.table.monitors.values()
        hk.monitoring = table.enabled
        hk.monitors, hk.monitors_enabled = len(monitors), table.active
        hk.monitors_outside = sum([monitor.outside for monitor in monitors])
        hk.monitors_stale = sum([monitor.status is MonitorStatus.STALE for monitor in monitors])
        hk.checks, hk.checks_late = table.checks & 0xFFFFFFFF, table.late & 0xFFFFFFFF

    def _changed(self, monitor: Monitor, before: MonitorStatus) -> None:
        """Tell of a transition (12/12) and raise its event."""
        status, definition = monitor.status, monitor.definition
        if before is MonitorStatus.UNCHECKED and status is MonitorStatus.WITHIN:
            return
        self._hk.transitions += 1
        found = {
            "monitor": definition.monitor,
            "parameter": definition.parameter,
            "value": monitor.value,
            "limit": monitor.limit,
        }
        self._report(MonitorTransition(check_kind=definition.check_kind, before=before, after=status, **found))
        if status is MonitorStatus.WITHIN:
            self._emit(MonitorRecovered(status=status, **found))
        elif status is MonitorStatus.STALE:
            self._emit(MonitorStale(status=status, **found))
        else:
            self._emit(ALERTS[definition.severity](status=status, **found))

    def _find(self, ident: int, execution: Execution) -> Monitor | None:
        monitor = self.table.monitors.get(ident)
        if monitor is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, ident)
        return monitor

    def _enable(self, command: EnableMonitor, execution: Execution) -> None:
        monitor = self._find(command.monitor, execution)
        if monitor is not None:
            if not monitor.enabled:
                self.table.enable(monitor, self._time.now_ns)
            execution.complete()

    def _disable(self, command: DisableMonitor, execution: Execution) -> None:
        monitor = self._find(command.monitor, execution)
        if monitor is not None:
            self.table.disable(monitor, self._time.now_ns)
            execution.complete()

    def _add(self, command: AddMonitor, execution: Execution) -> None:
        try:
            self.table.add(command)
        except TableError as error:
            execution.fail(error.code, error.detail)
        else:
            execution.complete()

    def _modify(self, command: ModifyMonitor, execution: Execution) -> None:
        if self._find(command.monitor, execution) is None:
            return
        try:
            self.table.modify(command, self._time.now_ns)
        except TableError as error:
            execution.fail(error.code, error.detail)
        else:
            execution.complete()

    def _delete(self, command: DeleteMonitor, execution: Execution) -> None:
        monitor = self._find(command.monitor, execution)
        if monitor is None:
            return
        if monitor.enabled:
            execution.fail(FailureCode.ENABLED, command.monitor)
            return
        self.table.remove(monitor)
        execution.complete()

    def _clear(self, _command: ClearMonitors, execution: Execution) -> None:
        if self.table.enabled:
            execution.fail(FailureCode.ENABLED)
            return
        self.table.clear()
        execution.complete()

    def _switch_on(self, _command: EnableMonitoring, execution: Execution) -> None:
        if not self.table.enabled:
            self.table.enabled = True
            self.table.begin(self._time.now_ns)
        execution.complete()

    def _switch_off(self, _command: DisableMonitoring, execution: Execution) -> None:
        self.table.switch_off(self._time.now_ns)
        execution.complete()

    def _tell(self, command: ReportMonitor, execution: Execution) -> None:
        if self._telling is not None:
            execution.fail(FailureCode.BUSY)
            return
        if command.monitor:
            monitor = self._find(command.monitor, execution)
            if monitor is None:
                return
            self._to_tell.append(monitor)
        else:
            self._to_tell.extend(self.table.monitors.values())
        execution.start()
        self._telling = execution

    def _tell_next(self, execution: Execution) -> None:
        """One a minor frame: a whole table at once would take too long."""
        if self._to_tell and not execution.ended:
            monitor = self._to_tell.popleft()
            values = {name: getattr(monitor.definition, name) for name in _DEFINED}
            self._report(MonitorReport(enabled=int(monitor.enabled), **values))
            return
        self._to_tell.clear()
        self._telling = None
        execution.complete()

    def _tell_status(self, _command: ReportMonitorStatus, execution: Execution) -> None:
        execution.start()
        rest = (0,) * (MONITORS - len(self.table.monitors))
        self._report(
            MonitorStatusReport(
                count=len(self.table.monitors),
                monitors=(*self.table.monitors, *rest),
                statuses=(*(monitor.status for monitor in self.table.monitors.values()), *rest),
            )
        )
        execution.complete()
