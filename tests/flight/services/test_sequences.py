"""Sequences: one telecommand after the other, each when the one before has completed and its delay is over."""

import pytest

from flight.icd.commands.functions import Abort, Stow
from flight.icd.commands.sequences import (
    AbortSequence,
    ActivateSequence,
    LoadSequenceStep,
    ReportSequences,
    UnloadSequence,
)
from flight.icd.commands.test import ConnectionTest
from flight.icd.embedded import embed
from flight.icd.events.services import SequenceAborted, SequenceCompleted, SequenceFailed, SequenceStarted
from flight.icd.reports.sequences import SEQUENCES, STEPS, SequencesReport, SequenceState
from flight.icd.reports.verification import (
    Completed,
    CompletionFailed,
    ConnectionAlive,
    FailureCode,
    Progressed,
    ProgressFailed,
    StartFailed,
)
from flight.icd.space_packet import encode_tc
from flight.services.sequences import MAX_RUNNING, Sequences

S = 1_000_000_000
FRAME = S // 100
ACTIVATION = {"request_packet": 0x1842, "request_sequence": 0xC005}


class Rig:
    """A board with sequences; `stow` telecommands are kept by the test, which ends them."""

    def __init__(self, board):
        self.board = board
        self.sequences = Sequences(board.dispatcher, board.emit)
        self.sequences.serve(board.dispatcher)
        self.stows = []
        board.dispatcher.register(Stow, lambda _command, execution: self.stows.append(execution), timeout_s=20.0)
        self.now_ns = 0

    def load(self, *steps, sequence=0):
        """Load (command, delay in s[, go on]) steps; the reports of that."""
        reports = []
        for position, (command, delay_s, *go_on) in enumerate(steps):
            reports += self.board.send(
                LoadSequenceStep(
                    sequence=sequence,
                    position=position,
                    delay_ms=round(delay_s * 1000),
                    go_on=int(bool(go_on)),
                    telecommand=embed(encode_tc(command, 200 + position, ack=0)),
                ),
                ack=0,
            )
        return reports

    def activate(self, sequence=0, ack=0):
        return self.board.send(ActivateSequence(sequence=sequence), ack=ack, now_ns=self.now_ns)

    def run(self, until_s):
        """Minor frames until then; gives (time in s, report) of all that is reported."""
        found = []
        while self.now_ns < until_s * S:
            before = len(self.board.reports)
            self.board.time.step(self.now_ns)
            self.sequences.step(self.now_ns)
            self.board.dispatcher.step(self.now_ns)
            found += [(self.now_ns / S, report) for report in self.board.reports[before:]]
            self.now_ns += FRAME
        return found

    def state(self, sequence=0):
        return SequenceState(self.board.send(ReportSequences(), ack=0)[0].states[sequence])


@pytest.fixture
def rig(board):
    return Rig(board)


def failure(reports):
    return [(type(report), report.code, report.detail) for report in reports]


def test_steps_run_in_order_with_their_delays(rig):
    assert rig.load((ConnectionTest(), 1.0), (ConnectionTest(), 2.0), (ConnectionTest(), 0.5)) == []
    rig.activate()
    found = rig.run(10)
    assert [at for at, report in found if isinstance(report, ConnectionAlive)] == [1.0, 3.0, 3.5]
    assert rig.board.events == [SequenceStarted(sequence=0, steps=3), SequenceCompleted(sequence=0)]


def test_an_activation_completes_with_the_last_step_and_tells_each(rig):
    rig.load((ConnectionTest(), 1.0), (ConnectionTest(), 1.0))
    rig.activate(ack=15)
    found = [report for _, report in rig.run(10) if not isinstance(report, ConnectionAlive)]
    assert found == [Progressed(**ACTIVATION, step=0), Progressed(**ACTIVATION, step=1), Completed(**ACTIVATION)]


def test_a_step_waits_for_the_completion_of_the_one_before(rig):
    rig.load((Stow(), 0), (ConnectionTest(), 1.0))
    rig.activate()
    assert rig.run(10) == []
    rig.stows[0].complete()
    assert [at for at, report in rig.run(20) if isinstance(report, ConnectionAlive)] == [11.0]


def test_a_step_that_fails_ends_the_sequence(rig):
    rig.load((Stow(), 0), (ConnectionTest(), 0))
    rig.activate()
    rig.run(1)
    rig.stows[0].start()
    rig.stows[0].fail(FailureCode.FAILED, 3)
    assert failure(report for _, report in rig.run(2)) == [(CompletionFailed, FailureCode.FAILED, 0)]
    assert rig.board.events[-1] == SequenceFailed(sequence=0, position=0)
    assert rig.state() is SequenceState.FAILED


