"""How soil scatters light: brightest with the Sun behind the eye, reciprocal, darker than what falls on it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.scene.photometry import regolith

scatter = regolith.py_func
cosines = st.floats(0.01, 1.0)
phases = st.floats(-0.99, 1.0)


@given(cosines, cosines, phases)
def test_sun_and_eye_can_change_places(mu0, mu, cos_phase):
    """Helmholtz: the bidirectional reflectance, I/F over mu0, is symmetric."""
    assert scatter(mu0, mu, cos_phase) / mu0 == pytest.approx(scatter(mu, mu0, cos_phase) / mu)


@given(cosines, cosines)
def test_it_surges_with_the_sun_behind_the_eye(mu0, mu):
    assert scatter(mu0, mu, 1.0) > 1.15 * scatter(mu0, mu, math.cos(math.radians(10.0)))


def test_its_normal_albedo_is_the_moons():
    assert 0.08 < scatter(1.0, 1.0, 1.0) < 0.16


@given(cosines, cosines, phases)
def test_it_gives_no_more_than_it_gets(mu0, mu, cos_phase):
    assert 0.0 <= scatter(mu0, mu, cos_phase) < 0.5


def test_what_is_turned_away_is_dark():
    assert scatter(-0.1, 0.5, 0.0) == 0.0
