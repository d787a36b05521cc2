"""Events of the space link and the services behind it."""

from __future__ import annotations

from enum import IntEnum

from flight.icd.fields import enum8, u8, u16, u32
from flight.icd.kinds import Event, Severity


class UplinkFault(IntEnum):
    """Why octets of the uplink came to nothing."""

    CLTU = 0
    FRAME_LENGTH = 1
    FRAME_FECF = 2
    FRAME_HEADER = 3
    FRAME_SPACECRAFT = 4
    FRAME_CHANNEL = 5
    FRAME_FILL = 6
    FRAME_TYPE = 7
    OVERFLOW = 8


class LinkOpened(Event, id=0x0401):
    """A port of the space link is open."""

    port: int = u8("", "number of the port, as given at start")


class LinkLost(Event, id=0x0402, severity=Severity.MEDIUM):
    """A port of the space link failed; it is opened again as soon as it can be."""

    port: int = u8("", "number of the port, as given at start")


class TelemetryDropped(Event, id=0x0403, severity=Severity.LOW):
    """Telemetry did not fit its queue: more is produced than the link takes."""

    channel: int = u8("", "queue, in order of priority")
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
