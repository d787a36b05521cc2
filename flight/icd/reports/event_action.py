"""Reports of PUS service 19, event-action."""

from __future__ import annotations

from flight.icd.event_action import ACTIONS, EventActionDefinition
from flight.icd.fields import u8, u16
from flight.icd.kinds import Telemetry


class EventActionStatus(Telemetry, service=19, subtype=7):
    """Which event-actions there are."""

    count: int = u8("", "N: event-actions in the table; the entries after them are 0")
    events: tuple[int, ...] = u16("", "identifiers of their events", ACTIONS)
    monitors: tuple[int, ...] = u16("", "the monitor of each, 0 for any", ACTIONS)
    enabled: tuple[int, ...] = u8("", "1 for each that is enabled", ACTIONS)


class EventActionReport(EventActionDefinition, Telemetry, service=19, subtype=11):
    """The definition of an event-action."""
