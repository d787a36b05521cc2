"""The `[bench]` tables of a mission file: what is true in the simulation, and how far from flight's belief.

Most tables are the same for every platform; `LanderBench` and `RoverBench` have those of one.
A pair `[low, high]` is a range from which each seed draws evenly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, model_validator

from flight.icd.lander_platform import LanderPlatform
from flight.icd.mission_file import Section, platform_kind, read_mission, validate
from flight.icd.platform import Fraction, Length, Place
from flight.icd.rover_platform import RoverPlatform
from hil.optics import CameraTruth, SunTruth
from hil.ranges import FractionRange, FrictionRange, PressureRange
from hil.soils import Rocks, Soil, other_soil

Tilt = Annotated[float, Field(ge=-30, le=30)]
CellShare = Annotated[float, Field(ge=0, le=0.05)]
Current = Annotated[float, Field(ge=0, le=1)]
MAX_CELLS = 1_000_000
"""Cells of the mapped ground; as many take some seconds to lay out."""


class Terrain(Section):
    """The mapped ground: its corner of least x and y from the arm's base or the rover's start, size, cells, relief."""

    corner_m: tuple[Place, Place]
    size_m: tuple[Length, Length]
    cell_m: Annotated[float, Field(ge=0.001, le=0.05)]
    relief_m: Annotated[float, Field(ge=0, le=0.5)]
    wavelength_m: Annotated[float, Field(ge=0.001, le=100)]
    slope_deg: Annotated[float, Field(ge=0, le=20)]

    @model_validator(mode="after")
    def _countable(self) -> Terrain:
        across, along = (round(size / self.cell_m) for size in self.size_m)
        if min(self.size_m) < 2.0 * self.cell_m:
            raise ValueError(f"size_m must be 2 cells of {self.cell_m} m or more each way, got {list(self.size_m)}")
        if across * along > MAX_CELLS:
            raise ValueError(f"size_m {list(self.size_m)} has {across * along} cells of cell_m, more than {MAX_CELLS}")
        return self


class ScoopTruth(Section):
    """What the scoop does with soil, beyond its drawing."""

    blade_m: Annotated[float, Field(ge=0.0005, le=0.01)]
    fill_efficiency: FractionRange
    spill_s: Annotated[float, Field(ge=0.02)]


class Servo(Section):
    """The servos' surroundings and faults of measurement.

    `ambient_c` is the temperature around servos and load cell at the start, `ambient_k_h` its rate; all start soaked.
    """

    supply_v: Annotated[float, Field(ge=9, le=16)]
    harness_ohm: Annotated[float, Field(ge=0, le=0.5)]
    ambient_c: Annotated[float, Field(ge=-40, le=80)]
    ambient_k_h: Annotated[float, Field(ge=-60, le=60)]
    play_deg: Annotated[float, Field(ge=0, le=3)]
    current_offset_a: Current
    current_noise_a: Current


class LoadCellTruth(Section):
    """The load cell's data sheet beyond what flight knows; range, noise and gain uncertainty are the platform's.

    What each cell has is drawn within these bounds; shares are of what `hil.plant.load_cell.CellErrors` says.
    """

    filter_s: Annotated[float, Field(ge=0.001, le=10)]
    offset_n: Annotated[float, Field(ge=0, le=100)]
    drift_n_sqrt_h: Annotated[float, Field(ge=0, le=100)]
    nonlinearity: CellShare
    hysteresis: CellShare
    creep: CellShare
    zero_per_10k: CellShare
    span_per_10k: CellShare
    cross_axis: CellShare
    moment_per_m: Annotated[float, Field(ge=0, le=10)]
    thermal_s: Annotated[float, Field(ge=1, le=1e5)]
    overload: Annotated[float, Field(ge=1, le=10)]


class Tolerance(Section):
    """Half-widths by which the truth may differ from what the mission file says of platform and place.

    Roll and pitch are drawn each within `tilt_deg`, on top of the known tilt. `joint_zero_deg` is for every servo.
    """

    tilt_deg: Annotated[float, Field(ge=0, le=15)]
    link_mass: Fraction
    scoop_mass: Fraction
    friction: Fraction
    joint_zero_deg: Annotated[float, Field(ge=0, le=5)]


class LanderTolerance(Tolerance):
    """Where a lander stands is known by height no better than `surface_m`."""

    surface_m: Annotated[float, Field(ge=0, le=0.5)]


class RoverTolerance(Tolerance):
    """A rover's body is known in mass (a share of it) and in its centre of mass along x and z."""

    body_mass: Annotated[float, Field(ge=0, le=0.5)]
    com_m: Annotated[float, Field(ge=0, le=0.1)]


class Traction(Section):
    """How the ground bears and drives wheels; see `hil.plant.wheel`.

    Trafficability values: shear strength and shear modulus under a wheel. `dig_in` is the share of a grouser's height
    by which slip sinks a wheel, `unload_n_m3` the stiffness of ground that was pressed before.
    """

    cohesion_pa: PressureRange
    friction_deg: FrictionRange
    shear_m: Annotated[float, Field(ge=0.001, le=0.1)]
    dig_in: FractionRange
    unload_n_m3: Annotated[float, Field(gt=0, le=2e7)]
    grip_n_m: Annotated[float, Field(gt=0, le=10_000)]
    damping_n_s_m: Annotated[float, Field(ge=0, le=60)]


class BenchConfig(Section):
    """The simulator's own tables that every platform has.

    `tilt_deg` is how the platform's level plane lies (roll about x, pitch about y), before its tolerance: LANDER's of a
    lander, SITE's, and so the slope of the ground, of a rover.
    """

    tilt_deg: tuple[Tilt, Tilt]
    soil: Soil
    rocks: Rocks
    terrain: Terrain
    scoop: ScoopTruth
    servo: Servo
    load_cell: LoadCellTruth
    camera: CameraTruth
    sun: SunTruth
    tolerance: Tolerance


class LanderBench(BenchConfig):
    """The tables of a lander's bench."""

    tolerance: LanderTolerance


class RoverBench(BenchConfig):
    """The tables of a rover's bench."""

    traction: Traction
    tolerance: RoverTolerance


class _LanderTables(Section):
    bench: LanderBench


class _RoverTables(Section):
    bench: RoverBench


B = TypeVar("B", LanderBench, RoverBench)
Tables = tuple[LanderPlatform, LanderBench] | tuple[RoverPlatform, RoverBench]


def load_bench(mission: str | Path, soil: str | None = None) -> Tables:
    """Platform and bench tables of a mission, by name or path; tables of flight alone are not looked at.

    `soil` names a regolith (`hil.soils`) to be there instead of the mission's own. Raises
    `flight.icd.mission_file.MissionError` with one line for each fault, `hil.soils.SoilError`.
    """
    file, tables = read_mission(mission)
    bench = {"bench": tables["bench"]} if "bench" in tables else {}

    def of(platform: type[LanderPlatform | RoverPlatform]) -> dict[str, Any]:
        return {key: tables[key] for key in platform.model_fields if key in tables}

    if platform_kind(tables) == RoverPlatform.KIND:
        rover = validate(RoverPlatform, of(RoverPlatform), file)
        return rover, _on(validate(_RoverTables, bench, file).bench, soil)
    lander = validate(LanderPlatform, of(LanderPlatform), file)
    return lander, _on(validate(_LanderTables, bench, file).bench, soil)


def _on(bench: B, soil: str | None) -> B:
    return bench if soil is None else bench.model_copy(update={"soil": other_soil(bench.soil, soil)})
