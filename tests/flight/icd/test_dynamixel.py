"""Frames of Dynamixel 2.0: the published vectors, the reference layout, and a parser that nothing throws off."""

import pytest
from fastcrc import crc16
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.dynamixel import ALERT, BROADCAST, LAYOUT, STATUS, Error, Instruction, Parser, encode, status
from flight.icd.dynamixel_payload import (
    Block,
    PayloadError,
    Span,
    bulk_read,
    bulk_write,
    fast_status,
    parse_bulk_read,
    parse_bulk_write,
    parse_fast_status,
    parse_read,
    parse_sync_read,
    parse_sync_write,
    parse_write,
    ping,
    read,
    reboot,
    sync_read,
    sync_write,
    write,
)

ids = st.integers(0, 252)
pieces = st.sampled_from([b"\xff", b"\xff\xff\xfd", b"\xfd", b"\x00", b"\xff\xff\xfd\x00", b"\x55"])
tricky = st.lists(pieces, max_size=40)
params = st.one_of(st.binary(max_size=200), tricky.map(b"".join))
frames = st.tuples(ids, st.sampled_from([i for i in Instruction if i != STATUS]), params)


def sealed(body):
    return body + crc16.umts(body).to_bytes(2, "little")


def one(data):
    (frame,) = Parser().feed(data)
    return frame


@pytest.mark.parametrize(
    ("frame", "octets"),
    [
        (ping(1), "FFFFFD0001030001194E"),
        (status(1, 0, bytes.fromhex("060426")), "FFFFFD000107005500060426655D"),
        (read(1, 132, 4), "FFFFFD0001070002840004001D15"),
        (sync_read(132, 4, (1, 2)), "FFFFFD00FE090082840004000102CEFA"),
        (sync_read(132, 4, (3, 7, 4), fast=True), "FFFFFD00FE0A008A8400040003070420F2"),
        (
            fast_status(
                [
                    Block(3, 0, bytes.fromhex("A6000000")),
                    Block(7, 0, bytes.fromhex("1F080000")),
                    Block(4, 0, bytes.fromhex("FF030000")),
                ]
            ),
            "FFFFFD00FE1900550003A6000000840800071F08000016CA0004FF030000D19E",
        ),
    ],
    ids=["ping", "ping status", "read", "sync read", "fast sync read", "fast sync status"],
)
def test_published_frames(frame, octets):
    assert frame == bytes.fromhex(octets)


def test_crc_check_value():
    assert crc16.umts(b"123456789") == 0xFEE8


def test_stuffing_lengthens_the_frame():
    assert encode(1, Instruction.WRITE, b"\x74\x00\xff\xff\xfd") == sealed(
        bytes.fromhex("FFFFFD00 01 0900 03 7400 FFFFFDFD")
    )


def test_stuffing_begins_with_the_instruction():
    assert one(status(1, 0xFF, b"\xff\xfd")).params == b"\xff\xff\xfd"


@given(frames)
def test_what_is_encoded_is_parsed(item):
    assert one(encode(*item)) == item


@given(frames)
def test_the_codec_has_the_reference_layout(item):
    device_id, instruction, payload = item
    octets = encode(*item)
    layout = LAYOUT.parse(octets)
    assert (layout.id, layout.instruction) == (device_id, instruction)
    assert layout.params.replace(b"\xff\xff\xfd\xfd", b"\xff\xff\xfd") == payload
    assert layout.crc == crc16.umts(octets[:-2])
    assert LAYOUT.build(layout) == octets


@given(st.integers(0, 252), st.sampled_from(list(Error)), params)
def test_status_frames_carry_error_and_data(device_id, error, data):
    frame = one(status(device_id, error | ALERT, data))
    assert frame.is_status
    assert (frame.error, frame.data) == (error | ALERT, data)


@given(tricky.map(b"".join).filter(lambda data: b"\xff\xff\xfd\xfd" not in data))
def test_a_frame_that_should_be_stuffed_and_is_not_is_believed(data):
    """The vendor's SDK sends such frames."""
    body = b"\xff\xff\xfd\x00\x01" + (len(data) + 3).to_bytes(2, "little") + b"\x03" + data
    assert one(sealed(body)).params == data


@given(st.lists(frames, max_size=6), st.lists(st.integers(1, 30), min_size=1))
def test_frames_are_found_however_the_octets_are_cut(items, cuts):
    stream = b"".join(encode(*item) for item in items)
    parser, found, at, turn = Parser(), [], 0, 0
    while at < len(stream):
        step = cuts[turn % len(cuts)]
        found += parser.feed(stream[at : at + step])
        at, turn = at + step, turn + 1
    assert found == items
    assert (parser.crc_errors, parser.length_errors, parser.garbage, parser.pending) == (0, 0, 0, 0)


@given(st.binary(max_size=60).filter(lambda noise: b"\xff\xff\xfd\x00" not in noise + b"\xff\xff\xfd"), frames)
def test_noise_before_a_frame_is_counted_and_passed_over(noise, item):
    parser = Parser()
    assert parser.feed(noise + encode(*item)) == [item]
    assert parser.garbage == len(noise)


@given(frames, st.data())
def test_a_damaged_frame_does_not_take_the_next_with_it(item, data):
    octets = bytearray(encode(*item))
    at = data.draw(st.integers(7, len(octets) - 1))
    octets[at] ^= data.draw(st.integers(1, 255))
    parser = Parser()
    assert parser.feed(bytes(octets) + ping(9))[-1:] == [(9, Instruction.PING, b"")]
    assert parser.crc_errors >= 1


