"""Reports of PUS service 20, parameters."""

from __future__ import annotations

from flight.icd.fields import f64, u8, u16, u32
from flight.icd.kinds import Telemetry


class ParameterValue(Telemetry, service=20, subtype=2):
    """The value of a parameter, and how good it is."""

    count: int = u8("", "N: parameters in this report", limits=(1, 1))
    parameter: int = u16("", "identifier of the parameter")
    value: float = f64("1", "the value, raw: in the unit of the parameter's declaration")
    valid: int = u8("", "1 when the value was good as it was taken")
    age_ms: int = u32("ms", "age of the value; 0 for a setting")
