"""Whether what is recorded is kept: evidence that is not can't be made up for."""

from __future__ import annotations

from flight.icd.hk.recorder import RecorderHk

_MEMORY_NS = 3_000_000_000
"""How long a record that was not kept counts."""
_NEVER = -_MEMORY_NS


class StoreWatch:
    """Reads the recorder's counters; `step` now and then."""

    __slots__ = ("_hk", "_lost", "_lost_ns", "_now_ns", "_seen")

    def __init__(self, hk: RecorderHk) -> None:
        self._hk = hk
        self._seen = self._lost = self._now_ns = 0
        self._lost_ns = _NEVER

    def step(self, now_ns: int) -> None:
        """Look at the counters."""
        self._now_ns = now_ns
        lost = self._hk.dropped + self._hk.lost + self._hk.failed
        if lost > self._seen:
            self._lost = lost - self._seen + (self._lost if self.failing() else 0)
            self._lost_ns = now_ns
        self._seen = lost

    def failing(self) -> int | None:
        """How many records were not kept of late; None when all were."""
        return self._lost if self._now_ns - self._lost_ns < _MEMORY_NS else None
