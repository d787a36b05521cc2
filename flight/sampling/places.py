"""Where a platform takes the scoop: the strategy that the one sequence follows on lander and rover.

The lander reaches its sites with the arm and weighs in one place; the rover drives to its sites, each ahead of the one
before, and weighs wherever it has come to, standing.
"""

from __future__ import annotations

from math import radians
from typing import Protocol

from flight.config import LanderDig, MissionConfig, RoverConfig
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.digging import DigPass
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.rover_digging import CreepPass
from flight.scoop.trajectory import Trajectory

_POUR_PITCH_RAD = -1.4
"""Scoop axis a little above straight down: the floor is steeper than any angle of repose."""


class Pass(Trajectory, Protocol):
    """One pass through the soil, bent by what is felt while it runs."""

    length_m: float
    peak_n: float
    yielded_m: float

    @property
    def start(self) -> EdgePose:
        """Where it begins, clear of the surface."""
        ...

    @property
    def end(self) -> EdgePose:
        """Where it ends, level and clear of the surface."""
        ...

    def pose(self, t_s: float) -> EdgePose:
        """Commanded edge pose at `t_s`, as bent so far."""
        ...

    def resistance_n(self, draft_n: float, lift_n: float, t_s: float) -> float:
        """Force (N) that resists, of the soil's forces on the edge as estimated at `t_s`."""
        ...

    def feel(self, force_n: float, dt_s: float) -> None:
        """Bend the pass by the force that resisted over the last `dt_s`."""
        ...


class Places(Protocol):
    """Poses and passes of one platform. `here` is the present pose: a rover stays where it stands."""

    sites: int
    passes: int
    """Passes at one site before the next is tried."""
    touch_pitch_rad: float
    """Pitch of the scoop as it feels for the surface."""
    lowest_m: float
    """Height that no planned move goes below before the surface is known."""

    def weighing(self, here: EdgePose) -> EdgePose:
        """The static pose of tare and weighing."""
        ...

    def pouring(self, here: EdgePose) -> EdgePose:
        """The pose in which the scoop is emptied."""
        ...

    def stowed(self, here: EdgePose) -> EdgePose:
        """The pose in which the scoop is carried."""
        ...

    def above(self, site: int, height_m: float) -> EdgePose:
        """Where the surface of a site is felt for, from `height_m`."""
        ...

    def dig_pass(self, site: int, surface_m: float, depth_m: float, settings: DigParameters) -> Pass:
        """A pass at a site; raises `ReachError` when it can't be reached."""
        ...


class LanderPlaces:
    """The lander's: sites by radius and azimuth."""

    passes = 3
    touch_pitch_rad = LEVEL_PITCH_RAD

    def __init__(self, config: MissionConfig, model: ScoopModel) -> None:
        self._model = model
        self._dig: LanderDig = config.dig
        self._weigh = config.weigh
        self._stow: Quad = _quad(config.stow_rad)
        self.sites = len(config.dig.sites)
        self.lowest_m = -config.contact.overdrive_m - 0.01

    def weighing(self, here: EdgePose) -> EdgePose:
        """See `Places`."""
        return EdgePose(0.0, self._weigh.radius_m, self._weigh.height_m, LEVEL_PITCH_RAD)

    def pouring(self, here: EdgePose) -> EdgePose:
        """See `Places`."""
        return self.weighing(here)._replace(pitch_rad=_POUR_PITCH_RAD)

    def stowed(self, here: EdgePose) -> EdgePose:
        """See `Places`."""
        return self._model.edge(self._stow)

    def above(self, site: int, height_m: float) -> EdgePose:
        """See `Places`."""
        radius_m, azimuth_rad = self._site(site)
        return EdgePose(azimuth_rad, radius_m - self._model.scoop_m, height_m, LEVEL_PITCH_RAD)

    def dig_pass(self, site: int, surface_m: float, depth_m: float, settings: DigParameters) -> Pass:
        """See `Places`."""
        radius_m, azimuth_rad = self._site(site)
        return DigPass(self._model, self._dig, settings, azimuth_rad, radius_m, surface_m, depth_m)

    def _site(self, site: int) -> tuple[float, float]:
        radius_m, azimuth_deg = self._dig.sites[site % self.sites]
        return radius_m, radians(azimuth_deg)


class RoverPlaces:
    """The rover's: sites by how far ahead of the start they are dug from."""

    passes = 1

    def __init__(self, config: RoverConfig, model: ScoopModel) -> None:
        self._model = model
        self._dig = config.dig
        self._height_m = config.weigh.height_m
        self._stow: Quad = _quad((0.0, 0.0, *config.stow_rad))
        self.sites = len(config.dig.ahead_m)
        self.touch_pitch_rad = LEVEL_PITCH_RAD + radians(config.contact.rake_deg)
        self.lowest_m = -config.contact.overdrive_m - 0.01

    def weighing(self, here: EdgePose) -> EdgePose:
        """See `Places`."""
        return EdgePose(0.0, here.r_m, self._height_m, LEVEL_PITCH_RAD)

    def pouring(self, here: EdgePose) -> EdgePose:
        """See `Places`; the lift link level, from where curl turns the scoop far enough."""
        return self._model.edge((0.0, 0.0, 0.0, _POUR_PITCH_RAD - LEVEL_PITCH_RAD))._replace(r_m=here.r_m)

    def stowed(self, here: EdgePose) -> EdgePose:
        """See `Places`."""
        return self._model.edge(self._stow)._replace(r_m=here.r_m)

    def above(self, site: int, height_m: float) -> EdgePose:
        """See `Places`."""
        return EdgePose(0.0, -self._dig.ahead_m[site % self.sites], height_m, LEVEL_PITCH_RAD)

    def dig_pass(self, site: int, surface_m: float, depth_m: float, settings: DigParameters) -> Pass:
        """See `Places`."""
        start_r_m = -self._dig.ahead_m[site % self.sites]
        return CreepPass(self._model, self._dig, settings, start_r_m, surface_m, depth_m)


def places_of(config: MissionConfig | RoverConfig, model: ScoopModel) -> Places:
    """The strategy for a platform."""
    return RoverPlaces(config, model) if isinstance(config, RoverConfig) else LanderPlaces(config, model)


def _quad(values: tuple[float, ...]) -> Quad:
    a, b, c, d = values
    return a, b, c, d
