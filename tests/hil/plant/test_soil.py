"""Regolith as a material: density, strength and bearing with depth."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant import soil as material
from hil.plant.soil import (
    bearing_pa,
    column_kg_m2,
    columns_kg_m2,
    density_kg_m3,
    mean_cohesion_pa,
    mean_friction_rad,
    passive_pressure_pa,
    yielding,
)


@pytest.fixture(autouse=True)
def _plain(monkeypatch):
    """Functions that call others, as Python."""
    for name in ("hardening", "mean_cohesion_pa", "mean_friction_rad", "density_kg_m3"):
        monkeypatch.setattr(material, name, getattr(material, name).py_func)


def of(function, soil, *arguments, **changes):
    """`function` of a soil that differs by `changes`."""
    record = SimpleNamespace(**{name: float(soil[name][0]) for name in soil.dtype.names} | changes)
    return function.py_func(record, *arguments)


GRADED = {"cohesion_gradient_per_m": 9.74, "friction_gradient_rad_m": math.radians(53.3)}


def test_strength_grows_with_depth_as_the_sourcebooks_two_layers_say(soil):
    cohesion = [of(mean_cohesion_pa, soil, depth, **GRADED) for depth in (0.15, 0.30)]
    friction = [math.degrees(of(mean_friction_rad, soil, depth, **GRADED)) for depth in (0.15, 0.30)]
    assert cohesion == pytest.approx([520.0, 900.0], rel=0.005)
    assert friction == pytest.approx([42.0, 46.0], abs=0.05)


@given(st.floats(0.0, 0.3), st.floats(1e-4, 0.05))
def test_a_graded_soil_is_never_weaker_deeper(soil, depth, more):
    assert of(mean_cohesion_pa, soil, depth + more, **GRADED) >= of(mean_cohesion_pa, soil, depth, **GRADED) > 0.0
    assert of(mean_friction_rad, soil, depth + more, **GRADED) >= of(mean_friction_rad, soil, depth, **GRADED)


def test_a_hard_layer_is_felt_only_below_its_top_and_without_a_jump(soil):
    hard = {"hard_depth_m": 0.02, "hard_factor": 10.0}
    above, at, just_below, below = (
        of(mean_cohesion_pa, soil, z, **hard) / of(mean_cohesion_pa, soil, z) for z in (0.01, 0.02, 0.020001, 0.04)
    )
    assert (above, at) == (1.0, 1.0)
    assert just_below == pytest.approx(1.0, abs=1e-3)
    assert below == pytest.approx(5.5)  # half of the way is ten times as strong
    assert of(bearing_pa, soil, 0.04, 0.05, **hard) == pytest.approx(5.5 * of(bearing_pa, soil, 0.04, 0.05))


def test_passive_pressure_is_rankines(soil):
    k_p = math.tan(math.radians(45 + 21)) ** 2
    density = density_kg_m3.py_func(0.02)
    expected = 0.5 * density * 1.62 * 0.04 * k_p + 2 * 520.0 * math.sqrt(k_p)
    assert of(passive_pressure_pa, soil, 0.04, 1.0) == pytest.approx(expected, rel=1e-12)


def test_density_is_carriers():
    layer = [column_kg_m2.py_func(depth) for depth in (0.15, 0.30)]
    assert layer[0] / 0.15 == pytest.approx(1470, abs=15)
    assert layer[1] / 0.30 == pytest.approx(1560, abs=15)
    assert density_kg_m3.py_func(0.0) == pytest.approx(1300, abs=5)


@given(st.floats(0.0, 0.3))
def test_the_column_is_the_integral_of_the_density(depth):
    z = np.linspace(0.0, depth, 2001)
    whole = np.trapezoid([density_kg_m3.py_func(k) for k in z], z)
    assert column_kg_m2.py_func(depth) == pytest.approx(whole, abs=1e-4)
    assert columns_kg_m2(np.array([depth]))[0] == pytest.approx(column_kg_m2.py_func(depth), rel=1e-12)


def test_a_small_plate_bears_what_bekker_says(soil):
    newton = [0.05 * 0.025 * of(bearing_pa, soil, z, 0.025) for z in (0.01, 0.02)]
    assert newton == pytest.approx([11.0, 22.0], abs=0.1)


limits = st.tuples(st.floats(-20, 0), st.floats(0, 20))


@given(st.lists(st.tuples(st.floats(-1e-3, 1e-3), limits), max_size=50))
def test_a_soil_element_never_gives_back_more_than_it_took(moves):
    held, work, stiffness = 0.0, 0.0, 20e3
    for slip, (low, high) in moves:
        held = yielding.py_func(held, slip, stiffness, low, high)
        work += held * slip
        assert work >= 0.5 * held**2 / stiffness - 1e-12


def test_a_soil_element_holds_at_rest():
    held = yielding.py_func(0.0, 1e-3, 20e3, 0.0, 5.0)
    assert held == 5.0
    assert yielding.py_func(held, 0.0, 20e3, 0.0, 5.0) == held
