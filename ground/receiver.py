"""From the octets of the link to records: what is intact is delivered, what is lost is counted and named."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flight.icd.dictionary import Dictionary
from flight.icd.kinds import Telemetry
from flight.icd.packet import DecodeError
from flight.icd.space_packet import PacketError, TmPacket, parse_tm
from flight.icd.tm_frame import LENGTH
from flight.icd.tm_stream import Losses, TmStream


@dataclass(slots=True)
class PacketLosses:
    """What became of the packets that whole frames held."""

    missing: int = 0
    """Packets that the sequence counts say were sent and did not arrive: dropped on board or lost with a frame."""
    damaged: Counter[str] = field(default_factory=Counter)
    """Packets that are none of ours, by the kind of fault."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Packets that the dictionary does not know, by type."""


class SequenceWatch:
    """Counts the gaps in the 14-bit sequence counts of each application."""

    __slots__ = ("_next", "missing")

    def __init__(self) -> None:
        self._next: dict[int, int] = {}
        self.missing = 0

    def see(self, apid: int, sequence: int) -> None:
        """The next packet of `apid` has this count."""
        self.missing += (sequence - self._next.get(apid, sequence)) & 0x3FFF
        self._next[apid] = (sequence + 1) & 0x3FFF


class Received(NamedTuple):
    """A packet that arrived whole, and the record in it."""

    vcid: int
    packet: TmPacket
    record: Telemetry


class Receiver:
    """Takes octets in any pieces; never raises on them."""

    def __init__(self, dictionary: Dictionary, frame_length: int = LENGTH) -> None:
        self._dictionary = dictionary
        self._stream = TmStream(frame_length)
        self._watch = SequenceWatch()
        self.packets = PacketLosses()

    @property
    def losses(self) -> Losses:
        """What was lost on the way to packets."""
        return self._stream.losses

    @property
    def control_word(self) -> bytes | None:
        """The latest control word (CLCW); None before the first frame."""
        return self._stream.ocf

    def feed(self, octets: bytes) -> list[Received]:
        """The packets that `octets` complete."""
        return self._decode(self._stream.feed(octets))

    def close(self) -> list[Received]:
        """End of the stream."""
        return self._decode(self._stream.close())

    def _decode(self, packets: list[tuple[int, bytes]]) -> list[Received]:
        received: list[Received] = []
        for vcid, octets in packets:
            try:
                packet = parse_tm(octets)
            except PacketError as error:
                self.packets.damaged[error.fault] += 1
                continue
            self._watch.see(packet.apid, packet.sequence)
            self.packets.missing = self._watch.missing
            try:
                record = self._dictionary.decode(packet)
            except DecodeError:
                self.packets.unknown[f"{packet.service}/{packet.subtype}"] += 1
                continue
            received.append(Received(vcid, packet, record))
        return received


def engineering(record: Telemetry) -> dict[str, Any]:
    """The values of `record` in engineering units, enumerations as names."""
    values: dict[str, Any] = {}
    for name, declared in record.fields.items():
        value = getattr(record, name)
        if declared.enum is not None:
            value = tuple(each.name for each in value) if declared.count > 1 else value.name
        elif declared.scale != 1.0:
            scale = declared.scale
            value = tuple(each * scale for each in value) if declared.count > 1 else value * scale
        values[name] = value
    return values
