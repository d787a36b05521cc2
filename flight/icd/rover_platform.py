"""The rover: four driven wheels, and in front of them a scoop on two joints that digs as the rover creeps forward.

Frames. ROVER: origin midway between the axles in the plane that the wheels' rims touch, x forward, y left, z up.
SITE: where ROVER was at the start, level with the undisturbed ground; heading is the angle of the rover's x about +z.
Angles in the vertical plane of the heading (body pitch, lift, curl) are right-handed about +y: positive turns the front
down. Lift: 0 with the link level and forward. Curl: of the scoop's axis (from its joint to the blade edge) against the
link. The sum of pitch, lift and curl is the rake: at 0 the floor is level and the opening looks up, edge forward.
A wheel's positive sense drives the rover forward.
"""

from __future__ import annotations

from math import radians
from typing import Annotated, Literal

from pydantic import Field, model_validator

from flight.icd.mission_file import Section
from flight.icd.platform import Angle, BusServo, Joint, Length, Mass, Place, Platform, Positive, check_stow

WHEELS = ("front_left", "front_right", "rear_left", "rear_right")


class Rover(Section):
    """The vehicle. `mass_kg` is that of all of it; body is what is left without lift link and scoop.

    `com_m` (x and z in ROVER) and `inertia_kg_m2` (roll, pitch, yaw about it) are those of the body, wheels included,
    symmetric about y. `grouser_m` is how far the wheels' lugs stand out of their rims; `lift_axis_m` is x and z;
    `clearance_m` is the height of the body's underside in ROVER.
    """

    mass_kg: Mass
    com_m: tuple[Place, Place]
    inertia_kg_m2: tuple[Positive, Positive, Positive]
    wheelbase_m: Length
    track_m: Length
    wheel_radius_m: Length
    wheel_width_m: Length
    clearance_m: Length
    grouser_m: Annotated[float, Field(ge=0, le=0.1)]
    wheel_inertia_kg_m2: Annotated[float, Field(gt=0, le=1)]
    lift_axis_m: tuple[Place, Place]
    lift_m: Length
    lift_mass_kg: Mass
    lift_com_m: Length
    stow_deg: tuple[Angle, Angle]


class Wheel(BusServo):
    """One wheel on its servo, which is in velocity mode."""

    name: Literal["front_left", "front_right", "rear_left", "rear_right"]


class RoverPlatform(Platform):
    """The tables that describe a rover with its scoop."""

    KIND = "rover"
    JOINTS = ("lift", "curl")

    rover: Rover
    joint: Annotated[tuple[Joint, ...], Field(min_length=2, max_length=2)]
    wheel: Annotated[tuple[Wheel, ...], Field(min_length=4, max_length=4)]

    @property
    def servos(self) -> tuple[BusServo, ...]:
        """Lift, curl, then the wheels in the order of `WHEELS`."""
        return (*self.joint, *self.wheel)

    @property
    def stow_rad(self) -> tuple[float, ...]:
        """Angles of the joints where they are stowed."""
        return tuple(map(radians, self.rover.stow_deg))

    @property
    def link_masses_kg(self) -> tuple[float, ...]:
        """Mass of the lift link."""
        return (self.rover.lift_mass_kg,)

    @property
    def body_kg(self) -> float:
        """Mass of the rover without lift link and scoop."""
        return self.rover.mass_kg - self.rover.lift_mass_kg - self.scoop.mass_kg

    @model_validator(mode="after")
    def _makes_a_rover(self) -> RoverPlatform:
        names = tuple(wheel.name for wheel in self.wheel)
        if names != WHEELS:
            raise ValueError(f"[[wheel]] must name {', '.join(WHEELS)} in this order, got {', '.join(names)}")
        if self.body_kg < 0.1 * self.rover.mass_kg:
            least = (self.rover.lift_mass_kg + self.scoop.mass_kg) / 0.9
            raise ValueError(f"[rover] mass_kg must be above {least:.3g}, got {self.rover.mass_kg}")
        check_stow(self.joint, self.rover.stow_deg, "rover")
        return self
