"""Four ways to read a packet, one answer: construct, the fast codec, numpy and space_packet_parser on our XTCE."""

import io
import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from space_packet_parser.xtce.definitions import XtcePacketDefinition

from flight.icd import cuc
from flight.icd.catalogue import mission_dictionary
from flight.icd.columns import columns, crc_good
from flight.icd.dictionary import packet_name
from flight.icd.metadata import is_octet_string, values_of
from flight.icd.space_packet import TmEncoder, encode_tc, packet_layout, parse_tc, parse_tm
from ground.export.xtce import xtce
from ground.export.xtce_telemetry import CHECKSUM, parameter_name

DICTIONARY = mission_dictionary()
TELEMETRY = sorted(DICTIONARY.telemetry.values(), key=packet_name)
COMMANDS = sorted(DICTIONARY.commands.values(), key=packet_name)
TIMES = st.integers(0, 2**32 * 10**9 - 1)
EXAMPLES = settings(max_examples=12)


@pytest.fixture(scope="module")
def definition():
    return XtcePacketDefinition.from_xtce(io.BytesIO(xtce(DICTIONARY)), root_container_name="CCSDSPacket")


def element(field, finite):
    """Any raw value that an encoder takes."""
    if field.enum is not None:
        return st.sampled_from(list(field.enum))
    low, high = field.admitted
    if not field.is_float:
        return st.integers(low, high)
    bounds = (None, None) if field.limits is None else field.limits
    if field.limits is not None and field.code == "f":  # as the wire holds them, which is admitted too
        bounds = struct.unpack(">2f", struct.pack(">2f", *field.limits))
    special = not finite and field.limits is None
    return st.floats(*bounds, allow_nan=special, allow_infinity=special, width=32 if field.code == "f" else 64)


def values(field, finite):
    """Any value of the field; long arrays as octets, which are quicker drawn."""
    if field.count == 1:
        return element(field, finite)
    if field.count <= 4 or field.limits is not None or field.enum is not None or field.is_float:
        return st.tuples(*[element(field, finite)] * field.count)
    size = struct.calcsize(">" + field.struct_format)
    return st.binary(min_size=size, max_size=size).map(lambda octets: struct.unpack(">" + field.struct_format, octets))


def records(kind, finite=False):
    fields = {name: values(field, finite) for name, field in kind.fields.items()}
    return st.fixed_dictionaries(fields).map(lambda chosen: kind(**chosen))


def plain(value):
    """A value that compares: construct's lists and enumerations as tuples and numbers, every NaN the same."""
    if isinstance(value, tuple | list):
        return tuple(plain(each) for each in value)
    value = getattr(value, "intvalue", value)
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def built(kind, record, header):
    """The packet as construct makes it."""
    body = {name: getattr(record, name) for name in kind.fields}
    return packet_layout(kind).build({"content": {"value": {"header": header, "body": body}}})


def parsed(kind, octets):
    """Header, and fields by name, as construct reads the packet."""
    content = packet_layout(kind).parse(octets).content.value
    return content.header, {name: plain(content.body[name]) for name in kind.fields}


def of_peer(kind, packet):
    """Raw and engineering values by name of column, as space_packet_parser read them."""
    raw, engineering = {}, {}
    for value in values_of(kind):
        if is_octet_string(value.field):
            octets = packet[parameter_name(kind, value.field_name)]
            raw[value.name] = engineering[value.name] = octets[value.index]
        else:
            found = packet[parameter_name(kind, value.name)]
            raw[value.name] = plain(found.raw_value)
            engineering[value.name] = str(found) if isinstance(found, str) else plain(found)
    return raw, engineering


@pytest.mark.parametrize("kind", TELEMETRY, ids=packet_name)
@EXAMPLES
@given(data=st.data(), tai_ns=TIMES, sequence=st.integers(0, 0x3FFF))
@pytest.mark.requirement("TLM-2")
def test_every_field_of_every_packet_is_read_alike_in_four_ways(kind, data, tai_ns, sequence, definition):
    record = data.draw(records(kind))
    encoder = TmEncoder(destination=5)
    encoder.sequence = sequence
    octets = encoder.encode(record, tai_ns)
    seconds, fraction = cuc.split(tai_ns)

    header = {
        "primary": {"apid": 0x042, "sequence": sequence}, "pus": {"time_status": 0}, "counter": 0, "destination": 5,
        "seconds": seconds, "fraction": fraction,
    }  # fmt: skip
    assert built(kind, record, header) == octets
    read_header, by_construct = parsed(kind, octets)
    packet = parse_tm(octets)
    by_codec = DICTIONARY.decode(packet)
    rows = np.frombuffer(octets, dtype=np.uint8)[np.newaxis]
    by_numpy = columns(kind, rows)
    by_peer = definition.parse_bytes(octets)
    raw_by_peer, engineering_by_peer = of_peer(kind, by_peer)

    mismatches = []
    for value in values_of(kind):
        sent = plain(value.raw(record))
        whole = by_construct[value.field_name]
        raw = (whole if value.index < 0 else whole[value.index], plain(value.raw(by_codec)), raw_by_peer[value.name])
        engineering = (plain(value.engineering(sent)) if sent != "nan" else sent, engineering_by_peer[value.name])
        column = plain(by_numpy[value.name][0].item())
        expected = int(sent) if value.names else engineering[0]
        if any(each != sent for each in raw) or engineering[0] != engineering[1] or column != expected:
            mismatches.append((value.name, sent, raw, engineering, column))
    assert mismatches == []

    assert crc_good(rows).all()
    assert by_peer[CHECKSUM] == int.from_bytes(octets[-2:], "big")
    assert (packet.sequence, by_numpy["packet_sequence"][0], by_peer["SRC_SEQ_CTR"]) == (sequence,) * 3
    assert (read_header.primary.sequence, read_header.seconds, read_header.fraction) == (sequence, seconds, fraction)
    assert cuc.split(packet.tai_ns) == cuc.split(int(by_numpy["tai_ns"][0])) == (seconds, fraction)
    assert by_peer["time"].raw_value == seconds << 16 | fraction
    assert by_peer["time"] == (seconds << 16 | fraction) / 65536
    assert (by_peer["service"], by_peer["subtype"], by_peer["destination"]) == (kind.service, kind.subtype, 5)


@pytest.mark.parametrize("kind", COMMANDS, ids=packet_name)
@EXAMPLES
@given(data=st.data(), sequence=st.integers(0, 0x3FFF), ack=st.integers(0, 15))
@pytest.mark.requirement("TLM-2")
def test_construct_and_codec_agree_on_every_telecommand(kind, data, sequence, ack):
    record = data.draw(records(kind, finite=True))
    octets = encode_tc(record, sequence, ack, source=9)
    ident = b"" if kind.ident is None else kind.ident.to_bytes(2, "big")
    packet = parse_tc(octets)
    assert packet.body == ident + record.encode()
    assert (packet.sequence, packet.ack, packet.service, packet.subtype) == (sequence, ack, kind.service, kind.subtype)

    header, by_construct = parsed(kind, octets)
    found, body = DICTIONARY.command_of(packet)
    by_codec = found.decode(body)
    assert found is kind
    assert (header.primary.sequence, header.pus.ack, header.source) == (sequence, ack, 9)
    assert by_construct == {name: plain(getattr(by_codec, name)) for name in kind.fields}
    assert by_codec == record
