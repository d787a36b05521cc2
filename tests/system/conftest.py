import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("lockstep_by_hand", Path(__file__).with_name("by_hand.py"))
_operator = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_operator)


@pytest.fixture
def operator():
    """Begins lockstep missions with nobody but a test to command them; arguments as of `Operator`."""
    begun = []

    def make(mission, seed=1, **around):
        begun.append(_operator.Operator(mission, seed, **around))
        return begun[-1]

    yield make
    for each in begun:
        each.flown.__exit__(None, None, None)
