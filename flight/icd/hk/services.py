"""Housekeeping of the PUS services. Counters run since start, modulo 2^32."""

from __future__ import annotations

from flight.icd.fields import u8, u16, u32
from flight.icd.kinds import Housekeeping


class ServicesHk(Housekeeping, sid=23, every_s=5.0):
    """What the services hold and have done, every five seconds."""

    armed: int = u16("", "function that is armed, 65535 for none")
    schedule_enabled: int = u8("", "1 when scheduled activities are released")
    schedule_waiting: int = u8("", "activities in the schedule")
    schedule_released: int = u32("", "activities released")
    schedule_skipped: int = u32("", "activities skipped: late, disabled, refused")
    sequences_running: int = u8("", "request sequences that run")
    events_disabled: int = u8("", "events whose reports are disabled")
    events_suppressed: int = u32("", "events not sent because too many of their kind came in a second")
    retrieving: int = u8("", "1 while stored packets are sent again")
    retrieved: int = u32("", "stored packets handed to the downlink again")
    storage_lost: int = u32("octet", "packets that the recorder did not take for storage")
