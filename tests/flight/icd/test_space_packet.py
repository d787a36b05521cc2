"""Space packets: the fast path is held to the declared layout; reading is strict."""

from binascii import crc_hqx

import construct
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import cuc, space_packet
from flight.icd.packet import EncodeError
from flight.icd.space_packet import (
    TM_HEADER,
    PacketError,
    PacketFault,
    TcPacket,
    TmEncoder,
    build_tc,
    encode_tc,
    idle_packet,
    packet_layout,
    parse_tc,
    parse_tm,
)

TIMES = st.integers(0, 2**32 * 10**9 - 1)


def test_vectors_of_the_checksum():
    assert crc_hqx(b"123456789", 0xFFFF) == 0x29B1
    assert crc_hqx(bytes.fromhex("0192FE0011825A"), 0xFFFF) == 0x0EA3


@given(data=st.data(), tai_ns=TIMES, sequence=st.integers(0, 0x3FFF), counter=st.integers(0, 0xFFFF))
def test_telemetry_is_what_the_layout_says(data, tai_ns, sequence, counter, kinds, records_of):
    kind = data.draw(st.sampled_from(kinds[:3]))
    record = data.draw(records_of(kind))
    encoder = TmEncoder(destination=7)
    encoder.encode(record, 0)
    encoder.sequence = sequence
    encoder._kinds[kind][2][0] = counter
    octets = encoder.encode(record, tai_ns)

    ident = b"" if kind.ident is None else kind.ident.to_bytes(2, "big")
    seconds, fraction = cuc.split(tai_ns)
    header = TM_HEADER.build({
        "primary": {"type": 0, "apid": 0x042, "sequence": sequence, "length": len(octets) - 7},
        "pus": {"time_status": 0}, "service": kind.service, "subtype": kind.subtype, "counter": counter,
        "destination": 7, "seconds": seconds, "fraction": fraction,
    })  # fmt: skip
    assert octets[:-2] == header + ident + record.encode()
    assert crc_hqx(octets, 0xFFFF) == 0

    packet = parse_tm(octets)
    assert (packet.apid, packet.sequence, packet.counter, packet.destination) == (0x042, sequence, counter, 7)
    assert cuc.split(packet.tai_ns) == (seconds, fraction)
    assert packet.body == ident + record.encode()


def test_sequence_counts_packets_and_the_counter_its_type(kinds):
    every, event, _ = kinds[:3]
    encoder = TmEncoder()
    packets = [parse_tm(encoder.encode(kind(), 0)) for kind in (every, event, every)]
    assert [packet.sequence for packet in packets] == [0, 1, 2]
    assert [packet.counter for packet in packets] == [0, 0, 1]


def test_counts_wrap(kinds):
    encoder = TmEncoder()
    encoder.sequence = 0x3FFF
    encoder.encode(kinds[2](), 0)
    assert encoder.sequence == 0


def test_a_record_that_does_not_fit_takes_no_number(kinds):
    encoder = TmEncoder()
    with pytest.raises(EncodeError, match=r"EveryFieldHk\.a"):
        encoder.encode(kinds[0](a=256), 0)
    assert parse_tm(encoder.encode(kinds[0](), 0))[:2] == (0x042, 0)


@given(
    st.builds(
        TcPacket,
        apid=st.integers(0, 0x7FF), sequence=st.integers(0, 0x3FFF), ack=st.integers(0, 15),
        service=st.integers(0, 255), subtype=st.integers(0, 255), source=st.integers(0, 0xFFFF),
        body=st.binary(max_size=300),
    )
)  # fmt: skip
def test_telecommands_come_back_as_they_were(packet):
    octets = build_tc(packet)
    assert parse_tc(octets) == packet
    assert packet.request == (int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:4], "big"))


def test_a_telecommand_header_value_that_does_not_fit_is_an_error():
    with pytest.raises(EncodeError):
        build_tc(TcPacket(0x800, 0, 15, 17, 1, 1, b""))


def test_the_function_leads_the_body(kinds):
    turn = kinds[3](steps=3)
    packet = parse_tc(encode_tc(turn, 9))
    assert (packet.service, packet.subtype, packet.sequence) == (8, 1, 9)
    assert packet.body == b"\x00\x4d" + turn.encode()


@given(st.binary(max_size=80))
def test_random_octets_are_an_error_with_its_kind(octets):
    for parse in (parse_tm, parse_tc):
        with pytest.raises(PacketError) as caught:
            parse(octets)
        assert isinstance(caught.value.fault, PacketFault)


