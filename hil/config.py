"""The `[bench]` tables of a mission file: what is true in the simulation, and how far from flight's belief.

A pair `[low, high]` is a range from which each seed draws evenly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from flight.icd.mission_file import Section, read_mission, validate
from flight.icd.platform import Fraction, Length, Place, Platform
from hil.ranges import FractionRange
from hil.soils import Rocks, Soil

Tilt = Annotated[float, Field(ge=-30, le=30)]
Current = Annotated[float, Field(ge=0, le=1)]
MAX_CELLS = 1_000_000
"""Cells of the mapped ground; as many take some seconds to lay out."""


class Terrain(Section):
    """The mapped ground: its corner of least x and y from the arm's base, its size, cells and relief."""

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
    """The servos' surroundings and faults of measurement."""

    supply_v: Annotated[float, Field(ge=9, le=16)]
    harness_ohm: Annotated[float, Field(ge=0, le=0.5)]
    ambient_c: Annotated[float, Field(ge=-40, le=80)]
    play_deg: Annotated[float, Field(ge=0, le=3)]
    current_offset_a: Current
    current_noise_a: Current


class LoadCellTruth(Section):
    """The load cell's surroundings; range, noise and gain uncertainty are the platform's."""

    filter_s: Annotated[float, Field(ge=0.001, le=10)]
    offset_n: Annotated[float, Field(ge=0, le=100)]
    drift_n_sqrt_h: Annotated[float, Field(ge=0, le=100)]


class Tolerance(Section):
    """Half-widths by which the truth may differ from what the mission file says of platform and lander.

    Roll and pitch are drawn each within `tilt_deg`, on top of the lander's known tilt.
    """

    tilt_deg: Annotated[float, Field(ge=0, le=15)]
    surface_m: Annotated[float, Field(ge=0, le=0.5)]
    link_mass: Fraction
    scoop_mass: Fraction
    friction: Fraction
    joint_zero_deg: Annotated[float, Field(ge=0, le=5)]


class BenchConfig(Section):
    """The simulator's own tables; `tilt_deg` is the lander's (roll about x, pitch about y), before its tolerance."""

    tilt_deg: tuple[Tilt, Tilt]
    soil: Soil
    rocks: Rocks
    terrain: Terrain
    scoop: ScoopTruth
    servo: Servo
    load_cell: LoadCellTruth
    tolerance: Tolerance


class _Tables(Section):
    bench: BenchConfig


def load_bench(mission: str | Path) -> tuple[Platform, BenchConfig]:
    """Platform and bench tables of a mission, by name or path; tables of flight alone are not looked at.

    Raises `flight.icd.mission_file.MissionError` with one line for each fault.
    """
    file, tables = read_mission(mission)
    platform = validate(Platform, {key: tables[key] for key in Platform.model_fields if key in tables}, file)
    bench = validate(_Tables, {key: tables[key] for key in _Tables.model_fields if key in tables}, file)
    return platform, bench.bench
