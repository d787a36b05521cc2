"""The wedge against Rankine's theory and published coefficients."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant.mckyes import cutting_force, mckyes_n

MOON = 1.62


def force(depth=0.05, rake=90.0, phi=42.0, delta=0.0, density=1680.0, c=0.0, adhesion=0.0, q=0.0, v=0.0):
    """Of a blade 10 cm wide, angles in degrees."""
    deg = math.radians
    return cutting_force(0.1, depth, deg(rake), deg(phi), deg(delta), density, MOON, c, adhesion, q, v)


@pytest.mark.requirement("BEN-4")
def test_a_smooth_vertical_wall_is_rankines():
    assert force() == pytest.approx(1.716201, abs=1e-6)
    k_p = math.tan(math.radians(45 + 21)) ** 2
    assert force() == pytest.approx(0.5 * 1680 * MOON * 0.05**2 * 0.1 * k_p, rel=1e-6)


def test_cohesion_alone_is_rankines():
    assert force(c=500.0, density=0.0) == pytest.approx(11.230184, abs=1e-6)


@pytest.mark.parametrize(("phi", "delta", "coefficient"), [(35.0, 10.0, 2.763635), (42.0, 25.0, 4.211175)])
def test_the_weightless_coefficient_is_the_published_one(phi, delta, coefficient):
    whole = force(rake=45.0, phi=phi, delta=delta)
    assert whole / (0.5 * 1680 * MOON * 0.05**2 * 0.1) == pytest.approx(coefficient, abs=1e-6)


@given(
    st.floats(20, 95), st.floats(30, 45), st.floats(0, 28), st.floats(100, 1000), st.floats(0, 200), st.floats(0, 30),
    st.floats(0.002, 0.05),
)  # fmt: skip
def test_no_other_shear_plane_gives_less(rake, phi, delta, c, adhesion, q, depth):
    least = force(rake=rake, phi=phi, delta=delta, c=c, adhesion=adhesion, q=q, depth=depth)
    deg = math.radians
    high = min(90.0, 180.0 - rake - delta - phi) - 0.06
    others = [
        mckyes_n.py_func(rho, 0.1, depth, deg(rake), deg(phi), deg(delta), 1680.0, MOON, c, adhesion, q, 0.0)
        for rho in np.radians(np.linspace(0.5, high, 200))
    ]
    assert least <= min(others) * (1 + 1e-7)
    assert least >= 0.99 * min(others)


@pytest.mark.parametrize("delta", [10.0, 20.0, 28.0])
def test_draught_rises_and_downward_pull_falls_with_rake(delta):
    rakes = np.arange(35.0, 91.0, 5.0)
    total = np.array([force(rake=r, delta=delta, c=520.0, depth=0.02) for r in rakes])
    tool = np.radians(rakes + delta)
    assert np.all(np.diff(total * np.sin(tool)) > 0)
    assert np.all(np.diff(total * np.cos(tool)) < 0)


def test_at_scoop_scale_cohesion_dominates():
    soil = {"rake": 45.0, "delta": 27.0, "depth": 0.02, "density": 1470.0}
    draught = math.sin(math.radians(72.0))
    assert force(c=520.0, **soil) * draught == pytest.approx(2.7, abs=0.1)
    assert force(c=0.0, **soil) * draught == pytest.approx(0.2, abs=0.05)


def test_speed_and_surcharge_add_force():
    assert force(v=0.5) > force()
    assert force(q=20.0) > force()
