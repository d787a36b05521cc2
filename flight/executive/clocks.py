"""Clocks of the executive: monotonic time to run by, virtual time to test by, TAI to stamp with.

Only the executive reads a clock; everything it runs is given the time. Durations and time-outs are monotonic, so a
step of the wall clock fires nothing; TAI is monotonic time plus an offset that changes only when told to.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import Protocol

EPOCH_1958_TO_1970_S = 4383 * 86400
"""From the CCSDS epoch (CCSDS 301.0-B 3.2.1) to the Unix epoch, both at 00:00."""
TAI_MINUS_UTC_S = 37
"""Leap seconds since 2017-01-01, used where the kernel does not know them (IERS Bulletin C)."""


class Clock(Protocol):
    """What the executive runs by."""

    timed: bool
    """Whether time passes while code runs, so that measuring makes sense."""

    def now_ns(self) -> int:
        """Monotonic time."""

    def sleep_until(self, deadline_ns: int) -> None:
        """Wait until `deadline_ns`; returns at once when it is past. May return early when a signal came in."""


class _Timespec(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class RealClock:
    """CLOCK_MONOTONIC, with a sleep that ends at an absolute time (clock_nanosleep, TIMER_ABSTIME; POSIX.1-2008).

    An absolute sleep is not lengthened by being interrupted between reading the clock and going to sleep, so periods
    do not drift. Waking up takes time, a hundred microseconds on some machines: the sleep ends that much early, by an
    estimate of what 99 of 100 wake-ups take, and what is left of it is spent reading the clock. That costs a
    hundredth of a processor at 100 Hz; `early_limit_ns` bounds it, 0 turns it off.
    Where the C library has no clock_nanosleep, a relative sleep serves.
    """

    __slots__ = ("_early_limit_ns", "_early_ns", "_nanosleep", "_until", "_until_ref")
    timed = True
    _TIMER_ABSTIME = 1
    _LATER_NS, _SOONER_NS = 10_000, 100  # 1 : 100, where the estimate comes to rest at the 99 % quantile

    def __init__(self, early_limit_ns: int = 250_000) -> None:
        self._early_limit_ns = early_limit_ns
        self._early_ns = 0
        self._until = _Timespec()
        self._until_ref = ctypes.byref(self._until)
        self._nanosleep: Callable[..., int] | None = None
        try:
            self._nanosleep = ctypes.CDLL(None).clock_nanosleep
        except (OSError, AttributeError):
            return

    def now_ns(self) -> int:
        """Nanoseconds of CLOCK_MONOTONIC."""
        return time.monotonic_ns()

    def sleep_until(self, deadline_ns: int) -> None:
        """Sleep until CLOCK_MONOTONIC reads `deadline_ns`, or until a signal comes in."""
        clock_ns = time.monotonic_ns
        wake_ns = deadline_ns - self._early_ns
        now_ns = clock_ns()
        if now_ns < wake_ns:
            self._sleep(wake_ns, now_ns)
            now_ns = clock_ns()
            if now_ns < wake_ns:
                return
            if now_ns > deadline_ns:
                self._early_ns = min(self._early_ns + self._LATER_NS, self._early_limit_ns)
            else:
                self._early_ns = max(self._early_ns - self._SOONER_NS, 0)
        while now_ns < deadline_ns:
            now_ns = clock_ns()

    def _sleep(self, until_ns: int, now_ns: int) -> None:
        if self._nanosleep is None:
            time.sleep((until_ns - now_ns) / 1e9)
            return
        until = self._until
        until.seconds, until.nanoseconds = divmod(until_ns, 1_000_000_000)
        self._nanosleep(time.CLOCK_MONOTONIC, self._TIMER_ABSTIME, self._until_ref, None)


class VirtualClock:
    """Time that moves only when told to: code takes none, sleeping takes exactly as long as asked.

    `timed=True` makes the executive measure, for activities that call `advance` to say how long they took.
    """

    __slots__ = ("_now_ns", "timed")

    def __init__(self, start_ns: int = 0, timed: bool = False) -> None:
        self._now_ns = start_ns
        self.timed = timed

    def now_ns(self) -> int:
        """Virtual nanoseconds."""
        return self._now_ns

    def sleep_until(self, deadline_ns: int) -> None:
        """Be at `deadline_ns` now, unless it is past."""
        self._now_ns = max(self._now_ns, deadline_ns)

    def advance(self, by_ns: int) -> None:
        """Let `by_ns` pass."""
        self._now_ns += by_ns


def system_tai_offset_ns() -> int:
    """What added to monotonic time gives TAI since 1958-01-01, the CCSDS epoch, by the system's clocks as of now.

    The system's own TAI where it keeps leap seconds, else UTC and those of 2017.
    """
    before_ns = time.monotonic_ns()
    utc_ns = time.clock_gettime_ns(time.CLOCK_REALTIME)
    tai_ns = time.clock_gettime_ns(time.CLOCK_TAI)
    now_ns = (before_ns + time.monotonic_ns()) // 2
    if tai_ns - utc_ns < 1_000_000_000:
        tai_ns = utc_ns + TAI_MINUS_UTC_S * 1_000_000_000
    return tai_ns + EPOCH_1958_TO_1970_S * 1_000_000_000 - now_ns
