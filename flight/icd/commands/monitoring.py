"""Telecommands of PUS service 12, on-board monitoring. One monitor a request: N is always 1."""

from __future__ import annotations

from flight.icd.fields import u8, u16
from flight.icd.kinds import Command
from flight.icd.monitoring import MonitorDefinition


class _Monitor(Command):
    count: int = u8("", "N: monitors named in this request", limits=(1, 1))
    monitor: int = u16("", "identifier of the monitor", limits=(1, 0xFFFF))


class EnableMonitor(_Monitor, service=12, subtype=1):
    """Check a parameter from now on; its status begins as unchecked."""


class DisableMonitor(_Monitor, service=12, subtype=2):
    """Leave a parameter unchecked."""


class ClearMonitors(Command, service=12, subtype=4):
    """Delete every monitor; the whole function must be disabled."""


class AddMonitor(MonitorDefinition, Command, service=12, subtype=5):
    """Define a monitor; it is disabled at first."""


class DeleteMonitor(_Monitor, service=12, subtype=6):
    """Delete a monitor, which must be disabled."""


class ModifyMonitor(MonitorDefinition, Command, service=12, subtype=7):
    """Give a monitor another definition; its status begins as unchecked."""


class ReportMonitor(Command, service=12, subtype=8):
    """Send the definition of a monitor, or of all: answered by 12/9 reports."""

    count: int = u8("", "N: monitors named in this request", limits=(1, 1))
    monitor: int = u16("", "identifier of the monitor; 0 for all")


class ReportMonitorStatus(Command, service=12, subtype=13):
    """Send the status of every monitor: answered by 12/14."""


class EnableMonitoring(Command, service=12, subtype=15):
    """Check all monitors that are enabled, from now on; their status begins as unchecked."""


class DisableMonitoring(Command, service=12, subtype=16):
    """Check nothing."""
