import pytest

from flight.fdir.reboots import Reboots
from flight.icd.events.fdir import ServoRebootWithheld
from flight.icd.modes import Custody

S = 1_000_000_000


@pytest.fixture
def events():
    return []


@pytest.mark.requirement("FDI-9")
def test_restarts_are_bounded_and_forgiven_after_a_while(events):
    reboots = Reboots(events.append, lambda: Custody.NONE, 2, 60.0)
    assert [reboots.may(1, 0x20) for _ in range(3)] == [True, True, False]
    assert reboots.may(2, 0x20), "each servo has its own"
    (told,) = events
    assert (told.joint, told.reboots, told.most) == (1, 2, 2)
    reboots.step(59 * S)
    assert not reboots.may(1, 0x20)
    reboots.step(61 * S)
    assert reboots.may(1, 0x20)


@pytest.mark.requirement("FDI-10")
@pytest.mark.parametrize("custody", Custody)
def test_only_what_lies_as_it_was_shown_forbids_them(events, custody):
    reboots = Reboots(events.append, lambda: custody, 2, 60.0)
    assert reboots.may(0, 0x20) is (custody not in (Custody.OFFERED, Custody.TRANSFERRED))


def test_a_refusal_is_told_once_for_an_error(events):
    reboots = Reboots(events.append, lambda: Custody.OFFERED, 2, 60.0)
    for bits in (0x20, 0x20, 0x24, 0x24):
        assert not reboots.may(0, bits)
    assert [event.bits for event in events] == [0x20, 0x24]
    assert all(isinstance(event, ServoRebootWithheld) for event in events)


@pytest.mark.requirement("FDI-11")
def test_a_board_that_started_too_often_restarts_nothing(events):
    reboots = Reboots(events.append, lambda: Custody.NONE, 2, 60.0)
    reboots.barred = lambda: True
    assert not reboots.may(0, 0x20)
