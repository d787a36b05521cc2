"""A telecommand on its way: what was reported of it, and when the ground asks for more."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flight.icd.kinds import Command, Telemetry
from ground.stages import ENDS, Report, Stage

S = 1_000_000_000
QUESTION_S = 3.0
"""Without news for so long after the board has a command, its outcome is asked for."""
QUESTION_MAX_S = 60.0
"""Each question without news doubles the wait for the next, up to this."""


@dataclass(slots=True, eq=False)
class Issued:
    """A telecommand on its way; `reports` grow until one of them is an end. `wait` is for other threads."""

    command: Command
    request: tuple[int, int]
    deadline_ns: int
    bypass: bool = False
    sender: object = None
    """Who handed it in, where that is another than the session itself."""
    reports: list[Report] = field(default_factory=list)
    results: list[tuple[int, Telemetry]] = field(default_factory=list)
    """What it brought about, with the board's TAI in nanoseconds."""
    ask_ns: int | None = field(default=None, init=False)
    """When the outcome is asked for unless it is heard before; None while there is nothing to ask."""
    _patience_s: float = field(default=QUESTION_S, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)

    @property
    def stage(self) -> Stage:
        """The latest stage."""
        return self.reports[-1].stage if self.reports else Stage.WAITING

    @property
    def ended(self) -> bool:
        """Whether nothing more can come."""
        return self.stage in ENDS

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end, which whoever steps the commander brings about; whether it came within `timeout_s`."""
        return self._over.wait(timeout_s)

    def note(self, report: Report) -> None:
        """Add a report; for the commander."""
        self.reports.append(report)

    def settle(self) -> None:
        """Let those who wait go on: the end is known, and has been told; for the commander."""
        self._over.set()

    def hope(self, now_ns: int, news: bool) -> None:
        """Be patient for a while before asking, for longer when there is no news; for the commander."""
        self._patience_s = QUESTION_S if news else min(2 * self._patience_s, QUESTION_MAX_S)
        self.ask_ns = now_ns + round(self._patience_s * S)
