"""Where a platform takes the scoop: the strategy that the one sequence follows on lander and rover.

The lander reaches its sites with the arm and weighs in one place; the rover drives to its sites, each ahead of the one
before, and weighs wherever it has come to, standing.
"""

from __future__ import annotations

from math import radians
from typing import Protocol

from flight.config import LanderDig, MissionConfig, RoverConfig
from flight.icd.modes import StepFailure
from flight.icd.packet import Quad
from flight.icd.parameters import DigParameters
from flight.scoop.digging import DigPass
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose
from flight.scoop.model import ScoopModel
from flight.scoop.rover_digging import CreepPass
from flight.scoop.rover_traction import Broken, RoverTraction
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

    def above(self, site: int, height_m: float, here: EdgePose, used: bool) -> EdgePose:
        """Where the surface of a site is felt for, from `height_m`; `used`: the ground before the scoop was dug in."""
        ...

    def dig_pass(
        self, site: int, surface_m: float, depth_m: float, settings: DigParameters, here: EdgePose
    ) -> Pass:  # fmt: skip
        """A pass at a site; raises `ReachError` when it can't be reached."""
        ...

    def surface_broken(self, surface_m: float) -> Broken | None:
        """The limit that a surface felt at this height is beyond, if any."""
        ...

    def broken(self) -> Broken | None:
        """The limit that what carries the scoop is beyond, if any; told once."""
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

    def above(self, site: int, height_m: float, here: EdgePose, used: bool) -> EdgePose:
        """See `Places`."""
        radius_m, azimuth_rad = self._site(site)
        return EdgePose(azimuth_rad, radius_m - self._model.scoop_m, height_m, LEVEL_PITCH_RAD)

    def dig_pass(
        self, site: int, surface_m: float, depth_m: float, settings: DigParameters, here: EdgePose
    ) -> Pass:  # fmt: skip
        """See `Places`."""
        radius_m, azimuth_rad = self._site(site)
        return DigPass(self._model, self._dig, settings, azimuth_rad, radius_m, surface_m, depth_m)

    def surface_broken(self, surface_m: float) -> Broken | None:
        """See `Places`: an arm stands firm."""
        return None

    def broken(self) -> Broken | None:
        """See `Places`."""
        return None

    def _site(self, site: int) -> tuple[float, float]:
        radius_m, azimuth_deg = self._dig.sites[site % self.sites]
        return radius_m, radians(azimuth_deg)


class RoverPlaces:
    """The rover's: each ahead of the one before, for it never goes back over ground that it has dug or rutted.

    A site is dug from where `ahead_m` says at the earliest, and `advance_m` beyond where the pass before ended.
    """

    passes = 1

    def __init__(self, config: RoverConfig, model: ScoopModel, traction: RoverTraction) -> None:
        self._model = model
        self._traction = traction
        self._dig = config.dig
        self._sunk_m = config.traction.sunk_m
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

    def above(self, site: int, height_m: float, here: EdgePose, used: bool) -> EdgePose:
        """See `Places`."""
        beyond_m = self._dig.advance_m if used else 0.0
        r_m = -max(self._dig.ahead_m[site % self.sites], beyond_m - here.r_m)
        return EdgePose(0.0, r_m, height_m, LEVEL_PITCH_RAD)

    def dig_pass(
        self, site: int, surface_m: float, depth_m: float, settings: DigParameters, here: EdgePose
    ) -> Pass:  # fmt: skip
        """See `Places`."""
        return CreepPass(self._model, self._dig, settings, self._traction, here.r_m, surface_m, depth_m)

    def surface_broken(self, surface_m: float) -> Broken | None:
        """See `Places`: a surface far above the plane that the wheels touch says that they have sunk below it."""
        return Broken(StepFailure.SUNK, surface_m, self._sunk_m) if surface_m > self._sunk_m else None

    def broken(self) -> Broken | None:
        """See `Places`."""
        return self._traction.broken()


def places_of(config: MissionConfig | RoverConfig, model: ScoopModel, traction: RoverTraction | None = None) -> Places:
    """The strategy for a platform; a rover's goes by what its wheels bear."""
    if isinstance(config, MissionConfig):
        return LanderPlaces(config, model)
    if traction is None:
        raise ValueError("a rover's places need its traction")
    return RoverPlaces(config, model, traction)


def _quad(values: tuple[float, ...]) -> Quad:
    a, b, c, d = values
    return a, b, c, d
