"""Telecommand packets inside other packets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.commands.functions import Collect
from flight.icd.embedded import EMBEDDED_SIZE, embed, extract
from flight.icd.space_packet import PacketError, encode_tc

PACKET = encode_tc(Collect(site=2, max_digs=3), 7)


def test_a_packet_comes_out_as_it_went_in():
    assert extract(embed(PACKET)) == PACKET


def test_the_field_has_one_size():
    assert len(embed(PACKET)) == len(embed(b"")) == EMBEDDED_SIZE


def test_a_packet_too_long_is_refused():
    with pytest.raises(ValueError, match="96 can be embedded"):
        embed(bytes(EMBEDDED_SIZE + 1))


@pytest.mark.parametrize(
    "field",
    [
        (0,) * EMBEDDED_SIZE,
        (0xFF,) * EMBEDDED_SIZE,
        (*embed(PACKET)[:-1], 1),
        embed(PACKET[:-1] + b"\0"),
        embed(PACKET[1:]),
    ],
)
def test_what_is_no_packet_is_refused(field):
    with pytest.raises(PacketError):
        extract(field)


@given(st.integers(0, 8 * EMBEDDED_SIZE - 1))
def test_no_changed_bit_passes(bit):
    octets = bytearray(embed(PACKET))
    octets[bit // 8] ^= 1 << bit % 8
    with pytest.raises(PacketError):
        extract(tuple(octets))
