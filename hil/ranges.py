"""Ranges in the `[bench]` tables: a pair `[low, high]` from which each seed draws evenly."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from flight.icd.platform import Fraction


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] > pair[1]:
        raise ValueError("must be [low, high] with low <= high")
    return pair


Pressure = Annotated[float, Field(ge=0, le=1e5)]
Density = Annotated[float, Field(ge=100, le=5000)]
Factor = Annotated[float, Field(ge=0.1, le=10)]
FrictionAngle = Annotated[float, Field(ge=0, lt=60)]
ToolFrictionAngle = Annotated[float, Field(ge=0, lt=40)]
Radius = Annotated[float, Field(ge=0.012, le=0.5)]
Depth = Annotated[float, Field(ge=-0.5, le=1)]
Count = Annotated[float, Field(ge=0, le=100)]
Gradient = Annotated[float, Field(ge=0, le=13)]
AngleGradient = Annotated[float, Field(ge=0, le=200)]

PressureRange = Annotated[tuple[Pressure, Pressure], AfterValidator(_ordered)]
DensityRange = Annotated[tuple[Density, Density], AfterValidator(_ordered)]
FactorRange = Annotated[tuple[Factor, Factor], AfterValidator(_ordered)]
FractionRange = Annotated[tuple[Fraction, Fraction], AfterValidator(_ordered)]
FrictionRange = Annotated[tuple[FrictionAngle, FrictionAngle], AfterValidator(_ordered)]
ToolFrictionRange = Annotated[tuple[ToolFrictionAngle, ToolFrictionAngle], AfterValidator(_ordered)]
RadiusRange = Annotated[tuple[Radius, Radius], AfterValidator(_ordered)]
DepthRange = Annotated[tuple[Depth, Depth], AfterValidator(_ordered)]
CountRange = Annotated[tuple[Count, Count], AfterValidator(_ordered)]
GradientRange = Annotated[tuple[Gradient, Gradient], AfterValidator(_ordered)]
AngleGradientRange = Annotated[tuple[AngleGradient, AngleGradient], AfterValidator(_ordered)]
