import importlib.util
from pathlib import Path

import pytest


def _beside(name):
    """The module of that name in this folder."""
    spec = importlib.util.spec_from_file_location(f"system_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_operator, _programs = _beside("by_hand"), _beside("programs")


@pytest.fixture(scope="session")
def run():
    """Runs `flight`, `ground` or `hil` with arguments; gives `returncode`, `stdout` and `stderr`."""
    return _programs.run


@pytest.fixture(scope="session")
def refused(run):
    """Runs a program that must refuse its input, before it has printed anything; gives what it says."""

    def errors(*arguments):
        done = run(*arguments)
        assert "Traceback" not in done.stderr
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        return done.stderr

    return errors


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
