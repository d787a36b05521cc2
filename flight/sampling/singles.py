"""Single commands, looked at before anything moves: all motions of one are found possible before the first begins.

Each is planned from where the one before ends, with what is in the scoop now. That takes a few milliseconds in all,
which is why one motion is checked each time the sequence is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from flight.icd.commands.functions import FindSurface
from flight.icd.events.sampling import MotionRefused
from flight.icd.kinds import Command
from flight.icd.limits import Violation
from flight.icd.modes import Phase, StepFailure
from flight.sampling.rig import Findings, Rig
from flight.sampling.routes import ROUTES
from flight.sampling.step import Commanded, Step
from flight.scoop.kinematics import ReachError
from flight.scoop.trajectory import Leg


class Request(Protocol):
    """The telecommand behind a sequence; what becomes of it is reported here."""

    def progress(self, step: int) -> None:
        """A phase began."""

    def complete(self) -> None:
        """All done."""

    def fail(self, reason: int) -> None:
        """Ended without result."""


class CheckedRequest(Request, Protocol):
    """The telecommand behind what is checked whole before it starts."""

    def start(self) -> None:
        """Everything is possible as planned: it starts now."""

    def refuse(self, violation: Violation) -> None:
        """Ended before anything moved, for a limit would be violated."""


class Asked:
    """A single command that is being looked at; `only` is the step that it is for."""

    __slots__ = ("_began_ns", "_findings", "_legs", "only", "request")

    def __init__(self, only: Phase, request: CheckedRequest, findings: Findings, now_ns: int) -> None:
        self.only = only
        self.request = request
        self._findings = findings
        self._began_ns = now_ns
        self._legs: Iterator[Leg] | None = None

    def look(self, rig: Rig, steps: Mapping[Phase, Step], now_ns: int) -> StepFailure | None:
        """Check one motion: None while there are more, NONE when all are possible, or why nothing can be said.

        Raises `ReachError` for one that is not possible.
        """
        if self._legs is None:
            if not rig.estimate.fresh:  # where would it begin?
                waited_s = (now_ns - self._began_ns) * 1e-9
                return StepFailure.JOINTS_LOST if waited_s > rig.settings.motion.hold_s else None
            self._legs = _legs(rig, [steps[phase] for phase in ROUTES[self.only]])
        leg = next(self._legs, None)
        if leg is None:
            return StepFailure.NONE
        rig.checked(leg)
        return None

    def forget(self, findings: Findings) -> None:
        """It comes to nothing: what was known before is still known."""
        kept = self._findings
        findings.site, findings.passes_here, findings.surface_known = kept.site, kept.passes_here, kept.surface_known


class Singles:
    """Takes one single command at a time, and refuses it or lets it start."""

    __slots__ = ("_asked", "_rig", "_steps")

    def __init__(self, rig: Rig, steps: Mapping[Phase, Step]) -> None:
        self._rig = rig
        self._steps = steps
        self._asked: Asked | None = None

    @property
    def busy(self) -> bool:
        """Whether one is being looked at."""
        return self._asked is not None

    def ask(self, only: Phase, command: Command, request: CheckedRequest, now_ns: int) -> None:
        """Look at the step `only` as `command` wants it, and at what leads to it."""
        findings = self._rig.findings
        self._asked = Asked(only, request, replace(findings), now_ns)
        if isinstance(command, FindSurface):
            findings.site, findings.passes_here, findings.surface_known = command.site, 0, False
        step = self._steps[only]
        if isinstance(step, Commanded):
            step.command = command

    def step(self, now_ns: int) -> Asked | None:
        """Look at one more motion; the command once all are possible, which has been told that it starts."""
        asked, rig = self._asked, self._rig
        if asked is None:
            return None
        try:
            result = asked.look(rig, self._steps, now_ns)
        except ReachError as error:
            self._asked = None
            asked.forget(rig.findings)
            refused(rig, asked.only, error)
            asked.request.refuse(error.violation)
            return None
        if result is StepFailure.NONE:
            self._asked = None
            asked.request.start()
            return asked
        if result is not None:
            self.abort(result)
        return None

    def abort(self, reason: StepFailure) -> None:
        """End what is being looked at."""
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.forget(self._rig.findings)
            asked.request.fail(int(reason))


def refused(rig: Rig, phase: Phase, error: ReachError) -> None:
    """Tell that a motion of `phase` is not begun."""
    rig.emit(MotionRefused(phase=phase, **error.violation._asdict()))


def _legs(rig: Rig, route: list[Step]) -> Iterator[Leg]:
    here = rig.estimate.pose
    for step in route:
        for leg in step.plan(here):
            yield leg
            here = leg.end
