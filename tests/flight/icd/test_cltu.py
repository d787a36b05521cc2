"""Command link units: vectors, and a decoder that survives any stream."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import cltu
from flight.icd.cltu import CltuDecoder

FRAMES = st.binary(min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("block", "parity"), [("00000000000000", 0xFE), ("22F600FF00421A", 0x12), ("8CC00E010D1906", 0x5A)]
)
def test_vectors_of_the_parity(block, parity):
    assert cltu.parity(bytes.fromhex(block)) == parity


def test_a_unit_is_start_blocks_and_tail():
    octets = cltu.encode(bytes.fromhex("22F600FF00421A8C"))
    assert octets.hex().upper().startswith("EB9022F600FF00421A128C555555555555")
    assert octets.endswith(bytes.fromhex("C5C5C5C5C5C5C579"))
    assert len(octets) == 2 + 2 * 8 + 8


def test_the_tail_is_no_codeblock():
    assert cltu.TAIL[7] != cltu.parity(cltu.TAIL[:7])


@given(frames=st.lists(FRAMES, max_size=5), noise=st.binary(max_size=20), cuts=st.lists(st.integers(1, 30)))
def test_units_are_found_however_the_stream_is_cut(frames, noise, cuts):
    noise = noise.replace(b"\xeb", b"\xaa")
    stream = b"".join(noise + cltu.encode(frame) for frame in frames)
    decoder, found = CltuDecoder(), []
    for size in [*cuts, len(stream)]:
        found += decoder.feed(stream[:size])
        stream = stream[size:]
    assert [unit[: len(frame)] for unit, frame in zip(found, frames, strict=True)] == frames
    assert all(unit[len(frame) :].strip(b"\x55") == b"" for unit, frame in zip(found, frames, strict=True))
    assert decoder.counters.found == len(frames)
    assert decoder.counters.discarded_octets == len(noise) * len(frames)


@given(frame=FRAMES, at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_is_never_delivered_as_the_frame(frame, at, bit):
    octets = bytearray(cltu.encode(frame))
    octets[at % len(octets)] ^= 1 << bit
    damaged = at % len(octets)
    delivered = CltuDecoder().feed(bytes(octets))
    if 2 <= damaged < len(octets) - 8:
        assert delivered == []


@given(frame=FRAMES, cut=st.integers(0, 10**6))
def test_the_unit_after_a_truncated_one_is_found_or_both_are_rejected(frame, cut):
    first, second = cltu.encode(bytes(30)), cltu.encode(frame)
    decoder = CltuDecoder()
    delivered = decoder.feed(first[: cut % len(first)] + second + cltu.encode(frame))
    assert delivered[-1][: len(frame)] == frame


@given(st.lists(st.binary(max_size=100)))
def test_no_stream_makes_it_raise_or_grow(chunks):
    decoder = CltuDecoder()
    for chunk in chunks:
        decoder.feed(chunk)
        assert len(decoder._pending) < 8


def test_an_endless_unit_is_given_up():
    block = bytes(7) + bytes([cltu.parity(bytes(7))])
    decoder = CltuDecoder()
    assert decoder.feed(cltu.START + block * 1000) == []
    assert decoder.counters.rejected == 1
    assert decoder.feed(cltu.encode(b"next")) != []
