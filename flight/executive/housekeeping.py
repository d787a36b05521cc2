"""Fills the housekeeping of the executive."""

from __future__ import annotations

from flight.executive.loop import Executive
from flight.icd.hk.executive import ActivityTimesHk, ExecutiveHk


class ExecutiveReport:
    """The live housekeeping records of an executive; `step` is an activity of its own schedule, once a second."""

    __slots__ = ("_executive", "hk", "times")

    def __init__(self) -> None:
        self._executive: Executive | None = None
        self.hk = ExecutiveHk()
        self.times = ActivityTimesHk()

    def watch(self, executive: Executive) -> None:
        """Report on this one; until then the records are marked not valid."""
        self._executive = executive

    def step(self, now_ns: int) -> None:
        """Bring the records up to date."""
        executive = self._executive
        if executive is None:
            return
        hk, timing, health = self.hk, executive.timing, executive.health
        slowest = timing.slowest()
        hk.frames = executive.frames
        hk.overruns = timing.overruns
        hk.skipped = executive.skipped
        hk.late = executive.late
        hk.over_budget = timing.over_budget
        hk.failures = executive.failures
        hk.unreported = executive.unreported
        hk.frame_us = timing.take_frame_mean_ns() / 1000
        hk.worst_frame_us = timing.frame_max_ns / 1000
        hk.worst_late_us = executive.late_max_ns / 1000
        hk.slowest = slowest
        hk.slowest_us = timing.max_ns[slowest] / 1000
        hk.strokes = health.strokes
        hk.stroke_failures = health.stroke_failures
        hk.votes = health.votes
        hk.holds = health.holds
        hk.stamp(now_ns)
        times, rest = self.times, (0.0,) * (ActivityTimesHk.fields["last_us"].count - len(timing.last_ns))
        times.last_us = tuple(ns / 1000 for ns in timing.last_ns) + rest
        times.mean_us = tuple(timing.mean_ns(slot) / 1000 for slot in range(len(timing.last_ns))) + rest
        times.max_us = tuple(ns / 1000 for ns in timing.max_ns) + rest
        times.stamp(now_ns)
