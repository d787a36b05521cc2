"""What displays and other systems need to know of each value: name, place, unit, calibration, names, limits.

A packet's declaration seen value by value: arrays are taken apart, as in columns (`columns`). Consoles, exports and the
interface document are made from this.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Any

from flight.icd.dictionary import packet_name
from flight.icd.fields import Field, Limits
from flight.icd.kinds import Command, Housekeeping, ParameterGroup, Telemetry
from flight.icd.packet import Packet
from flight.icd.space_packet import TC_HEADER_SIZE, TM_HEADER_SIZE

WIRE_TYPES = {
    "B": "u8", "H": "u16", "I": "u32", "Q": "u64", "b": "i8", "h": "i16", "i": "i32", "q": "i64", "f": "f32",
    "d": "f64",
}  # fmt: skip
_OCTETS_FROM = 16


class State(IntEnum):
    """How a value stands to its limits; the greater, the worse."""

    NORMAL = 0
    WARNING = 1
    ALARM = 2


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a packet; of an array, one element."""

    packet: str
    name: str
    """The field, and for an element of an array its place: `edge_m_0`. The name of its column."""
    field_name: str
    index: int
    """Place in the array; -1 for a field that is none."""
    offset: int
    """Octets from the beginning of the packet, header included; of a parameter group, from its beginning."""
    field: Field
    ident: int | None = None
    """Of the on-board parameter: structure or group * 256 + position; None where the pool holds none."""

    @property
    def unit(self) -> str:
        """Of the engineering value; empty for a plain number."""
        return self.field.unit

    @property
    def description(self) -> str:
        """What it means."""
        return self.field.doc

    @property
    def wire_type(self) -> str:
        """`u8` to `f64`."""
        return WIRE_TYPES[self.field.code]

    @property
    def names(self) -> dict[int, str]:
        """Of the enumeration, by number; empty when it has none."""
        return self.field.members

    @property
    def scale(self) -> float:
        """Calibration: engineering value = raw value * scale."""
        return self.field.scale

    @property
    def allowed(self) -> Limits | None:
        """Engineering values that an encoder takes; None for all that the wire type holds."""
        return self.field.limits

    @property
    def warn(self) -> Limits | None:
        """Engineering values outside which it is marked."""
        return self.field.warn

    @property
    def alarm(self) -> Limits | None:
        """Engineering values outside which it is marked as worse."""
        return self.field.alarm

    def raw(self, record: Packet) -> Any:
        """The value in `record`, as it travels."""
        value = getattr(record, self.field_name)
        return value if self.index < 0 else value[self.index]

    def engineering(self, raw: Any) -> Any:
        """`raw` in the unit, or its name in the enumeration; a number that has no name stays one."""
        if self.field.enum is not None:
            return self.field.members.get(int(raw), int(raw))
        return raw if self.field.scale == 1.0 else raw * self.field.scale

    def state(self, raw: Any) -> State:
        """How `raw` stands to the limits; no number (NaN) is outside every one."""
        for bounds, state in ((self.field.alarm, State.ALARM), (self.field.warn, State.WARNING)):
            if bounds is not None:
                low, high = self.field.raw_bounds(bounds)
                if not low <= raw <= high:
                    return state
        return State.NORMAL


def is_octet_string(field: Field) -> bool:
    """Whether an array is octets to be kept together, such as an embedded packet, and not so many numbers."""
    plain = field.enum is None and not field.unit and field.scale == 1.0
    return field.code == "B" and field.count >= _OCTETS_FROM and plain


def header_size(kind: type[Packet]) -> int:
    """Octets of a packet of `kind` before its fields: headers and identifier; 0 for what is no packet of its own."""
    if not issubclass(kind, Telemetry | Command):
        return 0
    return (TM_HEADER_SIZE if issubclass(kind, Telemetry) else TC_HEADER_SIZE) + (0 if kind.ident is None else 2)


def _first_ident(kind: type[Packet]) -> int | None:
    if issubclass(kind, ParameterGroup):
        return kind.group << 8
    return kind.ident << 8 if issubclass(kind, Housekeeping) and kind.ident is not None else None


@cache
def values_of(kind: type[Packet]) -> tuple[Value, ...]:
    """The values of `kind` in the order of the wire."""
    packet, offset, ident = packet_name(kind), header_size(kind), _first_ident(kind)
    found: list[Value] = []
    for field_name, field in kind.fields.items():
        size = struct.calcsize(">" + field.code)
        for index in range(field.count) if field.count > 1 else (-1,):
            name = field_name if index < 0 else f"{field_name}_{index}"
            place = None if ident is None else ident + len(found)
            found.append(Value(packet, name, field_name, index, offset, field, place))
            offset += size
    return tuple(found)
