"""The lander's arm: four joints that carry a scoop, drawn towards the lander to dig.

Frames. LANDER: origin in the plane of the footpads below the lander's centre, x towards the work area, z up.
Arm plane: (r, z) through the azimuth axis. Joint angles: azimuth about +z; shoulder, elbow and scoop pitch up positive,
each relative to the link before. Scoop axis: from the scoop joint to the blade edge. At a scoop pitch of -180 deg
(axis towards the lander) the floor is level and the opening looks up: the scoop digs by being drawn to the lander.
"""

from __future__ import annotations

from math import radians
from typing import Annotated

from pydantic import Field, model_validator

from flight.icd.mission_file import Section
from flight.icd.platform import Angle, Joint, Length, Mass, Place, Platform, check_stow


class Arm(Section):
    """The arm's links; `base_m` is where azimuth and shoulder axes meet, in LANDER."""

    base_m: tuple[Place, Place, Place]
    link_m: tuple[Length, Length]
    link_mass_kg: tuple[Mass, Mass]
    link_com_m: tuple[Length, Length]
    stow_deg: tuple[Angle, Angle, Angle, Angle]


class LanderPlatform(Platform):
    """The tables that describe a lander with its arm."""

    KIND = "lander_arm"
    JOINTS = ("azimuth", "shoulder", "elbow", "scoop")

    arm: Arm
    joint: Annotated[tuple[Joint, ...], Field(min_length=4, max_length=4)]

    @property
    def stow_rad(self) -> tuple[float, ...]:
        """Angles of the joints where they are stowed."""
        return tuple(map(radians, self.arm.stow_deg))

    @property
    def link_masses_kg(self) -> tuple[float, ...]:
        """Masses of upper arm and fore arm."""
        return self.arm.link_mass_kg

    @model_validator(mode="after")
    def _stowed_within_limits(self) -> LanderPlatform:
        check_stow(self.joint, self.arm.stow_deg, "arm")
        return self