@given(at=st.integers(0, 30), mask=st.integers(1, 255))
def test_no_changed_octet_goes_unnoticed(at, mask, kinds):
    octets = bytearray(encode_tc(kinds[3](steps=2), 1))
    octets[at % len(octets)] ^= mask
    with pytest.raises(PacketError):
        parse_tc(bytes(octets))


def resigned(octets, change):
    """`octets` after `change`, with a right checksum."""
    changed = bytearray(octets)
    change(changed)
    changed[-2:] = crc_hqx(bytes(changed[:-2]), 0xFFFF).to_bytes(2, "big")
    return bytes(changed)


def change(at, value):
    def apply(octets):
        octets[at] = value

    return apply


@pytest.mark.parametrize(
    ("at", "value", "fault"),
    [
        (0, 0x38, PacketFault.VERSION),
        (0, 0x08, PacketFault.TYPE),
        (0, 0x10, PacketFault.TYPE),
        (2, 0x40, PacketFault.SEGMENTED),
        (5, 0x44, PacketFault.LENGTH),
        (6, 0x1F, PacketFault.PUS),
    ],
)
def test_each_deviation_is_refused_by_its_kind_even_with_a_right_checksum(at, value, fault, kinds):
    octets = encode_tc(kinds[4](), 0)
    with pytest.raises(PacketError) as caught:
        parse_tc(resigned(octets, change(at, value)))
    assert caught.value.fault is fault


def test_trailing_octets_are_refused(kinds):
    with pytest.raises(PacketError) as caught:
        parse_tc(encode_tc(kinds[4](), 0) + b"\x00")
    assert caught.value.fault is PacketFault.LENGTH


@given(st.integers(7, 2000))
def test_an_idle_packet_has_the_size_asked_for(size):
    octets = idle_packet(size)
    assert len(octets) == size == int.from_bytes(octets[4:6], "big") + 7
    assert int.from_bytes(octets[:2], "big") & 0x7FF == space_packet.APID_IDLE


def test_constants_of_the_link():
    """The project's choices: application processes, PUS-C, who speaks with whom."""
    assert (space_packet.APID, space_packet.APID_CFDP, space_packet.APID_IDLE) == (0x042, 0x7FD, 0x7FF)
    assert (space_packet.PUS_VERSION, space_packet.GROUND, space_packet.ACK_ALL) == (2, 1, 15)
    assert (space_packet.TM_HEADER.sizeof(), space_packet.TC_HEADER.sizeof()) == (19, 11)


def test_a_whole_telemetry_packet_octet_for_octet(kinds):
    encoder = TmEncoder()
    encoder.sequence = 0x1234
    octets = encoder.encode(kinds[1](value=1.5), 0x01020304 * 10**9 + 500_000_000)
    head, time, body = "0842 d234 0014 20 05 04 0000 0001", "01020304 8000", "7701 3fc00000"
    assert octets[:-2] == bytes.fromhex(head + time + body)
    assert crc_hqx(octets, 0xFFFF) == 0


def test_a_whole_telecommand_packet_octet_for_octet(kinds):
    assert encode_tc(kinds[4](), 7)[:-2] == bytes.fromhex("1842 c007 0006 2f c9 01 0001")


@given(data=st.data(), sequence=st.integers(0, 0x3FFF), ack=st.integers(0, 15))
def test_the_layout_of_a_whole_packet_checks_type_length_identifier_and_checksum(data, sequence, ack, kinds):
    turn = kinds[3]
    octets = encode_tc(turn(steps=2), sequence, ack)
    read = packet_layout(turn).parse(octets).content.value
    assert (read.header.primary.sequence, read.header.pus.ack, read.ident, read.body.steps) == (sequence, ack, 77, 2)
    assert read.header.primary.length == len(octets) - 7
    at = data.draw(st.integers(0, len(octets) - 1))
    damaged = bytearray(octets)
    damaged[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(construct.ConstructError):
        packet_layout(turn).parse(bytes(damaged))
    with pytest.raises(construct.ConstructError):
        packet_layout(turn).parse(octets[:-1])


def test_a_telecommand_header_that_does_not_fit_is_told_from_a_value_that_does_not(kinds):
    with pytest.raises(EncodeError, match="telecommand header"):
        encode_tc(kinds[4](), 0x4000)
    with pytest.raises(EncodeError, match=r"Turn\.steps"):
        encode_tc(kinds[3](steps=11), 0x4000)
