import math

import numpy as np
import pytest

from hil.plant.load_cell import carry, new_load_cell, read_out

MOON = 1.62


@pytest.fixture
def quiet(tables, exact):
    """Bench tables of a cell without offset and drift."""
    cell = tables[1].load_cell.model_copy(update={"offset_n": 0.0, "drift_n_sqrt_h": 0.0})
    return {**exact, "load_cell": cell}


def reading(arm, seconds=2.0):
    """Mean over time, so that the noise of a reading averages out."""
    readings = []
    arm.hold(seconds, lambda _: readings.append(arm.plant.load_cell_n()))
    return float(np.mean(readings)), float(np.std(readings))


def test_level_and_at_rest_it_reads_the_weight(rig, quiet, tables):
    arm = rig(**quiet)
    arm.go(arm.reach(0.50, 0.25, -math.pi), 3.0)
    arm.hold(1.0)
    mean, deviation = reading(arm)
    weight = 0.15 * MOON
    assert mean == pytest.approx(weight, rel=tables[0].load_cell.gain_u95 + 0.003)
    assert deviation == pytest.approx(tables[0].load_cell.noise_n, rel=0.3)


def test_tilted_it_reads_the_part_along_its_axis(rig, quiet):
    arm = rig(**quiet)
    arm.go(arm.reach(0.50, 0.25, -math.pi), 3.0)
    arm.hold(1.0)
    level, _ = reading(arm)
    arm.go(arm.reach(0.50, 0.25, -math.radians(120.0)), 3.0)
    arm.hold(1.0)
    tilted, _ = reading(arm)
    assert tilted / level == pytest.approx(math.cos(arm.truth.rake_rad), abs=0.01)


def test_a_tilted_lander_weighs_less(rig, quiet):
    arm = rig(**quiet, tilt_deg=(0.0, 10.0))
    arm.go(arm.reach(0.50, 0.25, -math.pi), 3.0)
    arm.hold(1.0)
    mean, _ = reading(arm)
    assert mean == pytest.approx(0.15 * MOON * math.cos(math.radians(10.0) - arm.truth.rake_rad), rel=0.01)


def test_the_ground_takes_load_off_it(rig, quiet):
    arm = rig(**quiet)
    arm.go(arm.reach(0.60, 0.03, -math.pi), 3.0)
    before, _ = reading(arm, 1.0)
    arm.line((0.60, 0.03, -math.pi, 0.0), (0.60, -0.03, -math.pi, 0.0), 3.0)
    arm.hold(1.0)
    after, _ = reading(arm, 1.0)
    assert before - after == pytest.approx(arm.truth.soil_force_n[1], rel=0.03)


class Cell:
    """The record as plain attributes, as the functions see it."""

    def __init__(self, **values):
        settings = {"gain": 1.0, "offset_n": 0.0, "filter_s": 0.05, "noise_n": 0.0, "range_n": 9.81}
        record = new_load_cell(**{**settings, "drift_n_sqrt_h": 0.0, "tick_s": 0.01, **values})
        for name in record.dtype.names:
            setattr(self, name, float(record[name][0]))

    def load(self, force_n, seconds):
        for _ in range(round(seconds * 1000)):
            carry.py_func(self, force_n, 1e-3)
        read_out.py_func(self, 0.0, 0.0)
        return self.reading_n


def test_its_filter_is_of_first_order():
    assert Cell().load(1.0, 0.05) == pytest.approx(1.0 - math.exp(-1.0), abs=0.01)


def test_it_saturates_at_its_range():
    assert Cell().load(30.0, 2.0) == 9.81
    assert Cell().load(-30.0, 2.0) == -9.81


def test_gain_and_offset_are_in_the_reading():
    assert Cell(gain=1.01, offset_n=0.05).load(2.0, 2.0) == pytest.approx(2.0 * 1.01 + 0.05, abs=1e-6)


def test_drift_walks_as_far_as_said_in_an_hour():
    rng = np.random.default_rng(4)
    cell = Cell(drift_n_sqrt_h=0.005, tick_s=36.0)
    ends = []
    for _ in range(400):
        cell.drift_n = 0.0
        for walk in rng.standard_normal(100):
            read_out.py_func(cell, 0.0, walk)
        ends.append(cell.drift_n)
    assert np.std(ends) == pytest.approx(0.005, rel=0.15)
