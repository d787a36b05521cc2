"""The soil's wrench on a scoop that is moved by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.plant.compiled import kernel
from hil.plant.contact import CONTACT, resist, survey
from hil.plant.mckyes import cutting_force
from hil.plant.scoop import SCOOP
from hil.plant.soil import density_kg_m3
from hil.plant.terrain import new_terrain, undisturbed

LENGTH, WIDTH = 0.10, 0.08
DT = 1e-3
PHI, DELTA, COHESION, ADHESION = math.radians(42.0), math.radians(20.0), 520.0, 100.0


@kernel
def look(contact, scoop, soil, terrain, ground, pitch, wrist_r, wrist_z):
    survey(
        contact[0], scoop[0], soil[0], terrain[0], ground, 0.0, 0.0, 0.0, 1.0, 0.0,
        math.cos(pitch), math.sin(pitch), wrist_r, wrist_z, 0.0,
    )  # fmt: skip


@kernel
def move(contact, scoop, soil, pitch, wrist_z, rate_r, rate_z, pitch_rate, across):
    resist(
        contact[0], scoop[0], soil[0], math.cos(pitch), math.sin(pitch), wrist_z, rate_r, rate_z, pitch_rate, across,
        1e-3,
    )  # fmt: skip


class Tool:
    """A scoop on rails over flat ground at height 0; `blade_m` is thin unless asked for."""

    def __init__(self, soil, rake_deg=45.0, depth=-0.05, blade_m=1e-4):
        self.scoop = np.zeros(1, SCOOP)
        self.scoop["length_m"], self.scoop["width_m"], self.scoop["depth_m"] = LENGTH, WIDTH, 0.04
        self.scoop["blade_m"] = blade_m
        self.soil = soil
        self.contact = np.zeros(1, CONTACT)
        size = (0.4, 0.4)
        self.terrain = new_terrain(0.3, -0.2, size, 0.005)
        self.ground = undisturbed(np.zeros((80, 80)))
        self.pitch = math.radians(rake_deg) - math.pi
        self.r = 0.5 - LENGTH * math.cos(self.pitch)
        self.z = -depth - LENGTH * math.sin(self.pitch)
        self.work = 0.0
        self.look()

    def look(self):
        look(self.contact, self.scoop, self.soil, self.terrain, self.ground, self.pitch, self.r, self.z)

    def move(self, rate_r=0.0, rate_z=0.0, pitch_rate=0.0, across=0.0):
        """One step at these rates of the scoop joint; adds to the work done on the soil."""
        self.r, self.z, self.pitch = self.r + rate_r * DT, self.z + rate_z * DT, self.pitch + pitch_rate * DT
        move(self.contact, self.scoop, self.soil, self.pitch, self.z, rate_r, rate_z, pitch_rate, across)
        c = self.contact[0]
        power = c["r_n"] * rate_r + c["z_n"] * rate_z + c["moment_nm"] * pitch_rate + c["across_n"] * across
        self.work -= power * DT
        return float(c["r_n"]), float(c["z_n"])


@pytest.fixture(scope="session")
def tool(soil):
    return lambda *args, **kwargs: Tool(soil, *args, **kwargs)


def test_in_the_air_there_is_no_force(tool):
    scoop = tool(depth=-0.05)
    assert scoop.move(rate_r=-0.05) == (0.0, 0.0)


@pytest.mark.parametrize("rake", [30.0, 45.0, 60.0, 90.0])
def test_a_steady_drag_gives_mckyes(tool, rake):
    depth = 0.01
    scoop = tool(rake, depth)
    for _ in range(1000):
        r_n, z_n = scoop.move(rate_r=-0.03)
    blade = float(scoop.contact["blade_n"][0])
    r_n -= blade * math.cos(math.radians(rake))  # what the edge meets comes on top
    z_n -= blade * math.sin(math.radians(rake))
    beta, delta = math.radians(rake), DELTA
    density = density_kg_m3.py_func(depth / 2)
    whole = cutting_force(WIDTH, depth, beta, PHI, delta, density, 1.62, COHESION, ADHESION, 0.0, 0.0)
    assert r_n == pytest.approx(whole * math.sin(beta + delta), rel=1e-6)
    assert z_n == pytest.approx(-whole * math.cos(beta + delta), rel=1e-6, abs=1e-9)


def test_at_rest_the_soil_holds_what_it_held(tool):
    scoop = tool(45.0, 0.01)
    for _ in range(300):
        scoop.move(rate_r=-0.03)
    first = scoop.move()
    for _ in range(1000):
        last = scoop.move()
    assert last == first
    assert last[0] > 0.5


def test_drawn_back_a_little_it_lets_go(tool):
    scoop = tool(45.0, 0.01)
    for _ in range(300):
        scoop.move(rate_r=-0.03)
    for _ in range(100):
        r_n, _ = scoop.move(rate_r=0.01)
    assert r_n <= 0.0


def test_a_level_floor_meets_a_few_newtons_within_a_millimetre(tool):
    scoop = tool(0.0, -0.0005)
    for _ in range(150):
        _, z_n = scoop.move(rate_z=-0.01)
    assert z_n == pytest.approx(0.001 * LENGTH * WIDTH * (1400.0 / WIDTH + 820e3), rel=1e-6)
    for _ in range(20):
        _, z_n = scoop.move(rate_z=0.01)
    assert z_n < 1.0  # nearly all of the sinkage stays


def test_sideways_motion_is_resisted_both_ways(tool):
    scoop = tool(45.0, 0.01)
    for _ in range(100):
        scoop.move(across=0.05)
    right = float(scoop.contact["across_n"][0])
    for _ in range(100):
        scoop.move(across=-0.05)
    assert right == pytest.approx(-float(scoop.contact["across_n"][0]))
    assert right < -0.2


rates = st.floats(-0.2, 0.2)
motions = st.lists(st.tuples(rates, rates, st.floats(-3, 3), rates, st.integers(1, 30)), min_size=1, max_size=12)


@settings(max_examples=150)
@given(st.floats(-60, 150), st.floats(-0.01, 0.04), motions)
def test_whatever_the_scoop_does_the_soil_only_takes_energy(tool, rake, depth, motion):
    scoop = tool(rake, depth, blade_m=1e-3)
    for rate_r, rate_z, pitch_rate, across, steps in motion:
        for k in range(steps):
            scoop.move(rate_r, rate_z, pitch_rate, across)
            assert scoop.work >= -1e-12
            if k % 10 == 9:
                scoop.look()
