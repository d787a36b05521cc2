"""What each mode allows."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.fdir import EnterCheckout
from flight.icd.commands.functions import (
    Abort,
    Collect,
    DigArc,
    DigLinear,
    Discard,
    RebootServo,
    Recover,
    Scrape,
    Stow,
    TorqueOn,
)
from flight.icd.kinds import Command
from flight.icd.mode_table import ALLOWED, is_forbidden
from flight.icd.modes import Mode

FUNCTIONS = {kind for key, kind in mission_dictionary().commands.items() if key[:2] == (8, 1)}


def test_only_functions_stand_in_the_table():
    assert set(ALLOWED) <= FUNCTIONS


@pytest.mark.requirement("FDI-6")
@pytest.mark.parametrize("kind", [Collect, Discard, Stow, EnterCheckout])
def test_nothing_moves_in_safe_and_no_mode_but_standby_leads_on(kind):
    assert is_forbidden(kind, Mode.SAFE)


@pytest.mark.requirement("FDI-6")
@pytest.mark.parametrize("kind", [Collect, DigArc, DigLinear, Discard, Scrape])
def test_checkout_neither_digs_nor_pours(kind):
    assert is_forbidden(kind, Mode.CHECKOUT)
    assert not is_forbidden(Stow, Mode.CHECKOUT)


@pytest.mark.parametrize("kind", [Abort, Recover, TorqueOn, RebootServo])
@pytest.mark.parametrize("mode", Mode)
def test_what_stops_holds_or_repairs_is_never_forbidden(kind, mode):
    assert not is_forbidden(kind, mode)


def test_a_function_that_nobody_thought_of_is_allowed_only_where_conditions_are_asked():
    class Shake(Command, function=998):
        """Moves."""

    assert [mode for mode in Mode if not is_forbidden(Shake, mode)] == [Mode.STANDBY, Mode.OPERATE]


def test_other_services_are_free():
    others = [kind for key, kind in mission_dictionary().commands.items() if key[0] != 8]
    assert not any(is_forbidden(kind, Mode.SAFE) for kind in others)
