"""What flight knows of its load cell and its surroundings beforehand: the data sheet, as `[weigh.cell]` has it.

Shares as data sheets give them: 0.0002 is 0.02 %. All but `drift_n_sqrt_h` are bounds: no cell is worse.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flight.icd.mission_file import Section

Share = Annotated[float, Field(ge=0, le=0.05)]


class CellSheet(Section):
    """Words as in OIML R 60-1, clause 3.

    `drift_n_sqrt_h` is the standard deviation by which the zero has walked after one hour. `creep` is what a step of
    load grows by in 30 min, a share of it. `cross_axis` is a share of a force across, `moment_per_m` newtons in the
    reading for each newton metre about the scoop joint. Temperatures: `calibrated_k` is how far the cell may be from
    that of its calibration, `warming_k_h` how fast that may change.
    """

    drift_n_sqrt_h: Annotated[float, Field(ge=0, le=100)]
    nonlinearity: Share  # of the range
    hysteresis: Share  # of the range
    creep: Share  # of the load
    zero_per_10k: Share  # of the range
    span_per_10k: Share  # of the reading
    cross_axis: Share
    moment_per_m: Annotated[float, Field(ge=0, le=10)]
    calibrated_k: Annotated[float, Field(ge=0, le=200)]
    warming_k_h: Annotated[float, Field(ge=0, le=200)]
