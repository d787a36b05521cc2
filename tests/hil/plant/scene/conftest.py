"""Flat ground with what a test does to it, seen by a camera that a test places."""

import numpy as np
import pytest

from hil.plant.scene.arm import add_scoop, scoop_walls
from hil.plant.scene.ground import SurfaceMap
from hil.plant.scene.mesh import Mesh, frame
from hil.plant.scene.render import Lens
from hil.plant.scene.scene import Scene, Staging, State
from hil.plant.scene.sensor import Sensor

CELL_M, CELLS = 0.005, 80
SENSOR = Sensor(12000.0, 20.0, (1e-4, 0.033), 0.34, 2.2, 0.25)
WALLS = scoop_walls(0.10, 0.08, 0.04)
REPOSE = np.radians(37.0)


def ground(change=None):
    """A map of level ground around the origin; `change(x, y)` is added to it."""
    axis = (np.arange(CELLS) - 0.5 * (CELLS - 1)) * CELL_M
    height = np.zeros((CELLS, CELLS))
    if change is not None:
        height = height + change(axis[:, None], axis[None, :])
    return SurfaceMap(height, axis[0], axis[0], CELL_M)


class Stage:
    """A scoop whose wrist is `joint_rad`[0] along x, at a fixed height, level."""

    def __init__(self, lens, scoop_z_m=None):
        self.lens = lens
        self.scoop_z_m = scoop_z_m

    def __call__(self, state):
        mesh = Mesh()
        x = state.joint_rad[0]
        place = frame((x - 0.05, 0.0, self.scoop_z_m or 5.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
        if self.scoop_z_m is not None:
            add_scoop(mesh, place, 0.10, 0.08, 0.04)
        return Staging(mesh, place, 0.0, self.lens)


def state(surface=None, to_sun=(0.0, 0.6, 0.8), x_m=0.0, x_m_s=0.0, sample_m3=0.0, rocks=()):
    return State(surface or ground(), (x_m,), (x_m_s,), sample_m3, to_sun, rocks)


@pytest.fixture(scope="session")
def from_above():
    """Straight down but for a hair (a lens needs a direction for up), 0.5 m over the ground."""
    return Lens((0.0, 0.0, 0.5), (1e-5, 0.0, 0.0), np.radians(40.0))


@pytest.fixture(scope="session")
def bare(from_above):
    """Ground alone."""
    return Scene(ground(), Stage(from_above), WALLS, REPOSE, SENSOR, 1)


@pytest.fixture(scope="session")
def with_scoop(from_above):
    """A scoop 10 cm over the ground."""
    return Scene(ground(), Stage(from_above, 0.10), WALLS, REPOSE, SENSOR, 1)
