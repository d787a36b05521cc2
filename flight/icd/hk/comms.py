"""Housekeeping of the space link and the services behind it. Counters run since start, modulo 2^32."""

from __future__ import annotations

from flight.icd.events.comms import TmQueue, UplinkFault
from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Housekeeping


class CommsHk(Housekeeping, sid=20, every_s=5.0):
    """How both directions of the space link fare, every five seconds."""

    frames: int = u32("", "telemetry frames with packets sent")
    idle_frames: int = u32("", "telemetry frames with idle data alone sent")
    packets: int = u32("", "telemetry packets put into queues")
    dropped: tuple[int, ...] = u32("", "packets that did not fit their queue, by priority", len(TmQueue))
    waiting: tuple[int, ...] = u32("octet", "telemetry waiting, by priority", len(TmQueue))
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


class UplinkHk(Housekeeping, sid=21, every_s=1.0):
    """Where the uplink stands, once a second: what the ground needs to go on after a pause or a reboot."""

    key: int = u16("", "number of the key, 0 when the uplink is closed")
    next_sequence: int = u32("", "lowest sequence number that is taken; the key is used up near 4294967295")
    kept: int = u32("", "highest sequence number that can be taken before more are reserved")
    v_r: int = u8("", "V(R): N(S) of the AD frame that is taken next")
    lockout: int = u8("", "1 while AD frames are locked out")
    wait: int = u8("", "1 while there is no room for the packets of AD frames")
    retransmit: int = u8("", "1 while a missing AD frame is waited for")
    ad_frames: int = u32("", "AD frames taken since start")
    bd_frames: int = u32("", "BD frames taken since start")
    bc_frames: int = u32("", "control commands obeyed since start")
    rejected: int = u32("", "rejections since start, all reasons")
    last_fault: UplinkFault = enum8(UplinkFault, "the latest reason; means nothing while `rejected` is 0")
