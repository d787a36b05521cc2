"""Telecommands of PUS service 5, events. One event a request: N is always 1."""

from __future__ import annotations

from flight.icd.fields import u8, u16
from flight.icd.kinds import Command


class EnableEvent(Command, service=5, subtype=5):
    """Send reports of an event again."""

    count: int = u8("", "N: events named in this request", limits=(1, 1))
    event: int = u16("", "event identifier")


class DisableEvent(Command, service=5, subtype=6):
    """Stop sending reports of an event; it is still counted, and acted on."""

    count: int = u8("", "N: events named in this request", limits=(1, 1))
    event: int = u16("", "event identifier")


class ReportDisabledEvents(Command, service=5, subtype=7):
    """Say which events are disabled; answered by 5/8."""
