"""From the platform's fix to the place of a sample, and what its 95 % radius is made of."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.moon import Place, apart_m, beside
from flight.scoop.location import K95, K95_CIRCLE, Fix, Stretch, carried, locate, radius_95_m

HOME = Place(60.5, 355.4)
coordinates = st.floats(-50, 50)


def fix(u95_m=0.0, heading_deg=0.0, heading_u95_deg=0.0):
    return Fix(HOME, -2600.0, u95_m, math.radians(heading_deg), math.radians(heading_u95_deg))


@pytest.mark.parametrize(
    ("heading_deg", "north", "east"), [(0.0, 3.0, -1.0), (90.0, 1.0, 3.0), (180.0, -3.0, 1.0), (270.0, -1.0, -3.0)]
)
def test_x_heads_clockwise_from_north_and_y_lies_to_its_left(heading_deg, north, east):
    found = locate(fix(heading_deg=heading_deg), Stretch.at((3.0, 1.0, 0.0)), 0.0).place
    assert apart_m(found, beside(HOME, north, east, -2600.0)) < 1e-6


@given(coordinates, coordinates, st.floats(0, 360))
def test_a_heading_turns_the_place_about_the_platform(x, y, heading_deg):
    found = locate(fix(heading_deg=heading_deg), Stretch.at((x, y, 0.0)), 0.0).place
    assert apart_m(found, HOME, -2600.0) == pytest.approx(math.hypot(x, y), abs=1e-6)


def test_the_height_is_the_fix_and_the_edge():
    assert locate(fix(), Stretch.at((1.0, 0.0, -0.05)), 0.0).height_m == pytest.approx(-2600.05)


def spread(var_x, var_y, cov, count=200_000):
    rng = np.random.default_rng(7)
    return np.linalg.norm(rng.multivariate_normal([0, 0], [[var_x, cov], [cov, var_y]], count), axis=1)


@pytest.mark.requirement("LOC-2")
@pytest.mark.parametrize("ratio", [0.0, 0.05, 0.25, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("lean", [0.0, 0.6])
def test_the_radius_holds_95_per_cent(ratio, lean):
    c, s = math.cos(lean), math.sin(lean)
    great, small = 4.0, 4.0 * ratio**2
    var_x, var_y, cov = great * c * c + small * s * s, great * s * s + small * c * c, (great - small) * c * s
    share = np.mean(spread(var_x, var_y, cov) <= radius_95_m(var_x, var_y, cov))
    assert share == pytest.approx(0.95, abs=0.002)


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(-1, 1))
def test_the_radius_lies_between_one_dimension_and_two(var_x, var_y, lean):
    cov = lean * math.sqrt(var_x * var_y)
    great = math.sqrt(0.5 * (var_x + var_y) + math.hypot(0.5 * (var_x - var_y), cov))
    radius = radius_95_m(var_x, var_y, cov)
    assert K95 * great * 0.99999 <= radius <= K95_CIRCLE * great * 1.00001


def test_a_fix_alone_gives_its_own_radius():
    at = locate(fix(u95_m=20.0), Stretch.at((0.0, 0.0, 0.0)), 0.0)
    assert at.u95_m == pytest.approx(20.0, rel=1e-5)
    assert at.dug_u95_m == 0.0


@given(coordinates, coordinates, st.floats(0, 10))
def test_a_heading_costs_in_proportion_to_the_way(x, y, heading_u95_deg):
    at = locate(fix(heading_deg=33.0, heading_u95_deg=heading_u95_deg), Stretch.at((x, y, 0.0)), 0.0)
    assert at.u95_m == pytest.approx(math.radians(heading_u95_deg) * math.hypot(x, y), rel=1e-4, abs=1e-9)


@given(st.floats(0, 30), st.floats(0, 30), st.floats(0, 1), st.floats(0, 5))
def test_no_component_makes_the_radius_smaller(fix_u95, odometry_u95, kinematics_u95, heading_u95):
    stretch = Stretch((1.0, 2.0, 0.0), (1.2, 2.0, 0.0), odometry_u95)
    all_of_it = locate(fix(fix_u95, 10.0, heading_u95), stretch, kinematics_u95)
    assert all_of_it.u95_m >= max(fix_u95, odometry_u95, kinematics_u95) * 0.99999
    assert all_of_it.u95_m >= all_of_it.dug_u95_m


@pytest.mark.requirement("LOC-2")
def test_the_truth_is_inside_as_often_as_it_is_said():
    rng = np.random.default_rng(3)
    stretch = Stretch((10.0, -4.0, 0.0), (11.5, -4.0, 0.0), 1.5)
    at = locate(fix(3.0, 40.0, 8.0), stretch, 0.5)
    inside = 0
    for _ in range(4000):
        north, east = rng.normal(0.0, 3.0 / K95_CIRCLE, 2)
        turn = rng.normal(0.0, math.radians(8.0) / K95)
        x = rng.uniform(10.0, 11.5) + rng.normal(0.0, 1.5 / K95_CIRCLE) + rng.normal(0.0, 0.5 / K95_CIRCLE)
        y = -4.0 + rng.normal(0.0, 1.5 / K95_CIRCLE) + rng.normal(0.0, 0.5 / K95_CIRCLE)
        heading = math.radians(40.0) + turn
        north += x * math.cos(heading) + y * math.sin(heading)
        east += x * math.sin(heading) - y * math.cos(heading)
        inside += apart_m(at.place, beside(HOME, north, east, -2600.0), -2600.0) <= at.u95_m
    assert inside / 4000 == pytest.approx(0.95, abs=0.012)


@dataclass
class Reckoned:
    x_m: float
    y_m: float
    heading_rad: float
    u95_m: float = 0.0
    heading_u95_rad: float = 0.0


def test_a_rover_carries_its_edge_along_and_turns_it():
    assert carried((0.3, 0.0, 0.1), Reckoned(2.0, 1.0, math.pi / 2)) == pytest.approx((2.0, 1.3, 0.1))


@given(st.lists(st.tuples(coordinates, coordinates, coordinates), min_size=1, max_size=20))
def test_a_stretch_holds_every_place_it_was_made_of(places):
    stretch = Stretch.at(places[0])
    for place in places[1:]:
        beyond = stretch.beyond_m(place)
        grown = stretch.with_edge(place)
        assert (beyond > 0.0) == (grown != stretch)
        stretch = grown
    assert all(stretch.beyond_m(place) == 0.0 for place in places)


def test_a_stretch_has_the_worst_dead_reckoning_of_its_places():
    assert Stretch.at((0.0, 0.0, 0.0), 0.2).with_edge((1.0, 0.0, 0.0), 0.1).odometry_u95_m == 0.2
