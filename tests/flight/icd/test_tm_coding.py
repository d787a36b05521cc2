"""Frames coded for the link come out of the stream again, and damage that can be put right costs nothing."""

import random

import pytest

from flight.icd.reed_solomon_decoder import decode
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import ASM, CLCW, FrameWriter
from flight.icd.tm_stream import TmStream

OCF = bytes(CLCW.build({}))
CODINGS = [PLAIN, Coding(randomized=True), Coding(reed_solomon=True), Coding(reed_solomon=True, randomized=True)]
CODED = Coding(reed_solomon=True, randomized=True)


def packet(number):
    return (0x0801C000 | number).to_bytes(4, "big") + (93).to_bytes(2, "big") + bytes([number]) * 94


def units(coding, count=12, length=1115):
    """Coded frames that hold packets, each of which spans two or fewer of them."""
    writer, packets = FrameWriter(length), [packet(number) for number in range(count * 12)]
    left = list(packets)
    return [coding.encode(writer.frame(0, lambda: left.pop(0), OCF)) for _ in range(count)], packets


def received(octets, coding, length=1115):
    stream = TmStream(length, coding=coding, correct=decode)
    return [found for _, found in stream.feed(octets) + stream.close()], stream.losses


@pytest.mark.parametrize("coding", CODINGS)
def test_packets_come_out_as_they_went_in(coding):
    frames, packets = units(coding)
    assert {len(frame) for frame in frames} == {coding.size(1115)}
    found, losses = received(b"".join(frames), coding)
    assert found == packets[: len(found)]
    assert losses.frames == 12
    assert not losses.bad_frames + losses.lost_frames + losses.discarded_octets + losses.corrected_symbols


def test_a_codeblock_has_1275_octets():
    assert CODED.size(1115) == 4 + 1275


def test_a_length_that_the_code_can_not_take_is_refused():
    with pytest.raises(ValueError, match="multiple of 5"):
        TmStream(1114, coding=CODED)


def test_the_marker_is_not_randomized_and_the_rest_is():
    frame = FrameWriter().idle_frame(OCF)
    coded = Coding(randomized=True).encode(frame)
    assert coded.startswith(ASM)
    assert bytes(8) in frame
    assert bytes(8) not in coded


def test_bursts_and_bit_errors_are_put_right_and_counted():
    frames, packets = units(CODED)
    rng, octets = random.Random(1), bytearray(b"".join(frames))
    for number in range(12):
        at = number * 1279 + 4 + rng.randrange(1200)
        octets[at : at + 70] = rng.randbytes(70)
    found, losses = received(bytes(octets), CODED)
    assert found == packets[: len(found)]
    assert losses.frames == 12
    assert losses.corrected_symbols > 12 * 60
    assert not losses.bad_frames + losses.lost_frames + losses.discarded_octets


def test_a_frame_that_can_not_be_put_right_is_counted_and_the_next_is_found():
    frames, _ = units(CODED)
    frames[4] = ASM + random.Random(2).randbytes(1275)
    _, losses = received(b"".join(frames), CODED)
    assert losses.frames == 11
    assert (losses.bad_frames, losses.lost_frames, losses.discarded_octets) == (1, 1, 1279)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_damaged_marker_right_after_a_good_frame_is_known_by_its_place(coding):
    frames, packets = units(coding)
    frames[5] = bytes([frames[5][0] ^ 0x81]) + frames[5][1:]
    found, losses = received(b"".join(frames), coding)
    assert found == packets[: len(found)]
    assert losses.frames == 12


def test_a_damaged_marker_with_nothing_before_it_is_not_looked_for():
    frames, _ = units(PLAIN, 3)
    _, losses = received(bytes([frames[0][0] ^ 1]) + b"".join(frames)[1:], PLAIN)
    assert (losses.frames, losses.discarded_octets) == (2, 1119)


def test_without_a_decoder_check_symbols_are_passed_over():
    frames, packets = units(CODED)
    frames[3] = frames[3][:100] + b"\0" + frames[3][101:]
    stream = TmStream(coding=CODED)
    found = [each for _, each in stream.feed(b"".join(frames))]
    assert stream.losses.frames == 11
    assert set(found) < set(packets)


@pytest.mark.parametrize("coding", CODINGS)
def test_the_stream_may_come_in_any_pieces(coding):
    frames, packets = units(coding, 4)
    octets, stream, found, rng = b"".join(frames), TmStream(coding=coding, correct=decode), [], random.Random(7)
    while octets:
        size = rng.choice((1, 2, 3, 5, 700, 1300))
        found += [each for _, each in stream.feed(octets[:size])]
        octets = octets[size:]
    assert found == packets[: len(found)]
    assert len(found) >= 4 * 11 - 1
    assert stream.losses.discarded_octets == 0
