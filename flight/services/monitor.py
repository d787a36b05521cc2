"""One monitor of PUS service 12: a definition, and what it has come to hold of its parameter."""

from __future__ import annotations

from math import isfinite

from flight.icd.kinds import Housekeeping
from flight.icd.monitoring import CheckKind, MonitorDefinition, MonitorStatus
from flight.pool import Parameter

_NS_MS = 1_000_000
_OUTSIDE = frozenset({MonitorStatus.LOW, MonitorStatus.HIGH, MonitorStatus.UNEXPECTED})


class Monitor:
    """Checks its parameter when `check` is called.

    Only a new reading counts: looking twice at the same one confirms nothing. A status changes when `consecutive`
    readings in a row agree on another. A value that is not valid, no finite number or older than `stale_ms` is no
    reading: it makes the status stale at once and every row begin anew.
    """

    __slots__ = (
        "_candidate", "_consecutive", "_high", "_kind", "_last", "_low", "_mask", "_record", "_row", "_since_ns",
        "_stale_ns", "_stamp_ns", "definition", "due_ns", "enabled", "interval_ns", "limit", "parameter", "status",
        "value",
    )  # fmt: skip

    def __init__(self, definition: MonitorDefinition, parameter: Parameter) -> None:
        self.definition = definition
        self.parameter = parameter
        self.interval_ns = definition.interval_ms * _NS_MS
        self.enabled = False
        self.due_ns = 0
        self._stale_ns = definition.stale_ms * _NS_MS
        self._consecutive = definition.consecutive
        self._kind = definition.check_kind
        self._mask = definition.mask
        self._low, self._high = definition.low, definition.high
        record = parameter.record
        self._record = record if isinstance(record, Housekeeping) else None
        self.value = 0.0
        """The value, change or bits that were found last."""
        self.limit = 0.0
        """The limit that was crossed, 0 when none was."""
        self._last: float | None = None
        self._candidate = MonitorStatus.UNCHECKED
        self.status = MonitorStatus.UNCHECKED
        self.reset(0)

    def reset(self, now_ns: int) -> None:
        """Hold nothing; data that are not there yet are stale only once they could have come."""
        self.status = MonitorStatus.UNCHECKED
        self._since_ns = now_ns
        self._stamp_ns = -1
        self._begin_anew()

    @property
    def outside(self) -> bool:
        """Whether the parameter is outside its limits."""
        return self.status in _OUTSIDE

    def check(self, now_ns: int) -> MonitorStatus | None:
        """Look at the parameter; gives the status before when it changed, None when it did not."""
        value = float(self.parameter.value)
        if not isfinite(value) or not self.parameter.fresh(now_ns, self._stale_ns):
            return self._miss(now_ns)
        if self._record is not None:
            if self._record.stamp_ns == self._stamp_ns:
                return None
            self._stamp_ns = self._record.stamp_ns
        found = self._judge(value)
        if found is None:
            return None
        if found is self.status:
            self._row = 0
            return None
        self._row = self._row + 1 if found is self._candidate else 1
        self._candidate = found
        return self._change(found) if self._row >= self._consecutive else None

    def _judge(self, value: float) -> MonitorStatus | None:
        """What this reading alone says; None when a change can't be told yet."""
        self.limit = 0.0
        if self._kind is CheckKind.EXPECTED:
            self.value = bits = int(value) & self._mask
            if bits == self._low:
                return MonitorStatus.WITHIN
            self.limit = self._low
            return MonitorStatus.UNEXPECTED
        if self._kind is CheckKind.DELTA:
            last, self._last = self._last, value
            if last is None:
                return None
            value -= last
        self.value = value
        if value < self._low:
            self.limit = self._low
            return MonitorStatus.LOW
        if value > self._high:
            self.limit = self._high
            return MonitorStatus.HIGH
        return MonitorStatus.WITHIN

    def _miss(self, now_ns: int) -> MonitorStatus | None:
        self._begin_anew()
        if self.status is MonitorStatus.STALE:
            return None
        if self.status is MonitorStatus.UNCHECKED and now_ns - self._since_ns <= self._stale_ns:
            return None
        self.limit = 0.0
        return self._change(MonitorStatus.STALE)

    def _change(self, status: MonitorStatus) -> MonitorStatus:
        before, self.status = self.status, status
        self._row = 0
        return before

    def _begin_anew(self) -> None:
        self._candidate = MonitorStatus.UNCHECKED
        self._row = 0
        self._last = None
