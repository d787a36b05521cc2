"""Packet stores: what is put in comes out again, by time, in order, a little at a time."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.events.comms import LinkOpened
from flight.icd.space_packet import TmEncoder
from flight.recorder import packet_store as module
from flight.recorder.packet_store import READ_OCTETS, PacketStore, boundaries
from flight.recorder.questions import Answer, Operation, Question, split_time_code, stamp, time_code
from flight.recorder.records import Tally

S = 10**9


def packets(times_s):
    encoder = TmEncoder()
    return [encoder.encode(LinkOpened(port=number % 256), at * S) for number, at in enumerate(times_s)]


def filled(directory, made, at_once=7, **options):
    store = PacketStore(directory, Tally(), durable=False, **options)
    for at in range(0, len(made), at_once):
        store.append(b"".join(made[at : at + at_once]))
    return store


def read(store, begin_s=0, end_s=2**32 - 1):
    """All packets between two times, as many answers as it takes."""
    found, place = [], 0
    for _ in range(10_000):
        question = Question(Operation.READ, 1, 1, place, time_code(begin_s, 0), time_code(end_s, 0))
        answer = store.answer(question)
        assert len(answer.packets) <= READ_OCTETS
        found += [answer.packets[at:end] for at, end in boundaries(answer.packets)]
        assert answer.ended or answer.place > place or found
        place = answer.place
        if answer.ended:
            return found
    raise AssertionError("a retrieval has an end")


def test_what_was_stored_is_read_back_in_order(tmp_path):
    made = packets(range(1000))
    assert read(filled(tmp_path, made, segment_octets=4000, segments=100)) == made


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(0, 50), st.integers(0, 50), st.integers(1, 9))
def test_times_choose_whatever_the_order_and_the_segments(tmp_path_factory, times, begin, end, at_once):
    made = packets(times)
    store = filled(tmp_path_factory.mktemp("store"), made, at_once, segment_octets=200, segments=100)
    expected = [packet for packet, at in zip(made, times, strict=True) if begin <= at <= end]
    assert read(store, begin, end) == expected


def test_one_answer_looks_at_no_more_than_two_segments(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SCAN_OCTETS", 1000)
    store = filled(tmp_path, packets(range(500)), segment_octets=1000, segments=100)
    answer = store.answer(Question(Operation.READ, 1, 1, 0, 0, time_code(10**6, 0)))
    assert not answer.ended
    assert 0 < len(answer.packets) <= 2000


def test_full_the_oldest_go(tmp_path):
    made = packets(range(1000))
    store = filled(tmp_path, made, segment_octets=1000, segments=4)
    kept = read(store)
    assert kept == made[-len(kept) :]
    assert 60 < len(kept) < 200
    assert len(list(tmp_path.iterdir())) == 4


def test_a_summary_tells_what_is_held(tmp_path):
    made = packets((5, 3, 9))
    answer = filled(tmp_path, made).answer(Question(Operation.SUMMARIZE, 2, 17))
    assert (answer.store, answer.serial, answer.held, answer.octets) == (2, 17, 3, sum(map(len, made)))
    assert (split_time_code(answer.first), split_time_code(answer.last)) == ((3, 0), (9, 0))


def test_an_empty_store_has_nothing(tmp_path):
    store = PacketStore(tmp_path, Tally())
    assert read(store) == []
    assert store.answer(Question(Operation.SUMMARIZE, 1, 1)).held == 0


def test_what_is_not_later_is_deleted_by_whole_segments(tmp_path):
    made = packets(range(100))
    store = filled(tmp_path, made, at_once=1, segment_octets=300, segments=100)
    left = store.answer(Question(Operation.DELETE, 1, 1, end=time_code(49, 0)))
    kept = read(store)
    assert kept == made[-len(kept) :]
    assert 50 <= len(kept) < 65
    assert left.held == len(kept)
    store.answer(Question(Operation.DELETE, 1, 2, end=time_code(99, 0)))
    assert read(store) == []
    store.append(made[0])
    assert read(store) == made[:1]


def test_a_restart_finds_what_was_stored_and_goes_on_behind_it(tmp_path):
    made = packets(range(60))
    filled(tmp_path, made[:40]).close()
    store = filled(tmp_path, made[40:])
    assert read(store) == made
    assert store.answer(Question(Operation.SUMMARIZE, 1, 1)).held == 60


@pytest.mark.parametrize("torn", [1, 5, 12, 20])
def test_half_a_packet_at_the_end_of_a_segment_is_ignored(tmp_path, torn):
    made = packets(range(20))
    filled(tmp_path, made).close()
    segment = next(tmp_path.iterdir())
    os.truncate(segment, segment.stat().st_size - torn)
    store = filled(tmp_path, made)
    assert read(store) == made[:19] + made


def test_a_place_in_a_segment_that_is_gone_goes_on_with_the_next(tmp_path):
    made = packets(range(1000))
    store = filled(tmp_path, made, segment_octets=5000, segments=50)
    answer = store.answer(Question(Operation.READ, 1, 1, 0, 0, time_code(10**6, 0)))
    store.answer(Question(Operation.DELETE, 1, 2, end=stamp(made[500])))
    later = store.answer(Question(Operation.READ, 1, 3, answer.place, 0, time_code(10**6, 0)))
    first = later.packets[slice(*next(boundaries(later.packets)))]
    assert 400 < made.index(first) <= 501


@given(st.binary(max_size=200))
def test_no_octets_make_boundaries_raise(octets):
    assert all(0 <= at < end <= len(octets) for at, end in boundaries(octets))


def test_questions_and_answers_survive_the_way():
    question = Question(Operation.READ, 2, 65535, 1 << 40, 5, (1 << 48) - 1)
    assert Question.decode(question.encode()) == question
    answer = Answer(Operation.SUMMARIZE, 1, 3, True, 1 << 40, 7, 8, 9, 10, b"packets")
    assert Answer.decode(answer.encode()) == answer
    assert Answer.decode(Tally(frames=3).encode()) is None


@given(st.binary(max_size=60))
def test_octets_that_are_neither_are_neither(octets):
    for kind in (Question, Answer):
        decoded = kind.decode(octets)
        assert decoded is None or decoded.encode()[0] == octets[0]


def test_a_segment_that_cannot_be_read_costs_its_packets_alone(tmp_path):
    made = packets(range(100))
    store = filled(tmp_path, made, segment_octets=1000, segments=100)
    lost = sorted(tmp_path.iterdir())[1]
    lost.unlink()
    lost.mkdir()
    kept = read(store)
    assert 60 < len(kept) < 100
    assert kept == [packet for packet in made if packet in kept]
    again = PacketStore(tmp_path, tally := Tally())
    assert read(again) == kept
    assert tally.failed == 1
