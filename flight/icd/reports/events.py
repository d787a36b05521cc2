"""Reports of PUS service 5 other than the events themselves."""

from __future__ import annotations

from flight.icd.fields import u8, u16
from flight.icd.kinds import Telemetry

MAX_DISABLED = 32


class DisabledEvents(Telemetry, service=5, subtype=8):
    """The events whose reports are disabled."""

    count: int = u8("", "N: how many they are", limits=(0, MAX_DISABLED))
    events: tuple[int, ...] = u16("", "their identifiers, then zeros", MAX_DISABLED)
