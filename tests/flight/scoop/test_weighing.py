import statistics
from math import exp, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.weighing import Averager, LoadHistory, SettleDetector


@given(st.lists(st.floats(-1, 1), min_size=12, max_size=40))
def test_averager_agrees_with_the_textbook(values):
    average = Averager(len(values))
    result = [average.feed(value, 7) for value in values][-1]
    assert result.force_n == pytest.approx(statistics.fmean(values), abs=1e-12)
    assert result.noise_n == pytest.approx(statistics.stdev(values), abs=1e-9)


@pytest.mark.requirement("WGH-9")
def test_settling_waits_for_the_swing_to_end():
    detector = SettleDetector(0.006)
    settled = [detector.feed(0.3 + 0.2 * exp(-i / 20) * sin(i)) for i in range(200)]
    assert 40 < settled.index(True) < 130


@pytest.mark.requirement("WGH-9")
def test_a_steady_creep_is_not_settled():
    detector = SettleDetector(0.006)
    assert not any(detector.feed(0.001 * i) for i in range(100))


@given(st.lists(st.tuples(st.floats(-10, 10), st.integers(1, 1000)), min_size=1, max_size=30), st.floats(-1, 1))
def test_what_the_cell_bore_is_the_span_and_the_mean_distance_from_the_tare(steps, tare_n):
    """Each force holds until the next is read."""
    history, now_ms = LoadHistory(), 5000
    history.begin(tare_n, now_ms * 1_000_000)
    borne, last_n = 0.0, tare_n
    for force_n, wait_ms in steps:
        now_ms += wait_ms
        borne += abs(last_n - tare_n) * wait_ms
        last_n = force_n
        history.feed(force_n, now_ms * 1_000_000)
    forces = [tare_n, *(force_n for force_n, _ in steps)]
    assert history.loads.span_n == pytest.approx(max(forces) - min(forces))
    assert history.loads.mean_n == pytest.approx(borne / (now_ms - 5000), abs=1e-9)


def test_a_new_tare_begins_a_new_history():
    history = LoadHistory()
    history.feed(9.0, 1)
    history.begin(0.25, 2)
    assert history.loads == (0.0, 0.0)


def test_what_was_borne_before_a_restart_counts_as_the_whole_range():
    history = LoadHistory()
    history.lost(0.25, tared_ns=-100_000_000_000, now_ns=0, range_n=9.81)
    assert history.loads.span_n == pytest.approx(9.81)
    history.feed(0.25, 1_000)
    assert history.loads.mean_n == pytest.approx(0.981, rel=1e-6)
