"""Events of the space link and the services behind it."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Event, Severity


class UplinkFault(IntEnum):
    """Why octets of the uplink came to nothing, in the order in which they are looked at."""

    CLTU = 0
    """A codeblock was damaged."""
    OVERFLOW = 1
    """More waited than can."""
    FRAME_LENGTH = 2
    FRAME_FECF = 3
    FRAME_HEADER = 4
    FRAME_SPACECRAFT = 5
    FRAME_CHANNEL = 6
    FRAME_FILL = 7
    CLOSED = 8
    """The board has no key."""
    SDLS_LENGTH = 9
    SDLS_SPI = 10
    SDLS_MAC = 11
    """Not made with the key, or changed since."""
    REPLAYED = 12
    """Authentic, but its sequence number was taken already."""
    REORDERED = 13
    """Authentic, but one with a higher sequence number came before."""
    AHEAD = 14
    """Authentic, but its sequence number is too far ahead of the last."""
    NOT_KEPT = 15
    """Authentic, but the board can't yet keep that it was taken."""
    FRAME_DIRECTIVE = 16
    """A control frame without a control command."""
    FARM_KNOWN = 17
    """Authentic, but the packet came already in another frame."""
    FARM_GAP = 18
    """Authentic, but a frame before it is missing."""
    FARM_WAIT = 19
    """Authentic, but there is no room for its packet."""
    FARM_LOCKOUT = 20
    """Authentic, but outside the window, or the service is locked."""


class TmQueue(IntEnum):
    """Queues of telemetry, in order of priority."""

    REPORTS = 0
    """Events, verification and other reports."""
    HOUSEKEEPING = 1
    FILES = 2
    PLAYBACK = 3


class LinkOpened(Event, id=0x0401):
    """A port of the space link is open."""

    port: int = u8("", "number of the port, as given at start")


class LinkLost(Event, id=0x0402, severity=Severity.MEDIUM):
    """A port of the space link failed; it is opened again as soon as it can be."""

    port: int = u8("", "number of the port, as given at start")


class TelemetryDropped(Event, id=0x0403, severity=Severity.LOW):
    """Telemetry did not fit its queue: more is produced than the link takes."""

    channel: TmQueue = enum8(TmQueue, "queue")
    packets: int = u32("", "packets dropped from this queue since start")


class TelemetryUnfit(Event, id=0x0404, severity=Severity.MEDIUM):
    """A value did not fit its declared field; the packet was not sent."""

    packet_type: int = u16("", "service * 256 + subtype of the packet")
    identifier: int = u16("", "identifier of the packet, 65535 if it has none")


class UplinkRejected(Event, id=0x0405, severity=Severity.LOW):
    """Octets of the uplink came to nothing; said once a second at most."""

    fault: UplinkFault = enum8(UplinkFault, "the latest reason")
    rejected: int = u32("", "rejections since start, all reasons")


class CommandTimedOut(Event, id=0x0406, severity=Severity.MEDIUM):
    """A telecommand did not end within its time-out and was ended as failed."""

    request_sequence: int = u16("", "sequence control of the telecommand")
    packet_type: int = u16("", "its service * 256 + subtype")
    identifier: int = u16("", "its function, 65535 if it has none")


class UplinkClosed(Event, id=0x0407, severity=Severity.HIGH):
    """The board has no key and takes no telecommand."""


class UplinkOpen(Event, id=0x0408):
    """The board takes telecommands that are protected with its key."""

    key: int = u16("", "number of the key")
    next_sequence: int = u32("", "lowest sequence number that is taken")


class UplinkLockout(Event, id=0x0409, severity=Severity.LOW):
    """The sequence-controlled service is locked: an authentic frame was far from the one expected."""

    received: int = u8("", "its N(S)")
    expected: int = u8("", "V(R)")
