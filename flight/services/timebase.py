"""On-board time (PUS service 9): what the monotonic time of the schedule is in TAI."""

from __future__ import annotations


class TimeBase:
    """The time of the running minor frame; its `step` is the first activity of the schedule.

    Everything sent in a frame bears the frame's time. `tai_offset_ns` turns monotonic into TAI nanoseconds since
    1958 and is set by the application at start, from its clock; no timer of the flight software depends on it.
    """

    __slots__ = ("now_ns", "tai_offset_ns")

    def __init__(self, tai_offset_ns: int = 0) -> None:
        self.tai_offset_ns = tai_offset_ns
        self.now_ns = 0

    def step(self, now_ns: int) -> None:
        """Take the monotonic time of the frame that begins."""
        self.now_ns = now_ns

    def correlate(self, tai_ns: int) -> int:
        """From now on the running frame is at `tai_ns`; returns by how much stamps jump. No timer notices."""
        jump_ns = tai_ns - self.tai_ns
        self.tai_offset_ns += jump_ns
        return jump_ns

    @property
    def tai_ns(self) -> int:
        """TAI of the running frame, nanoseconds since 1958."""
        return self.now_ns + self.tai_offset_ns
