"""Telecommands of PUS service 19, event-action. One definition a request: N is always 1."""

from __future__ import annotations

from flight.icd.event_action import EventActionDefinition, EventKey
from flight.icd.kinds import Command


class AddEventAction(EventActionDefinition, Command, service=19, subtype=1):
    """Have an event cause a telecommand; disabled at first. One that is there and disabled is replaced."""


class DeleteEventAction(EventKey, Command, service=19, subtype=2):
    """Delete an event-action, which must be disabled."""


class ClearEventActions(Command, service=19, subtype=3):
    """Delete every event-action."""


class EnableEventAction(EventKey, Command, service=19, subtype=4):
    """Have the event cause its telecommand from now on."""


class DisableEventAction(EventKey, Command, service=19, subtype=5):
    """Have the event cause nothing."""


class ReportEventActionStatus(Command, service=19, subtype=6):
    """Send which event-actions there are and whether they are enabled: answered by 19/7."""


class EnableEventActions(Command, service=19, subtype=8):
    """Let events cause telecommands."""


class DisableEventActions(Command, service=19, subtype=9):
    """Let no event cause a telecommand, whatever is enabled."""


class ReportEventAction(EventKey, Command, service=19, subtype=10):
    """Send the definition of an event-action: answered by 19/11."""
