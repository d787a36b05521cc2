"""Events of on-board settings and supervision: parameters in their banks, monitors, event-actions."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.events.recorder import BankState
from flight.icd.fields import enum8, f64, u8, u16, u32, u64
from flight.icd.kinds import Event, Severity
from flight.icd.monitoring import MonitorStatus


class DefaultsReason(IntEnum):
    """Why the defaults of the mission file are in force."""

    NOTHING_STORED = 0
    NO_WHOLE_BANK = 1
    ANOTHER_LAYOUT = 2
    """The bank belongs to other declarations, another mission or other defaults."""
    NOT_ALLOWED = 3
    """A value in the bank is outside its limits."""
    COMMANDED = 4


class ParametersLoaded(Event, id=0x0801):
    """The settings of the last run are in force."""

    bank: int = u8("", "bank they were taken from, 0 or 1")
    generation: int = u64("", "how often settings have been stored")


class ParameterDefaults(Event, id=0x0802, severity=Severity.LOW):
    """The settings of the mission file are in force."""

    reason: DefaultsReason = enum8(DefaultsReason, "why")


class ParameterBankBad(Event, id=0x0803, severity=Severity.MEDIUM):
    """A bank of settings is not whole; it is the next to be written."""

    bank: int = u8("", "the bank, 0 or 1")
    state: BankState = enum8(BankState, "what is in it")


class ParameterChanged(Event, id=0x0804):
    """A setting was changed by telecommand."""

    parameter: int = u16("", "identifier of the parameter")
    before: float = f64("", "value before, raw")
    after: float = f64("", "value now, raw")


class ParametersNotStored(Event, id=0x0805, severity=Severity.MEDIUM):
    """The recorder did not take the settings in force; they are handed over again until it does."""

    attempts: int = u32("", "attempts since start that it did not take")


class _Alert(Event):
    monitor: int = u16("", "identifier of the monitor")
    parameter: int = u16("", "identifier of the parameter")
    status: MonitorStatus = enum8(MonitorStatus, "what the monitor holds of it now")
    value: float = f64("", "the value, change or bits found; raw")
    limit: float = f64("", "the limit it crossed, or the bits expected; raw")


class MonitorInfo(_Alert, id=0x0811):
    """A parameter left its limits, which is worth knowing."""


class MonitorLow(_Alert, id=0x0812, severity=Severity.LOW):
    """A parameter left its limits; low severity."""


class MonitorMedium(_Alert, id=0x0813, severity=Severity.MEDIUM):
    """A parameter left its limits; medium severity."""


class MonitorHigh(_Alert, id=0x0814, severity=Severity.HIGH):
    """A parameter left its limits; high severity."""


class MonitorStale(_Alert, id=0x0815, severity=Severity.LOW):
    """A monitored parameter is not valid, or too old to be judged; `value` is the last good one."""


class MonitorRecovered(_Alert, id=0x0816):
    """A monitored parameter is within its limits again."""


class EventActionReleased(Event, id=0x0821):
    """An event caused a telecommand, whose verification reports follow."""

    event: int = u16("", "identifier of the event")
    monitor: int = u16("", "monitor of the event-action, 0 for any")
    request_packet: int = u16("", "packet identification of the telecommand")
    request_sequence: int = u16("", "sequence control of the telecommand")


class EventActionsSuppressed(Event, id=0x0822, severity=Severity.MEDIUM):
    """Events asked for more telecommands than may be released in a second: a loop, or a flood."""

    event: int = u16("", "identifier of the latest such event")
    count: int = u32("", "telecommands not released since start")


ALERTS: dict[Severity, type[_Alert]] = {
    Severity.INFO: MonitorInfo,
    Severity.LOW: MonitorLow,
    Severity.MEDIUM: MonitorMedium,
    Severity.HIGH: MonitorHigh,
}
"""The event a monitor raises, by the severity of its definition."""


def monitor_of(event: Event) -> int:
    """The monitor that raised `event`, 0 when none did."""
    return event.monitor if isinstance(event, _Alert) else 0
