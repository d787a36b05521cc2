"""The simulated world behind the devices: arm, servos, ground and load cell, advanced in virtual time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from flight.icd.platform import Platform
from hil.config import BenchConfig
from hil.plant import step as kernels
from hil.plant.actuators import ActuatorBank
from hil.plant.arm import new_arm
from hil.plant.contact import CONTACT
from hil.plant.cutting import MODELS
from hil.plant.deviation import Deviation, draw, streams
from hil.plant.disturbance import Disturbances
from hil.plant.load_cell import new_load_cell
from hil.plant.rocks import MOST_ROCKS, ROCK, scatter
from hil.plant.scoop import SCOOP
from hil.plant.servo import bank_record, new_servo
from hil.plant.soil import new_soil
from hil.plant.terrain import height_at, new_terrain, sloping, undisturbed, waves
from hil.plant.truth import Truth

Floats = np.ndarray[Any, np.dtype[np.float64]]


class Plant:
    """A lander's arm over its work area. Same platform, bench tables and seed: same results, bit for bit.

    It starts at time 0 at rest in the stow pose, torque off. `deviation` says what the seed has drawn.
    """

    def __init__(self, platform: Platform, bench: BenchConfig, seed: int) -> None:
        random = streams(seed)
        self.deviation = draw(platform, bench, random)
        self.servos = ActuatorBank(len(platform.joint))
        self._steps = 0
        self._noise_current = random["current_noise"]
        self._noise_cell = random["load_cell_noise"]
        self._noise = np.zeros((kernels.NOISE_ROWS, kernels.NOISE_COLUMNS))
        self._refill_noise()
        arm, scoop = platform.arm, platform.scoop
        true = self.deviation
        self._world = _new_world(platform, bench, true)
        self._arm = new_arm(
            (*arm.link_m, scoop.length_m), (*true.link_mass_kg, true.scoop_mass_kg), (*arm.link_com_m, scoop.com_m)
        )
        self._servo = np.concatenate(
            [
                new_servo(joint, bench.servo, math.radians(stow) - zero, zero, friction, offset)
                for joint, stow, zero, friction, offset in zip(
                    platform.joint, arm.stow_deg, true.joint_zero_rad, true.friction, true.current_offset_a, strict=True
                )
            ]
        )
        self._soil = _new_soil(platform, bench, true)
        self._scoop = _new_scoop(platform, bench, true)
        self._contact = np.zeros(1, CONTACT)
        self._contact["ahead_m"] = self._contact["edge_ground_m"] = true.surface_m - arm.base_m[2]
        ground = bench.terrain
        self._terrain = new_terrain(
            arm.base_m[0] + ground.corner_m[0], arm.base_m[1] + ground.corner_m[1], ground.size_m, ground.cell_m
        )
        self._ground = _new_ground(self._terrain, bench, true.surface_m, random)
        self._rocks = np.zeros(MOST_ROCKS, ROCK)
        scatter(
            self._rocks, float(random["rocks"].uniform(*bench.rocks.per_m2)), bench.rocks.radius_m,
            bench.rocks.size_exponent, bench.rocks.top_depth_m,
            (arm.base_m[0] + ground.corner_m[0], arm.base_m[1] + ground.corner_m[1]), ground.size_m,
            lambda x, y: height_at(self._terrain, self._ground, x, y), random["rocks"],
        )  # fmt: skip
        cell = platform.load_cell
        self._cell = new_load_cell(
            true.load_cell_gain, true.load_cell_offset_n, bench.load_cell.filter_s, cell.noise_n, cell.range_n,
            bench.load_cell.drift_n_sqrt_h, kernels.STEPS_PER_TICK * kernels.STEP_NS * 1e-9,
        )  # fmt: skip
        self._kernel_args = (
            self._world, self._arm, self._servo, bank_record(self.servos), self._soil, self._scoop, self._contact,
            self._terrain, self._ground, self._rocks, self._cell, self._noise,
        )  # fmt: skip
        self.truth = Truth(
            self._world, self._arm, self._servo, self._soil, self._scoop, self._contact, self._terrain, self._ground,
            self._rocks,
        )  # fmt: skip
        self.disturbances: Disturbances | None = Disturbances(
            self._world, self._servo, self._soil, self._terrain, self._ground, self._rocks, self.truth
        )
        """What can be made to go wrong in it."""
        kernels.advance(0, *self._kernel_args)

    @property
    def time_ns(self) -> int:
        """Virtual time reached, ns from the start."""
        return self._steps * kernels.STEP_NS

    def advance(self, to_ns: int) -> None:
        """Simulates up to the last whole step not after `to_ns`; a time already passed changes nothing."""
        steps = to_ns // kernels.STEP_NS - self._steps
        while steps > 0:
            # The tick of a step uses the noise row of its number: stop where the block of rows is used up.
            block = kernels.NOISE_ROWS * kernels.STEPS_PER_TICK
            part = min(steps, block - self._steps % block)
            if self._steps and self._steps % block == 0:
                self._refill_noise()
            kernels.advance(part, *self._kernel_args)
            self._steps += part
            steps -= part

    def load_cell_n(self) -> float:
        """What the weighing transmitter has converted last, N: about the weight on the scoop when it is level."""
        return float(self._cell["reading_n"][0])

    def _refill_noise(self) -> None:
        rows, joints = kernels.NOISE_ROWS, kernels.JOINT_COUNT
        self._noise[:, :joints] = self._noise_current.standard_normal((rows, joints))
        self._noise[:, joints:] = self._noise_cell.standard_normal((rows, kernels.NOISE_COLUMNS - joints))


def gravity_lander(gravity_m_s2: float, tilt_deg: tuple[float, float]) -> tuple[float, float, float]:
    """Gravity along LANDER's axes, m/s2, when the lander is rolled about x, then pitched about y, from upright."""
    roll, pitch = (math.radians(angle) for angle in tilt_deg)
    down = gravity_m_s2 * math.cos(pitch)
    return gravity_m_s2 * math.sin(pitch), -down * math.sin(roll), -down * math.cos(roll)


