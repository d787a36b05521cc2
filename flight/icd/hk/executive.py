"""Housekeeping of the cyclic executive. Counters are 64 bits: they can't wrap in any mission."""

from __future__ import annotations

from flight.icd.fields import f32, u8, u32, u64
from flight.icd.kinds import Housekeeping


class ExecutiveHk(Housekeeping, sid=1, every_s=1.0):
    """Whether the minor frames keep their time, once a second."""

    frames: int = u64("", "minor frames run")
    overruns: int = u64("", "minor frames that took longer than 10 ms")
    skipped: int = u64("", "minor frames left out because the loop was too far behind")
    late: int = u64("", "minor frames begun more than 1 ms late")
    over_budget: int = u64("", "runs of activities that took longer than budgeted")
    failures: int = u64("", "exceptions that escaped an activity and were contained")
    unreported: int = u64("", "events of the executive that could not be handed on")
    frame_us: float = f32("us", "mean duration of the minor frames of the last report")
    worst_frame_us: float = f32("us", "longest minor frame after the first second", warn=(0, 8000), alarm=(0, 10000))
    worst_late_us: float = f32("us", "latest begin of a minor frame after the first second")
    slowest: int = u8("", "activity with the largest share of its budget used")
    slowest_us: float = f32("us", "its longest run after the first second")
    strokes: int = u64("", "watchdog strokes")
    stroke_failures: int = u64("", "strokes the system did not take")
    votes: int = u32("", "bit n: activity n has shown to be alive since the last stroke")
    holds: int = u8("", "bit n: hold n keeps the watchdog from being stroked")


class ActivityTimesHk(Housekeeping, sid=2, every_s=10.0):
    """How long each activity runs, by its number in the schedule; every ten seconds."""

    last_us: tuple[float, ...] = f32("us", "latest run", 32)
    mean_us: tuple[float, ...] = f32("us", "mean of all runs", 32)
    max_us: tuple[float, ...] = f32("us", "longest run after the first second", 32)
