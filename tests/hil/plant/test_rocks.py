"""Buried rocks met by a scoop that is moved by hand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.compiled import kernel
from hil.plant.contact import CONTACT
from hil.plant.rocks import LEAST_M, MOST_ROCKS, ROCK, bury, push_rocks, scatter, survey_rocks
from hil.plant.terrain import new_terrain, undisturbed

LENGTH, WIDTH = 0.10, 0.08


@kernel
def meet(rocks, contact, soil, terrain, ground, r, z, pitch, azimuth):
    """Surveys and pushes once; the scoop's joint at (r, z) of the plane at `azimuth`, base at the origin."""
    c0, s0, c3, s3 = math.cos(azimuth), math.sin(azimuth), math.cos(pitch), math.sin(pitch)
    c = contact[0]
    c.along_n, c.normal_n, c.across_n, c.moment_nm, c.r_n, c.z_n = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    edge = r + 0.10 * c3
    survey_rocks(rocks, c, soil[0], terrain[0], ground, 0.10, 0.08, edge * c0, edge * s0, z + 0.10 * s3)
    push_rocks(rocks, c, 0.10, 0.08, 0.0, 0.0, 0.0, c0, s0, c3, s3, r, z)


class Field:
    """Flat ground at height 0 with one rock at (0.5, 0)."""

    def __init__(self, soil, radius, depth, pitch_deg=-150.0):
        self.soil = soil
        self.terrain = new_terrain(0.2, -0.3, (0.6, 0.6), 0.01)
        self.ground = undisturbed(np.zeros((60, 60)))
        self.rocks = np.zeros(MOST_ROCKS, ROCK)
        self.contact = np.zeros(1, CONTACT)
        self.pitch = math.radians(pitch_deg)
        bury(self.rocks, 0.5, 0.0, -depth, radius)

    def at(self, edge_r, edge_z, azimuth=0.0, pitch=None):
        """Force on the scoop along r and z with its edge there."""
        pitch = self.pitch if pitch is None else pitch
        r, z = edge_r - LENGTH * math.cos(pitch), edge_z - LENGTH * math.sin(pitch)
        meet(self.rocks, self.contact, self.soil, self.terrain, self.ground, r, z, pitch, azimuth)
        c = self.contact[0]
        return np.array([c["r_n"], c["z_n"], c["across_n"]])

    @property
    def rock(self):
        return self.rocks[0]


def drag(field, depth, start=0.60, end=0.45):
    """Largest resistance while the edge is drawn inwards."""
    return max(field.at(r, -depth)[0] for r in np.arange(start, end, -5e-5))


def test_without_touch_there_is_no_force(soil):
    field = Field(soil, 0.03, 0.04)
    assert not field.at(0.60, -0.02).any()
    assert float(field.rock["x_m"]) == 0.5


def test_a_touch_pushes_back_along_the_line_of_centres(soil):
    field = Field(soil, 0.03, 0.03)
    force = field.at(0.5 + 0.0299, -0.03)
    assert force[0] == pytest.approx(30e3 * 1e-4, rel=1e-6)
    assert abs(force[1]) < 1e-9


@pytest.mark.requirement("BEN-4")
def test_a_large_rock_stalls_what_a_small_one_does_not(soil):
    small, large = drag(Field(soil, 0.015, 0.02), 0.02), drag(Field(soil, 0.07, 0.06), 0.02)
    assert small < 10.0
    assert large > 40.0


def test_a_rock_that_gives_way_goes_where_it_is_pushed(soil):
    field = Field(soil, 0.02, 0.025)
    drag(field, 0.025, end=0.48)
    assert 0.45 < float(field.rock["x_m"]) < 0.47
    assert float(field.rock["y_m"]) == pytest.approx(0.0, abs=1e-9)


def test_a_scoop_that_comes_down_on_a_rock_is_held_up(soil):
    field = Field(soil, 0.05, 0.045)
    level = -math.pi
    forces = [field.at(0.45, z, pitch=level)[1] for z in np.arange(0.02, 0.002, -1e-4)]
    assert forces[0] == 0.0
    assert max(forces) > 20.0


