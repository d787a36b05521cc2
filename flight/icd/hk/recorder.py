"""Housekeeping of the recorder. Counters are 64 bits: they can't wrap in any mission."""

from __future__ import annotations

from flight.icd.fields import u8, u64
from flight.icd.kinds import Housekeeping


class RecorderHk(Housekeeping, sid=6, every_s=1.0):
    """What is stored on board and what could not be, once a second."""

    running: int = u8("", "1 while records are taken")
    restarts: int = u8("", "how often the recorder's process was restarted")
    frames: int = u64("", "telemetry frames stored")
    products: int = u64("", "products stored")
    octets: int = u64("B", "octets stored")
    dropped: int = u64("", "records not taken: queue full, no process, too large")
    lost: int = u64("", "records on their way when the process died, at most")
    failed: int = u64("", "records that arrived but could not be stored")
    removed: int = u64("", "oldest segments removed to make room")
    banks: int = u64("", "images of non-volatile values written to their banks")
