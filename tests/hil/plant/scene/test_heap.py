"""The soil in the scoop: as much as there is, no steeper than it can lie, within its walls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.scene.heap import Walls, cells, surface_m

WALLS = Walls(0.10, 0.0764, 0.04, 0.014)
repose = st.floats(0.6, 0.7)


def volume(surface):
    u, v = cells(WALLS)
    return float(np.trapezoid(np.trapezoid(surface, v[0], axis=1), u[:, 0]))


@given(st.floats(1e-6, 1.2e-4), st.floats(-0.5, 0.3), repose)
def test_the_heap_has_the_volume_of_the_sample(wanted, rake, repose_rad):
    held = volume(surface_m(WALLS, 1e-3, rake, repose_rad))
    assert volume(surface_m(WALLS, wanted, rake, repose_rad)) == pytest.approx(min(wanted, held), rel=1e-3)


@given(st.floats(1e-6, 3e-4), repose)
def test_at_the_edge_it_lies_no_steeper_than_the_angle_of_repose(wanted, repose_rad):
    u, _ = cells(WALLS)
    surface = surface_m(WALLS, wanted, 0.0, repose_rad)
    assert (surface <= (WALLS.length_m - u) * np.tan(repose_rad) + 1e-9).all()


@given(st.floats(1e-6, 1e-4), st.floats(1.1, 2.0))
def test_more_soil_lies_nowhere_lower(wanted, factor):
    less, more = (surface_m(WALLS, volume_m3, 0.0, 0.65) for volume_m3 in (wanted, factor * wanted))
    assert (more >= less - 1e-12).all()


def test_tilted_beyond_repose_nothing_stays():
    assert surface_m(WALLS, 1e-4, 0.8, 0.65).max() == 0.0
