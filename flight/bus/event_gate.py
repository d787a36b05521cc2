"""Keeps a fault that repeats from flooding: the first is told at once, then at most one a second, with their number."""

from __future__ import annotations

PERIOD_NS = 1_000_000_000


class EventGate:
    """Whether to tell, and how many there are to be told."""

    __slots__ = ("_count", "_next_ns", "total")

    def __init__(self) -> None:
        self.total = 0
        """All since start."""
        self._count = 0
        self._next_ns: int | None = None

    def strike(self, now_ns: int) -> int:
        """One more happened: 0, or how many since last told (at most 65535), which is now."""
        self.total += 1
        self._count += 1
        if self._next_ns is not None and now_ns < self._next_ns:
            return 0
        count, self._count = self._count, 0
        self._next_ns = now_ns + PERIOD_NS
        return min(count, 0xFFFF)
