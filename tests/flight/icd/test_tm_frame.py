"""Telemetry frames and their stream: packets come out as they went in, and every loss is counted."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd import tm_frame
from flight.icd.space_packet import idle_packet
from flight.icd.tm_frame import ASM, CLCW, HEADER, FrameWriter
from flight.icd.tm_stream import TmStream, parse_frame

OCF = bytes(CLCW.build({"farm_b": 2}))
LENGTH = 64  # small frames make packets span
COUNTERS = ("bad_frames", "lost_frames", "discarded_octets", "incomplete_packets", "bad_headers")


def packet(number: int, size: int) -> bytes:
    """A packet of APID 1 that holds `number`."""
    return (
        (0x0801).to_bytes(2, "big")
        + (0xC000 | number & 0x3FFF).to_bytes(2, "big")
        + (size - 7).to_bytes(2, "big")
        + number.to_bytes(4, "big").ljust(size - 6, b"\x1a")
    )


def frames_of(packets, length=LENGTH, vcid=0):
    """The frames that carry `packets`, the last one filled."""
    writer, queue = FrameWriter(length), list(packets)
    frames = []
    while queue or writer.pending(vcid):
        frames.append(writer.frame(vcid, lambda: queue.pop(0) if queue else None, OCF))
    return frames


def stream_of(frames):
    return b"".join(ASM + frame for frame in frames)


def received(stream: TmStream, octets: bytes):
    return [found for _, found in stream.feed(octets) + stream.close()]


PACKETS = st.lists(st.integers(10, 200), min_size=1, max_size=30).map(
    lambda sizes: [packet(number, size) for number, size in enumerate(sizes)]
)


@given(packets=PACKETS, cuts=st.lists(st.integers(1, 100), max_size=40))
def test_packets_come_out_as_they_went_in_however_the_stream_is_cut(packets, cuts):
    octets = stream_of(frames_of(packets))
    stream, found = TmStream(LENGTH), []
    for size in [*cuts, len(octets)]:
        found += [each for _, each in stream.feed(octets[:size])]
        octets = octets[size:]
    stream.close()
    assert found == packets
    assert not stream.losses.any
    assert stream.ocf == OCF


@given(packets=PACKETS)
def test_every_frame_is_what_the_layout_says(packets):
    for count, octets in enumerate(frames_of(packets)):
        assert len(octets) == LENGTH
        header = HEADER.parse(octets)
        assert (header.scid, header.vcid, header.master_count, header.channel_count) == (0x5C, 0, count, count)
        again = {name: value for name, value in header.items() if not name.startswith("_")}
        assert HEADER.build(again) == octets[: tm_frame.HEADER_SIZE]
        assert octets[-6:-2] == OCF


@given(packets=PACKETS)
def test_the_first_header_pointer_points_at_a_packet(packets):
    starts = {0}
    for each in packets:
        starts.add(max(starts) + len(each))
    capacity = LENGTH - 12
    for number, octets in enumerate(frames_of(packets)):
        begins = sorted(start - number * capacity for start in starts if 0 <= start - number * capacity < capacity)
        assert HEADER.parse(octets).first_header == (begins[0] if begins else tm_frame.FHP_NONE)


def test_the_control_word_is_that_of_the_standard():
    assert CLCW.build({}).hex() == "01000000"
    assert CLCW.build({"lockout": True, "retransmit": True, "farm_b": 3, "report": 0xAB}).hex() == "01002eab"


def test_an_idle_frame_says_so_and_is_counted():
    writer, stream = FrameWriter(LENGTH), TmStream(LENGTH)
    frame = writer.idle_frame(OCF)
    header = HEADER.parse(frame)
    assert (header.vcid, header.first_header) == (7, tm_frame.FHP_IDLE)
    assert received(stream, ASM + frame) == []
    assert stream.losses.idle_frames == 1
    assert not stream.losses.any


def test_a_packet_longer_than_many_frames_arrives():
    packets = [packet(1, 5000), packet(2, 20)]
    assert received(TmStream(LENGTH), stream_of(frames_of(packets))) == packets


def test_idle_packets_are_left_out():
    stream = TmStream(LENGTH)
    assert received(stream, stream_of(frames_of([idle_packet(20), packet(3, 20)]))) == [packet(3, 20)]
    assert stream.losses.packets == 1
    assert stream.losses.idle_packets >= 1


@pytest.mark.parametrize("length", [18, 2049])
def test_lengths_that_no_frame_has_are_refused(length):
    with pytest.raises(ValueError, match=r"19\.\.2048"):
        FrameWriter(length)


@given(packets=PACKETS, data=st.data())
def test_lost_frames_are_counted_and_cost_only_the_packets_in_them(packets, data):
    frames = frames_of(packets)
    lost = data.draw(st.sets(st.integers(1, max(1, len(frames) - 2)), max_size=5)) & set(range(1, len(frames) - 1))
    kept = [frame for number, frame in enumerate(frames) if number not in lost]
    stream = TmStream(LENGTH)
    found = received(stream, stream_of(kept))
    assert stream.losses.lost_frames == len(lost)
    assert stream.losses.bad_frames == stream.losses.discarded_octets == 0

    capacity, at, intact = LENGTH - 12, 0, []
    for each in packets:
        if not lost & set(range(at // capacity, (at + len(each) - 1) // capacity + 1)):
            intact.append(each)
        at += len(each)
    assert found == intact


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32), rate=st.sampled_from([1e-4, 1e-3, 1e-2]))
def test_bit_errors_never_raise_and_what_is_delivered_was_sent(seed, rate):
    rng = random.Random(seed)
    packets = [packet(number, 20 + number % 50) for number in range(100)]
    octets = bytearray(stream_of(frames_of(packets)))
    for at in range(len(octets)):
        if rng.random() < rate * 8:
            octets[at] ^= 1 << rng.randrange(8)
    stream = TmStream(LENGTH)
    found = received(stream, bytes(octets))
    assert set(found) <= set(packets)
    assert found == sorted(found, key=packets.index)
    if len(found) < len(packets):
        assert stream.losses.any


@given(chunks=st.lists(st.binary(max_size=300), max_size=10))
def test_no_stream_makes_it_raise(chunks):
    stream = TmStream(LENGTH)
    total = 0
    for chunk in [*chunks, ASM, ASM * 3]:
        assert stream.feed(chunk) == []
        total += len(chunk)
    stream.close()
    assert stream.losses.discarded_octets == total


@given(packets=PACKETS, begin=st.integers(0, 500), end=st.integers(0, 500))
def test_a_stream_cut_at_both_ends_gives_what_is_whole_and_accounts_for_every_octet(packets, begin, end):
    octets = stream_of(frames_of(packets))[begin:]
    octets = octets[: max(0, len(octets) - end)]
    stream = TmStream(LENGTH)
    assert set(received(stream, octets)) <= set(packets)
    assert stream.losses.discarded_octets + stream.losses.frames * (LENGTH + 4) == len(octets)


def test_frames_of_another_spacecraft_are_none_of_ours():
    foreign = FrameWriter(LENGTH, scid=0x5D).idle_frame(OCF)
    assert parse_frame(foreign) is None


def test_a_marker_within_a_packet_does_no_harm():
    packets = [packet(number, 12) + b"" for number in range(3)]
    packets[1] = packets[1][:6] + ASM + packets[1][10:]
    assert received(TmStream(LENGTH), stream_of(frames_of(packets))) == packets


@given(PACKETS)
def test_frames_that_come_twice_are_taken_once_and_counted_apart(packets):
    frames = frames_of(packets)
    stream = TmStream(LENGTH)
    assert received(stream, b"".join(2 * (ASM + frame) for frame in frames)) == packets
    assert stream.losses.duplicate_frames == len(frames)
    assert not stream.losses.any
