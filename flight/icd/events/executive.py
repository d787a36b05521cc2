"""What the executive reports: timing that slipped, activities that failed, a watchdog withheld.

Activities are named by their number in the schedule, as `saji-flight check` prints it.
"""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, f32, u8, u16, u32, u64
from flight.icd.kinds import Event, Severity


class RealTimeStep(IntEnum):
    """One measure of the real-time set-up."""

    SCHEDULER = 0
    MEMORY = 1
    COLLECTOR = 2
    AFFINITY = 3
    TIMER_SLACK = 4


class ExecutiveStarted(Event, id=0x0101):
    """The minor frames run."""

    activities: int = u8("", "activities in the schedule")
    peak_load_us: float = f32("us", "largest sum of budgets in one minor frame")
    watchdog_s: float = f32("s", "watchdog time-out, 0 for none")


class RealTimeReady(Event, id=0x0102):
    """The real-time set-up is done."""

    achieved: int = u8("", "bit n: step n of RealTimeStep is in force")


class RealTimeDegraded(Event, id=0x0103, severity=Severity.LOW):
    """A measure of the real-time set-up was refused; the program runs on without it."""

    step: RealTimeStep = enum8(RealTimeStep, "which measure")
    errno: int = u16("", "why, as the operating system told")


class FramesOverran(Event, id=0x0104, severity=Severity.MEDIUM):
    """Minor frames took longer than 10 ms, within the last major frame."""

    count: int = u16("", "how many")
    worst_us: float = f32("us", "the longest")


class FramesSkipped(Event, id=0x0105, severity=Severity.MEDIUM):
    """The loop was too far behind to catch up and left out minor frames."""

    count: int = u64("", "how many")
    total: int = u64("", "skipped since start")


class BudgetExceeded(Event, id=0x0106, severity=Severity.LOW):
    """Activities took more than their budget, within the last major frame; names the one that was worst."""

    count: int = u16("", "how many runs, all activities together")
    activity: int = u8("", "the worst")
    took_us: float = f32("us", "how long it took")
    budget_us: float = f32("us", "its budget")


class ActivityFailed(Event, id=0x0107, severity=Severity.HIGH):
    """An activity raised what it must not; it was contained, and the safe state asked for.

    Told at most once a second for each activity; `count` goes on in between.
    """

    activity: int = u8("", "which")
    count: int = u64("", "its failures since start")
    what: tuple[int, ...] = u8("", "exception, file, line and message; ASCII, zero-filled", 64)


class SafeStateFailed(Event, id=0x0108, severity=Severity.HIGH):
    """Asking for the safe state after a failed activity failed itself."""

    activity: int = u8("", "the activity that failed first")
    what: tuple[int, ...] = u8("", "exception, file, line and message; ASCII, zero-filled", 64)


class WatchdogWithheld(Event, id=0x0109, severity=Severity.HIGH):
    """The watchdog is not stroked: an activity does not run, or a hold is on."""

    missing: int = u32("", "bit n: activity n has not shown to be alive")
    holds: int = u8("", "bit n: hold n is on")
    since_s: float = f32("s", "since the last stroke")


class WatchdogResumed(Event, id=0x010A):
    """The watchdog is stroked again."""

    withheld_s: float = f32("s", "time between the strokes")


class WatchdogAbsent(Event, id=0x010B, severity=Severity.LOW):
    """No watchdog supervises this program."""


class WatchdogTooShort(Event, id=0x010C, severity=Severity.HIGH):
    """The watchdog's time-out is shorter than two strokes of the slowest activity: it may trip on a healthy system."""

    timeout_s: float = f32("s", "its time-out")
    needed_s: float = f32("s", "the least that is safe")
