"""Reports of PUS service 12, on-board monitoring."""

from __future__ import annotations

from flight.icd.fields import enum8, f64, u8, u16
from flight.icd.kinds import Telemetry
from flight.icd.monitoring import MONITORS, CheckKind, MonitorDefinition, MonitorStatus


class MonitorReport(MonitorDefinition, Telemetry, service=12, subtype=9):
    """The definition of a monitor."""

    enabled: int = u8("", "1 while the monitor is enabled")


class MonitorTransition(Telemetry, service=12, subtype=12):
    """A monitor's status changed, at the time of this packet; the first finding that all is well is not reported."""

    count: int = u8("", "N: transitions in this report", limits=(1, 1))
    monitor: int = u16("", "identifier of the monitor")
    parameter: int = u16("", "identifier of the parameter")
    check_kind: CheckKind = enum8(CheckKind, "what is asked of the parameter")
    value: float = f64("1", "the value, change or bits found; raw. The last good one when stale")
    limit: float = f64("1", "the limit it crossed, or the bits expected; raw. 0 when within or stale")
    before: MonitorStatus = enum8(MonitorStatus, "status before")
    after: MonitorStatus = enum8(MonitorStatus, "status now")


class MonitorStatusReport(Telemetry, service=12, subtype=14):
    """Status of every monitor."""

    count: int = u8("", "N: monitors in the table; the entries after them are 0")
    monitors: tuple[int, ...] = u16("", "identifiers", MONITORS)
    statuses: tuple[int, ...] = u8("", "status of each, as MonitorStatus", MONITORS)
