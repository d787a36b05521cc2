"""The monitoring table: which monitors there are, which are checked, and when."""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.monitoring import MONITORS, CheckKind, MonitorDefinition, MonitorStatus
from flight.icd.reports.verification import FailureCode
from flight.pool import Parameter, Pool
from flight.services.monitor import Monitor

CHECKS_PER_FRAME = 4
CHANGES_PER_FRAME = 1
"""A change is told in two packets, which cost more than many checks."""
STAGGER_NS = 10_000_000
"""Monitors of one interval are due in different minor frames."""
_DEFINED = tuple(MonitorDefinition.fields)
_NEVER = 1 << 63
_NOT_BEGUN = -1


class TableError(ValueError):
    """A definition that can't be taken; `code` and `detail` say why."""

    def __init__(self, code: FailureCode, detail: int) -> None:
        super().__init__(f"{code.name.lower().replace('_', ' ')} ({detail})")
        self.code = code
        self.detail = detail


class MonitorTable:
    """At most `MONITORS` monitors over `pool`; `on_change(monitor, status before)` hears what becomes of them."""

    __slots__ = (
        "_active", "_cursor", "_next_ns", "_on_change", "_pool", "checks", "enabled", "late", "monitors",
    )  # fmt: skip

    def __init__(self, pool: Pool, on_change: Callable[[Monitor, MonitorStatus], None]) -> None:
        self.enabled = True
        self.monitors: dict[int, Monitor] = {}
        self.checks = 0
        self.late = 0
        """Minor frames in which more was due than is checked in one."""
        self._pool = pool
        self._on_change = on_change
        self._active: list[Monitor] = []
        self._cursor = 0
        self._next_ns = _NOT_BEGUN

    @property
    def active(self) -> int:
        """Monitors that are enabled."""
        return len(self._active)

    def add(self, definition: MonitorDefinition) -> Monitor:
        """A new monitor, disabled; raises `TableError`."""
        if definition.monitor in self.monitors:
            raise TableError(FailureCode.DUPLICATE, definition.monitor)
        if len(self.monitors) >= MONITORS:
            raise TableError(FailureCode.FULL, MONITORS)
        monitor = self.monitors[definition.monitor] = self._make(definition)
        return monitor

    def modify(self, definition: MonitorDefinition, now_ns: int) -> None:
        """Give a monitor that is there another definition; raises `TableError` and leaves it as it was."""
        monitor = self._make(definition)
        enabled = self.monitors[definition.monitor].enabled
        self.monitors[definition.monitor] = monitor
        if enabled:
            self.enable(monitor, now_ns)

    def remove(self, monitor: Monitor) -> None:
        """Forget a monitor that is disabled."""
        del self.monitors[monitor.definition.monitor]

    def clear(self) -> None:
        """Forget all."""
        self.monitors.clear()
        self._arrange()

    def enable(self, monitor: Monitor, now_ns: int) -> None:
        """Check `monitor` from now on."""
        monitor.enabled = True
        self._arrange()
        self._begin(monitor, now_ns)

    def disable(self, monitor: Monitor, now_ns: int) -> None:
        """Leave its parameter unchecked."""
        monitor.enabled = False
        monitor.reset(now_ns)
        self._arrange()

    def switch_off(self, now_ns: int) -> None:
        """Check nothing; nothing is held of any parameter."""
        self.enabled = False
        for monitor in self._active:
            monitor.reset(now_ns)

    def begin(self, now_ns: int) -> None:
        """Check all that are enabled from now on, with nothing held of any."""
        for place, monitor in enumerate(self._active):
            self._begin(monitor, now_ns + place * STAGGER_NS)
        self._next_ns = now_ns

    def step(self, now_ns: int) -> None:
        """Check what is due, no more than a few; the others have their turn in the next minor frame."""
        if now_ns < self._next_ns or not self.enabled:
            return
        if self._next_ns == _NOT_BEGUN:
            self.begin(now_ns)
        active, count, first, earliest = self._active, len(self._active), self._cursor, _NEVER
        checks = changes = 0
        for place in range(count):
            at = (first + place) % count
            monitor = active[at]
            if now_ns >= monitor.due_ns:
                if checks == CHECKS_PER_FRAME or changes == CHANGES_PER_FRAME:
                    self._cursor, earliest = at, now_ns
                    self.late += 1
                    break
                checks += 1
                changes += self._check(monitor, now_ns)
            earliest = min(earliest, monitor.due_ns)
        self._next_ns = earliest

    def image(self) -> bytes:
        """The definitions, one after another."""
        return b"".join([monitor.definition.encode() for monitor in self.monitors.values()])

    def _check(self, monitor: Monitor, now_ns: int) -> bool:
        """Whether the status changed."""
        monitor.due_ns += ((now_ns - monitor.due_ns) // monitor.interval_ns + 1) * monitor.interval_ns
        self.checks += 1
        before = monitor.check(now_ns)
        if before is None:
            return False
        self._on_change(monitor, before)
        return True

    def _begin(self, monitor: Monitor, due_ns: int) -> None:
        monitor.reset(due_ns)
        monitor.due_ns = due_ns
        self._next_ns = min(self._next_ns, due_ns)

    def _arrange(self) -> None:
        self._active = [monitor for monitor in self.monitors.values() if monitor.enabled]
        self._cursor = 0

    def _make(self, definition: MonitorDefinition) -> Monitor:
        """A monitor with a definition of its own; raises `TableError`."""
        parameter = self._pool.find(definition.parameter)
        if parameter is None:
            raise TableError(FailureCode.UNKNOWN_OBJECT, definition.parameter)
        wrong = _wrong_field(definition, parameter)
        if wrong:
            raise TableError(FailureCode.BAD_VALUE, _DEFINED.index(wrong))
        return Monitor(MonitorDefinition(**{name: getattr(definition, name) for name in _DEFINED}), parameter)


def _wrong_field(definition: MonitorDefinition, parameter: Parameter) -> str:
    """The field that makes a definition senseless, empty when none does."""
    if definition.check_kind is not CheckKind.EXPECTED:
        return "" if definition.low <= definition.high else "high"
    if parameter.field.is_float:
        return "check_kind"  # bits of a float mean nothing
    expected = definition.low
    return "" if expected == int(expected) and int(expected) & definition.mask == expected else "low"
