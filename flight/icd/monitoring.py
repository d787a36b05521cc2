"""The words of on-board monitoring (PUS service 12), and the one form a monitor's definition has everywhere."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, f64, u8, u16, u32
from flight.icd.kinds import Severity
from flight.icd.packet import Packet

MONITORS = 32
"""Monitors the table holds."""


class CheckKind(IntEnum):
    """What a monitor asks of its parameter."""

    LIMIT = 0
    """Not below `low`, not above `high`."""
    EXPECTED = 1
    """The bits of `mask` are those of `low`."""
    DELTA = 2
    """From one reading to the next not changed by less than `low`, nor by more than `high`."""


class MonitorStatus(IntEnum):
    """What a monitor holds of its parameter."""

    UNCHECKED = 0
    WITHIN = 1
    LOW = 2
    HIGH = 3
    UNEXPECTED = 4
    STALE = 5
    """The value is not valid or too old: it counts neither as within limits nor as outside."""


class MonitorDefinition(Packet):
    """One monitor; values are raw numbers, as the parameter is housekept."""

    count: int = u8("", "N: monitors defined here", limits=(1, 1))
    monitor: int = u16("", "identifier of the monitor", limits=(1, 0xFFFF))
    parameter: int = u16("", "identifier of the parameter: structure or group * 256 + position")
    interval_ms: int = u32("ms", "how often it is checked", limits=(10, 3_600_000))
    consecutive: int = u8("", "readings in a row that must agree before the status changes", limits=(1, 255))
    check_kind: CheckKind = enum8(CheckKind, "what is asked of the parameter")
    mask: int = u32("", "which bits are looked at, for EXPECTED")
    low: float = f64("1", "least value or change, or the expected bits; in the parameter's raw unit")
    high: float = f64("1", "greatest value or change; in the parameter's raw unit")
    stale_ms: int = u32("ms", "age from which a value is stale", limits=(10, 86_400_000))
    severity: Severity = enum8(Severity, "severity of the event raised when the parameter leaves its limits")
