"""The one form an event-action's definition has everywhere (PUS service 19)."""

from __future__ import annotations

from flight.icd.embedded import embedded
from flight.icd.fields import u8, u16
from flight.icd.packet import Packet
from flight.icd.space_packet import APID

ACTIONS = 16
"""Event-actions the table holds."""


class EventKey(Packet):
    """What an action answers to."""

    count: int = u8("", "N: definitions named here", limits=(1, 1))
    apid: int = u16("", "application that raises the event", limits=(APID, APID))
    event: int = u16("", "identifier of the event", limits=(1, 0xFFFF))
    monitor: int = u16("", "for events that monitors raise: which monitor; 0 for any, and for other events")


class EventActionDefinition(EventKey):
    """One event-action."""

    request: tuple[int, ...] = embedded("what is executed")
