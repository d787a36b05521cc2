"""Records and the datagrams they travel as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.recorder.records import CHUNK, DATAGRAM, LARGEST, SUFFIX, Assembler, Kind, Record, Tally, datagrams

RECORD = st.builds(
    lambda kind, seed, length, now_ns: Record(kind, (seed * (length // len(seed) + 1))[:length], now_ns),
    st.sampled_from(Kind), st.binary(min_size=1, max_size=50), st.integers(0, 3 * CHUNK), st.integers(0, 2**63),
)  # fmt: skip


@given(st.lists(RECORD, max_size=3))
def test_records_arrive_as_they_were_sent(records):
    assembler = Assembler()
    taken = [assembler.take(datagram) for record in records for datagram in datagrams(record)]
    assert [record for record in taken if record is not None] == records


@given(RECORD)
def test_no_datagram_is_larger_than_said(record):
    assert max(len(datagram) for datagram in datagrams(record)) <= DATAGRAM


@given(RECORD, st.lists(RECORD, min_size=1, max_size=2), st.data())
def test_a_record_cut_short_is_discarded_and_those_after_it_arrive(cut, rest, data):
    assembler = Assembler()
    parts = list(datagrams(cut))
    for datagram in parts[: data.draw(st.integers(0, len(parts) - 1))]:
        assert assembler.take(datagram) is None
    taken = [assembler.take(datagram) for record in rest for datagram in datagrams(record)]
    assert [record for record in taken if record is not None] == rest


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_octets_that_are_no_record_raise_nothing(junk):
    assembler = Assembler()
    for datagram in junk:
        record = assembler.take(datagram)
        assert record is None or record.kind in Kind


def test_an_unknown_kind_is_no_record():
    (datagram,) = datagrams(Record(Kind.FRAME, b"x", 0))
    assert Assembler().take(b"\xee" + datagram[1:]) is None


def test_memory_of_the_assembler_is_bounded():
    assembler = Assembler()
    endless = datagrams(Record(Kind.PICTURE, bytes(LARGEST + 2 * CHUNK), 0))
    assert [assembler.take(datagram) for datagram in endless][-1] is None


@given(st.lists(st.integers(0, 2**64 - 1), min_size=6, max_size=6))
def test_a_tally_arrives_as_it_was_sent(values):
    assert Tally.decode(Tally(*values).encode()) == Tally(*values)


@pytest.mark.parametrize("length", [0, 47, 49])
def test_octets_that_are_no_tally_are_none(length):
    assert Tally.decode(bytes(length)) is None


def test_every_other_kind_is_a_product():
    assert set(SUFFIX) == set(Kind) - {Kind.FRAME, Kind.BANK, Kind.PACKETS, Kind.QUESTION}
