"""The zero of an empty scoop's cell: steady over a while, or another than it was."""

import random

import pytest

from flight.scoop.budget import Reading, Scale
from flight.scoop.zero import FORGOTTEN_S, SPAN_S, ZeroWatch

NOISE_N = 0.002


@pytest.fixture
def watch(m1):
    return ZeroWatch(Scale(m1))


def reading(force_n, at_s):
    return Reading(force_n, NOISE_N, 60, round(at_s * 1e9))


def test_readings_that_agree_span_the_time_between_the_first_and_the_last(watch):
    assert [watch.take(reading(0.27, at_s), 0.0) for at_s in (0.0, 12.0, 24.0)] == [None, None, None]
    assert watch.span_s == 24.0 > SPAN_S


@pytest.mark.requirement("WGH-10")
@pytest.mark.parametrize("change_n", [0.05, -0.05, 0.004, -0.004])
def test_a_zero_that_jumped_is_told_with_its_grams_and_begins_anew(watch, change_n):
    watch.take(reading(0.27, 0.0), 0.0)
    change = watch.take(reading(0.27 + change_n, 12.0), 0.0)
    assert change.change_g == pytest.approx(change_n / 1.62e-3, rel=0.01)
    assert abs(change.change_g) > change.limit_g
    assert change.age_s == 12.0
    assert watch.span_s == 0.0


def test_a_drift_too_slow_for_one_step_is_seen_against_the_oldest_reading(watch):
    steps = [watch.take(reading(0.27 + 0.00012 * at_s, at_s), 0.0) for at_s in (0.0, 5.0, 10.0, 15.0)]
    assert steps[:3] == [None, None, None]
    assert steps[3] is not None
    assert steps[3].age_s == pytest.approx(15.0)


def test_what_is_long_ago_counts_no_more(watch):
    watch.take(reading(0.5, 0.0), 0.0)
    assert watch.take(reading(0.27, FORGOTTEN_S + 1.0), 0.0) is None
    assert watch.span_s == 0.0


def test_noise_and_walk_of_the_sheet_are_taken_for_a_change_less_often_than_once_in_a_hundred_times(m1):
    rng, scale, false = random.Random(5), Scale(m1), 0
    for _ in range(2000):
        watch, zero_n, told = ZeroWatch(scale), 0.0, []
        for at_s in (0.0, 12.0, 24.0):
            told.append(watch.take(reading(zero_n + rng.gauss(0.0, NOISE_N / 60**0.5), at_s), 0.0))
            zero_n += rng.gauss(0.0, 0.005 * (12.0 / 3600.0) ** 0.5)
        false += any(told)
    assert 0 < false < 20


def test_a_scoop_that_leans_otherwise_weighs_otherwise(watch):
    watch.take(reading(0.27, 0.0), 0.0)
    leaning_n = 0.27 - 0.17 * 1.62 * (1.0 - 0.9994)
    assert watch.take(reading(leaning_n, 12.0), 0.035) is None
