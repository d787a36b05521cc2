"""From the octets of the link to records: what is intact is delivered, what is lost is counted and named."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flight.icd.dictionary import Dictionary
from flight.icd.kinds import Telemetry
from flight.icd.metadata import State, Value, values_of
from flight.icd.packet import DecodeError
from flight.icd.space_packet import PacketError, TmPacket, parse_tm
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import LENGTH
from flight.icd.tm_stream import Correct, Losses, TmStream

GAPS = 100
"""Gaps that are remembered, the latest."""


class Gap(NamedTuple):
    """Packets of an application that did not arrive: `missing` of them, the first with sequence count `first`."""

    apid: int
    first: int
    missing: int


@dataclass(slots=True)
class PacketLosses:
    """What became of the packets that whole frames held."""

    missing: int = 0
    """Packets that the sequence counts say were sent and did not arrive: dropped on board or lost with a frame."""
    gaps: int = 0
    """Places where packets are missing."""
    latest_gaps: deque[Gap] = field(default_factory=lambda: deque(maxlen=GAPS))
    damaged: Counter[str] = field(default_factory=Counter)
    """Packets that are none of ours, by the kind of fault."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Packets that the dictionary does not know, by type."""


class SequenceWatch:
    """Finds the gaps in the 14-bit sequence counts of each application, and counts them in `losses`."""

    __slots__ = ("_losses", "_next")

    def __init__(self, losses: PacketLosses) -> None:
        self._losses = losses
        self._next: dict[int, int] = {}

    def see(self, apid: int, sequence: int) -> None:
        """The next packet of `apid` has this count."""
        expected = self._next.get(apid, sequence)
        self._next[apid] = (sequence + 1) & 0x3FFF
        if sequence != expected:
            missing = (sequence - expected) & 0x3FFF
            self._losses.missing += missing
            self._losses.gaps += 1
            self._losses.latest_gaps.append(Gap(apid, expected, missing))


class Received(NamedTuple):
    """A packet that arrived whole, and the record in it."""

    vcid: int
    packet: TmPacket
    record: Telemetry


class Receiver:
    """Takes octets in any pieces; never raises on them. `coding` is that of the link, `correct` its decoder."""

    def __init__(
        self, dictionary: Dictionary, frame_length: int = LENGTH, coding: Coding = PLAIN, correct: Correct | None = None
    ) -> None:
        self._dictionary = dictionary
        self._stream = TmStream(frame_length, coding=coding, correct=correct)
        self.packets = PacketLosses()
        self._watch = SequenceWatch(self.packets)

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
            try:
                record = self._dictionary.decode(packet)
            except DecodeError:
                self.packets.unknown[f"{packet.service}/{packet.subtype}"] += 1
                continue
            received.append(Received(vcid, packet, record))
        return received


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of a record as people read it, and how it stands to its limits."""

    value: Value
    engineering: float | int | str
    state: State


def readings(record: Telemetry) -> Iterator[Reading]:
    """The values of `record` in engineering units, enumerations as names, each with the state of its limits."""
    for value in values_of(type(record)):
        raw = value.raw(record)
        yield Reading(value, value.engineering(raw), value.state(raw))


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
