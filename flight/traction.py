"""What a rover's mission believes of the ground under its wheels, and how far its pulling may go."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from flight.icd.mission_file import Section
from flight.icd.platform import Positive

Share = Annotated[float, Field(gt=0, lt=1)]


class Traction(Section):
    """Soil as in `flight.scoop.wheel_slip`: `dig_in` is the share of the lugs' height that a length of slip digs.

    `rolling_n` is what it takes to creep over level ground, all wheels together; the ground may be `weaker` by a share.

    Above `slip_soft` of slip, or with less than `front_soft` of its standing load on the front axle, a pass gets
    shallower, by `yield_m_s` for each unit of excess; beyond `slip_limit`, or below `front_limit`, over `lasting_m` of
    rolling, it ends, and so does a drive by its slip. A pass ends too when the wheels have dug `dug_limit_m` deep. A
    surface felt `sunk_m` above the wheels' plane says that the rover has sunk.
    """

    cohesion_pa: Annotated[float, Field(ge=0, le=10e3)]
    friction_deg: Annotated[float, Field(ge=10, le=50)]
    shear_m: Annotated[float, Field(gt=0, le=0.1)]
    bearing_n_m3: Annotated[float, Field(ge=1e4, le=1e8)]
    dig_in: Annotated[float, Field(ge=0, le=2)]
    rolling_n: Positive
    weaker: Share
    slip_soft: Share
    slip_limit: Share
    front_soft: Share
    front_limit: Share
    yield_m_s: Positive
    lasting_m: Annotated[float, Field(gt=0, le=0.2)]
    dug_limit_m: Positive
    sunk_m: Positive

    @model_validator(mode="after")
    def _soft_first(self) -> Traction:
        if self.slip_soft >= self.slip_limit:
            raise ValueError(f"slip_soft {self.slip_soft} must be below slip_limit {self.slip_limit}")
        if self.front_soft <= self.front_limit:
            raise ValueError(f"front_soft {self.front_soft} must be above front_limit {self.front_limit}")
        return self
