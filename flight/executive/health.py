"""The aliveness vote: the watchdog is stroked only when every activity has shown that it runs."""

from __future__ import annotations

from enum import IntEnum

from flight.executive.schedule import Schedule
from flight.executive.watchdog import Watchdog
from flight.icd.events.executive import WatchdogAbsent, WatchdogResumed, WatchdogTooShort, WatchdogWithheld
from flight.icd.kinds import Emit


class Hold(IntEnum):
    """Who keeps the watchdog from being stroked although every activity runs."""

    FDIR = 0
    COMMAND = 1
    RECORDER = 2


class Health:
    """Collects one vote from each activity between two strokes.

    An activity votes by ending a run. A run it fails or that is skipped takes its vote back, until its next one. When
    all votes are in and no hold is on, the watchdog is stroked and the next round begins: once in the period of the
    slowest activity.
    """

    __slots__ = (
        "_all", "_emit", "_holds", "_is_withheld", "_patience_ns", "_stroked_ns", "_votes", "_watchdog", "strokes",
    )  # fmt: skip

    def __init__(self, schedule: Schedule, watchdog: Watchdog, emit: Emit) -> None:
        self._watchdog = watchdog
        self._emit = emit
        self._all = (1 << len(schedule.slots)) - 1
        self._patience_ns = 2 * schedule.slowest_ns
        self._votes = 0
        self._holds = 0
        self._is_withheld = False
        self._stroked_ns: int | None = None
        self.strokes = 0

    @property
    def votes(self) -> int:
        """Bit n: activity n has voted in this round."""
        return self._votes

    @property
    def holds(self) -> int:
        """Bit n: `Hold` n is on."""
        return self._holds

    @property
    def stroke_failures(self) -> int:
        """Strokes the watchdog could not be given."""
        return self._watchdog.failures

    @property
    def timeout_ns(self) -> int:
        """The watchdog's time-out, 0 for one that never trips."""
        return self._watchdog.timeout_ns

    def start(self, now_ns: int) -> None:
        """Supervision begins."""
        timeout_ns = self._watchdog.timeout_ns
        if not timeout_ns:
            self._emit(WatchdogAbsent())
        elif timeout_ns < self._patience_ns:
            self._emit(WatchdogTooShort(timeout_s=timeout_ns / 1e9, needed_s=self._patience_ns / 1e9))
        self._watchdog.ready(now_ns)
        self._stroked_ns = now_ns

    def stop(self, now_ns: int) -> None:
        """Supervision ends on purpose."""
        self._watchdog.stopping(now_ns)

    def hold(self, hold: Hold) -> None:
        """Let the watchdog starve until `release`."""
        self._holds |= 1 << hold

    def release(self, hold: Hold) -> None:
        """Take a hold off."""
        self._holds &= ~(1 << hold)

    def missed(self, due: int) -> None:
        """The activities of mask `due` were skipped."""
        self._votes &= ~due

    def ran(self, due: int, ran: int, now_ns: int) -> None:
        """A minor frame is over: of the activities in mask `due`, those in `ran` ended their run."""
        votes = self._votes & ~due | ran
        if votes == self._all and not self._holds:
            self._votes = 0
            self._stroke(now_ns)
        else:
            self._votes = votes
            if not self._is_withheld:
                self._check(now_ns)

    def _stroke(self, now_ns: int) -> None:
        self._watchdog.stroke(now_ns)
        self.strokes += 1
        if self._is_withheld and self._stroked_ns is not None:
            self._is_withheld = False
            self._emit(WatchdogResumed(withheld_s=(now_ns - self._stroked_ns) / 1e9))
        self._stroked_ns = now_ns

    def _check(self, now_ns: int) -> None:
        if self._stroked_ns is None:
            self._stroked_ns = now_ns
        elif now_ns - self._stroked_ns > self._patience_ns:
            self._is_withheld = True
            missing = self._all & ~self._votes
            since_s = (now_ns - self._stroked_ns) / 1e9
            self._emit(WatchdogWithheld(missing=missing, holds=self._holds, since_s=since_s))
