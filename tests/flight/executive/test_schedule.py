"""The schedule table and its static check."""

from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.executive.schedule import LOAD_LIMIT_US, MAX_SLOTS, MINOR_FRAMES, Schedule, ScheduleError, Slot

RATES = [n for n in range(1, MINOR_FRAMES + 1) if MINOR_FRAMES % n == 0]


class Part:
    def step(self, now_ns):
        pass


def idle(now_ns):
    pass


def slot(name, every=1, phase=0, budget_us=100.0, apart=""):
    return Slot(idle, every, phase, budget_us, name, apart)


@st.composite
def slots(draw, name):
    every = draw(st.sampled_from(RATES))
    return slot(name, every, draw(st.integers(0, every - 1)), apart="bus")


def refusal(*table):
    with pytest.raises(ScheduleError) as refused:
        Schedule(*table)
    return str(refused.value)


def test_an_activity_is_named_after_what_it_calls():
    assert Schedule(Slot(Part().step, 1, 0, 10)).names == ("Part.step",)


def test_a_given_name_wins():
    assert Schedule(Slot(Part().step, 1, 0, 10, name="cell")).names == ("cell",)


@given(slots("a"))
def test_a_slot_falls_in_every_nth_frame_from_its_phase(one):
    where = [n for n, frame in enumerate(Schedule(one).frames) if frame.mask]
    assert where == list(range(one.phase, MINOR_FRAMES, one.every))


def test_a_minor_frame_runs_in_the_order_of_the_table():
    table = Schedule(slot("a", 5, 2), slot("b"), slot("c", 2, 0), slot("d", 100, 12))
    assert [number for number, _ in table.frames[12].entries] == [0, 1, 2, 3]
    assert [number for number, _ in table.frames[13].entries] == [1]
    assert table.frames[12].mask == 0b1111
    assert table.frames[12].load_us == 400


@pytest.mark.parametrize("every", [0, -1, 3, 7, 40, 101, 200])
def test_an_unknown_rate_is_refused_by_name(every):
    assert "slot cell: unknown rate: every must be one of 1, 2, 4, 5" in refusal(slot("cell", every))


@pytest.mark.parametrize(("every", "phase"), [(1, 1), (5, 5), (5, -1), (100, 100)])
def test_a_phase_outside_its_period_is_refused_by_name(every, phase):
    text = refusal(slot("cell", every, phase))
    assert f"slot cell: phase must be 0..{every - 1} for every={every}, got {phase}" in text


@pytest.mark.parametrize("budget_us", [0, -5, float("nan")])
def test_a_budget_must_be_positive(budget_us):
    assert "slot cell: budget_us must be positive" in refusal(slot("cell", budget_us=budget_us))


def test_a_name_given_twice_is_refused():
    assert "slot cell is there twice" in refusal(slot("cell", 2, 0), slot("cell", 2, 1))


def test_an_empty_table_is_refused():
    assert f"1..{MAX_SLOTS} slots, got 0" in refusal()


def test_more_slots_than_housekeeping_has_room_for_are_refused():
    assert f"got {MAX_SLOTS + 1}" in refusal(*(slot(f"s{n}") for n in range(MAX_SLOTS + 1)))


def test_a_frame_may_be_loaded_to_the_limit():
    assert Schedule(slot("a", budget_us=LOAD_LIMIT_US)).frames[0].load_us == LOAD_LIMIT_US


@pytest.mark.requirement("EXE-2")
def test_an_overloaded_frame_is_refused_with_who_is_in_it():
    text = refusal(slot("a", budget_us=5000), slot("b", 10, 3, 3000.5), slot("c", 10, 4, 10))
    assert "minor frame 3 and 9 more like it: budgets sum to 8000.5 us, limit 8000 us: a 5000, b 3000.5" in text
    assert len(text.splitlines()) == 1


def test_slots_kept_apart_may_not_share_a_frame():
    text = refusal(slot("ask", 5, 2, apart="bus"), slot("tell", 10, 7, apart="bus"))
    assert "slots ask and tell must be kept apart (bus) but both fall in minor frame 7" in text
    assert "differ modulo 5" in text


def test_no_phase_keeps_a_slot_apart_from_one_in_every_frame():
    assert "no phase can keep them apart" in refusal(slot("a", apart="bus"), slot("b", 10, 3, apart="bus"))


def test_different_groups_may_share_a_frame():
    table = Schedule(slot("a", apart="bus"), slot("b", apart="camera"), slot("c"))
    assert {frame.mask for frame in table.frames} == {0b111}


@given(slots("a"), slots("b"))
def test_the_clash_rule_agrees_with_counting_frames(a, b):
    frames = [{n for n in range(MINOR_FRAMES) if n % one.every == one.phase} for one in (a, b)]
    if frames[0] & frames[1]:
        assert f"minor frame {min(frames[0] & frames[1])};" in refusal(a, b)
        assert (a.phase - b.phase) % gcd(a.every, b.every) == 0
    else:
        assert {frame.mask for frame in Schedule(a, b).frames} <= {0b00, 0b01, 0b10}


@pytest.mark.requirement("EXE-2")
def test_all_faults_are_told_at_once():
    text = refusal(
        slot("a", 3), slot("b", 5, 9), slot("c", budget_us=-1), slot("d", budget_us=9000), slot("d", 2, 0),
        slot("e", 2, 1, apart="x"), slot("f", 4, 3, apart="x"),
    )  # fmt: skip
    told = ["unknown rate", "phase must be", "budget_us must", "is there twice", "kept apart (x)", "9000"]
    assert all(any(part in line for line in text.splitlines()) for part in told)
    assert all(line.startswith("schedule: ") for line in text.splitlines())


def test_the_printed_table_names_slots_and_shows_the_load_of_each_frame():
    text = Schedule(slot("receive", budget_us=120), slot("step", 2, 1, 40), slot("report", 4, 2, 60, "link")).describe()
    lines = text.splitlines()
    assert lines[1].split() == ["0", "receive", "1", "0", "100", "120"]
    assert lines[3].split() == ["2", "report", "4", "2", "25", "60", "link"]
    frames = lines[lines.index("") + 2 :][:4]
    assert [line.split() for line in frames] == [
        ["0", "120", "1.2", "#", ".", "."],
        ["1", "160", "1.6", "#", "#", "."],
        ["2", "180", "1.8", "#", ".", "#"],
        ["3", "160", "1.6", "#", "#", "."],
    ]
    assert "repeats after 4 of 100 minor frames; peak 180 us in minor frame 2, mean 155.0 us" in lines[-1]


def test_the_slowest_period_is_known():
    assert Schedule(slot("a"), slot("b", 20, 3)).slowest_ns == 200_000_000
