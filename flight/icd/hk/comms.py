"""Housekeeping of the space link and the services behind it. Counters run since start, modulo 2^32."""

from __future__ import annotations

from flight.icd.events.comms import UplinkFault
from flight.icd.fields import u8, u32
from flight.icd.kinds import Housekeeping


class CommsHk(Housekeeping, sid=20, every_s=5.0):
    """How both directions of the space link fare, every five seconds."""

    frames: int = u32("", "telemetry frames with packets sent")
    idle_frames: int = u32("", "telemetry frames with idle data alone sent")
    packets: int = u32("", "telemetry packets put into queues")
    dropped: tuple[int, ...] = u32("", "packets that did not fit their queue, by priority: reports, housekeeping", 2)
    waiting: tuple[int, ...] = u32("octet", "telemetry waiting, by priority: reports, housekeeping", 2)
    unfit: int = u32("", "packets not sent because a value did not fit its field")
    port_losses: int = u32("", "times a port of the link failed")
    cltus: int = u32("", "command link units received whole")
    uplink_rejected: tuple[int, ...] = u32("", "rejections, in the order of UplinkFault", len(UplinkFault))
    uplink_discarded: int = u32("octet", "octets received outside command link units")
    commands: int = u32("", "telecommand packets received")
    accepted: int = u32("", "telecommands accepted")
    refused: int = u32("", "telecommands refused: 1/2 and 1/10 reports")
    completed: int = u32("", "telecommands completed")
    failed: int = u32("", "telecommands that failed after acceptance, time-outs included")
    timed_out: int = u32("", "telecommands ended by their time-out")
    running: int = u8("", "telecommands in execution")
