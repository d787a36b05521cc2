"""Functions of the scoop through real telecommand packets; the sequence itself is a stand-in."""

import pytest

from flight.fdir.modes import Modes
from flight.icd.commands.functions import Abort, Arm, Collect, Discard, FindSurface, Scrape, Stow, Unstow
from flight.icd.commands.verification import ReportOutcome
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.limits import Limit, Violation
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.reports.verification import Completed, FailureCode, Started, StartFailed
from flight.sampling.preconditions import Unfit
from flight.sampling.rig import Content
from flight.services.functions import SINGLES, ScoopFunctions


class Sequence:
    """Stands in for the sampling sequence: remembers what was asked."""

    def __init__(self):
        self.busy, self.asked, self.request, self.why_not = False, [], None, None
        self.phase = Phase.IDLE

    def _begin(self, what, request):
        self.asked.append(what)
        self.busy, self.request = True, request

    def collect(self, site, max_digs, request, now_ns):
        self._begin(("collect", site, max_digs), request)

    def single(self, only, command, request, now_ns):
        self._begin(only, request)
        self.command = command

    def unfit(self, command):
        return self.why_not

    def abort(self, reason=StepFailure.ABORTED):
        if self.busy:
            self.busy = False
            self.request.fail(int(reason))


class Motion:
    released = 0

    def release(self):
        self.released += 1


@pytest.fixture
def scoop(board):
    board.sampling, board.content, board.motion = Sequence(), Content(), Motion()
    board.modes = Modes(lambda event: None, SystemHk())
    functions = ScoopFunctions(board.sampling, board.content, board.motion, board.modes, board.time)
    functions.serve(board.dispatcher)
    return board


def filled(kind):
    """A command of `kind` with the least values allowed."""
    return kind(**{name: field.range[0] for name, field in kind.fields.items() if field.limits is not None})


def armed(board, kind):
    """A command of `kind`, armed if that is needed."""
    if kind.hazardous:
        board.send(Arm(target=kind.ident))
    return filled(kind)


def last(board):
    return board.reports[-1]


def test_collect_starts_the_sequence_with_its_arguments(scoop):
    scoop.send(Collect(site=2, max_digs=5))
    assert scoop.sampling.asked == [("collect", 2, 5)]
    assert scoop.modes.mode is Mode.OPERATE


@pytest.mark.requirement("FDI-6")
def test_its_end_is_that_of_the_command(scoop):
    scoop.send(Collect(site=0, max_digs=5))
    scoop.sampling.request.complete()
    assert isinstance(last(scoop), Completed)
    assert scoop.modes.mode is Mode.STANDBY


@pytest.mark.requirement("FDI-6")
def test_a_collection_that_fails_ends_safe_with_its_reason(scoop):
    scoop.send(Collect(site=0, max_digs=5))
    scoop.sampling.request.fail(int(StepFailure.NO_CONTACT))
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.FAILED, StepFailure.NO_CONTACT)
    assert scoop.modes.mode is Mode.SAFE


@pytest.mark.requirement("COL-9")
@pytest.mark.requirement("FDI-6")
@pytest.mark.parametrize("command", [Collect(site=0, max_digs=5), FindSurface(site=0), Stow()])
def test_nothing_starts_in_safe(scoop, command):
    scoop.modes.safe(SafeReason.JOINT_HOT)
    scoop.send(command)
    assert isinstance(last(scoop), StartFailed)
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.NOT_ALLOWED, Mode.SAFE)
    assert scoop.sampling.asked == []


@pytest.mark.requirement("COL-9")
def test_one_sequence_at_a_time(scoop):
    scoop.send(Stow())
    scoop.send(Collect(site=0, max_digs=5))
    assert last(scoop).code is FailureCode.BUSY
    assert scoop.sampling.asked == [Phase.STOW]


@pytest.mark.requirement("CUS-3")
@pytest.mark.parametrize("command", [Collect(site=0, max_digs=5), FindSurface(site=0)])
def test_a_collected_sample_is_not_disturbed(scoop, command):
    scoop.content.chain.collected(80.0, 9.0)
    scoop.send(command)
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.SAMPLE_HELD, Custody.COLLECTED)
    assert scoop.sampling.asked == []


