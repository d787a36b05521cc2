"""Functions of the scoop through real telecommand packets; the sequence itself is a stand-in."""

import pytest

from flight.fdir.modes import Modes
from flight.icd.commands.functions import Abort, Arm, Collect, Discard, FindSurface, Recover, Stow
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


@pytest.mark.requirement("FDI-3")
def test_safe_is_left_only_once_its_reason_is_gone(scoop):
    scoop.modes.safe(SafeReason.JOINTS_STALE)
    scoop.modes.is_sound = lambda: False
    scoop.send(Recover())
    assert last(scoop).code is FailureCode.NOT_ALLOWED
    assert scoop.modes.mode is Mode.SAFE
    scoop.modes.is_sound = lambda: True
    scoop.send(Recover())
    assert isinstance(last(scoop), Completed)
    assert scoop.modes.mode is Mode.STANDBY
