"""Functions of the scoop through real telecommand packets; the sequence itself is a stand-in."""

import pytest

from flight.fdir.modes import Modes
from flight.icd.commands.functions import Abort, Arm, Collect, Discard, FindSurface, Stow
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Custody, Mode, SafeReason, StepFailure
from flight.icd.reports.verification import Completed, FailureCode, StartFailed
from flight.sampling.rig import Content
from flight.services.functions import ScoopFunctions


class Sequence:
    """Stands in for the sampling sequence: remembers what was asked."""

    def __init__(self):
        self.busy, self.asked, self.request = False, [], None

    def _begin(self, what, request):
        self.asked.append(what)
        self.busy, self.request = True, request

    def collect(self, site, max_digs, request, now_ns):
        self._begin(("collect", site, max_digs), request)

    def find_surface(self, site, request, now_ns):
        self._begin(("find_surface", site), request)

    def stow(self, request, now_ns):
        self._begin("stow", request)

    def discard(self, request, now_ns):
        self._begin("discard", request)

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
    assert scoop.sampling.asked == ["stow"]


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
    assert scoop.sampling.asked == ["stow"]


@pytest.mark.requirement("CUS-3")
def test_a_sample_is_discarded_only_when_armed(scoop):
    scoop.content.chain.collected(80.0, 9.0)
    scoop.send(Discard())
    assert scoop.sampling.asked == []
    scoop.send(Arm(target=Discard.ident))
    scoop.send(Discard())
    assert scoop.sampling.asked == ["discard"]


@pytest.mark.requirement("COL-8")
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
def test_only_a_collection_needs_the_load_cell(scoop):
    scoop.modes.conditions.measure(Condition.LOAD_CELL, lambda: 60)
    scoop.send(Collect(site=0, max_digs=5))
    assert (last(scoop).code, last(scoop).detail) == (FailureCode.CONDITION, Condition.LOAD_CELL << 16 | 60)
    scoop.send(Stow())
    assert scoop.sampling.asked == ["stow"]
