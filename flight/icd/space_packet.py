"""Space packets (CCSDS 133.0-B) with PUS-C secondary headers (ECSS-E-ST-70-41C 7.4) and CRC-16.

`TM_HEADER` and `TC_HEADER` are the declared layouts, `packet_layout` that of a whole packet of a kind. Telecommands are
built and read with them; telemetry, of which there is a thousand times more, goes through `struct` formats that tests
hold to them. The last two octets of every
packet are CRC-16/CCITT-FALSE over all before. A packet whose kind has an identifier (structure, event, function) starts
its body with it, as 16 bits.
"""

from __future__ import annotations

import struct
from binascii import crc_hqx
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import construct

from flight.icd import cuc
from flight.icd.kinds import Command, Telemetry
from flight.icd.packet import EncodeError

APID = 0x042
"""Housekeeping, verification and events down; telecommands up."""
APID_CFDP = 0x7FD
APID_IDLE = 0x7FF
PUS_VERSION = 2
GROUND = 1
"""Source of telecommands and destination of telemetry."""
ACK_ALL = 0b1111
"""Ask for the success reports of acceptance (1), start (2), progress (4) and completion (8)."""

PRIMARY_HEADER = construct.BitStruct(
    "version" / construct.Const(0, construct.BitsInteger(3)),
    "type" / construct.BitsInteger(1),
    "secondary_header" / construct.Const(1, construct.BitsInteger(1)),
    "apid" / construct.BitsInteger(11),
    "sequence_flags" / construct.Const(3, construct.BitsInteger(2)),
    "sequence" / construct.BitsInteger(14),
    "length" / construct.BitsInteger(16),  # octets after the primary header, less one
)
TM_HEADER = construct.Struct(
    "primary" / PRIMARY_HEADER,
    "pus"
    / construct.BitStruct(
        "version" / construct.Const(PUS_VERSION, construct.BitsInteger(4)),
        "time_status" / construct.BitsInteger(4),
    ),
    "service" / construct.Int8ub,
    "subtype" / construct.Int8ub,
    "counter" / construct.Int16ub,
    "destination" / construct.Int16ub,
    "seconds" / construct.Int32ub,
    "fraction" / construct.Int16ub,
)
TC_HEADER = construct.Struct(
    "primary" / PRIMARY_HEADER,
    "pus"
    / construct.BitStruct(
        "version" / construct.Const(PUS_VERSION, construct.BitsInteger(4)),
        "ack" / construct.BitsInteger(4),
    ),
    "service" / construct.Int8ub,
    "subtype" / construct.Int8ub,
    "source" / construct.Int16ub,
)
PRIMARY_SIZE = 6
TM_HEADER_SIZE = 19
TC_HEADER_SIZE = 11
CRC_SIZE = 2
_TM = ">HHHBBBHHIH"
_TM_LEAST = TM_HEADER_SIZE + CRC_SIZE
_unpack_tm = struct.Struct(_TM).unpack_from


def packet_layout(kind: type[Telemetry | Command]) -> Any:
    """The construct layout of a whole packet of `kind`: `content` (`header`, `ident`, `body`) and `crc` over it.

    Building makes length, type, service, subtype, identifier and checksum by itself; parsing raises
    `construct.ConstructError` where they are others. Octets beyond the packet are not looked at: check lengths before.
    """
    down = issubclass(kind, Telemetry)
    header = TM_HEADER if down else TC_HEADER
    ident = () if kind.ident is None else ("ident" / construct.Const(kind.ident, construct.Int16ub),)
    size = header.sizeof() + 2 * len(ident) + kind.size() + CRC_SIZE
    given = {"service": kind.service, "subtype": kind.subtype}
    primary = {"type": 0 if down else 1, "length": size - PRIMARY_SIZE - 1}
    parts = []
    for part in header.subcons:
        if part.name == "primary":
            bits = [_constant(bit, primary) for bit in PRIMARY_HEADER.subcon.subcons]
            parts.append("primary" / construct.BitStruct(*bits))
        else:
            parts.append(_constant(part, given))
    content = construct.Struct("header" / construct.Struct(*parts), *ident, "body" / kind.layout())
    return construct.Struct(
        "content" / construct.RawCopy(content),
        "crc" / construct.Checksum(construct.Int16ub, lambda octets: crc_hqx(octets, 0xFFFF), _content_octets),
    )


def _constant(part: Any, values: Mapping[str, int]) -> Any:
    """`part` of a layout, as a constant if `values` has one for it."""
    return part.name / construct.Const(values[part.name], part.subcon) if part.name in values else part


