"""The `[location]` table of a mission file: where on the Moon the platform stands, and how well that is known."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flight.icd.mission_file import Section
from flight.icd.moon import Place

Latitude = Annotated[float, Field(ge=-90, le=90)]
EastLongitude = Annotated[float, Field(ge=0, lt=360)]
Heading = Annotated[float, Field(ge=0, lt=360)]


class Location(Section):
    """The fix of LANDER's origin, or of SITE's (ROVER at its start), in the frame that `[mission]` names.

    Planetocentric latitude, east longitude, height above the sphere of 1737.4 km (`flight.icd.moon`); `fix_u95_m` is
    the radius round the fix that holds the origin with 95 % probability. Heading is that of the frame's x axis,
    clockwise from north. `kinematics_u95_m` is the like radius of the blade's edge in the platform's frame.
    """

    latitude_deg: Latitude
    longitude_deg: EastLongitude
    height_m: Annotated[float, Field(ge=-10_000, le=11_000)]
    fix_u95_m: Annotated[float, Field(gt=0, le=100_000)]
    heading_deg: Heading
    heading_u95_deg: Annotated[float, Field(ge=0, le=45)]
    kinematics_u95_m: Annotated[float, Field(gt=0, le=1)]

    @property
    def place(self) -> Place:
        """The fix."""
        return Place(self.latitude_deg, self.longitude_deg)
