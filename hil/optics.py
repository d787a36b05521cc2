"""The `[bench.camera]` and `[bench.sun]` tables: what the camera's chip is like in truth, and where the Sun stands."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from flight.icd.mission_file import Section
from flight.icd.platform import Fraction

Exposure = Annotated[float, Field(ge=1e-6, le=1)]


class CameraTruth(Section):
    """Chip and automatic exposure; see `hil.plant.scene.sensor`. `target` is the share of the full well aimed at."""

    full_well_e: Annotated[float, Field(ge=100, le=1e6)]
    read_noise_e: Annotated[float, Field(ge=0, le=1e4)]
    exposure_s: tuple[Exposure, Exposure]
    target: Annotated[float, Field(ge=0.01, le=1)]
    gamma: Annotated[float, Field(ge=1, le=4)]
    vignetting: Fraction

    @model_validator(mode="after")
    def _ordered(self) -> CameraTruth:
        if self.exposure_s[0] > self.exposure_s[1]:
            raise ValueError(f"exposure_s must be [shortest, longest], got {list(self.exposure_s)}")
        return self


class SunTruth(Section):
    """Local solar time of 24 hours a lunar day at the start, and the Sun's declination.

    Which way the platform stands under it, `[location] heading_deg` says.
    """

    local_hour: Annotated[float, Field(ge=0, lt=24)]
    declination_deg: Annotated[float, Field(ge=-1.54, le=1.54)]
