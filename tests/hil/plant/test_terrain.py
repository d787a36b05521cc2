"""The height map and the scoop's contents: what is moved is neither made nor lost."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.compiled import kernel
from hil.plant.scoop import SCOOP, held_m3, pour, take_in
from hil.plant.soil import column_kg_m2
from hil.plant.terrain import LOOSE, SOLID, cut, drop, moved_kg, new_terrain, slump, undisturbed, waves

CELL = 0.005
SIZE = (0.4, 0.4)
HALF = 0.04


@kernel
def cut_along(terrain, soil, ground, azimuth, r_from, r_to, edge_z):
    c, s = math.cos(azimuth), math.sin(azimuth)
    return cut(terrain[0], soil[0], ground, 0.0, 0.0, c, s, r_from, r_to, edge_z, 0.04)


@kernel
def drop_at(terrain, soil, ground, x, y, radius, mass):
    drop(terrain[0], soil[0], ground, x, y, radius, mass)


@kernel
def slump_at(terrain, soil, ground, x, y, radius):
    slump(terrain[0], soil[0], ground, x, y, radius)


@kernel
def fill(scoop, soil, mass, rake):
    return take_in(scoop[0], soil[0], mass, rake)


@kernel
def spill(scoop, soil, rake, dt):
    return pour(scoop[0], soil[0], rake, dt)


@kernel
def holds(scoop, rake, repose):
    return held_m3(scoop[0], rake, repose)


class Site:
    """Flat ground at height 0 around (0.5, 0), or with relief."""

    def __init__(self, soil, rms=0.0):
        self.soil = soil
        self.terrain = new_terrain(0.3, -0.2, SIZE, CELL)
        self.ground = undisturbed(rms * waves(self.terrain, SIZE, 0.1, np.random.default_rng(3)))

    @property
    def surface(self):
        return self.ground[SOLID] + self.ground[LOOSE]

    @property
    def moved(self):
        return moved_kg(self.terrain, self.ground, self.soil)


@pytest.fixture(scope="session")
def site(soil):
    return lambda **kwargs: Site(soil, **kwargs)


@pytest.fixture
def scoop():
    scoop = np.zeros(1, SCOOP)
    scoop["length_m"], scoop["width_m"], scoop["depth_m"], scoop["capacity_m3"] = 0.10, 0.08, 0.04, 200e-6
    scoop["fill_efficiency"], scoop["spill_s"] = 0.8, 0.15
    return scoop


@pytest.mark.parametrize("azimuth", [0.0, 0.2, -0.3])
@pytest.mark.parametrize("stride", [0.0003, 0.004, 0.02])
def test_a_cut_takes_length_times_width_times_depth(site, azimuth, stride):
    here, depth, r, taken = site(), 0.012, 0.60, 0.0
    while r > 0.50:
        taken += cut_along(here.terrain, here.soil, here.ground, azimuth, r, r - stride, -depth)
        r -= stride
    assert taken == pytest.approx((0.60 - r) * 2 * HALF * column_kg_m2.py_func(depth), rel=0.05)
    assert here.moved == pytest.approx(-taken, rel=1e-12)


def test_a_cut_grows_smoothly(site):
    here, r, parts = site(), 0.60, []
    while r > 0.50:
        parts.append(cut_along(here.terrain, here.soil, here.ground, 0.0, r, r - 0.0003, -0.01))
        r -= 0.0003
    assert max(parts[20:]) < 1.05 * min(parts[20:])


def test_a_cut_leaves_a_trench_at_the_edges_depth(site):
    here = site(rms=0.002)
    cut_along(here.terrain, here.soil, here.ground, 0.0, 0.60, 0.50, -0.015)
    trench = here.surface[42:58, 34:46]  # x 0.51..0.59, y -0.03..0.03
    assert np.allclose(trench, -0.015, atol=1e-12)
    assert np.array_equal(here.surface[:, :30], here.ground[0][:, :30])


def test_an_edge_above_the_ground_takes_nothing(site):
    here = site()
    assert cut_along(here.terrain, here.soil, here.ground, 0.0, 0.60, 0.50, 0.001) == 0.0


def test_what_is_dropped_is_taken_again_at_its_loose_density(site):
    here = site()
    drop_at(here.terrain, here.soil, here.ground, 0.55, 0.0, 0.03, 0.05)
    assert here.moved == pytest.approx(0.05, rel=1e-12)
    assert cut_along(here.terrain, here.soil, here.ground, 0.0, 0.62, 0.48, 0.0) == pytest.approx(0.05, rel=1e-3)


def test_what_falls_off_the_map_is_counted(site):
    here = site()
    drop_at(here.terrain, here.soil, here.ground, 0.30, 0.0, 0.03, 0.05)
    drop_at(here.terrain, here.soil, here.ground, 5.0, 0.0, 0.03, 0.01)
    assert here.terrain["off_map_kg"][0] > 0.02
    assert here.moved == pytest.approx(0.06, rel=1e-12)


def test_a_heap_slumps_to_its_repose(site):
    here = site()
    drop_at(here.terrain, here.soil, here.ground, 0.5, 0.0, 0.01, 0.05)
    for _ in range(500):
        slump_at(here.terrain, here.soil, here.ground, 0.5, 0.0, 0.1)
    steepest = max(np.abs(np.diff(here.surface, axis=k)).max() for k in (0, 1)) / CELL
    assert steepest < 1.02 * here.soil["repose_tan"][0]
    assert here.surface.max() > 0.01
    assert here.moved == pytest.approx(0.05, rel=1e-12)


x_place = st.floats(0.28, 0.72)
y_place = st.floats(-0.22, 0.22)
cuts = st.tuples(st.just("cut"), st.floats(-0.4, 0.4), st.floats(0.4, 0.7), st.floats(0.0, 0.2), st.floats(-0.04, 0.01))
drops = st.tuples(st.just("drop"), x_place, y_place, st.floats(0.001, 0.08), st.floats(0.0, 0.3))
slumps = st.tuples(st.just("slump"), x_place, y_place, st.floats(0.0, 0.2))


@settings(max_examples=100)
@given(st.lists(st.one_of(cuts, drops, slumps), max_size=15))
def test_whatever_is_done_mass_is_conserved_and_loose_soil_never_negative(site, deeds):
    here, held = site(rms=0.003), 0.0
    for deed, *values in deeds:
        if deed == "cut":
            azimuth, r, length, z = values
            held += cut_along(here.terrain, here.soil, here.ground, azimuth, r, r - length, z)
        elif deed == "drop":
            *place, mass = values
            drop_at(here.terrain, here.soil, here.ground, *place, mass)
            held -= mass
        else:
            slump_at(here.terrain, here.soil, here.ground, *values)
        assert here.moved + held == pytest.approx(0.0, abs=1e-12)
        assert here.ground[LOOSE].min() >= -1e-15


@pytest.mark.requirement("BEN-4")
def test_a_heap_of_loose_soil_is_round(site):
    """A cone, not a pyramid: as far down the diagonal as down the axes."""
    here = site()
    drop_at(here.terrain, here.soil, here.ground, 0.5, 0.0, 0.012, 0.25)
    for _ in range(400):
        slump_at(here.terrain, here.soil, here.ground, 0.5, 0.0, 0.12)
    i, k = np.unravel_index(np.argmax(here.surface), here.surface.shape)
    reach = {
        (di, dk): CELL * math.hypot(di, dk) * sum(here.surface[i + n * di, k + n * dk] > 0.004 for n in range(1, 20))
        for di in (-1, 0, 1)
        for dk in (-1, 0, 1)
        if (di, dk) != (0, 0)
    }
    assert max(reach.values()) < 1.25 * min(reach.values())


def test_relief_is_gentle_and_seeded():
    def height(seed):
        terrain = new_terrain(0.0, 0.0, SIZE, CELL)
        return 0.1 + 0.002 * waves(terrain, SIZE, 0.1, np.random.default_rng(seed))

    assert np.array_equal(height(1), height(1))
    assert not np.array_equal(height(1), height(2))
    assert 0.0005 < np.std(height(1)) < 0.004
    assert np.abs(np.diff(height(1), axis=0)).max() < 0.2 * CELL


def test_the_fuller_the_scoop_the_less_goes_in(scoop, soil):
    left = [fill(scoop, soil, 0.05, math.radians(45)) for _ in range(12)]
    assert left[0] == pytest.approx(0.01)
    assert np.all(np.diff(left) >= 0)
    assert scoop["sample_kg"][0] <= 200e-6 * soil["loose_kg_m3"][0]
    assert sum(left) + scoop["sample_kg"][0] == pytest.approx(12 * 0.05, rel=1e-12)


def test_a_level_scoop_keeps_all(scoop, soil):
    scoop["sample_kg"] = 0.2
    for rake in (-60, -5, 0, 5):
        assert spill(scoop, soil, math.radians(rake), 1.0) == 0.0


@pytest.mark.parametrize(("rake", "kept"), [(20.0, 1.0), (40.0, 0.0), (180.0, 0.0), (-170.0, 0.0)])
def test_a_small_sample_pours_past_the_repose(scoop, soil, rake, kept):
    scoop["sample_kg"] = 0.07
    poured = sum(spill(scoop, soil, math.radians(rake), 0.01) for _ in range(500))
    assert scoop["sample_kg"][0] == pytest.approx(0.07 * kept)
    assert poured + scoop["sample_kg"][0] == pytest.approx(0.07, rel=1e-12)


def test_what_a_scoop_holds_falls_steadily_with_its_tilt(scoop):
    repose = math.radians(37.0)
    held = [holds(scoop, math.radians(rake), repose) for rake in np.linspace(0.0, 60.0, 200)]
    assert held[0] == pytest.approx(200e-6)
    assert np.all(np.diff(held) <= 0)
    assert max(-np.diff(held)) < 10e-6
