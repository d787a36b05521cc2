"""Dead reckoning: slip is taken off, uncertainty grows with the way and never shrinks, rest is no way."""

from math import pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.odometry import LOST_M, Odometry

RADIUS_M, TRACK_M = 0.1, 0.235
STEPS = st.lists(st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)), max_size=60)


def new():
    return Odometry(RADIUS_M, TRACK_M)


@pytest.mark.requirement("TRA-3")
def test_the_way_is_what_the_wheels_rolled_less_what_they_slip():
    odometry = new()
    odometry.slip = 0.25
    for _ in range(100):
        odometry.roll(0.1, 0.1)
    assert odometry.x_m == pytest.approx(0.75 * 100 * 0.1 * RADIUS_M)
    assert (odometry.y_m, odometry.heading_rad) == (0.0, 0.0)
    assert odometry.rolled_m == pytest.approx(1.0)


def test_wheels_that_turn_against_each_other_turn_the_rover_to_the_slower_side():
    odometry = new()
    odometry.slip = 0.0
    odometry.roll(0.0, 1.0)
    assert odometry.heading_rad == pytest.approx(RADIUS_M / TRACK_M)
    assert odometry.y_m > 0.0


@pytest.mark.requirement("TRA-3")
@pytest.mark.requirement("LOC-3")
@given(STEPS)
def test_uncertainty_never_shrinks_not_even_on_the_way_back(steps):
    odometry, before = new(), 0.0
    for left, right in steps:
        odometry.roll(left, right)
        assert odometry.u95_m >= before
        before = odometry.u95_m


def test_encoders_that_tremble_at_rest_are_no_way():
    odometry = new()
    count = 2.0 * pi / 4096.0
    for index in range(100_000):
        odometry.roll(count * (-1) ** index, count * (-1) ** (index // 2))
    assert odometry.rolled_m < 0.002
    assert odometry.u95_m == pytest.approx(new().u95_m, abs=1e-3)


@pytest.mark.requirement("LOC-3")
@given(st.floats(0.1, 2.0))
def test_twice_the_way_is_at_least_twice_as_uncertain_beyond_what_it_was_at_rest(way_m):
    def after(metres):
        odometry = new()
        rest_m = odometry.u95_m
        for _ in range(100):
            odometry.roll(metres / RADIUS_M / 100, metres / RADIUS_M / 100)
        return sqrt(odometry.u95_m**2 - rest_m**2)

    assert after(2.0 * way_m) >= 1.99 * after(way_m)


def test_what_is_ahead_lies_along_the_heading():
    odometry = new()
    odometry.x_m, odometry.y_m, odometry.heading_rad = 1.0, 2.0, pi / 2
    assert odometry.place_m(0.3) == pytest.approx((1.0, 2.3))


@pytest.mark.requirement("LOC-3")
def test_it_goes_on_after_a_restart_from_what_was_kept_and_less_sure():
    before, after = new(), new()
    for _ in range(50):
        before.roll(0.10, 0.11)
    after.go_on(before.way)
    assert after.way[:4] == before.way[:4]
    assert after.u95_m >= before.u95_m + 0.5 * LOST_M
    for odometry in (before, after):
        odometry.roll(0.5, 0.5)
    assert after.place_m(0.4) == pytest.approx(before.place_m(0.4))
