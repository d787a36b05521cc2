"""Telecommands of PUS service 17, test."""

from __future__ import annotations

from flight.icd.kinds import Command


class ConnectionTest(Command, service=17, subtype=1):
    """Are you alive? Answered by a 17/2 report."""
