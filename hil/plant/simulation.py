"""What every platform's plant has: servos, soil, a scoop over mapped ground, a load cell, and time that goes on."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from flight.icd.platform import Platform
from hil.config import BenchConfig
from hil.plant.actuators import ActuatorBank
from hil.plant.contact import CONTACT
from hil.plant.cutting import MODELS
from hil.plant.deviation import Deviation, draw, streams
from hil.plant.disturbance import Disturbances
from hil.plant.electrics import NOISE_ROWS, noise_columns
from hil.plant.keep_out import Nearness
from hil.plant.load_cell import new_load_cell
from hil.plant.rocks import MOST_ROCKS, ROCK, scatter
from hil.plant.scoop import SCOOP
from hil.plant.soil import new_soil
from hil.plant.terrain import height_at, new_terrain, sloping, undisturbed, waves
from hil.plant.timing import STEP_NS, STEPS_PER_TICK, TICK_S
from hil.plant.truth import Truth

Floats = np.ndarray[Any, np.dtype[np.float64]]
Records = np.ndarray[Any, Any]


class Plant(ABC):
    """A platform over its work area. Same platform, bench tables and seed: same results, bit for bit.

    It starts at time 0 at rest in the stow pose, torque off. `deviation` says what the seed has drawn.
    """

    truth: Truth
    nearness: Nearness
    """To the keep-out boxes."""
    _world: Records
    _servo: Records

    def __init__(self, platform: Platform, bench: BenchConfig, seed: int, origin_m: tuple[float, float]) -> None:
        random = streams(seed)
        self.deviation = draw(platform, bench, random)
        count = len(platform.servos)
        self.servos = ActuatorBank(count)
        self._steps = 0
        self._noise_current = random["current_noise"]
        self._noise_cell = random["load_cell_noise"]
        self._noise = np.zeros((NOISE_ROWS, noise_columns(count)))
        self._refill_noise()
        self._soil = _new_soil(platform, bench, self.deviation)
        self._scoop = _new_scoop(platform, bench, self.deviation)
        self._contact = np.zeros(1, CONTACT)
        ground = bench.terrain
        self._terrain = new_terrain(
            origin_m[0] + ground.corner_m[0], origin_m[1] + ground.corner_m[1], ground.size_m, ground.cell_m
        )
        self._ground = _new_ground(self._terrain, bench, self.deviation.surface_m, random)
        self._rocks = _new_rocks(self._terrain, self._ground, bench, random["rocks"])
        self._cell = _new_cell(platform, bench, self.deviation)

    @property
    def time_ns(self) -> int:
        """Virtual time reached, ns from the start."""
        return self._steps * STEP_NS

    def advance(self, to_ns: int) -> None:
        """Simulates up to the last whole step not after `to_ns`; a time already passed changes nothing."""
        steps = to_ns // STEP_NS - self._steps
        while steps > 0:
            # The tick of a step uses the noise row of its number: stop where the block of rows is used up.
            block = NOISE_ROWS * STEPS_PER_TICK
            part = min(steps, block - self._steps % block)
            if self._steps and self._steps % block == 0:
                self._refill_noise()
            self._advance(part)
            self._steps += part
            steps -= part

    @abstractmethod
    def _advance(self, steps: int) -> None:
        """Takes `steps` steps, none of them beyond the present block of noise."""

    @cached_property
    def disturbances(self) -> Disturbances:
        """What can be made to go wrong in it."""
        return Disturbances(self._world, self._servo, self._soil, self._terrain, self._ground, self._rocks, self.truth)

    def load_cell_n(self) -> float:
        """What the weighing transmitter has converted last, N: about the weight on the scoop when it is level."""
        return float(self._cell["reading_n"][0])

    def _refill_noise(self) -> None:
        rows, columns = self._noise.shape
        servos = self.servos.count
        self._noise[:, :servos] = self._noise_current.standard_normal((rows, servos))
        self._noise[:, servos:] = self._noise_cell.standard_normal((rows, columns - servos))


def gravity_along(gravity_m_s2: float, tilt_deg: tuple[float, float]) -> tuple[float, float, float]:
    """Gravity along the axes of LANDER or SITE, m/s2, when that is rolled about x, then pitched about y, from level."""
    roll, pitch = (math.radians(angle) for angle in tilt_deg)
    down = gravity_m_s2 * math.cos(pitch)
    return gravity_m_s2 * math.sin(pitch), -down * math.sin(roll), -down * math.cos(roll)


def fill_world(
    world: Records, base_m: tuple[float, float, float], platform: Platform, bench: BenchConfig, true: Deviation
) -> None:
    """Sets what every platform's world record has: base, gravity, temperature, supply."""
    gravity = gravity_along(platform.environment.gravity_m_s2, true.tilt_deg)
    for axis, base, along in zip("xyz", base_m, gravity, strict=True):
        world[f"base_{axis}"], world[f"g{axis}"] = base, along
    world["supply_v"] = world["voltage_v"] = bench.servo.supply_v
    world["ambient_c"], world["ambient_k_s"] = bench.servo.ambient_c, bench.servo.ambient_k_h / 3600.0
    world["harness_ohm"], world["current_noise_a"] = bench.servo.harness_ohm, bench.servo.current_noise_a


def _new_cell(platform: Platform, bench: BenchConfig, true: Deviation) -> Records:
    cell, truth = platform.load_cell, bench.load_cell
    return new_load_cell(
        true.load_cell,
        range_n=cell.range_n,
        overload=truth.overload,
        filter_s=truth.filter_s,
        thermal_s=truth.thermal_s,
        noise_n=cell.noise_n,
        drift_n_sqrt_h=truth.drift_n_sqrt_h,
        temperature_c=bench.servo.ambient_c,
        tick_s=TICK_S,
    )


def _new_soil(platform: Platform, bench: BenchConfig, true: Deviation) -> Records:
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


def _new_scoop(platform: Platform, bench: BenchConfig, true: Deviation) -> Records:
    scoop = np.zeros(1, SCOOP)
    drawing = platform.scoop
    scoop["length_m"], scoop["width_m"], scoop["depth_m"] = drawing.length_m, drawing.width_m, drawing.depth_m
    scoop["capacity_m3"] = drawing.capacity_cm3 * 1e-6
    scoop["blade_m"], scoop["spill_s"] = bench.scoop.blade_m, bench.scoop.spill_s
    scoop["fill_efficiency"] = true.fill_efficiency
    return scoop


def _new_ground(
    terrain: Records, bench: BenchConfig, surface_m: float, random: Mapping[str, np.random.Generator]
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


def _new_rocks(terrain: Records, ground: Floats, bench: BenchConfig, rng: np.random.Generator) -> Records:
    rocks, size = bench.rocks, bench.terrain.size_m
    half = 0.5 * bench.terrain.cell_m
    corner = float(terrain["x_m"][0]) - half, float(terrain["y_m"][0]) - half
    buried = np.zeros(MOST_ROCKS, ROCK)
    scatter(
        buried, float(rng.uniform(*rocks.per_m2)), rocks.radius_m, rocks.size_exponent, rocks.top_depth_m,
        corner, size, lambda x, y: height_at(terrain, ground, x, y), rng,
    )  # fmt: skip
    return buried
