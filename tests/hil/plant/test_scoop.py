"""Heaps in a scoop that is shaken."""

import math

import numpy as np
import pytest

from hil.plant.compiled import kernel
from hil.plant.scoop import SCOOP, feel, pour

TICK_S, MOON = 0.01, 1.62
FULL_KG = 0.24


@kernel
def shaken(scoop, soil, amplitude_m, frequency_hz, seconds, rake):
    """Shakes the scoop up and down; what was poured, kg."""
    poured = 0.0
    for k in range(int(seconds / 0.01)):
        z = amplitude_m * math.sin(2.0 * math.pi * frequency_hz * 0.01 * k)
        feel(scoop[0], 0.5, z, 1.62, 0.01)
        poured += pour(scoop[0], soil[0], rake, 0.01)
    return poured


@kernel
def carried(scoop, soil, speed_m_s, acceleration_m_s2, seconds):
    """Carries it along a line, smoothly up to speed."""
    poured, r, v = 0.0, 0.5, 0.0
    for _ in range(int(seconds / 0.01)):
        v = min(v + acceleration_m_s2 * 0.01, speed_m_s)
        r += v * 0.01
        feel(scoop[0], r, 0.0, 1.62, 0.01)
        poured += pour(scoop[0], soil[0], 0.0, 0.01)
    return poured


@pytest.fixture
def scoop():
    scoop = np.zeros(1, SCOOP)
    scoop["length_m"], scoop["width_m"], scoop["depth_m"], scoop["capacity_m3"] = 0.10, 0.08, 0.04, 200e-6
    scoop["spill_s"], scoop["sample_kg"] = 0.15, FULL_KG
    return scoop


def amplitude(times_gravity, frequency_hz):
    return times_gravity * MOON / (2 * math.pi * frequency_hz) ** 2


@pytest.mark.parametrize("frequency", [5.0, 8.0, 12.0])
def test_the_scoop_feels_how_strongly_it_is_shaken(scoop, soil, frequency):
    shaken(scoop, soil, amplitude(2.0, frequency), frequency, 5.0, 0.0)
    assert float(scoop["shake"][0]) == pytest.approx(2.0, rel=0.12)


def test_below_gravity_nothing_falls(scoop, soil):
    assert shaken(scoop, soil, amplitude(0.8, 8.0), 8.0, 60.0, 0.0) == 0.0


@pytest.mark.requirement("BEN-4")
def test_above_gravity_a_heap_flattens_and_the_more_the_flatter(scoop, soil):
    left = []
    for times in (2.0, 2.5, 3.0):
        scoop["sample_kg"], scoop["felt"] = FULL_KG, 0.0
        shaken(scoop, soil, amplitude(times, 8.0), 8.0, 60.0, 0.0)
        left.append(float(scoop["sample_kg"][0]))
    assert FULL_KG > left[0] > left[1] > left[2] > 0.0


def test_what_is_poured_is_what_is_missing(scoop, soil):
    poured = shaken(scoop, soil, amplitude(2.5, 8.0), 8.0, 10.0, 0.0)
    assert poured > 0.0
    assert poured + float(scoop["sample_kg"][0]) == pytest.approx(FULL_KG, rel=1e-12)


def test_tilted_back_a_shaken_scoop_keeps_more(scoop, soil):
    level, back = [], []
    for rake, left in ((0.0, level), (-0.3, back)):
        scoop["sample_kg"], scoop["felt"] = FULL_KG, 0.0
        shaken(scoop, soil, amplitude(2.5, 8.0), 8.0, 60.0, rake)
        left.append(float(scoop["sample_kg"][0]))
    assert back[0] > level[0]


def test_a_smooth_start_is_no_vibration(scoop, soil):
    assert carried(scoop, soil, 0.08, 0.3, 5.0) == 0.0
    assert float(scoop["shake"][0]) < 0.5
