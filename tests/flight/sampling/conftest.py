import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("ideal_rig", Path(__file__).with_name("ideal.py"))
_ideal = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_ideal)


@pytest.fixture
def ideal(m1):
    """Makes an ideal rig flying M1; keyword arguments as of `IdealRig`."""
    return lambda **kw: _ideal.IdealRig(m1, **kw)


@pytest.fixture
def ideal_rover(m2):
    """Makes an ideal rig flying M2."""
    return lambda **kw: _ideal.IdealRig(m2, **kw)
