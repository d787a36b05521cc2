"""The `[bench.soil]` table: a named regolith, and what a mission says otherwise of it.

    [bench.soil]
    name = "intercrater"
    cohesion_pa = [200.0, 300.0]        # any key of the regolith may be given its own range

Figures of the Moon: *Lunar Sourcebook* (1991) ch. 9, table 9.12 (0-15 and 0-30 cm between craters) and the values
recommended there for trafficability. Of simulants: the makers' and NASA's characterisations, which disagree among each
other; density is that of a prepared bed, so nothing grows with depth there.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from flight.icd.mission_file import Section
from hil.ranges import (
    AngleGradientRange,
    CountRange,
    DensityRange,
    DepthRange,
    FactorRange,
    FrictionRange,
    GradientRange,
    PressureRange,
    RadiusRange,
    ToolFrictionRange,
)

Bearing = Annotated[float, Field(gt=0, le=1e8)]
_MOON: Mapping[str, Any] = MappingProxyType(
    {
        "tool_friction_deg": (10.0, 28.0),
        "adhesion_pa": (0.0, 200.0),
        "bearing_cohesive_n_m2": 1400.0,
        "bearing_frictional_n_m3": 820e3,
        "loose_density_kg_m3": (1200.0, 1350.0),
        "repose_deg": (35.0, 40.0),
        "cohesion_gradient_per_m": (0.0, 9.74),
        "friction_gradient_deg_m": (0.0, 53.3),
    }
)
_BED: Mapping[str, Any] = MappingProxyType(
    {**_MOON, "cohesion_gradient_per_m": (0.0, 0.0), "friction_gradient_deg_m": (0.0, 0.0)}
)
SOILS: Mapping[str, tuple[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "intercrater": ("between craters, 0-15 cm: the usual ground", {
            **_MOON, "cohesion_pa": (440.0, 620.0), "friction_deg": (41.0, 43.0), "density_factor": (0.93, 1.03)}),
        "firm": ("between craters, 0-30 cm: as where the loose top is gone", {
            **_MOON, "cohesion_pa": (740.0, 1100.0), "friction_deg": (44.0, 47.0), "density_factor": (1.0, 1.1)}),
        "soft": ("recommended for trafficability: rims and fresh ejecta", {
            **_MOON, "cohesion_pa": (100.0, 250.0), "friction_deg": (33.0, 37.0), "density_factor": (0.85, 0.95)}),
        "jsc_1a": ("simulant JSC-1A, 1.63 g/cm3", {
            **_BED, "cohesion_pa": (1400.0, 2400.0), "friction_deg": (43.0, 49.0), "density_factor": (1.18, 1.24)}),
        "grc_1": ("simulant GRC-1, 1.62 g/cm3", {
            **_BED, "cohesion_pa": (200.0, 300.0), "friction_deg": (37.0, 39.0), "density_factor": (1.17, 1.23)}),
        "fjs_1": ("simulant FJS-1, 1.5 g/cm3; sources on cohesion conflict, the range is assumed", {
            **_BED, "cohesion_pa": (100.0, 800.0), "friction_deg": (38.0, 39.0), "density_factor": (1.08, 1.14)}),
        "lhs_1": ("simulant LHS-1, 1.60 g/cm3", {
            **_BED, "cohesion_pa": (1500.0, 1900.0), "friction_deg": (39.0, 41.0), "density_factor": (1.15, 1.21)}),
    }
)  # fmt: skip
"""Regoliths by name: what each is, and its figures."""


class SoilError(ValueError):
    """A soil that there isn't: what was given and what is allowed, in one line."""


def _known(name: str) -> str:
    if name not in SOILS:
        near = difflib.get_close_matches(name, SOILS, 1)
        hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(SOILS)}"
        raise SoilError(f"there is no soil {name!r}; {hint}")
    return name


class Soil(Section):
    """The regolith. Strength, bearing and gradients as in `hil.plant.soil`; stiffnesses are those before it yields.

    `variation` is the standard deviation of strength from place to place, of density a tenth as much; no wave of it is
    shorter than `variation_wavelength_m`. Where `hard_depth_m` is given, all below is `hard_factor` times as strong.
    """

    name: Annotated[str, AfterValidator(_known)]
    cohesion_pa: PressureRange
    cohesion_gradient_per_m: GradientRange
    friction_deg: FrictionRange
    friction_gradient_deg_m: AngleGradientRange
    tool_friction_deg: ToolFrictionRange
    adhesion_pa: PressureRange
    bearing_cohesive_n_m2: Bearing
    bearing_frictional_n_m3: Bearing
    density_factor: FactorRange
    loose_density_kg_m3: DensityRange
    repose_deg: FrictionRange
    variation: Annotated[float, Field(ge=0, le=1)]
    variation_wavelength_m: Annotated[float, Field(ge=0.01, le=10)]
    hard_depth_m: Annotated[float, Field(ge=0, le=10)] | None = None
    hard_factor: Annotated[float, Field(ge=1, le=100)] = 10.0
    cutting_model: Literal["mckyes", "plates", "drawn"]
    cutting_factor: FactorRange
    unload_n_m3: Bearing
    grip_n_m: Annotated[float, Field(gt=0, le=50_000)]
    damping_n_s_m: Annotated[float, Field(ge=0, le=40)]

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        """Fills in what the named regolith is and `given` does not say; an unknown name is found out by itself."""
        if not isinstance(given, Mapping) or "name" not in given:
            return given
        _, figures = SOILS.get(str(given["name"]), SOILS["intercrater"])
        return {**figures, **given}

    @model_validator(mode="after")
    def _consistent(self) -> Soil:
        if self.tool_friction_deg[0] >= self.friction_deg[0]:
            raise ValueError(
                f"tool_friction_deg {list(self.tool_friction_deg)} must begin below friction_deg "
                f"{list(self.friction_deg)}: no tool is rougher than the soil itself"
            )
        return self


def other_soil(soil: Soil, name: str) -> Soil:
    """The regolith `name` in place of that of `soil`, whose variation and models stay; raises `SoilError`."""
    figures = SOILS[_known(name)][1]
    kept = {key: value for key, value in soil.model_dump().items() if key not in figures}
    return Soil.model_validate({**kept, "name": name})


class Rocks(Section):
    """Buried rocks: how many to the square metre, their radii, depth of their tops (negative: they stick out).

    Radii follow N(> r) ~ r^-`size_exponent` within their range: small ones are many.
    """

    per_m2: CountRange
    radius_m: RadiusRange
    size_exponent: Annotated[float, Field(ge=1, le=6)]
    top_depth_m: DepthRange
