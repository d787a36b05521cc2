"""COP-1 on the link: the control word as its layout says, the control commands as the standard says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import cop
from flight.icd.cop import Clcw
from flight.icd.tm_frame import CLCW

WORDS = st.builds(
    Clcw, report=st.integers(0, 255), farm_b=st.integers(0, 3), retransmit=st.booleans(), wait=st.booleans(),
    lockout=st.booleans(), vcid=st.integers(0, 63),
)  # fmt: skip


@given(WORDS)
def test_the_word_is_what_the_layout_builds_and_comes_back(word):
    assert word.encode() == CLCW.build(word._asdict())
    assert Clcw.decode(word.encode()) == word


def test_the_word_after_a_start():
    assert Clcw().encode().hex() == "01000000"


@pytest.mark.parametrize(
    "octets", ["", "010000", "0100000000", "00000000", "81000000", "02000000", "01010000", "01000100"]
)
def test_what_is_no_control_word_of_cop_1_is_refused(octets):
    with pytest.raises(ValueError, match="control word"):
        Clcw.decode(bytes.fromhex(octets))


def test_bits_of_the_receiver_are_left_alone():
    assert Clcw.decode(bytes.fromhex("0100c005")) == Clcw(report=5)


def test_the_control_commands_are_those_of_the_standard():
    assert cop.UNLOCK.hex() == "00"
    assert cop.set_vr(0xAB).hex() == "8200ab"
    assert cop.is_unlock(b"\0")
    assert cop.vr_of(cop.set_vr(0xAB)) == 0xAB


@pytest.mark.parametrize("data", ["", "01", "0000", "8200", "820001", "82000000", "830005"])
def test_nothing_else_is_a_control_command(data):
    octets = bytes.fromhex(data)
    assert not cop.is_unlock(octets)
    assert cop.vr_of(octets) == (1 if data == "820001" else None)


@given(base=st.integers(0, 255), distance=st.integers(0, 255))
def test_numbers_count_around(base, distance):
    assert cop.ahead((base + distance) % 256, base) == distance
