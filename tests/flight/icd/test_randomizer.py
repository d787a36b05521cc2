"""The randomizers against the sequences of the standards."""

from hypothesis import given
from hypothesis import strategies as st

from flight.icd.randomizer import tc_randomize, tm_randomize


def test_the_telemetry_sequence_begins_as_published():
    published = bytes.fromhex("FF480EC09A0D70BC8E2C93ADA7B746CE5A977DCC32A2BF3E")
    assert tm_randomize(bytes(24)) == published


def test_the_telecommand_sequence_is_another_one():
    assert tc_randomize(bytes(12)) == bytes.fromhex("FF399E5A68E906F56C892FA1")


def test_both_repeat_after_255_octets():
    for randomize in (tm_randomize, tc_randomize):
        octets = randomize(bytes(1275))
        assert octets == octets[:255] * 5
        assert len({octets[at : at + 8] for at in range(255)}) == 255


@given(st.binary(max_size=2000))
def test_twice_is_as_it_was(octets):
    assert tm_randomize(tm_randomize(octets)) == octets == tc_randomize(tc_randomize(octets))
