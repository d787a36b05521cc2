"""The simulated world behind the devices: a platform, its ground and its load cell, advanced in virtual time."""

from __future__ import annotations

from typing import Any

import numpy as np

from flight.icd.lander_platform import LanderPlatform
from flight.icd.platform import Platform
from flight.icd.rover_platform import RoverPlatform
from hil.config import BenchConfig, LanderBench, RoverBench
from hil.plant import step as kernels
from hil.plant.arm import new_arm
from hil.plant.keep_out import Nearness
from hil.plant.rover import RoverPlant
from hil.plant.servo import bank_record, new_joint_servo
from hil.plant.simulation import Plant, fill_world
from hil.plant.truth import LanderTruth

Floats = np.ndarray[Any, np.dtype[np.float64]]


def new_plant(platform: Platform, bench: BenchConfig, seed: int) -> Plant:
    """The plant of a mission, given what `load_bench` says of it."""
    if isinstance(platform, LanderPlatform) and isinstance(bench, LanderBench):
        return LanderPlant(platform, bench, seed)
    if isinstance(platform, RoverPlatform) and isinstance(bench, RoverBench):
        return RoverPlant(platform, bench, seed)
    raise ValueError(f"there is no plant of {type(platform).__name__} and {type(bench).__name__}")


class LanderPlant(Plant):
    """A lander's arm over its work area."""

    truth: LanderTruth

    def __init__(self, platform: LanderPlatform, bench: LanderBench, seed: int) -> None:
        arm, scoop = platform.arm, platform.scoop
        super().__init__(platform, bench, seed, arm.base_m[:2])
        true = self.deviation
        self._world = np.zeros(1, kernels.WORLD)
        fill_world(self._world, arm.base_m, platform, bench, true)
        first, second = true.link_mass_kg
        self._arm = new_arm(
            (*arm.link_m, scoop.length_m), (first, second, true.scoop_mass_kg), (*arm.link_com_m, scoop.com_m)
        )
        self._servo = np.concatenate(
            [new_joint_servo(joint, bench.servo, stow, true, j)
             for j, (joint, stow) in enumerate(zip(platform.joint, platform.stow_rad, strict=True))]
        )  # fmt: skip
        self._contact["ahead_m"] = self._contact["edge_ground_m"] = true.surface_m - arm.base_m[2]
        self.nearness = Nearness(platform.keep_out, ("upper_arm", "fore_arm", "scoop"))
        self._kernel_args = (
            self._world, self._arm, self._servo, bank_record(self.servos), self._soil, self._scoop, self._contact,
            self._terrain, self._ground, self._rocks, self._cell, self._noise, self.nearness.record,
            self.nearness.boxes,
        )  # fmt: skip
        self.truth = LanderTruth(
            self._world, self._arm, self._servo, self._soil, self._scoop, self._contact, self._terrain, self._ground,
            self._rocks,
        )  # fmt: skip
        self._advance(0)

    def _advance(self, steps: int) -> None:
        kernels.advance(steps, *self._kernel_args)
