"""Housekeeping of on-board settings and supervision. Counters run since start, modulo 2^32."""

from __future__ import annotations

from flight.icd.fields import u8, u32, u64
from flight.icd.kinds import Housekeeping


class SupervisionHk(Housekeeping, sid=22, every_s=5.0):
    """How settings, monitors and event-actions fare, every five seconds."""

    parameter_bank: int = u8("", "bank the settings were taken from at start; 255: from the mission file")
    parameter_generation: int = u64("", "its generation: how often settings had been stored")
    parameters_set: int = u32("", "settings changed by telecommand")
    parameters_refused: int = u32("", "settings refused")
    parameters_not_stored: int = u32("", "times the recorder did not take the settings")
    monitoring: int = u8("", "1 while the monitoring function is enabled")
    monitors: int = u8("", "monitors in the table")
    monitors_enabled: int = u8("", "monitors that are enabled")
    monitors_outside: int = u8("", "monitors whose parameter is outside its limits")
    monitors_stale: int = u8("", "monitors whose parameter is not valid or too old")
    checks: int = u32("", "checks made")
    checks_late: int = u32("", "checks put off to the next minor frame: too many were due")
    transitions: int = u32("", "changes of status reported")
    event_actions_on: int = u8("", "1 while the event-action function is enabled")
    event_actions: int = u8("", "event-actions in the table")
    actions_released: int = u32("", "telecommands caused by events")
    actions_refused: int = u32("", "of these, refused by the dispatcher")
    actions_suppressed: int = u32("", "telecommands not released: more than may be in a second")
    memory_octets: int = u32("octet", "octets dumped")
    memory_running: int = u8("", "1 while a dump or check runs")
