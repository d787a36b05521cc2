"""Single passes through the soil as telecommands want them: along a line, along an arc, or scraped off the surface.

Each carries the scoop over to where the pass begins, level and clear of the soil, and leaves it level above the end.
What is dug lies in the scoop, which counts as used from the first cut on.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from math import radians
from typing import ClassVar, TypeVar

from flight.config import LanderDig, MissionConfig, RoverConfig
from flight.icd.commands.functions import DigArc, DigLinear, Scrape
from flight.icd.limits import Limit, Violation, beyond
from flight.icd.modes import Phase, RakeLaw
from flight.icd.parameters import DigParameters
from flight.sampling.dig import Cutting
from flight.sampling.places import Pass
from flight.sampling.rig import Rig
from flight.sampling.step import Commanded
from flight.scoop.digging import ArcPass, DigPass
from flight.scoop.kinematics import EdgePose, ReachError
from flight.scoop.rover_digging import CreepPass
from flight.scoop.trajectory import Leg

SCRAPE_RAKE_DEG = 12.0
"""Flat enough to take off a thin layer, and steep enough for the heel of the floor not to ride on the ground."""
_MARGIN_S = 60.0
_COMMAND = TypeVar("_COMMAND", DigLinear, DigArc, Scrape)


class _Cut(Cutting, Commanded[_COMMAND]):
    """A pass that is commanded: its figures are checked against the mission's limits first."""

    @abstractmethod
    def planned(self) -> Pass:
        """See `Cutting`."""

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`: up, over, and down to the start of the pass."""
        rig, start = self.rig, self._pass.start
        return rig.up(here), rig.up(start), start

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        yield from super().plan(here)
        self.timeout_s = self._pass.duration_s + _MARGIN_S

    def check(self, length_m: float) -> None:
        """Raise `ReachError` where the command wants more than the mission allows."""
        limits, command = self.rig.config.limits, self.command
        for limit, wanted, low, high in (
            (Limit.DEPTH, command.depth_m, 0.0, limits.depth_m),
            (Limit.LENGTH, length_m, 0.0, limits.length_m),
            (Limit.ASIDE, command.aside_deg, -limits.aside_deg, limits.aside_deg),
        ):
            if beyond(wanted, low, high):
                raise ReachError(Violation(limit, wanted, low, high))

    def settings(self, length_m: float) -> DigParameters:
        """The parameters of digging in force, with the command's own figures."""
        dig, command = self.rig.settings.dig, self.command
        return DigParameters(
            depth_m=command.depth_m, deepen_m=0.0, length_m=length_m, speed_m_s=command.speed_m_s,
            soft_force_n=dig.soft_force_n, stall_force_n=dig.stall_force_n,
        )  # fmt: skip

    def straight(self, length_m: float, rake_deg: float) -> Pass:
        """A pass along a line at one depth."""
        self.check(length_m)
        rig, command, settings = self.rig, self.command, self.settings(length_m)
        surface_m, config = rig.findings.surface_m, rig.config
        if isinstance(config, RoverConfig):
            if rig.traction is None:
                raise ValueError("a rover's passes need its traction")
            creep = config.dig.model_copy(update={"rake_deg": rake_deg})
            here_m = rig.estimate.pose.r_m
            return CreepPass(rig.model, creep, settings, rig.traction, here_m, surface_m, command.depth_m)
        entry_deg = rake_deg + config.dig.entry_rake_deg - config.dig.rake_deg
        drag = config.dig.model_copy(update={"rake_deg": rake_deg, "entry_rake_deg": entry_deg})
        radius_m, azimuth_rad = self.entry()
        return DigPass(rig.model, drag, settings, azimuth_rad, radius_m, surface_m, command.depth_m)

    def entry(self) -> tuple[float, float]:
        """Radius and azimuth where a pass of the arm enters the surface."""
        rig = self.rig
        above = rig.places.above(self.command.site, rig.findings.surface_m, rig.estimate.pose, rig.content.disturbed)
        return above.r_m + rig.model.scoop_m, above.azimuth_rad + radians(self.command.aside_deg)


class CutLine(_Cut[DigLinear]):
    """In steeply, drawn at one depth, out level."""

    phase: ClassVar[Phase] = Phase.DIG_LINEAR

    def planned(self) -> Pass:
        """See `Cutting`."""
        return self.straight(self.command.length_m, self.command.rake_deg)


class CutArc(_Cut[DigArc]):
    """Along an arc, the deepest half-way; of the arm only."""

    phase: ClassVar[Phase] = Phase.DIG_ARC

    def __init__(self, rig: Rig, dig: LanderDig) -> None:
        super().__init__(rig)
        self._dig = dig

    def planned(self) -> Pass:
        """See `Cutting`."""
        rig, command = self.rig, self.command
        self.check(command.chord_m)
        radius_m, azimuth_rad = self.entry()
        return ArcPass(
            rig.model, self._dig, self.settings(command.chord_m), azimuth_rad, radius_m, rig.findings.surface_m,
            command.depth_m, radians(command.rake_deg), command.rake_law is RakeLaw.TURNING,
        )  # fmt: skip


class ScrapeOff(_Cut[Scrape]):
    """A thin layer off the surface, the floor nearly flat."""

    phase: ClassVar[Phase] = Phase.SCRAPE

    def planned(self) -> Pass:
        """See `Cutting`."""
        return self.straight(self.command.length_m, SCRAPE_RAKE_DEG)


def cuts_of(rig: Rig) -> tuple[Cutting, ...]:
    """The single passes that the platform can make."""
    both: tuple[Cutting, ...] = (CutLine(rig), ScrapeOff(rig))
    return (*both, CutArc(rig, rig.config.dig)) if isinstance(rig.config, MissionConfig) else both
