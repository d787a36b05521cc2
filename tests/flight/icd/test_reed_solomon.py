"""Reed-Solomon: the published parity, another encoder, and correction up to what the code can."""

import random

import pytest
import reedsolo
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd import reed_solomon as rs
from flight.icd.reed_solomon_decoder import decode

FRAME = random.Random(5).randbytes(1115)
CODEBLOCK = rs.encode(FRAME)


def test_the_published_parity_in_the_dual_basis():
    expected = "4ffb92dd557ec67f27fb8982cf58f8fd028ad117fcef6b2793d0418826578651"
    assert rs.parity(bytes(range(0xDF))).hex() == expected


def test_the_bases_are_those_of_the_standard():
    to_dual, to_conventional = rs.bases()  # alpha^0 is 7B, alpha^1 is AF and so on: the matrix of CCSDS 131.0-B
    assert [to_dual[1 << bit] for bit in range(8)] == [0x7B, 0xAF, 0x99, 0xFA, 0x86, 0xEC, 0xEF, 0x8D]
    assert bytes(range(256)).translate(to_dual).translate(to_conventional) == bytes(range(256))


@settings(max_examples=20)
@given(st.binary(min_size=223, max_size=223))
def test_the_parity_is_that_of_another_encoder(data):
    to_dual, to_conventional = rs.bases()
    codec = reedsolo.RSCodec(32, nsize=255, fcr=112, prim=0x187, generator=0xAD)
    theirs = bytes(codec.encode(data.translate(to_conventional)))[223:]
    assert rs.parity(data) == theirs.translate(to_dual)


def test_a_default_generator_gives_another_parity():
    codec = reedsolo.RSCodec(32, nsize=255, fcr=112, prim=0x187)
    to_dual, to_conventional = rs.bases()
    data = bytes(range(223))
    assert bytes(codec.encode(data.translate(to_conventional)))[223:].translate(to_dual) != rs.parity(data)


def test_a_codeblock_is_the_frame_and_160_octets_of_interleaved_words():
    assert len(CODEBLOCK) == 1275
    assert CODEBLOCK.startswith(FRAME)
    for number in range(5):
        word = CODEBLOCK[number::5]
        assert rs.parity(word[:223]) == word[223:]


def test_what_is_right_stays_as_it_is():
    assert decode(CODEBLOCK) == (FRAME, 0)


def damaged(places, seed=1):
    rng, octets = random.Random(seed), bytearray(CODEBLOCK)
    for place in places:
        octets[place] ^= rng.randint(1, 255)
    return bytes(octets)


@settings(max_examples=20)
@given(st.data())
def test_sixteen_wrong_symbols_in_each_codeword_are_put_right(data):
    count = data.draw(st.integers(1, 16))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    places = [number + 5 * at for number in range(5) for at in rng.sample(range(255), count)]
    assert decode(damaged(places)) == (FRAME, 5 * count)


def test_a_burst_of_80_octets_is_put_right():
    assert decode(damaged(range(400, 480))) == (FRAME, 80)


def test_seventeen_wrong_symbols_in_a_codeword_are_too_many():
    assert decode(damaged(range(2, 2 + 5 * 17, 5))) is None


def test_noise_is_no_codeblock():
    assert decode(random.Random(3).randbytes(1275)) is None


def test_a_shorter_frame_is_a_shortened_code():
    frame = FRAME[:200]
    codeblock = bytearray(rs.encode(frame))
    assert codeblock[0::5][-32:] == rs.parity(bytes(183) + frame[0::5])
    for at in range(60, 140):
        codeblock[at] ^= 0xFF
    assert decode(bytes(codeblock)) == (frame, 80)


@pytest.mark.parametrize("length", [0, 4, 1114, 1120])
def test_a_length_that_does_not_fill_the_codewords_is_refused(length):
    with pytest.raises(ValueError, match="multiple of 5 up to 1115"):
        rs.check_frame_length(length)
