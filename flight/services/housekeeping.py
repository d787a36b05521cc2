"""PUS service 3: housekeeping structures sent on their periods, on request, or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flight.icd.commands.housekeeping import (
    DisableHousekeeping,
    EnableHousekeeping,
    ReportHousekeeping,
    ReportHousekeepingStates,
    SetHousekeepingInterval,
)
from flight.icd.kinds import Housekeeping
from flight.icd.reports.housekeeping import HousekeepingState
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report

Refresh = Callable[[int], None]
STEP_MS = 10
STAGGER_NS = STEP_MS * 1_000_000
"""Structures of one period are due in different minor frames."""


@dataclass(slots=True)
class _Structure:
    record: Housekeeping
    refresh: Refresh | None
    period_ns: int
    due_ns: int = 0
    enabled: bool = True


class HousekeepingService:
    """Sends the records it was given."""

    __slots__ = ("_next_ns", "_report", "_structures", "_time")

    def __init__(self, report: Report, time: TimeBase) -> None:
        self._report = report
        self._time = time
        self._structures: dict[int, _Structure] = {}
        self._next_ns = -1  # nothing scheduled yet

    def add(self, record: Housekeeping, refresh: Refresh | None = None) -> None:
        """Send `record` on the period of its declaration; `refresh(now_ns)` may fill it in just before.

        Raises `ValueError` when its structure identifier is taken.
        """
        sid = record.ident
        if sid is None or sid in self._structures:
            raise ValueError(f"structure {sid} of {type(record).__name__} is taken")
        self._structures[sid] = _Structure(record, refresh, round(record.every_s * 1e9))
        self._next_ns = -1

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(EnableHousekeeping, self._enable)
        dispatcher.register(DisableHousekeeping, self._disable)
        dispatcher.register(ReportHousekeeping, self._report_once)
        dispatcher.register(SetHousekeepingInterval, self._set_interval)
        dispatcher.register(ReportHousekeepingStates, self._report_states)

    def step(self, now_ns: int) -> None:
        """Send what is due."""
        if now_ns < self._next_ns:
            return
        if self._next_ns < 0:
            for place, structure in enumerate(self._structures.values()):
                structure.due_ns = now_ns + place * STAGGER_NS
        for structure in self._structures.values():
            if now_ns >= structure.due_ns:
                periods = (now_ns - structure.due_ns) // structure.period_ns + 1  # more than 1: some were missed
                structure.due_ns += periods * structure.period_ns
                if structure.enabled:
                    self._send(structure, now_ns)
        self._next_ns = min((structure.due_ns for structure in self._structures.values()), default=now_ns)

    def _send(self, structure: _Structure, now_ns: int) -> None:
        if structure.refresh is not None:
            structure.refresh(now_ns)
        structure.record.set_age(now_ns)
        self._report(structure.record)

    def _find(self, sid: int, execution: Execution) -> _Structure | None:
        structure = self._structures.get(sid)
        if structure is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, sid)
        return structure

    def _enable(self, command: EnableHousekeeping, execution: Execution) -> None:
        self._switch(command.sid, True, execution)

    def _disable(self, command: DisableHousekeeping, execution: Execution) -> None:
        self._switch(command.sid, False, execution)

    def _switch(self, sid: int, enabled: bool, execution: Execution) -> None:
        structure = self._find(sid, execution)
        if structure is not None:
            structure.enabled = enabled
            execution.complete()

    def _report_once(self, command: ReportHousekeeping, execution: Execution) -> None:
        structure = self._find(command.sid, execution)
        if structure is not None:
            execution.start()
            self._send(structure, self._time.now_ns)
            execution.complete()

    def _set_interval(self, command: SetHousekeepingInterval, execution: Execution) -> None:
        structure = self._find(command.sid, execution)
        if structure is None:
            return
        if command.interval_ms % STEP_MS:
            execution.fail(FailureCode.BAD_VALUE, 2)
            return
        execution.start()
        structure.period_ns = command.interval_ms * 1_000_000
        if self._next_ns >= 0:
            structure.due_ns = self._time.now_ns + structure.period_ns
            self._next_ns = min(self._next_ns, structure.due_ns)
        execution.complete()

    def _report_states(self, command: ReportHousekeepingStates, execution: Execution) -> None:
        if command.sid and self._find(command.sid, execution) is None:
            return
        execution.start()
        for sid in sorted(self._structures) if command.sid == 0 else (command.sid,):
            structure = self._structures[sid]
            interval_ms = structure.period_ns // 1_000_000
            self._report(HousekeepingState(sid=sid, enabled=int(structure.enabled), interval_ms=interval_ms))
        execution.complete()
