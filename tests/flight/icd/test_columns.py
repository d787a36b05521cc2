"""Columns of many packets are what decoding each of them gives; wrong checksums are found."""

from binascii import crc_hqx

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import columns as module
from flight.icd.columns import columns, crc_good, packet_dtype, packet_size
from flight.icd.fields import f32, i64, u8, u16, u64
from flight.icd.kinds import Telemetry
from flight.icd.metadata import header_size, values_of
from flight.icd.space_packet import TmEncoder, parse_tm


def rows(octets, kind):
    return np.frombuffer(b"".join(octets), dtype=np.uint8).reshape(len(octets), packet_size(kind))


@given(data=st.data(), count=st.integers(1, 5))
def test_columns_are_what_decoding_each_packet_gives(data, count, kinds, records_of):
    kind = data.draw(st.sampled_from(kinds[:3]))
    records = [data.draw(records_of(kind)) for _ in range(count)]
    encoder = TmEncoder()
    octets = [encoder.encode(record, at * 10**9) for at, record in enumerate(records)]
    found = columns(kind, rows(octets, kind))
    assert list(found) == ["tai_ns", "packet_sequence", *(value.name for value in values_of(kind))]
    for value in values_of(kind):
        expected = [raw if value.names else value.engineering(raw) for raw in map(value.raw, records)]
        assert found[value.name].tolist() == expected
    assert found["tai_ns"].tolist() == [parse_tm(each).tai_ns for each in octets]
    assert found["packet_sequence"].tolist() == list(range(count))


class Wide(Telemetry, service=200, subtype=2):
    """It."""

    big: int = u64("", "more than a double holds")
    small: int = i64("", "the least there is")
    pair: tuple[float, float] = f32("m", "a pair", 2)
    volts: int = u16("V", "scaled", scale=0.01)


def test_blocks_join_without_a_seam(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 4)
    encoder = TmEncoder()
    records = [Wide(big=2**64 - 1 - n, small=-(2**63) + n, pair=(n, -n), volts=n) for n in range(11)]
    packets = rows([encoder.encode(record, 0) for record in records], Wide)
    found = columns(Wide, packets)
    assert found["big"].tolist() == [2**64 - 1 - n for n in range(11)]
    assert found["small"].tolist() == [-(2**63) + n for n in range(11)]
    assert (found["pair_0"].tolist(), found["pair_1"].tolist()) == (list(range(11)), [-n for n in range(11)])
    assert found["volts"].tolist() == [n * 0.01 for n in range(11)]
    assert crc_good(packets).tolist() == [True] * 11


def test_columns_are_of_the_machine_and_in_one_piece():
    found = columns(Wide, rows([TmEncoder().encode(Wide(), 0)] * 3, Wide))
    assert all(column.dtype.isnative and column.flags["C_CONTIGUOUS"] for column in found.values())
    assert found["volts"].dtype == np.float64


@given(st.lists(st.binary(min_size=9, max_size=9), min_size=1, max_size=20), st.integers(0, 1))
def test_a_checksum_is_right_when_that_of_the_whole_is_zero(bodies, odd):
    octets = [body[odd:] for body in bodies]
    signed = [each + crc_hqx(each, 0xFFFF).to_bytes(2, "big") for each in octets]
    packets = np.array([list(each) for each in signed], dtype=np.uint8)
    assert crc_good(packets).all()
    packets[0, 3] ^= 1
    assert crc_good(packets).tolist() == [False] + [True] * (len(octets) - 1)


def test_the_numpy_type_is_the_whole_packet():
    assert packet_dtype(Wide).itemsize == packet_size(Wide) == header_size(Wide) + Wide.size() + 2


def test_no_packets_give_empty_columns():
    found = columns(Wide, np.empty((0, packet_size(Wide)), dtype=np.uint8))
    assert {len(column) for column in found.values()} == {0}


@pytest.mark.parametrize("shape", [(1, 5), (60,), (1, 1, 47)])
def test_packets_of_another_size_are_refused(shape):
    with pytest.raises(ValueError, match="Wide: a packet has"):
        columns(Wide, np.zeros(shape, dtype=np.uint8))


def test_a_packet_without_fields_has_time_and_number_alone():
    class Bare(Telemetry, service=200, subtype=4):
        """It."""

    assert list(columns(Bare, rows([TmEncoder().encode(Bare(), 0)], Bare))) == ["tai_ns", "packet_sequence"]


def test_single_octet_arrays_are_taken_apart():
    class Octets(Telemetry, service=200, subtype=5):
        """It."""

        data: tuple[int, ...] = u8("", "octets", 3)

    found = columns(Octets, rows([TmEncoder().encode(Octets(data=(1, 2, 3)), 0)], Octets))
    assert [found[f"data_{place}"].tolist() for place in range(3)] == [[1], [2], [3]]