@given(frames, st.data())
def test_a_lost_octet_does_not_take_the_next_frame_but_one_with_it(item, data):
    octets = encode(*item)
    at = data.draw(st.integers(0, len(octets) - 1))
    parser = Parser(max_length=512)
    found = parser.feed(octets[:at] + octets[at + 1 :] + ping(8) + ping(9))
    found += parser.flush()
    assert found[-1] == (9, Instruction.PING, b"")


def test_flush_finds_whole_frames_behind_a_head_that_promises_too_much():
    parser = Parser()
    assert parser.feed(b"\xff\xff\xfd\x00\x01\x00\x03" + ping(4)) == []
    assert parser.flush() == [(4, Instruction.PING, b"")]
    assert parser.pending == 0


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_nothing_is_kept_beyond_one_frame(pieces):
    parser = Parser(max_length=100)
    for piece in pieces:
        parser.feed(piece)
        assert parser.pending <= 107
    parser.flush()
    assert parser.pending == 0


def test_impossible_lengths_are_counted():
    parser = Parser(max_length=100)
    parser.feed(b"\xff\xff\xfd\x00\x01\x02\x00" + bytes(20))
    parser.feed(b"\xff\xff\xfd\x00\x01\xff\xff" + bytes(20))
    assert parser.length_errors == 2


def test_params_that_fit_no_frame_are_refused():
    with pytest.raises(ValueError, match="at most 65535"):
        encode(1, Instruction.WRITE, bytes(70000))


addresses = st.integers(0, 0xFFFF)
blobs = st.binary(min_size=1, max_size=40)


@given(ids, addresses, st.integers(1, 0xFFFF), blobs)
def test_reads_and_writes_say_what_they_were_made_of(device_id, address, size, data):
    assert parse_read(one(read(device_id, address, size)).params) == (address, size)
    assert parse_write(one(write(device_id, address, data)).params) == (address, data)
    assert one(reboot(device_id)) == (device_id, Instruction.REBOOT, b"")


@given(addresses, st.integers(1, 40), st.lists(ids, min_size=1, max_size=8, unique=True), st.booleans(), st.data())
def test_sync_frames_say_what_they_were_made_of(address, size, devices, fast, data):
    asked = one(sync_read(address, size, devices, fast=fast))
    assert asked.instruction == (Instruction.FAST_SYNC_READ if fast else Instruction.SYNC_READ)
    assert parse_sync_read(asked.params) == (address, size, tuple(devices))
    items = [(device_id, data.draw(st.binary(min_size=size, max_size=size))) for device_id in devices]
    assert parse_sync_write(one(sync_write(address, size, items)).params) == (address, size, items)


@given(st.lists(st.tuples(ids, addresses, blobs), min_size=1, max_size=8), st.booleans())
def test_bulk_frames_say_what_they_were_made_of(items, fast):
    spans = [Span(device_id, address, len(data)) for device_id, address, data in items]
    assert parse_bulk_read(one(bulk_read(spans, fast=fast)).params) == spans
    assert parse_bulk_write(one(bulk_write(items)).params) == items


@pytest.mark.parametrize(
    ("parse", "payload"),
    [
        (parse_read, b"\0\0\0"), (parse_write, b"\0\0"), (parse_sync_read, b"\0\0\1\0"),
        (parse_sync_write, b"\0\0\2\0\1\0"), (parse_bulk_read, b"\1\0\0\1"), (parse_bulk_read, b""),
        (parse_bulk_write, b"\1\0\0"), (parse_bulk_write, b"\1\0\0\4\0\1"),
    ],
)  # fmt: skip
def test_params_of_another_form_are_refused(parse, payload):
    with pytest.raises(PayloadError):
        parse(payload)


def test_a_sync_write_of_another_size_is_refused():
    with pytest.raises(PayloadError, match="device 3"):
        sync_write(100, 2, [(3, b"\0")])


blocks = st.lists(st.builds(Block, ids, st.sampled_from([0, ALERT]), blobs), min_size=1, max_size=5)


@given(blocks, st.integers(0, 4))
def test_of_a_chain_that_breaks_the_blocks_before_the_break_are_good(chain, kept):
    sizes = [len(block.data) for block in chain]
    raw = fast_status(chain[:kept], sizes)
    spans = list(zip((block.id for block in chain), sizes, strict=True))
    assert parse_fast_status(raw, spans) == chain[:kept]


@given(blocks, st.data())
def test_damage_in_a_chain_costs_the_block_it_is_in_and_those_behind(chain, data):
    raw = bytearray(fast_status(chain))
    at = data.draw(st.integers(8, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    starts = [8]
    for block in chain:
        starts.append(starts[-1] + 4 + len(block.data))
    spans = [(block.id, len(block.data)) for block in chain]
    assert parse_fast_status(bytes(raw), spans) == chain[: sum(start <= at for start in starts) - 1]


@given(blocks)
def test_a_whole_chain_is_one_frame_that_is_not_unstuffed(chain):
    raw = fast_status(chain)
    frame = one(raw)
    assert (frame.id, frame.instruction) == (BROADCAST, STATUS)
    assert frame.params == raw[8:-2]


def test_a_chain_asked_of_others_gives_nothing():
    raw = fast_status([Block(1, 0, b"abcd"), Block(2, 0, b"abcd")])
    assert parse_fast_status(raw, [(1, 4)]) == []
    assert parse_fast_status(raw, [(2, 4), (1, 4)]) == []