def test_a_step_that_never_ends_fails_by_its_time_out(rig):
    rig.load((ConnectionTest(), 0), (Stow(), 0))
    rig.activate()
    rig.run(30)
    assert rig.board.events[-1] == SequenceFailed(sequence=0, position=1)


def test_where_a_step_says_so_its_failure_is_told_and_the_sequence_goes_on(rig):
    rig.load((Stow(), 0, "go on"), (ConnectionTest(), 0))
    rig.activate()
    rig.run(1)
    rig.stows[0].fail(FailureCode.BUSY)
    reports = [report for _, report in rig.run(2)]
    assert ProgressFailed(**ACTIVATION, step=0, code=FailureCode.BUSY) in reports
    assert ConnectionAlive() in reports
    assert rig.state() is SequenceState.COMPLETED


@pytest.mark.parametrize("jump_ns", [-(10**18), 10**18])
def test_a_clock_step_fires_and_delays_nothing(rig, jump_ns):
    rig.load((ConnectionTest(), 5.0))
    rig.activate()
    rig.board.time.correlate(10**18 + jump_ns)
    assert [at for at, report in rig.run(10) if isinstance(report, ConnectionAlive)] == [5.0]


def test_a_sequence_can_be_aborted_and_what_it_released_goes_on(rig):
    rig.load((Stow(), 0), (ConnectionTest(), 0))
    rig.activate()
    rig.run(1)
    reports = rig.board.send(AbortSequence(sequence=0), ack=0)
    assert failure(reports) == [(CompletionFailed, FailureCode.ABORTED, 0)]
    assert not rig.stows[0].ended
    rig.stows[0].complete()
    assert rig.run(5) == []
    assert rig.board.events[-1] == SequenceAborted(sequence=0, position=0)


def test_all_can_be_aborted_at_once(rig):
    for sequence in range(2):
        rig.load((Stow(), 0), sequence=sequence)
        rig.activate(sequence)
    rig.sequences.abort_all()
    assert rig.sequences.running == 0
    assert [rig.state(sequence) for sequence in range(2)] == [SequenceState.ABORTED] * 2


def test_a_running_sequence_is_neither_changed_nor_run_again(rig):
    rig.load((Stow(), 0))
    rig.activate()
    busy = [(StartFailed, FailureCode.BUSY, 0)]
    assert failure(rig.load((ConnectionTest(), 0))) == busy
    assert failure(rig.board.send(UnloadSequence(sequence=0), ack=0)) == busy
    assert failure(rig.activate()) == busy


def test_an_empty_sequence_is_not_run(rig):
    assert failure(rig.activate(2)) == [(StartFailed, FailureCode.UNKNOWN_OBJECT, 2)]


def test_one_that_does_not_run_is_not_aborted(rig):
    failed = failure(rig.board.send(AbortSequence(sequence=1), ack=0))
    assert failed == [(StartFailed, FailureCode.NOT_ALLOWED, SequenceState.EMPTY)]


def test_a_step_with_a_gap_before_it_is_refused(rig):
    inside = embed(encode_tc(ConnectionTest(), 1))
    failed = rig.board.send(LoadSequenceStep(sequence=0, position=1, telecommand=inside), ack=0)
    assert failure(failed) == [(StartFailed, FailureCode.BAD_VALUE, 1)]


def test_a_telecommand_that_would_be_refused_is_not_loaded(rig):
    assert failure(rig.load((Abort(), 0))) == [(StartFailed, FailureCode.EMBEDDED, FailureCode.NOT_AVAILABLE)]


def test_a_sequence_takes_so_many_steps_which_can_be_replaced_and_unloaded(rig):
    assert rig.load(*[(ConnectionTest(), 0)] * STEPS) == []
    assert rig.load((Stow(), 0)) == []
    told = rig.board.send(ReportSequences(), ack=0)[0]
    assert told == SequencesReport(
        steps=(STEPS,) + (0,) * (SEQUENCES - 1), states=(1,) + (0,) * (SEQUENCES - 1), positions=(0,) * SEQUENCES
    )
    rig.board.send(UnloadSequence(sequence=0))
    assert rig.state() is SequenceState.EMPTY


def test_so_many_run_at_once_and_no_more(rig):
    for sequence in range(MAX_RUNNING + 1):
        rig.load((Stow(), 0), sequence=sequence)
        reports = rig.activate(sequence)
    assert failure(reports) == [(StartFailed, FailureCode.FULL, MAX_RUNNING)]


def test_a_sequence_that_starts_itself_fails(rig):
    rig.load((ActivateSequence(sequence=0), 0))
    rig.activate()
    rig.run(1)
    assert rig.state() is SequenceState.FAILED
