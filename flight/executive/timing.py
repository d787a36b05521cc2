"""How long activities and minor frames take."""

from __future__ import annotations

from flight.executive.schedule import MINOR_FRAME_NS, Schedule


class Timing:
    """Last, longest and mean duration of each activity and of the minor frames, held against their budgets.

    Lists are by slot number, times in nanoseconds. `settle` drops the maxima: the first runs fill caches and say
    nothing about the rest.
    """

    __slots__ = (
        "_budget_ns", "_frames", "_frames_ns", "_over_ns", "frame_max_ns", "last_ns", "max_ns", "over_budget",
        "overruns", "recent_frame_ns", "recent_worst", "runs", "total_ns",
    )  # fmt: skip

    def __init__(self, schedule: Schedule) -> None:
        slots = len(schedule.slots)
        self._budget_ns = [round(slot.budget_us * 1000) for slot in schedule.slots]
        self.last_ns = [0] * slots
        self.max_ns = [0] * slots
        self.total_ns = [0] * slots
        self.runs = [0] * slots
        self.over_budget = 0
        """Runs over their budget, all activities together."""
        self.recent_worst = (0, 0)
        """Slot number and duration of the run most over budget since `forget_recent`."""
        self._over_ns = 0
        self.frame_max_ns = 0
        self.recent_frame_ns = 0
        """The longest minor frame since `forget_recent`."""
        self.overruns = 0
        """Minor frames longer than 10 ms."""
        self._frames = 0
        self._frames_ns = 0

    def add(self, slot: int, took_ns: int) -> None:
        """One run of an activity."""
        self.last_ns[slot] = took_ns
        self.total_ns[slot] += took_ns
        self.runs[slot] += 1
        if took_ns > self.max_ns[slot]:  # noqa: PLR1730  the hot path: a call would cost more
            self.max_ns[slot] = took_ns
        over_ns = took_ns - self._budget_ns[slot]
        if over_ns > 0:
            self.over_budget += 1
            if over_ns > self._over_ns:
                self._over_ns = over_ns
                self.recent_worst = (slot, took_ns)

    def add_frame(self, took_ns: int) -> None:
        """One minor frame, all its activities together."""
        self._frames += 1
        self._frames_ns += took_ns
        self.recent_frame_ns = max(self.recent_frame_ns, took_ns)
        self.frame_max_ns = max(self.frame_max_ns, took_ns)
        if took_ns > MINOR_FRAME_NS:
            self.overruns += 1

    def settle(self) -> None:
        """The first runs are over: maxima start again."""
        self.max_ns = [0] * len(self.max_ns)
        self.frame_max_ns = 0

    def forget_recent(self) -> None:
        """What was worst of late has been reported."""
        self._over_ns = self.recent_frame_ns = 0

    def mean_ns(self, slot: int) -> float:
        """Mean duration of all runs of an activity."""
        return self.total_ns[slot] / self.runs[slot] if self.runs[slot] else 0.0

    def take_frame_mean_ns(self) -> float:
        """Mean duration of the minor frames since the last call."""
        mean_ns = self._frames_ns / self._frames if self._frames else 0.0
        self._frames = self._frames_ns = 0
        return mean_ns

    def slowest(self) -> int:
        """The slot whose longest run used the largest share of its budget."""
        return max(range(len(self.max_ns)), key=lambda slot: self.max_ns[slot] / self._budget_ns[slot])
