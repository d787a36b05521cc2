"""The loop: minor frame after minor frame at absolute deadlines, for ever, whatever its activities do.

Three things can go wrong with time, and each has a counter of its own: a minor frame that takes longer than 10 ms
(overrun), one that begins more than 1 ms after its release (late), one that is never run (skipped). A loop that fell
behind runs up to `CATCH_UP` minor frames back to back; behind by more, it skips to the one whose turn it is.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from flight.executive.clocks import Clock
from flight.executive.health import Health
from flight.executive.schedule import MINOR_FRAME_NS, MINOR_FRAMES, MinorFrame, Schedule
from flight.executive.timing import Timing
from flight.executive.watchdog import Watchdog
from flight.icd.events.executive import (
    ActivityFailed,
    BudgetExceeded,
    ExecutiveStarted,
    FramesOverran,
    FramesSkipped,
    SafeStateFailed,
)  # fmt: skip
from flight.icd.kinds import Emit, Event

CATCH_UP = 3
"""Minor frames the loop may be behind and still run each of them."""
LATE_NS = 1_000_000
"""A minor frame that begins later than this after its release is counted late."""
QUIET_NS = 1_000_000_000
"""A failing activity is reported, and the safe state asked for, at most this often."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception that escaped an activity."""

    activity: str
    error: Exception
    count: int
    """Failures of this activity since start."""
    now_ns: int


OnFault = Callable[[Fault], None]
"""What brings the system into its safe state when an activity fails."""


