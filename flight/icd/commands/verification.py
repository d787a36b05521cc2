"""Telecommands of PUS service 1, verification (subtypes from 128 on are the mission's own)."""

from __future__ import annotations

from flight.icd.fields import u16
from flight.icd.kinds import Command


class ReportOutcome(Command, service=1, subtype=128):
    """Say again what became of an earlier telecommand, whose reports were lost.

    Answered by the final report of that telecommand (1/2, 1/4, 1/7, 1/8, 1/10) once more, whatever reports it asked
    for; by 1/1 or 1/3 while it is in execution; by 1/129 when nothing is known of it.
    """

    request_packet: int = u16("", "packet identification of that telecommand: version, type, header flag, APID")
    request_sequence: int = u16("", "sequence control of that telecommand: flags, sequence count")
