"""What moves, and when it may not."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.custody import ReleaseSample
from flight.icd.commands.functions import (
    Abort,
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    RebootServo,
    Recover,
    Scrape,
    Stow,
    Tare,
    TorqueOff,
    TorqueOn,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.inhibits import ALLOWED, is_inhibited
from flight.icd.kinds import Command
from flight.icd.modes import Custody

DIGS = (Collect, FindSurface, DigLinear, DigArc, Scrape)
MOTIONS = (*DIGS, Stow, Unstow, Weigh, Tare, Vibrate, GoToPose, Discard, TorqueOff, RebootServo)
FUNCTIONS = [kind for key, kind in mission_dictionary().commands.items() if key[:2] == (8, 1)]


@pytest.mark.requirement("CUS-3")
def test_every_function_stands_in_the_table():
    assert {kind.__name__ for kind in FUNCTIONS} == {kind.__name__ for kind in ALLOWED}


@pytest.mark.requirement("CUS-3")
@pytest.mark.parametrize("kind", MOTIONS)
@pytest.mark.parametrize("state", [Custody.OFFERED, Custody.TRANSFERRED])
def test_nothing_moves_what_lies_as_it_was_shown(kind, state):
    assert is_inhibited(kind, state)


@pytest.mark.requirement("CUS-3")
@pytest.mark.parametrize("kind", [Abort, Recover, TorqueOn, ReleaseSample])
@pytest.mark.parametrize("state", Custody)
def test_what_stops_holds_or_releases_is_never_inhibited(kind, state):
    assert not is_inhibited(kind, state)


@pytest.mark.requirement("CUS-3")
@pytest.mark.parametrize("kind", [*DIGS, Vibrate, Tare, GoToPose])
def test_nothing_digs_shakes_tares_or_tilts_while_there_is_a_sample(kind):
    assert [state for state in Custody if not is_inhibited(kind, state)] == [Custody.NONE]


@pytest.mark.parametrize("kind", [Unstow, Weigh, Stow])
def test_a_sample_that_is_ours_may_be_carried_level_and_weighed(kind):
    held = {state for state in Custody if is_inhibited(kind, state)}
    assert held == {Custody.OFFERED, Custody.TRANSFERRED}


@pytest.mark.requirement("CUS-3")
def test_a_function_that_nobody_thought_of_is_inhibited_with_a_sample():
    class Shake(Command, function=999):
        """Moves."""

    assert [state for state in Custody if not is_inhibited(Shake, state)] == [Custody.NONE]


def test_other_services_move_nothing():
    others = [kind for key, kind in mission_dictionary().commands.items() if key[0] != 8]
    assert not any(is_inhibited(kind, Custody.TRANSFERRED) for kind in others)
