"""Where the Sun stands: the figures of the Moon's sky, and directions in a tilted frame."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.scene.sun import MAX_DECLINATION_DEG, RATE_DEG_H, direction, hour_after, position
from hil.plant.simulation import gravity_along

latitudes = st.floats(-85, 85)
hours = st.floats(0, 24, exclude_max=True)
declinations = st.floats(-MAX_DECLINATION_DEG, MAX_DECLINATION_DEG)
angles = st.floats(-math.pi, math.pi)


@given(latitudes, hours, declinations)
def test_it_is_never_higher_than_the_latitude_lets_it(latitude, hour, declination):
    elevation, _ = position(latitude, hour, declination)
    assert math.degrees(elevation) <= 90.0 - abs(latitude) + MAX_DECLINATION_DEG + 1e-9


@pytest.mark.parametrize(("latitude", "highest"), [(47.5, 42.5), (60.5, 29.5)])
def test_at_noon_it_is_highest_and_in_the_south_of_a_northern_site(latitude, highest):
    elevation, azimuth = position(latitude, 12.0, 0.0)
    assert math.degrees(elevation) == pytest.approx(highest)
    assert math.degrees(azimuth) == pytest.approx(180.0)


@given(latitudes, declinations)
def test_it_rises_in_the_east(latitude, declination):
    assert 0.0 < position(latitude, 6.0, declination)[1] < math.pi


def test_it_moves_half_a_degree_an_hour_at_the_equator():
    before, after = (position(0.0, hour_after(8.0, seconds), 0.0)[0] for seconds in (0.0, 3600.0))
    assert math.degrees(after - before) == pytest.approx(RATE_DEG_H)


@given(st.floats(-1.5, 1.5), angles, angles, st.tuples(st.floats(-20, 20), st.floats(-20, 20)))
def test_tilt_leaves_the_angle_to_gravity_that_of_the_elevation(elevation, azimuth, heading, tilt):
    to_sun = np.array(direction(elevation, azimuth, heading, tilt))
    assert np.linalg.norm(to_sun) == pytest.approx(1.0)
    assert -to_sun @ gravity_along(1.0, tilt) == pytest.approx(math.sin(elevation), abs=1e-9)


def test_a_sun_to_the_right_of_where_x_points_has_negative_y():
    assert direction(0.0, math.radians(90.0), 0.0) == pytest.approx((0.0, -1.0, 0.0))