def _new_world(platform: Platform, bench: BenchConfig, true: Deviation) -> np.ndarray[Any, Any]:
    world = np.zeros(1, kernels.WORLD)
    for axis, base, gravity in zip(
        "xyz", platform.arm.base_m, gravity_lander(platform.environment.gravity_m_s2, true.tilt_deg), strict=True
    ):
        world[f"base_{axis}"], world[f"g{axis}"] = base, gravity
    world["supply_v"] = world["voltage_v"] = bench.servo.supply_v
    world["harness_ohm"], world["current_noise_a"] = bench.servo.harness_ohm, bench.servo.current_noise_a
    return world


def _new_soil(platform: Platform, bench: BenchConfig, true: Deviation) -> np.ndarray[Any, Any]:
    soil = bench.soil
    return new_soil(
        cohesion_pa=true.cohesion_pa,
        cohesion_gradient_per_m=true.cohesion_gradient_per_m,
        friction_rad=true.friction_rad,
        friction_gradient_rad_m=true.friction_gradient_rad_m,
        hard_depth_m=math.inf if soil.hard_depth_m is None else soil.hard_depth_m,
        hard_factor=soil.hard_factor,
        cutting_model=MODELS[true.cutting_model],
        cutting_factor=true.cutting_factor,
        tool_friction_rad=true.tool_friction_rad,
        adhesion_pa=true.adhesion_pa,
        bearing_cohesive=soil.bearing_cohesive_n_m2,
        bearing_frictional=soil.bearing_frictional_n_m3,
        density_factor=true.density_factor,
        loose_kg_m3=true.loose_density_kg_m3,
        repose_tan=math.tan(true.repose_rad),
        unload_n_m3=soil.unload_n_m3,
        grip_n_m=soil.grip_n_m,
        damping_n_s_m=soil.damping_n_s_m,
        gravity=platform.environment.gravity_m_s2,
    )


def _new_scoop(platform: Platform, bench: BenchConfig, true: Deviation) -> np.ndarray[Any, Any]:
    scoop = np.zeros(1, SCOOP)
    drawing = platform.scoop
    scoop["length_m"], scoop["width_m"], scoop["depth_m"] = drawing.length_m, drawing.width_m, drawing.depth_m
    scoop["capacity_m3"] = drawing.capacity_cm3 * 1e-6
    scoop["blade_m"], scoop["spill_s"] = bench.scoop.blade_m, bench.scoop.spill_s
    scoop["fill_efficiency"] = true.fill_efficiency
    return scoop


def _new_ground(
    terrain: np.ndarray[Any, Any], bench: BenchConfig, surface_m: float, random: dict[str, np.random.Generator]
) -> Floats:
    ground, soil = bench.terrain, bench.soil
    slope = math.tan(math.radians(ground.slope_deg))
    height = sloping(terrain, ground.size_m, surface_m, slope, random["relief"])
    height += ground.relief_m * waves(terrain, ground.size_m, ground.wavelength_m, random["relief"])
    varied = waves(terrain, ground.size_m, soil.variation_wavelength_m, random["strength"])
    # Lognormal with mean 1, so that strength stays positive; density varies a tenth as much.
    sigma = math.sqrt(math.log1p(soil.variation**2))
    return undisturbed(
        height, np.exp(sigma * varied - 0.5 * sigma**2), np.clip(1.0 + 0.1 * soil.variation * varied, 0.5, 1.5)
    )
