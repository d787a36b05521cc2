"""What is really the case in the plant: for checks, plots and reports. Flight never sees it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from hil.plant.terrain import moved_kg
from hil.plant.timing import STEP_NS, STEPS_PER_TICK

Records = np.ndarray[Any, Any]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Three = tuple[float, float, float]


class Truth(ABC):
    """A view of the plant's state as it is now; each property costs about a microsecond.

    What is said of joints is said of every servo on the bus, in the order of `Platform.servos`. Places and heights are
    in the platform's fixed frame: LANDER, or SITE of a rover.
    """

    def __init__(
        self, world: Records, servo: Records, soil: Records, scoop: Records, contact: Records,
        terrain: Records, ground: Floats, rocks: Records,
    ) -> None:  # fmt: skip
        self._world = world
        self._servo = servo
        self._soil = soil
        self._scoop = scoop
        self._contact = contact
        self._terrain = terrain
        self._ground = ground
        self._rocks = rocks

    @property
    def time_ns(self) -> int:
        """Virtual time reached."""
        world = self._world[0]
        phase = int(world["phase"])
        return (int(world["tick"]) * STEPS_PER_TICK - (STEPS_PER_TICK - phase if phase else 0)) * STEP_NS

    @property
    def sample_mass_kg(self) -> float:
        """Soil in the scoop."""
        return float(self._scoop["sample_kg"][0])

    @property
    def joint_rad(self) -> tuple[float, ...]:
        """Angles of the links."""
        return tuple(self._servo["link_rad"].tolist())

    @property
    def joint_rad_s(self) -> tuple[float, ...]:
        """Rates of the links."""
        return tuple(self._servo["link_rad_s"].tolist())

    @property
    def motor_rad(self) -> tuple[float, ...]:
        """Angles of the motors behind the gears; what they differ by from `joint_rad` is play and twist."""
        return tuple(self._servo["motor_rad"].tolist())

    @property
    def joint_torque_nm(self) -> tuple[float, ...]:
        """What the gearboxes pass on to the links."""
        return tuple(self._servo["torque_nm"].tolist())

    @property
    def joint_peak_nm(self) -> tuple[float, ...]:
        """The largest magnitude of `joint_torque_nm` since the start, at every step."""
        return tuple(self._servo["peak_nm"].tolist())

    @property
    @abstractmethod
    def rake_rad(self) -> float:
        """Angle of the scoop floor from the frame's x-y plane: 0 level and open upwards, edge down positive."""

    @property
    @abstractmethod
    def edge_m(self) -> Three:
        """The middle of the blade's edge."""

    @property
    def surface_m(self) -> float:
        """Height of the ground at the edge: of what is under it or just ahead, whichever is higher."""
        contact = self._contact[0]
        return float(self._world["base_z"][0] + max(contact["ahead_m"], contact["edge_ground_m"]))

    @property
    def depth_below_surface_m(self) -> float:
        """How deep the edge is below `surface_m`; negative above it."""
        return self.surface_m - self.edge_m[2]

    @property
    def soil_force_n(self) -> tuple[float, float]:
        """Force of the soil on the scoop along (r, z) of its plane; it digs towards decreasing r."""
        contact = self._contact[0]
        return float(contact["r_n"]), float(contact["z_n"])

    @property
    def moved_mass_kg(self) -> float:
        """Mass the ground has gained: with `sample_mass_kg` it adds up to 0."""
        return moved_kg(self._terrain, self._ground, self._soil)

    @property
    def rock_force_n(self) -> float:
        """What rocks press on the scoop, all of them together."""
        return float(self._contact["rock_n"][0])

    @property
    def rocks_m(self) -> Floats:
        """Rocks (n, 4): centre in the fixed frame and radius, those that were pushed out of the ground too."""
        rocks = self._rocks[self._rocks["radius_m"] > 0.0]
        return np.stack([rocks["x_m"], rocks["y_m"], rocks["z_m"], rocks["radius_m"]], axis=1)

    @property
    def shake(self) -> float:
        """Amplitude of the scoop's vibration over gravity."""
        return float(self._scoop["shake"][0])

    @property
    def height_map_m(self) -> Floats:
        """The surface, cells along x and y; a copy. Its cell (0, 0) lies at `height_map_origin_m`."""
        surface: Floats = self._ground[1] + self._ground[2]
        return surface

    @property
    def height_map_origin_m(self) -> Three:
        """x and y of the centre of the map's first cell, and the side of a cell."""
        terrain = self._terrain[0]
        return float(terrain["x_m"]), float(terrain["y_m"]), float(terrain["cell_m"])


class LanderTruth(Truth):
    """Truth of a lander's arm."""

    def __init__(
        self, world: Records, arm: Records, servo: Records, soil: Records, scoop: Records, contact: Records,
        terrain: Records, ground: Floats, rocks: Records,
    ) -> None:  # fmt: skip
        super().__init__(world, servo, soil, scoop, contact, terrain, ground, rocks)
        self._arm = arm

    @property
    def rake_rad(self) -> float:
        """Angle of the scoop floor from LANDER's x-y plane: 0 level and open upwards, edge down positive."""
        pitch = sum(self.joint_rad[1:]) + math.pi
        return math.atan2(math.sin(pitch), math.cos(pitch))

    @property
    def edge_m(self) -> Three:
        """The middle of the blade's edge in LANDER."""
        azimuth, a1, elbow, scoop = self.joint_rad
        a2 = a1 + elbow
        a3 = a2 + scoop
        arm, world = self._arm[0], self._world[0]
        r = arm["l1"] * math.cos(a1) + arm["l2"] * math.cos(a2) + arm["l3"] * math.cos(a3)
        z = arm["l1"] * math.sin(a1) + arm["l2"] * math.sin(a2) + arm["l3"] * math.sin(a3)
        x, y = world["base_x"] + r * math.cos(azimuth), world["base_y"] + r * math.sin(azimuth)
        return float(x), float(y), float(world["base_z"] + z)
