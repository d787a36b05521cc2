import pytest

from flight.scoop.kinematics import ReachError


@pytest.fixture(scope="session")
def violation():
    """What `check`, called with the arguments that follow, finds violated; None where it lets pass."""

    def found(check, *arguments, **figures):
        try:
            check(*arguments, **figures)
        except ReachError as refused:
            return refused.violation
        return None

    return found
