"""Where on the Moon the material in the scoop truly comes from: what a claim of flight's is held against."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from flight.icd.events.location import SampleLocated
from flight.icd.moon import Place, apart_m, beside
from flight.icd.platform import Platform
from hil.plant.simulation import Plant

Two = tuple[float, float]


class DigSite:
    """Follows what the scoop gains and where its edge is then; `see` often, a minor frame apart.

    Places in the platform's frame are along its level axes: the frame itself may be tilted.
    """

    def __init__(self, platform: Platform, plant: Plant) -> None:
        self._location = platform.location
        self._width_m = platform.scoop.width_m
        self._plant = plant
        self._before_kg = plant.truth.sample_mass_kg
        self._gains: list[tuple[float, float, float]] = []  # kg, x, y

    def see(self) -> None:
        """Take in what has changed since the last time."""
        now_kg = self._plant.truth.sample_mass_kg
        gained_kg, self._before_kg = now_kg - self._before_kg, now_kg
        if gained_kg > 0.0:
            x, y = level(self._plant.truth.edge_m, self._plant.deviation.tilt_deg)
            self._gains.append((gained_kg, x, y))

    @property
    def on_platform_m(self) -> Two | None:
        """The middle of where the material comes from, weighted by mass, in the platform's frame; None of nothing."""
        if not self._gains:
            return None
        total_kg = math.fsum(kg for kg, _, _ in self._gains)
        return (
            math.fsum(kg * x for kg, x, _ in self._gains) / total_kg,
            math.fsum(kg * y for kg, _, y in self._gains) / total_kg,
        )

    def holds_m(self, at_m: Two, share: float = 0.95) -> float:
        """Radius round `at_m`, in the platform's frame, that so much of the material comes from, by mass.

        What the edge gains, it gains evenly over its width, which lies across x, or nearly so.
        """
        across_m = [self._width_m * part for part in (-0.5, -0.25, 0.0, 0.25, 0.5)]
        ways = sorted((math.dist(at_m, (x, y + off_m)), kg) for kg, x, y in self._gains for off_m in across_m)
        wanted_kg = share * math.fsum(kg for _, kg in ways)
        held_kg = 0.0
        for way_m, kg in ways:
            held_kg += kg
            if held_kg >= wanted_kg:
                return way_m
        return 0.0

    @property
    def place(self) -> Place | None:
        """The same on the Moon: of the true position and heading of the platform."""
        at_m = self.on_platform_m
        if at_m is None:
            return None
        true, height_m = self._plant.deviation, self._location.height_m
        origin = beside(self._location.place, *true.fix_error_m, height_m)
        heading = math.radians(self._location.heading_deg) + true.heading_error_rad
        x, y = at_m
        north_m = x * math.cos(heading) + y * math.sin(heading)
        east_m = x * math.sin(heading) - y * math.cos(heading)
        return beside(origin, north_m, east_m, height_m)


def level(at_m: tuple[float, float, float], tilt_deg: Two) -> Two:
    """x and y, level, of a place in a frame that is rolled about x, then pitched about y, from level."""
    x, y, z = at_m
    roll, pitch = (math.radians(angle) for angle in tilt_deg)
    up = y * math.sin(roll) + z * math.cos(roll)
    return x * math.cos(pitch) + up * math.sin(pitch), y * math.cos(roll) - z * math.sin(roll)


@dataclass(frozen=True)
class LocationResult:
    """A claim of where a sample was collected, and how far from the truth that is.

    `location_error_m` is to the middle of where the material comes from. `dug_error_m` is the radius that 95 % of the
    material comes from round the place told in the platform's frame, where fix and heading do not matter: `dug_u95_m`
    is what was told of that.
    """

    latitude_deg: float
    longitude_deg: float
    location_u95_m: float
    location_error_m: float
    dug_u95_m: float
    dug_error_m: float

    def as_text(self) -> str:
        """In a line for a person."""
        at = f"{self.latitude_deg:.5f} N {self.longitude_deg:.5f} E (ME)"
        return (
            f"collected at {at} +- {self.location_u95_m:.1f} m (95 %), truth {self.location_error_m:.1f} m away; "
            f"on the platform within {self.dug_u95_m:.3f} m, 95 % of it truly within {self.dug_error_m:.3f} m"
        )

    def as_dict(self) -> dict[str, float]:
        """As it is printed: degrees to a centimetre."""
        return {key: round(value, 7 if key.endswith("_deg") else 4) for key, value in asdict(self).items()}


NOWHERE: dict[str, None] = dict.fromkeys(LocationResult.__dataclass_fields__)
"""As it is printed where nothing was claimed."""


def compare(told: SampleLocated | None, truth: DigSite) -> LocationResult | None:
    """The claim beside the truth; None where there is no claim, or nothing in the scoop."""
    place = truth.place
    if told is None or place is None:
        return None
    return LocationResult(
        latitude_deg=told.latitude_deg,
        longitude_deg=told.longitude_deg,
        location_u95_m=told.u95_m,
        location_error_m=apart_m(place, Place(told.latitude_deg, told.longitude_deg), told.height_m),
        dug_u95_m=told.dug_u95_m,
        dug_error_m=truth.holds_m(told.dug_m[:2]),
    )
