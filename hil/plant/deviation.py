"""What is true in one simulation: the platform as flight believes it, plus what a seed draws from the tolerances."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypedDict

from numpy.random import PCG64, Generator

from flight.icd.location import Location
from flight.icd.platform import Platform
from hil.config import BenchConfig, LanderBench, LoadCellTruth, RoverBench
from hil.plant.cutting import MODELS
from hil.plant.load_cell import CellErrors

_STREAMS = ("platform", "soil", "relief", "load_cell", "current_noise", "load_cell_noise", "landing",
            "strength", "rocks",
            "fix")  # fmt: skip


def streams(seed: int) -> dict[str, Generator]:
    """One independent stream of random numbers for each effect, so that none depends on how others draw."""
    return dict(zip(_STREAMS, Generator(PCG64(seed)).spawn(len(_STREAMS)), strict=True))


@dataclass(frozen=True)
class Deviation:
    """True values of what flight can only believe; servos in the order of `Platform.servos`."""

    tilt_deg: tuple[float, float]  # of LANDER or SITE: roll about x, then pitch about y
    surface_m: float  # mean height of the ground in LANDER; 0 in SITE
    link_mass_kg: tuple[float, ...]
    scoop_mass_kg: float
    joint_zero_rad: tuple[float, ...]  # encoder reads the joint angle plus this
    friction: tuple[float, ...]  # factor on the servos' nominal friction
    current_offset_a: tuple[float, ...]
    cohesion_pa: float
    cohesion_gradient_per_m: float
    friction_rad: float
    friction_gradient_rad_m: float
    cutting_model: str
    cutting_factor: float
    tool_friction_rad: float
    adhesion_pa: float
    density_factor: float
    loose_density_kg_m3: float
    repose_rad: float
    fill_efficiency: float
    load_cell: CellErrors
    body_mass: float  # of a rover: factor on the mass of its body
    body_com_m: tuple[float, float]  # of a rover: how far its centre of mass is off, x and z
    traction_cohesion_pa: float
    traction_friction_rad: float
    dig_in: float
    fix_error_m: tuple[float, float]  # how far the platform's frame truly stands north and east of its fix
    heading_error_rad: float  # and turned clockwise


def draw(platform: Platform, bench: BenchConfig, random: dict[str, Generator]) -> Deviation:
    """Draws from `random["landing"]`, `["platform"]`, `["soil"]`, `["load_cell"]` and `["fix"]`."""
    landing, body, ground, cell = (random[name] for name in ("landing", "platform", "soil", "load_cell"))
    tolerance, soil = bench.tolerance, bench.soil

    def around(rng: Generator, half_width: float) -> float:
        return float(rng.uniform(-half_width, half_width))

    def within(limits: tuple[float, float]) -> float:
        return float(ground.uniform(*limits))

    count = len(platform.servos)
    rover = bench if isinstance(bench, RoverBench) else None
    roll_deg, pitch_deg = bench.tilt_deg
    return Deviation(
        tilt_deg=(roll_deg + around(landing, tolerance.tilt_deg), pitch_deg + around(landing, tolerance.tilt_deg)),
        surface_m=around(body, bench.tolerance.surface_m) if isinstance(bench, LanderBench) else 0.0,
        link_mass_kg=tuple(mass * (1.0 + around(body, tolerance.link_mass)) for mass in platform.link_masses_kg),
        scoop_mass_kg=platform.scoop.mass_kg * (1.0 + around(body, tolerance.scoop_mass)),
        joint_zero_rad=tuple(around(body, math.radians(tolerance.joint_zero_deg)) for _ in range(count)),
        friction=tuple(1.0 + around(body, tolerance.friction) for _ in range(count)),
        current_offset_a=tuple(around(body, bench.servo.current_offset_a) for _ in range(count)),
        cohesion_pa=within(soil.cohesion_pa),
        friction_rad=math.radians(within(soil.friction_deg)),
        tool_friction_rad=math.radians(within(soil.tool_friction_deg)),
        adhesion_pa=within(soil.adhesion_pa),
        density_factor=within(soil.density_factor),
        loose_density_kg_m3=within(soil.loose_density_kg_m3),
        repose_rad=math.radians(within(soil.repose_deg)),
        fill_efficiency=within(bench.scoop.fill_efficiency),
        load_cell=_cell_errors(platform.load_cell.gain_u95, bench.load_cell, cell),
        cohesion_gradient_per_m=within(soil.cohesion_gradient_per_m),
        friction_gradient_rad_m=math.radians(within(soil.friction_gradient_deg_m)),
        cutting_factor=within(soil.cutting_factor),
        cutting_model=str(ground.choice(sorted(MODELS))) if soil.cutting_model == "drawn" else soil.cutting_model,
        body_mass=1.0 + around(body, rover.tolerance.body_mass) if rover else 1.0,
        body_com_m=(around(body, rover.tolerance.com_m), around(body, rover.tolerance.com_m)) if rover else (0.0, 0.0),
        traction_cohesion_pa=within(rover.traction.cohesion_pa) if rover else 0.0,
        traction_friction_rad=math.radians(within(rover.traction.friction_deg)) if rover else 0.0,
        dig_in=within(rover.traction.dig_in) if rover else 0.0,
        **_fix_errors(platform.location, random["fix"]),
    )


class _FixErrors(TypedDict):
    fix_error_m: tuple[float, float]
    heading_error_rad: float


def _fix_errors(location: Location, random: Generator) -> _FixErrors:
    """What the fix and the heading are off by: normal, with the 95 % figures that the mission file tells."""
    axis_m = location.fix_u95_m / math.sqrt(-2.0 * math.log(0.05))
    north, east, turn = (float(value) for value in random.normal(size=3))
    return _FixErrors(
        fix_error_m=(axis_m * north, axis_m * east),
        heading_error_rad=math.radians(location.heading_u95_deg) / 1.96 * turn,
    )


def _cell_errors(gain_u95: float, sheet: LoadCellTruth, random: Generator) -> CellErrors:
    """What one cell out of a batch errs by; the data sheet's figures are its bounds."""

    def within(bound: float) -> float:
        return float(random.uniform(-bound, bound))

    # A 95 % interval taken as normal, cut at its ends: no cell is sold beyond its data sheet.
    gain = min(max(float(random.normal()) / 1.96, -1.0), 1.0) * gain_u95
    return CellErrors(
        gain=gain,
        offset_n=within(sheet.offset_n),
        nonlinearity=within(sheet.nonlinearity),
        hysteresis=abs(within(sheet.hysteresis)),
        creep=within(sheet.creep),
        zero_per_k=within(sheet.zero_per_10k) / 10.0,
        span_per_k=within(sheet.span_per_10k) / 10.0,
        along=within(sheet.cross_axis),
        across=within(sheet.cross_axis),
        moment_per_m=within(sheet.moment_per_m),
    )
