"""PUS service 21: sequences of telecommands, each released when the one before has completed and a delay is over.

Delays are monotonic. A step whose telecommand is refused or fails ends its sequence, unless the step says to go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from flight.icd.commands.sequences import (
    AbortSequence,
    ActivateSequence,
    LoadSequenceStep,
    ReportSequences,
    UnloadSequence,
)
from flight.icd.events.services import (
    CommandSource,
    SequenceAborted,
    SequenceCompleted,
    SequenceFailed,
    SequenceStarted,
)
from flight.icd.kinds import Emit
from flight.icd.reports.sequences import SEQUENCES, SequencesReport, SequenceState
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution

MAX_RUNNING = 4
"""Sequences that may run at once: with the telecommand each has released, half of what the dispatcher takes."""
TIMEOUT_S = 24 * 3600.0
"""More than the delays and the time-outs of the longest sequence come to."""


class Step(NamedTuple):
    """A telecommand packet, and the delay before it."""

    delay_ns: int
    octets: bytes
    go_on: bool


@dataclass(slots=True, eq=False)
class _Sequence:
    number: int
    steps: list[Step] = field(default_factory=list)
    state: SequenceState = SequenceState.EMPTY
    position: int = 0
    due_ns: int = 0
    activation: Execution | None = None
    """The telecommand that runs the sequence, while it runs."""
    released: Execution | None = None
    """The telecommand of the present step, once released."""


class Sequences:
    """Holds `SEQUENCES` sequences and runs some of them, by `dispatcher`."""

    __slots__ = ("_dispatcher", "_emit", "_running", "_sequences")

    def __init__(self, dispatcher: Dispatcher, emit: Emit) -> None:
        self._dispatcher = dispatcher
        self._emit = emit
        self._sequences = tuple(_Sequence(number) for number in range(SEQUENCES))
        self._running: list[_Sequence] = []

    @property
    def running(self) -> int:
        """Sequences that run."""
        return len(self._running)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(LoadSequenceStep, self._load)
        dispatcher.register(UnloadSequence, self._unload)
        dispatcher.register(ActivateSequence, self._activate, TIMEOUT_S)
        dispatcher.register(AbortSequence, self._abort, urgent=True)
        dispatcher.register(ReportSequences, self._report)

    def step(self, now_ns: int) -> None:
        """Release steps that are due, and see to those that have ended."""
        if self._running:
            for sequence in tuple(self._running):
                self._run(sequence, now_ns)

    def abort_all(self) -> None:
        """End every running sequence: the system goes to SAFE."""
        for sequence in tuple(self._running):
            self._stop(sequence)

    def _run(self, sequence: _Sequence, now_ns: int) -> None:
        if sequence.activation is None or sequence.activation.ended:  # its time-out
            self._stop(sequence)
            return
        released = sequence.released
        if released is None:
            if now_ns < sequence.due_ns:
                return
            octets = sequence.steps[sequence.position].octets
            released = self._dispatcher.dispatch(octets, now_ns, CommandSource.SEQUENCE)
            if released is None:
                self._step_failed(sequence, FailureCode.EMBEDDED, now_ns)
                return
            sequence.released = released
        if released.ended:
            if released.code is FailureCode.NONE:
                sequence.activation.progress(sequence.position)
                self._advance(sequence, now_ns)
            else:
                self._step_failed(sequence, released.code, now_ns)

    def _step_failed(self, sequence: _Sequence, code: FailureCode, now_ns: int) -> None:
        activation, position = sequence.activation, sequence.position
        if activation is None:
            return
        if sequence.steps[position].go_on:
            activation.progress_failed(position, code)
            self._advance(sequence, now_ns)
            return
        self._end(sequence, SequenceState.FAILED)
        activation.fail(FailureCode.FAILED, position)
        self._emit(SequenceFailed(sequence=sequence.number, position=position))

    def _advance(self, sequence: _Sequence, now_ns: int) -> None:
        sequence.released = None
        if sequence.position + 1 < len(sequence.steps):
            sequence.position += 1
            sequence.due_ns = now_ns + sequence.steps[sequence.position].delay_ns
            return
        activation = self._end(sequence, SequenceState.COMPLETED)
        if activation is not None:
            activation.complete()
        self._emit(SequenceCompleted(sequence=sequence.number))

    def _stop(self, sequence: _Sequence) -> None:
        activation = self._end(sequence, SequenceState.ABORTED)
        if activation is not None:
            activation.fail(FailureCode.ABORTED, sequence.position)
        self._emit(SequenceAborted(sequence=sequence.number, position=sequence.position))

    def _end(self, sequence: _Sequence, state: SequenceState) -> Execution | None:
        """The sequence runs no more; the telecommand that ran it, still to be told."""
        activation = sequence.activation
        sequence.activation = sequence.released = None
        sequence.state = state
        self._running.remove(sequence)
        return activation

    def _load(self, command: LoadSequenceStep, execution: Execution) -> None:
        sequence = self._idle(command.sequence, execution)
        inside = self._dispatcher.unwrap(command.telecommand, execution) if sequence is not None else None
        if sequence is None or inside is None:
            return
        if command.position > len(sequence.steps):
            execution.fail(FailureCode.BAD_VALUE, 1)
            return
        step = Step(command.delay_ms * 1_000_000, inside[0], bool(command.go_on))
        sequence.steps[command.position : command.position + 1] = [step]
        sequence.state = SequenceState.LOADED
        sequence.position = 0
        execution.complete()

    def _unload(self, command: UnloadSequence, execution: Execution) -> None:
        sequence = self._idle(command.sequence, execution)
        if sequence is not None:
            sequence.steps.clear()
            sequence.state = SequenceState.EMPTY
            sequence.position = 0
            execution.complete()

    def _activate(self, command: ActivateSequence, execution: Execution) -> None:
        sequence = self._idle(command.sequence, execution)
        if sequence is None:
            return
        if not sequence.steps:
            execution.fail(FailureCode.UNKNOWN_OBJECT, command.sequence)
        elif len(self._running) >= MAX_RUNNING:
            execution.fail(FailureCode.FULL, MAX_RUNNING)
        else:
            sequence.activation = execution
            sequence.state = SequenceState.RUNNING
            sequence.position = 0
            sequence.due_ns = execution.begun_ns + sequence.steps[0].delay_ns
            self._running.append(sequence)
            execution.start()
            self._emit(SequenceStarted(sequence=sequence.number, steps=len(sequence.steps)))

    def _abort(self, command: AbortSequence, execution: Execution) -> None:
        sequence = self._sequences[command.sequence]
        if sequence.activation is None:
            execution.fail(FailureCode.NOT_ALLOWED, int(sequence.state))
            return
        execution.start()
        self._stop(sequence)
        execution.complete()

    def _report(self, _command: ReportSequences, execution: Execution) -> None:
        execution.start()
        report = SequencesReport(
            steps=tuple(len(sequence.steps) for sequence in self._sequences),
            states=tuple(int(sequence.state) for sequence in self._sequences),
            positions=tuple(sequence.position for sequence in self._sequences),
        )
        execution.report(report)
        execution.complete()

    def _idle(self, number: int, execution: Execution) -> _Sequence | None:
        """The sequence, unless it runs."""
        sequence = self._sequences[number]
        if sequence.activation is not None:
            execution.fail(FailureCode.BUSY, number)
            return None
        return sequence