def _content_octets(context: Any) -> bytes:
    octets: bytes = context.content.data
    return octets


@cache
def _telecommand_layout(kind: type[Command]) -> Any:
    return packet_layout(kind)


class PacketFault(StrEnum):
    """Why octets are not one of our packets."""

    LENGTH = "length"
    VERSION = "version"
    TYPE = "type"
    SEGMENTED = "segmented"
    CRC = "crc"
    PUS = "pus"


class PacketError(ValueError):
    """Octets that are no packet of ours; `fault` is the kind, the message says what was found."""

    def __init__(self, fault: PacketFault, found: str) -> None:
        super().__init__(f"{fault}: {found}")
        self.fault = fault


class TmPacket(NamedTuple):
    """A telemetry packet taken apart; `body` is what is between secondary header and CRC."""

    apid: int
    sequence: int
    time_status: int
    service: int
    subtype: int
    counter: int
    destination: int
    tai_ns: int
    body: bytes


class TcPacket(NamedTuple):
    """A telecommand packet taken apart; `request` is how verification reports name it."""

    apid: int
    sequence: int
    ack: int
    service: int
    subtype: int
    source: int
    body: bytes

    @property
    def request(self) -> tuple[int, int]:
        """Request identifier (ECSS-E-ST-70-41C 6.1.2): packet identification and sequence control, 16 bits each."""
        return 0x1800 | self.apid, 0xC000 | self.sequence


_Plan = tuple[Callable[..., bytes], int, list[int], int, int, tuple[int, ...], Any, Any]
"""What encoding a kind needs: packing, length, counter, service, subtype, identifier, check and values of a record."""


class TmEncoder:
    """Turns records into packets of one APID; keeps its sequence count and a message counter for each report type."""

    __slots__ = ("_counters", "_kinds", "apid", "destination", "sequence", "time_status")

    def __init__(self, apid: int = APID, destination: int = GROUND) -> None:
        self.apid = apid
        self.destination = destination
        self.sequence = 0
        self.time_status = 0
        self._counters: dict[tuple[int, int], list[int]] = {}
        self._kinds: dict[type[Telemetry], _Plan] = {}

    def _prepare(self, kind: type[Telemetry]) -> _Plan:
        codec = struct.Struct(_TM + ("" if kind.ident is None else "H") + kind._codec.format.lstrip(">"))
        counter = self._counters.setdefault((kind.service, kind.subtype), [0])
        ident = () if kind.ident is None else (kind.ident,)
        length = codec.size + CRC_SIZE - PRIMARY_SIZE - 1
        plan = codec.pack, length, counter, kind.service, kind.subtype, ident, kind._fits, kind._flat
        self._kinds[kind] = plan
        return plan

    def encode(self, record: Telemetry, tai_ns: int) -> bytes:
        """`record` as a packet stamped `tai_ns`; raises `EncodeError` when a value does not fit, and counts nothing."""
        kind = type(record)
        pack, length, counter, service, subtype, ident, fits, flat = self._kinds.get(kind) or self._prepare(kind)
        seconds, fraction = cuc.split(tai_ns)
        sequence = self.sequence
        try:
            if fits is not None and not fits(record):
                record.check()
            octets = pack(
                0x0800 | self.apid, 0xC000 | sequence, length, PUS_VERSION << 4 | self.time_status,
                service, subtype, counter[0], self.destination, seconds, fraction, *ident, *flat(record),
            )  # fmt: skip
        except (struct.error, OverflowError, TypeError):
            record.check()
            raise record.misfit() from None
        self.sequence = (sequence + 1) & 0x3FFF
        counter[0] = (counter[0] + 1) & 0xFFFF
        return octets + crc_hqx(octets, 0xFFFF).to_bytes(2, "big")


def encode_tc(command: Command, sequence: int, ack: int = ACK_ALL, apid: int = APID, source: int = GROUND) -> bytes:
    """`command` as a whole packet; raises `EncodeError` when a value is not allowed."""
    command.encode()  # says which value is not allowed
    header = {"primary": {"apid": apid, "sequence": sequence}, "pus": {"ack": ack}, "source": source}
    body = {name: getattr(command, name) for name in command.fields}
    try:
        return bytes(_telecommand_layout(type(command)).build({"content": {"value": {"header": header, "body": body}}}))
    except construct.ConstructError as error:
        raise EncodeError(f"telecommand header: {str(error).splitlines()[-1]}") from None