def test_a_rock_out_of_the_ground_matters_no_more(soil):
    field = Field(soil, 0.02, 0.01)
    field.rock["z_m"] = 0.001
    assert not field.at(0.51, -0.005).any()
    assert float(field.rock["held"]) == 0.0


def test_turning_the_arm_turns_the_force(soil):
    """The same rock, seen by an arm at another azimuth."""
    ahead, aside = Field(soil, 0.03, 0.03), Field(soil, 0.03, 0.03)
    aside.rocks[0]["x_m"], aside.rocks[0]["y_m"] = 0.5 * math.cos(0.4), 0.5 * math.sin(0.4)
    assert ahead.at(0.529, -0.02) == pytest.approx(aside.at(0.529, -0.02, azimuth=0.4), abs=1e-9)


paths = st.lists(st.tuples(st.floats(0.44, 0.60), st.floats(-0.05, 0.03)), min_size=2, max_size=6)


@settings(max_examples=40)
@given(st.floats(LEAST_M, 0.07), st.floats(0.005, 0.06), paths)
def test_no_way_around_a_rock_gives_work(soil, radius, depth, path):
    """Along any polygon that ends where it began, away from the rock; trapezoid rule, exact to its 0.1 mm steps."""
    field = Field(soil, radius, depth)
    points = np.array([(0.62, 0.08), *path, (0.62, 0.08)])
    work = [0.0]
    last, force = points[0], np.zeros(2)
    for a, b in itertools.pairwise(points):
        count = max(int(np.linalg.norm(b - a) / 1e-4), 1)
        for share in np.arange(1, count + 1) / count:
            here = a + (b - a) * share
            new = field.at(*here)[:2]
            work.append(work[-1] - 0.5 * (force + new) @ (here - last))
            last, force = here, new
    assert work[-1] >= -1e-3 * max(work) - 1e-5


def test_scattered_rocks_are_seeded_and_at_least_half_buried():
    def field(seed):
        rocks = np.zeros(MOST_ROCKS, ROCK)
        scatter(rocks, 40.0, (0.012, 0.06), 2.5, (-0.05, 0.04), (1.0, -0.2), (0.5, 0.5), lambda x, y: 0.1,
                np.random.default_rng(seed))  # fmt: skip
        return rocks[rocks["radius_m"] > 0.0]

    rocks = field(1)
    assert np.array_equal(rocks, field(1))
    assert not np.array_equal(rocks, field(2))
    assert np.all((rocks["radius_m"] >= 0.012) & (rocks["radius_m"] <= 0.06))
    assert np.all(rocks["z_m"] <= 0.1 + 1e-12)
    assert np.all((rocks["x_m"] >= 1.0) & (rocks["x_m"] <= 1.5))


def test_small_rocks_are_many():
    rng = np.random.default_rng(5)
    radii = []
    for _ in range(200):
        rocks = np.zeros(MOST_ROCKS, ROCK)
        scatter(rocks, 40.0, (0.012, 0.06), 2.5, (0.0, 0.0), (0.0, 0.0), (0.7, 0.7), lambda x, y: 0.0, rng)
        radii += list(rocks["radius_m"][rocks["radius_m"] > 0.0])
    small, large = 0.012**-2.5, 0.06**-2.5
    expected = (0.024**-2.5 - large) / (small - large)
    assert np.mean(np.array(radii) > 0.024) == pytest.approx(expected, abs=0.02)


def test_too_many_or_too_small_is_refused():
    rocks = np.zeros(MOST_ROCKS, ROCK)
    with pytest.raises(ValueError, match=r"0\.012 m or more, got 0\.01"):
        bury(rocks, 0.0, 0.0, 0.0, 0.01)
    for _ in range(MOST_ROCKS):
        bury(rocks, 0.0, 0.0, 0.0, 0.02)
    with pytest.raises(ValueError, match="no more than"):
        bury(rocks, 0.0, 0.0, 0.0, 0.02)
