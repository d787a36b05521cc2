"""Places on the Moon: another's geodesics give the same, poles and the first meridian are places like any other."""

import math

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.moon import SPHERE_M, Place, apart_m, beside, east_deg

MOON = Geodesic(SPHERE_M, 0.0)
"""C. F. F. Karney's, on a sphere."""
latitudes = st.floats(-90, 90)
longitudes = st.floats(0, 359.999)
ways = st.floats(-1000, 1000)


def apart_by_others(a, b):
    return MOON.Inverse(a.latitude_deg, a.longitude_deg, b.latitude_deg, b.longitude_deg)["s12"]


@pytest.mark.requirement("LOC-1")
@given(latitudes, longitudes, ways, ways)
def test_a_place_beside_another_is_where_others_find_it(latitude, longitude, north, east):
    place = beside(Place(latitude, longitude), north, east)
    azimuth = math.degrees(math.atan2(east, north))
    theirs = MOON.Direct(latitude, longitude, azimuth, math.hypot(north, east))
    assert apart_by_others(place, Place(theirs["lat2"], theirs["lon2"])) < 1e-4
    assert 0.0 <= place.longitude_deg < 360.0
    assert -90.0 <= place.latitude_deg <= 90.0


@given(latitudes, longitudes, ways, ways)
def test_the_way_back_is_as_far_as_the_way_there(latitude, longitude, north, east):
    here = Place(latitude, longitude)
    assert apart_m(here, beside(here, north, east)) == pytest.approx(math.hypot(north, east), abs=1e-4)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distances_are_those_of_others(a, b, c, d):
    mine, theirs = apart_m(Place(a, b), Place(c, d)), apart_by_others(Place(a, b), Place(c, d))
    assert mine == pytest.approx(theirs, abs=0.1)


@given(st.floats(-89, 89), longitudes, st.floats(-100, 100), st.floats(-100, 100))
def test_near_a_place_it_is_the_plane_that_touches_the_sphere(latitude, longitude, north, east):
    place = beside(Place(latitude, longitude), north, east)
    meridian_m = SPHERE_M * math.radians(1.0)
    turn = (place.longitude_deg - longitude + 180.0) % 360.0 - 180.0
    across_m = turn * meridian_m * math.cos(math.radians(latitude))
    assert (place.latitude_deg - latitude) * meridian_m == pytest.approx(north, abs=0.2)
    assert across_m == pytest.approx(east, abs=0.4)


def test_a_height_makes_the_same_way_a_greater_angle():
    low, high = beside(Place(10.0, 20.0), 500.0, 0.0, -2000.0), beside(Place(10.0, 20.0), 500.0, 0.0, 2000.0)
    assert low.latitude_deg > high.latitude_deg
    assert apart_m(Place(10.0, 20.0), low, -2000.0) == pytest.approx(500.0, abs=1e-6)


@pytest.mark.parametrize(("west", "east"), [(-4.6, 355.4), (-180.0, 180.0), (0.0, 0.0), (360.0, 0.0), (-1e-20, 0.0)])
def test_longitudes_are_east_from_0_to_below_360(west, east):
    assert east_deg(west) == pytest.approx(east)


def test_over_the_pole_and_over_the_first_meridian():
    over = beside(Place(90.0, 0.0), 30.0, 0.0)
    assert over.longitude_deg == pytest.approx(180.0)
    assert over.latitude_deg < 90.0
    assert beside(Place(0.0, 0.0), 0.0, -30.0).longitude_deg == pytest.approx(359.999, abs=1e-4)
