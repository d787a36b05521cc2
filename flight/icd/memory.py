"""The words of memory management (PUS service 6): which regions there are, and in what portions they travel."""

from __future__ import annotations

from enum import IntEnum

CHUNK = 256
"""Octets in one dump report."""
MAX_RANGE = 1 << 20
"""Octets of the largest range."""


class Region(IntEnum):
    """What can be read."""

    PARAMETERS = 1
    """The settable parameters in force, as they are kept in their banks."""
    DICTIONARY = 2
    """The dictionary of the flight software, canonical JSON."""
    MISSION = 3
    """The mission configuration in force, JSON."""
    SCHEDULE = 4
    """The time-based schedule."""
    MONITORS = 5
    """The monitoring table: the definitions (12/5) one after another."""
    EVENT_ACTIONS = 6
    """The event-action table: the definitions (19/1) one after another."""
