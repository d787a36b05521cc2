from random import Random

from hypothesis import given
from hypothesis import strategies as st

from flight.fdir.plausibility import Frozen, Jump, Scatter, Slew
from flight.icd.fdir import Doubt

S = 1_000_000_000
MS = 1_000_000


def test_a_number_that_stands_longer_than_noise_allows_is_frozen_and_one_that_moves_is_not():
    frozen = Frozen(1.0)
    assert [frozen.feed(0.4, t * 50 * MS) for t in range(21)] == [None] * 21
    objection = frozen.feed(0.4, 1050 * MS)
    assert (objection.doubt, objection.bound) == (Doubt.FROZEN, 1.0)
    assert objection.value == 1.05
    assert frozen.feed(0.4001, 1100 * MS) is None
    assert frozen.feed(0.4001, 1150 * MS) is None


def test_conversions_that_take_long_are_not_frozen():
    frozen = Frozen(1.0)
    assert all(frozen.feed(t // 12, t * 50 * MS) is None for t in range(400))


def test_where_no_noise_shows_nothing_is_frozen():
    frozen = Frozen(0.0)
    assert all(frozen.feed(0.4, t * S) is None for t in range(100))


def test_a_spike_is_a_jump_and_a_new_level_is_believed_once_it_has_stayed():
    jump = Jump(0.5)
    for _ in range(5):
        assert jump.feed(1.0) is None
    assert jump.feed(4.0).doubt is Doubt.JUMP
    assert jump.feed(1.0) is None
    answers = [jump.feed(4.0) for _ in range(10)]
    assert answers[0] is not None
    assert answers[3:] == [None] * 7


@given(st.lists(st.floats(-0.25, 0.25), max_size=60))
def test_readings_within_half_the_bound_of_a_level_are_no_jumps(noise):
    jump = Jump(0.5)
    assert all(jump.feed(1.0 + each) is None for each in noise)


def test_scatter_is_seen_and_single_jerks_are_not():
    draw = Random(1)
    scatter = Scatter(0.02)
    quiet = [scatter.feed(draw.gauss(0.4, 0.004) + (0.05 if number % 12 == 0 else 0.0)) for number in range(300)]
    assert quiet == [None] * 300
    loud = [scatter.feed(draw.gauss(0.4, 0.06)) for _ in range(40)]
    assert loud[-1].doubt is Doubt.SCATTER


def test_what_changes_no_faster_than_it_can_is_believed_and_a_step_only_after_a_while():
    slew = Slew(1.0, 10.0)
    assert all(slew.feed(20.0 + 0.05 * t, t * 100 * MS) is None for t in range(400)), "0.5 K a second"
    assert slew.feed(100.0, 40 * S).doubt is Doubt.JUMP
    answers = [slew.feed(100.0, (41 + t) * S) for t in range(60)]
    assert answers[0] is not None
    assert answers[-1] is None
    assert sum(answer is not None for answer in answers) == 50