def test_a_collected_sample_may_be_stowed(scoop):
    scoop.content.chain.collected(80.0, 9.0)
    scoop.send(Stow())
    assert scoop.sampling.asked == [Phase.STOW]


@pytest.mark.requirement("CUS-3")
def test_a_sample_is_discarded_only_when_armed(scoop):
    scoop.content.chain.collected(80.0, 9.0)
    scoop.send(Discard())
    assert scoop.sampling.asked == []
    scoop.send(Arm(target=Discard.ident))
    scoop.send(Discard())
    assert scoop.sampling.asked == [Phase.POUR]


@pytest.mark.requirement("COL-8")
@pytest.mark.parametrize("command", list(SINGLES), ids=lambda kind: kind.__name__)
def test_a_single_command_starts_once_it_has_been_found_possible(scoop, command):
    scoop.send(armed(scoop, command))
    assert scoop.sampling.asked == [SINGLES[command].step]
    assert not any(isinstance(report, Started) for report in scoop.reports[-1:])
    scoop.sampling.request.start()
    assert isinstance(last(scoop), Started)
    assert scoop.modes.mode is Mode.OPERATE
    scoop.sampling.request.complete()
    assert isinstance(last(scoop), Completed)
    assert scoop.modes.mode is Mode.STANDBY


@pytest.mark.parametrize("command", list(SINGLES), ids=lambda kind: kind.__name__)
def test_a_limit_that_it_would_violate_is_told_in_the_failed_start(scoop, command):
    scoop.send(armed(scoop, command))
    scoop.sampling.request.refuse(Violation(Limit.ELBOW, 12.5, -160.0, 5.0))
    failed = last(scoop)
    assert isinstance(failed, StartFailed)
    assert (failed.code, failed.detail) == (FailureCode.OUTSIDE_LIMIT, Limit.ELBOW)
    assert (failed.limit, failed.wanted, failed.low, failed.high) == (Limit.ELBOW, 12.5, -160.0, 5.0)
    assert scoop.modes.mode is Mode.STANDBY


def test_a_lost_report_of_a_refusal_is_told_again_with_its_values(scoop):
    scoop.send(Unstow())
    scoop.sampling.request.refuse(Violation(Limit.KEEP_OUT, 0.03, 0.0, 0.0, 2))
    failed = last(scoop)
    scoop.sequence = 6
    scoop.send(ReportOutcome(request_packet=failed.request_packet, request_sequence=failed.request_sequence))
    again = [report for report in scoop.reports if isinstance(report, StartFailed)]
    assert len(again) == 2
    assert again[0] == again[1]


def test_what_is_not_fit_is_refused_with_the_reason(scoop):
    scoop.sampling.why_not = Unfit(FailureCode.NO_SURFACE, 2)
    scoop.send(filled(Scrape))
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.NO_SURFACE, 2)
    assert scoop.sampling.asked == []


def test_abort_freezes_and_ends_what_runs(scoop):
    scoop.send(Collect(site=0, max_digs=5))
    scoop.send(Abort())
    assert scoop.motion.released == 1
    assert not scoop.sampling.busy
    assert scoop.modes.mode is Mode.STANDBY


def test_a_single_motion_in_checkout_stays_there_while_it_runs_and_after(scoop):
    scoop.modes.enter(Mode.CHECKOUT)
    scoop.send(Stow())
    assert scoop.modes.mode is Mode.CHECKOUT
    scoop.sampling.request.complete()
    assert scoop.modes.mode is Mode.CHECKOUT


@pytest.mark.requirement("FDI-6")
def test_what_a_condition_forbids_is_refused_with_it_and_its_value_before_anything_begins(scoop):
    scoop.modes.conditions.measure(Condition.JOINTS_HEARD, lambda: 0b0100)
    scoop.send(Stow())
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.CONDITION, Condition.JOINTS_HEARD << 16 | 0b0100)
    assert scoop.sampling.asked == []
    assert scoop.modes.mode is Mode.STANDBY


@pytest.mark.requirement("FDI-6")
def test_a_motion_alone_needs_no_load_cell(scoop):
    scoop.modes.conditions.measure(Condition.LOAD_CELL, lambda: 60)
    scoop.send(Collect(site=0, max_digs=5))
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.CONDITION, Condition.LOAD_CELL << 16 | 60)
    scoop.send(Stow())
    assert scoop.sampling.asked == [Phase.STOW]