class Executive:
    """Runs a schedule. Nothing an activity raises escapes: it becomes an event, a counter and a call of `on_fault`.

    `run` goes by `clock` until told to stop; `frame` runs one minor frame now, for a bench that drives the time itself
    (after `start`). On a clock that is not timed nothing is measured.
    """

    __slots__ = (
        "_clock", "_emit", "_failed", "_frames", "_last", "_loud_ns", "_major_at", "_on_fault", "_position",
        "_schedule", "_settled", "failures", "frames", "health", "late", "late_max_ns", "skipped", "timing",
        "unreported",
    )  # fmt: skip

    def __init__(
        self, schedule: Schedule, clock: Clock, watchdog: Watchdog, emit: Emit, on_fault: OnFault | None = None
    ) -> None:
        slots = len(schedule.slots)
        self._schedule = schedule
        self._frames = schedule.frames
        self._clock = clock
        self._emit = emit
        self._on_fault = on_fault
        self.timing = Timing(schedule)
        self.health = Health(schedule, watchdog, self._report)
        self._position = 0
        self._major_at = MINOR_FRAMES
        self._settled = False
        self._failed = [0] * slots
        self._loud_ns: list[int | None] = [None] * slots
        self._last = (0, 0, 0)
        self.frames = 0
        self.late = 0
        self.late_max_ns = 0
        self.skipped = 0
        self.failures = 0
        self.unreported = 0
        """Events that could not be handed on: `emit` itself raised."""

    @property
    def schedule(self) -> Schedule:
        """What is run."""
        return self._schedule

    def start(self, now_ns: int) -> None:
        """Minor frames are about to run: supervision begins."""
        self._report(
            ExecutiveStarted(
                activities=len(self._schedule.slots),
                peak_load_us=max(frame.load_us for frame in self._frames),
                watchdog_s=self.health.timeout_ns / 1e9,
            )
        )
        self.health.start(now_ns)

    def run(self, stop: Callable[[], bool]) -> None:
        """Run minor frames by the clock until `stop()`, asked at each release and when a signal came in."""
        clock = self._clock
        release_ns = clock.now_ns()
        self.start(release_ns)
        while True:
            clock.sleep_until(release_ns)
            if stop():
                break
            late_ns = clock.now_ns() - release_ns
            if late_ns < 0:  # a signal ended the sleep
                continue
            if late_ns > LATE_NS:
                release_ns += self._fell_behind(late_ns) * MINOR_FRAME_NS
            self.frame()
            release_ns += MINOR_FRAME_NS
        self.health.stop(clock.now_ns())

    def frame(self) -> None:
        """Run the next minor frame, now."""
        minor = self._frames[self._position % MINOR_FRAMES]
        now_ns = self._clock.now_ns()
        ran = self._run_timed(minor, now_ns) if self._clock.timed else self._run(minor, now_ns)
        self.health.ran(minor.mask, ran, now_ns)
        self.frames += 1
        self._position += 1
        if self._position >= self._major_at:
            self._end_major()

    def _run(self, minor: MinorFrame, now_ns: int) -> int:
        """Run the activities of a minor frame; returns the mask of those that ended well."""
        ran = minor.mask
        for number, activity in minor.entries:
            try:
                activity(now_ns)
            except Exception as error:  # noqa: BLE001  the one place where what must not happen is contained
                ran &= ~(1 << number)
                self._contain(number, error, now_ns)
        return ran

    def _run_timed(self, minor: MinorFrame, now_ns: int) -> int:
        """The same, measured."""
        ran = minor.mask
        clock_ns, add = self._clock.now_ns, self.timing.add
        begin_ns = now_ns
        for number, activity in minor.entries:
            try:
                activity(now_ns)
            except Exception as error:  # noqa: BLE001  as above
                ran &= ~(1 << number)
                self._contain(number, error, now_ns)
            end_ns = clock_ns()
            add(number, end_ns - begin_ns)
            begin_ns = end_ns
        self.timing.add_frame(begin_ns - now_ns)
        return ran

    def _fell_behind(self, late_ns: int) -> int:
        """Count a late minor frame; returns how many to skip because the loop is too far behind to run them all."""
        self.late += 1
        self.late_max_ns = max(self.late_max_ns, late_ns)
        behind = late_ns // MINOR_FRAME_NS
        if behind <= CATCH_UP:
            return 0
        for n in range(self._position, self._position + min(behind, MINOR_FRAMES)):
            self.health.missed(self._frames[n % MINOR_FRAMES].mask)
        self._position += behind
        self.skipped += behind
        return behind

    def _contain(self, number: int, error: Exception, now_ns: int) -> None:
        """Count an escaped exception; unless its activity failed just before, go safe and tell."""
        self.failures += 1
        self._failed[number] += 1
        loud_ns = self._loud_ns[number]
        if loud_ns is not None and now_ns - loud_ns < QUIET_NS:
            return
        self._loud_ns[number] = now_ns
        count = self._failed[number]
        if self._on_fault is not None:
            try:
                self._on_fault(Fault(self._schedule.slots[number].name, error, count, now_ns))
            except Exception as second:  # noqa: BLE001  what makes safe must not end the loop either
                self._report(SafeStateFailed(activity=number, what=_describe(second)))
        self._report(ActivityFailed(activity=number, count=count, what=_describe(error)))

    def _report(self, event: Event) -> None:
        """Emit an event of the executive's own, which runs outside every activity."""
        try:
            self._emit(event)
        except Exception:  # noqa: BLE001  reporting must not end the loop; the counter goes down with housekeeping
            self.unreported += 1

    def _end_major(self) -> None:
        """Once in 100 minor frames: tell what slipped in them."""
        self._major_at = self._position + MINOR_FRAMES
        timing = self.timing
        if not self._settled:
            self._settled = True
            self.late_max_ns = 0
            timing.settle()
        now = (timing.overruns, self.skipped, timing.over_budget)
        if now != self._last:
            self._report_slips(*(a - b for a, b in zip(now, self._last, strict=True)))
            self._last = now
        timing.forget_recent()

    def _report_slips(self, overruns: int, skipped: int, over_budget: int) -> None:
        timing = self.timing
        if overruns:
            self._report(FramesOverran(count=overruns, worst_us=timing.recent_frame_ns / 1000))
        if skipped:
            self._report(FramesSkipped(count=skipped, total=self.skipped))
        if over_budget:
            worst, took_ns = timing.recent_worst
            budget_us = self._schedule.slots[worst].budget_us
            self._report(BudgetExceeded(count=over_budget, activity=worst, took_us=took_ns / 1000, budget_us=budget_us))


def _describe(error: Exception) -> tuple[int, ...]:
    """`KeyError joints.py:120: 'x'` as 64 octets of ASCII."""
    place = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        place = f" {PurePath(frame.f_code.co_filename).name}:{line}"
    text = f"{type(error).__name__}{place}: {error}".encode("ascii", "replace")
    return tuple(text[:64].ljust(64, b"\0"))