def build_tc(packet: TcPacket) -> bytes:
    """The octets of `packet`, whatever its body; raises `EncodeError` when a header value does not fit."""
    length = TC_HEADER_SIZE + len(packet.body) + CRC_SIZE - PRIMARY_SIZE - 1
    primary = {"type": 1, "apid": packet.apid, "sequence": packet.sequence, "length": length}
    header = packet._asdict() | {"primary": primary, "pus": {"ack": packet.ack}}
    try:
        octets = bytes(TC_HEADER.build(header)) + packet.body
    except construct.ConstructError as error:
        raise EncodeError(f"telecommand header: {str(error).splitlines()[-1]}") from None
    return octets + crc_hqx(octets, 0xFFFF).to_bytes(2, "big")


def renumber(packet: bytes, sequence: int) -> bytes:
    """`packet` with another sequence count, and its checksum made anew.

    A count follows the order of leaving (CCSDS 133.0-B 4.1.3.4): packets that overtook others get theirs last.
    """
    octets = packet[:2] + (0xC000 | sequence).to_bytes(2, "big") + packet[4:-CRC_SIZE]
    return octets + crc_hqx(octets, 0xFFFF).to_bytes(2, "big")


def idle_packet(size: int) -> bytes:
    """An idle packet of `size` octets, at least 7: the filler of frames (CCSDS 133.0-B 4.1.3.3.3)."""
    return struct.pack(">HHH", APID_IDLE, 0xC000, size - PRIMARY_SIZE - 1) + bytes(size - PRIMARY_SIZE)


def _check(octets: bytes, packet_type: int, least: int) -> None:
    """Raise `PacketError` unless `octets` are one whole, unsegmented packet of `packet_type` with a right CRC."""
    if len(octets) < least:
        raise PacketError(PacketFault.LENGTH, f"{len(octets)} octets, a packet of ours has at least {least}")
    identification, control, length = struct.unpack_from(">HHH", octets)
    if identification >> 13:
        raise PacketError(PacketFault.VERSION, f"packet version {identification >> 13}, ours is 0")
    if identification >> 11 != packet_type << 1 | 1:
        raise PacketError(PacketFault.TYPE, f"type and secondary header flag {identification >> 11:02b}")
    if control >> 14 != 3:
        raise PacketError(PacketFault.SEGMENTED, f"sequence flags {control >> 14}, ours are 3")
    if length + PRIMARY_SIZE + 1 != len(octets):
        raise PacketError(PacketFault.LENGTH, f"{len(octets)} octets, the header says {length + PRIMARY_SIZE + 1}")
    if crc_hqx(octets, 0xFFFF):
        raise PacketError(PacketFault.CRC, f"checksum {octets[-2:].hex()} is wrong")
    if octets[PRIMARY_SIZE] >> 4 != PUS_VERSION:
        raise PacketError(PacketFault.PUS, f"PUS version {octets[PRIMARY_SIZE] >> 4}, ours is {PUS_VERSION}")


def parse_tm(octets: bytes) -> TmPacket:
    """A telemetry packet taken apart; raises `PacketError`."""
    size = len(octets)
    if size < _TM_LEAST:
        _check(octets, 0, _TM_LEAST)
    packet, control, length, pus, service, subtype, counter, destination, seconds, fraction = _unpack_tm(octets)
    if (
        packet >> 11 != 1
        or control < 0xC000
        or length + 7 != size
        or pus >> 4 != PUS_VERSION
        or crc_hqx(octets, 0xFFFF)
    ):
        _check(octets, 0, _TM_LEAST)
    tai_ns = cuc.join(seconds, fraction)
    fields = (
        packet & 0x7FF, control & 0x3FFF, pus & 0xF, service, subtype, counter, destination, tai_ns,
        octets[TM_HEADER_SIZE:-CRC_SIZE],
    )  # fmt: skip
    return tuple.__new__(TmPacket, fields)


def parse_tc(octets: bytes) -> TcPacket:
    """A telecommand packet taken apart; raises `PacketError`."""
    _check(octets, 1, TC_HEADER_SIZE + CRC_SIZE)
    header: Any = TC_HEADER.parse(octets)
    apid, sequence, ack = header.primary.apid, header.primary.sequence, header.pus.ack
    body = octets[TC_HEADER_SIZE:-CRC_SIZE]
    return TcPacket(apid, sequence, ack, header.service, header.subtype, header.source, body)
