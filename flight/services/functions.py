"""PUS service 8: the functions of the scoop, refused where mode or a running sequence forbids them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from flight.fdir.modes import Modes
from flight.icd.commands.functions import (
    Abort,
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    Scrape,
    Stow,
    Tare,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.inhibits import is_inhibited
from flight.icd.kinds import Command
from flight.icd.limits import Violation
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.reports.verification import FailureCode
from flight.sampling.rig import Content
from flight.sampling.sequence import Sampling
from flight.scoop.motion import MotionControl
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution

COLLECT_TIMEOUT_S = 1800.0


class Single(NamedTuple):
    """A command that is for one step of the sequence, and by when it has ended."""

    step: Phase
    timeout_s: float = 300.0


SINGLES: Mapping[type[Command], Single] = MappingProxyType(
    {
        Unstow: Single(Phase.UNSTOW),
        Tare: Single(Phase.TARE),
        FindSurface: Single(Phase.FIND_SURFACE),
        DigLinear: Single(Phase.DIG_LINEAR, 900.0),
        DigArc: Single(Phase.DIG_ARC, 900.0),
        Scrape: Single(Phase.SCRAPE, 900.0),
        Weigh: Single(Phase.WEIGH),
        Vibrate: Single(Phase.VIBRATE),
        GoToPose: Single(Phase.GO_TO, 900.0),
        Stow: Single(Phase.STOW),
        Discard: Single(Phase.POUR),
    }
)
"""The single commands. Their steps have time-outs of their own, which come first."""


class ScoopFunctions:
    """Starts and ends sequences as commanded; one at a time.

    What the custody of the sample inhibits is refused with its state: `flight.icd.inhibits` says what that is.
    """

    __slots__ = ("_content", "_execution", "_modes", "_motion", "_sampling", "_time")

    def __init__(
        self, sampling: Sampling, content: Content, motion: MotionControl, modes: Modes, time: TimeBase
    ) -> None:
        self._sampling = sampling
        self._content = content
        self._motion = motion
        self._modes = modes
        self._time = time
        self._execution: Execution | None = None

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the functions, and have all that are inhibited refused, those of others too."""
        dispatcher.inhibited = self._inhibited
        dispatcher.register(Collect, self._collect, COLLECT_TIMEOUT_S)
        for kind, single in SINGLES.items():
            dispatcher.register(kind, partial(self._single, single.step), single.timeout_s)
        dispatcher.register(Abort, self._abort, urgent=True)

    def step(self, now_ns: int) -> None:
        """End a sequence whose command ran out of time."""
        if self._execution is not None and self._execution.ended and self._sampling.busy:
            self._motion.release()
            self._sampling.abort(StepFailure.TIMEOUT)

    def _collect(self, command: Collect, execution: Execution) -> None:
        if self._is_free(command, execution):
            request = _Sequence(execution, self._modes, unsafe_if_failed=True)
            request.start()
            self._sampling.collect(command.site, command.max_digs, request, self._time.now_ns)

    def _single(self, only: Phase, command: Command, execution: Execution) -> None:
        if self._is_free(command, execution):
            self._sampling.single(only, command, _Sequence(execution, self._modes), self._time.now_ns)

    def _abort(self, _command: Abort, execution: Execution) -> None:
        execution.start()
        self._motion.release()
        self._sampling.abort()
        execution.complete()

    def _inhibited(self, kind: type[Command]) -> Custody | None:
        custody = self._content.custody
        return custody if is_inhibited(kind, custody) else None

    def _is_free(self, command: Command, execution: Execution) -> bool:
        """Whether `command` may be tried; else `execution` has failed with the reason."""
        if self._modes.mode is Mode.SAFE:
            execution.fail(FailureCode.NOT_ALLOWED, int(Mode.SAFE))
            return False
        if self._sampling.busy:
            execution.fail(FailureCode.BUSY, int(self._sampling.phase))
            return False
        unfit = self._sampling.unfit(command)
        if unfit is not None:
            execution.fail(*unfit)
            return False
        unmet = self._modes.begin(type(command))
        if unmet is not None:
            execution.fail(FailureCode.CONDITION, unmet.detail)
            return False
        self._execution = execution
        return True


class ResumedSequence:
    """Tells the modes what becomes of a sequence that went on after a restart; its telecommand is forgotten.

    Whatever it was for, a failure ends in SAFE: nobody waits for it any more.
    """

    __slots__ = ("_modes",)

    def __init__(self, modes: Modes) -> None:
        self._modes = modes

    def progress(self, step: int) -> None:
        """Nobody asked."""

    def complete(self) -> None:
        """All done."""
        self._modes.end()

    def fail(self, reason: int) -> None:
        """Ended without result."""
        if reason != StepFailure.ABORTED:
            self._modes.safe(SafeReason.SAMPLING_FAILED, value=float(reason))
        self._modes.end()


class _Sequence:
    """Tells the telecommand, and the modes, what becomes of its sequence."""

    __slots__ = ("_execution", "_modes", "_unsafe_if_failed")

    def __init__(self, execution: Execution, modes: Modes, unsafe_if_failed: bool = False) -> None:
        self._execution = execution
        self._modes = modes
        self._unsafe_if_failed = unsafe_if_failed

    def start(self) -> None:
        self._execution.start()

    def refuse(self, violation: Violation) -> None:
        self._execution.fail(FailureCode.OUTSIDE_LIMIT, int(violation.limit), violation)
        self._modes.end()

    def progress(self, step: int) -> None:
        self._execution.progress(step)

    def complete(self) -> None:
        self._execution.complete()
        self._modes.end()

    def fail(self, reason: int) -> None:
        aborted = reason == StepFailure.ABORTED
        self._execution.fail(FailureCode.ABORTED if aborted else FailureCode.FAILED, reason)
        if self._unsafe_if_failed and not aborted:
            self._modes.safe(SafeReason.SAMPLING_FAILED, value=float(reason))
        self._modes.end()
