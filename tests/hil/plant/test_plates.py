"""Passive pressures on plates: limits with closed forms, continuity, and what must hold of any cutting model."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hil.plant.mckyes import cutting_force
from hil.plant.plates import plate_forces, pressure_factor

MOON = 1.62


def forces(depth=0.05, rake=90.0, phi=42.0, delta=0.0, density=1680.0, c=0.0, q=0.0, width=0.1, side=0.0, blade=0.0):
    """(face, edges, rubbing); angles in degrees."""
    deg = math.radians
    return plate_forces(
        width, depth, deg(rake), deg(phi), deg(delta), density, MOON, c, q, blade, side, blade
    )  # fmt: skip


@pytest.mark.requirement("BEN-4")
def test_a_smooth_vertical_wall_is_rankines():
    assert forces()[0] == pytest.approx(1.716201, abs=1e-6)


def test_cohesion_alone_is_rankines():
    assert forces(c=500.0, density=0.0)[0] == pytest.approx(11.230184, abs=1e-6)


@given(st.floats(30, 50), st.floats(0.5, 28))
def test_the_pressure_is_continuous_where_the_fan_closes(phi, delta):
    assume(delta < 0.9 * phi)
    phi, delta = math.radians(phi), math.radians(delta)
    limit = 0.5 * math.pi - 0.5 * (delta + math.asin(math.sin(delta) / math.sin(phi)))
    below, above = (pressure_factor.py_func(limit + k, phi, delta) for k in (-1e-9, 1e-9))
    assert below == pytest.approx(above, rel=1e-7)


@given(st.floats(30, 50), st.floats(0, 28))
def test_prandtls_fan_is_that_of_a_strip_footing(phi, delta):
    """Turned upside down to a level wall that presses down, a smooth wall carries Prandtl's N_q."""
    phi = math.radians(phi)
    n_q = math.exp(math.pi * math.tan(phi)) * math.tan(0.25 * math.pi + 0.5 * phi) ** 2
    assert pressure_factor.py_func(math.pi, phi, 0.0) == pytest.approx(n_q, rel=1e-12)


@pytest.mark.parametrize("delta", [10.0, 20.0, 28.0])
def test_draught_rises_and_downward_pull_falls_with_rake(delta):
    """The pull has its flat maximum below 40 deg, where the face turns to a floor that the soil only lies on."""
    rakes = np.arange(20.0, 91.0, 1.0)
    total = np.array([forces(rake=r, delta=delta, c=520.0, depth=0.02)[0] for r in rakes])
    tool = np.radians(rakes + delta)
    draught, pull = total * np.sin(tool), total * np.cos(tool)
    assert np.all(np.diff(draught) > 0)
    assert np.all(np.diff(pull[rakes >= 40.0]) < 0)


soils = st.tuples(st.floats(30, 47), st.floats(0, 28), st.floats(50, 1000), st.floats(0.002, 0.05))


@given(soils, st.floats(20, 90), st.floats(1.0001, 1.5))
def test_more_depth_or_cohesion_is_more_force(soil, rake, more):
    phi, delta, c, depth = soil
    given_force = sum(forces(depth, rake, phi, delta, c=c, side=depth * 0.1, blade=1e-3))
    assert sum(forces(more * depth, rake, phi, delta, c=c, side=depth * 0.1, blade=1e-3)) > given_force
    assert sum(forces(depth, rake, phi, delta, c=more * c, side=depth * 0.1, blade=1e-3)) > given_force
    assert sum(forces(depth, rake, phi, delta, c=c, q=5.0, side=depth * 0.1, blade=1e-3)) > given_force


def test_side_plates_make_a_small_scoop_several_times_as_hard_to_pull():
    """Balovnev's plates against McKyes' wedge, for a scoop 8 cm wide and 2 cm deep."""
    deg = math.radians
    face, edges, rubbing = forces(0.02, 45.0, 42.0, 20.0, c=520.0, width=0.08, side=0.02 * 0.0283, blade=1e-3)
    wedge = cutting_force(0.08, 0.02, deg(45), deg(42), deg(20), 1680.0, MOON, 520.0, 0.0, 0.0, 0.0)
    ratio = (face + edges + rubbing) / wedge
    assert rubbing > face
    assert 2.0 < ratio < 12.0
