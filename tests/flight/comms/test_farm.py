"""FARM-1 against the state table of CCSDS 232.1-B-2, every event in every state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.comms.farm import Farm
from flight.icd import cop
from flight.icd.cop import Clcw
from flight.icd.events.comms import UplinkFault

V_R = 250
OPEN, WAIT, LOCKOUT = "open", "wait", "lockout"
GAP, KNOWN, LOCKED, NO_ROOM = (
    UplinkFault.FARM_GAP, UplinkFault.FARM_KNOWN, UplinkFault.FARM_LOCKOUT, UplinkFault.FARM_WAIT,
)  # fmt: skip


def farm_in(state, retransmit=False):
    farm = Farm()
    farm.v_r = V_R
    farm.retransmit = retransmit or state == WAIT
    farm.wait = state == WAIT
    farm.lockout = state == LOCKOUT
    return farm


def flags(farm):
    return farm.v_r, farm.retransmit, farm.wait, farm.lockout


def test_e1_the_expected_frame_is_taken_and_ends_a_retransmission():
    farm = farm_in(OPEN, retransmit=True)
    assert farm.take_ad(V_R, room=True) is None
    assert flags(farm) == (V_R + 1, False, False, False)


def test_e2_without_room_the_expected_frame_is_asked_for_again_later():
    farm = farm_in(OPEN)
    assert farm.take_ad(V_R, room=False) is NO_ROOM
    assert flags(farm) == (V_R, True, True, False)


@pytest.mark.parametrize("ahead", [1, cop.POSITIVE_WINDOW - 1])
def test_e3_a_frame_ahead_within_the_window_asks_for_those_between(ahead):
    farm = farm_in(OPEN)
    assert farm.take_ad((V_R + ahead) % 256, room=True) is GAP
    assert flags(farm) == (V_R, True, False, False)


@pytest.mark.parametrize("state", [OPEN, WAIT, LOCKOUT])
@pytest.mark.parametrize("behind", [1, cop.NEGATIVE_WINDOW])
def test_e4_a_frame_behind_within_the_window_is_known_and_changes_nothing(state, behind):
    farm = farm_in(state)
    before = flags(farm)
    assert farm.take_ad((V_R - behind) % 256, room=True) is KNOWN
    assert flags(farm) == before


@pytest.mark.parametrize("state", [OPEN, WAIT, LOCKOUT])
@pytest.mark.parametrize("ahead", [cop.POSITIVE_WINDOW, 128, 255 - cop.NEGATIVE_WINDOW])
def test_e5_a_frame_outside_the_window_locks(state, ahead):
    farm = farm_in(state)
    assert farm.take_ad((V_R + ahead) % 256, room=True) is LOCKED
    assert farm.lockout
    assert farm.v_r == V_R


@pytest.mark.parametrize("state", [OPEN, WAIT, LOCKOUT])
def test_e6_an_expedited_frame_is_counted_and_nothing_else(state):
    farm = farm_in(state)
    before = flags(farm)
    farm.take_bd()
    assert (farm.farm_b, flags(farm)) == (1, before)


@pytest.mark.parametrize("state", [OPEN, WAIT, LOCKOUT])
def test_e7_unlock_opens(state):
    farm = farm_in(state, retransmit=True)
    assert farm.take_bc(cop.UNLOCK) is None
    assert (farm.farm_b, flags(farm)) == (1, (V_R, False, False, False))


@pytest.mark.parametrize("state", [OPEN, WAIT])
def test_e8_set_v_r_sets_it(state):
    farm = farm_in(state, retransmit=True)
    assert farm.take_bc(cop.set_vr(9)) is None
    assert (farm.farm_b, flags(farm)) == (1, (9, False, False, False))


def test_e8_set_v_r_is_counted_and_not_obeyed_in_lockout():
    farm = farm_in(LOCKOUT)
    assert farm.take_bc(cop.set_vr(9)) is None
    assert (farm.farm_b, flags(farm)) == (1, (V_R, False, False, True))


@pytest.mark.parametrize("state", [OPEN, WAIT, LOCKOUT])
def test_what_is_no_control_command_is_refused_and_changes_nothing(state):
    farm = farm_in(state)
    before = flags(farm)
    assert farm.take_bc(b"\x01") is UplinkFault.FRAME_DIRECTIVE
    assert (farm.farm_b, flags(farm)) == (0, before)


@pytest.mark.parametrize("ahead", [0, 1])
def test_in_wait_nothing_is_taken_until_there_is_room(ahead):
    farm = farm_in(WAIT)
    assert farm.take_ad((V_R + ahead) % 256, room=False) is NO_ROOM
    assert flags(farm) == (V_R, True, True, False)
    farm.release()
    assert flags(farm) == (V_R, True, False, False)
    assert farm.take_ad(V_R, room=True) is None
    assert flags(farm) == (V_R + 1, False, False, False)


@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("room", [True, False])
def test_in_lockout_nothing_is_taken(ahead, room):
    farm = farm_in(LOCKOUT)
    assert farm.take_ad((V_R + ahead) % 256, room) is LOCKED
    assert flags(farm) == (V_R, False, False, True)


def test_the_control_word_tells_it_all():
    farm = farm_in(LOCKOUT, retransmit=True)
    farm.wait, farm.farm_b = True, 7
    assert farm.word == Clcw(V_R, 3, True, True, True)


@given(st.lists(st.integers(0, 255), max_size=300))
def test_whatever_comes_only_the_expected_number_is_taken(numbers):
    farm, taken = Farm(), []
    for ns in numbers:
        if farm.take_ad(ns, room=True) is None:
            taken.append(ns)
        if farm.lockout:
            farm.take_bc(cop.UNLOCK)
    assert taken == [count % 256 for count in range(len(taken))]
