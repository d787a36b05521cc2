"""Telecommands of PUS service 20, parameters. One parameter a request: N is always 1.

A parameter's identifier is structure or group * 256 + position; its value is the raw number.
"""

from __future__ import annotations

from flight.icd.fields import f64, u8, u16
from flight.icd.kinds import Command


class ReportParameter(Command, service=20, subtype=1):
    """Send the value of a parameter, housekept or settable: answered by 20/2."""

    count: int = u8("", "N: parameters named in this request", limits=(1, 1))
    parameter: int = u16("", "identifier of the parameter")


class SetParameter(Command, service=20, subtype=3):
    """Put a value in force, and keep it for the next start."""

    count: int = u8("", "N: parameters set by this request", limits=(1, 1))
    parameter: int = u16("", "identifier of the parameter")
    value: float = f64("1", "the value, raw: in the unit of the parameter's declaration")


class RestoreParameters(Command, service=20, subtype=128):
    """Put the defaults of the mission file in force, for all settable parameters, and keep them."""
