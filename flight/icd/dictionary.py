"""The dictionary: every declared packet of a list of modules, checked, hashed, and found by what is on the wire.

Flight and ground build it from the same modules (`catalogue`), so one hash says whether they speak the same language.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any, TypeVar

import construct

from flight.icd import inhibits, mode_table
from flight.icd.fields import Field
from flight.icd.kinds import Command, Event, Housekeeping, ParameterGroup, Telemetry
from flight.icd.packet import DecodeError, DictionaryError, Packet
from flight.icd.space_packet import TC_HEADER_SIZE, TcPacket, TmPacket

T = TypeVar("T", Telemetry, Command)
Key = tuple[int, int, int | None]
MAX_COMMAND_BODY = 1024 - 7 - 44 - TC_HEADER_SIZE - 2
"""Octets of a telecommand body that fit a transfer frame with its security header and trailer."""


def packet_name(kind: type[Packet]) -> str:
    """The name people use: `find_surface` for `FindSurface`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", kind.__name__).lower()


class Dictionary:
    """All declared packets of some modules; raises `DictionaryError` when one of them can't be right.

    Classes whose name begins with an underscore are bases for others and no packets themselves.
    """

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        self.telemetry: dict[Key, type[Telemetry]] = {}
        self.commands: dict[Key, type[Command]] = {}
        self.groups: dict[int, type[ParameterGroup]] = {}
        self.by_name: dict[str, type[Packet]] = {}
        for module in modules:
            for kind in vars(module).values():
                if isinstance(kind, type) and issubclass(kind, Packet) and kind.__module__ == module.__name__:
                    self._add(kind)
        text = json.dumps(self.describe(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        self.canonical_json = text.encode()
        self.sha256 = hashlib.sha256(self.canonical_json).digest()
        self.hash64 = int.from_bytes(self.sha256[:8], "big")
        self._decoders = {key: (kind, 0 if key[2] is None else 2) for key, kind in self.telemetry.items()}

    def _add(self, kind: type[Packet]) -> None:
        if kind.__name__.startswith("_"):
            return
        if issubclass(kind, Telemetry):
            _check(kind)
            _enter(self.telemetry, kind)
        elif issubclass(kind, Command):
            _check(kind)
            _enter(self.commands, kind)
            if kind.size() > MAX_COMMAND_BODY:
                raise DictionaryError(f"{kind.__name__}: {kind.size()} octets; a frame takes {MAX_COMMAND_BODY}")
        elif issubclass(kind, ParameterGroup):
            _check_fields(kind)
            if kind.group in self.groups:
                raise DictionaryError(
                    f"{kind.__name__} and {self.groups[kind.group].__name__} are both {kind.group:#x}"
                )
            self.groups[kind.group] = kind
        else:
            raise DictionaryError(f"{kind.__name__} is neither Telemetry, Command nor ParameterGroup")
        other = self.by_name.setdefault(packet_name(kind), kind)
        if other is not kind:
            raise DictionaryError(f"{kind.__module__} and {other.__module__} both declare {packet_name(kind)}")

    @property
    def command_names(self) -> list[str]:
        """Names of all telecommands, sorted."""
        return sorted(packet_name(kind) for kind in self.commands.values())

    def decode(self, packet: TmPacket) -> Telemetry:
        """The record in a telemetry packet; raises `DecodeError` when it is not declared or does not fit."""
        service, subtype, body = packet.service, packet.subtype, packet.body
        found = self._decoders.get((service, subtype, body[0] << 8 | body[1] if len(body) > 1 else None))
        if found is None:
            found = self._decoders.get((service, subtype, None))
            if found is None:
                raise DecodeError(f"telemetry {service}/{subtype} {body[:2].hex() or '-'} is not in the dictionary")
        kind, skip = found
        return kind.decode(body[skip:])

    def command_of(self, packet: TcPacket) -> tuple[type[Command], bytes] | None:
        """The kind of a telecommand packet and the octets of its fields; None when it is not declared."""
        kind = self.commands.get((packet.service, packet.subtype, None))
        if kind is not None:
            return kind, packet.body
        kind = self.commands.get((packet.service, packet.subtype, int.from_bytes(packet.body[:2], "big")))
        return None if kind is None or len(packet.body) < 2 else (kind, packet.body[2:])

    def knows_type(self, service: int, subtype: int) -> bool:
        """Whether any telecommand of this type is declared."""
        return any(key[:2] == (service, subtype) for key in self.commands)

    def describe(self) -> dict[str, list[dict[str, Any]]]:
        """The whole dictionary as plain data, in order of service, subtype and identifier."""
        return {
            "telemetry": [_describe(kind) for _, kind in sorted(self.telemetry.items(), key=_order)],
            "commands": [_describe(kind) for _, kind in sorted(self.commands.items(), key=_order)],
            "parameters": [_describe_group(kind) for _, kind in sorted(self.groups.items())],
        }


def _order(item: tuple[Key, Any]) -> tuple[int, int, int]:
    service, subtype, ident = item[0]
    return service, subtype, -1 if ident is None else ident


def _enter(table: dict[Key, type[T]], kind: type[T]) -> None:
    key = (kind.service, kind.subtype, kind.ident)
    if key in table:
        raise DictionaryError(f"{kind.__name__} and {table[key].__name__} are both {_show(key)}")
    for other, other_kind in table.items():
        if other[:2] == key[:2] and (other[2] is None) != (key[2] is None):
            raise DictionaryError(f"{kind.__name__}: {_show(key)} can't be told from {other_kind.__name__}")
    table[key] = kind


def _show(key: Key) -> str:
    return f"{key[0]}/{key[1]}" + ("" if key[2] is None else f" {key[2]}")


def _check(kind: type[Telemetry | Command]) -> None:
    """Raise `DictionaryError` when the declaration of `kind` is incomplete or has no fixed form."""
    name = kind.__name__
    _check_header(name, kind)
    _check_fields(kind)


def _check_header(name: str, kind: type[Telemetry | Command]) -> None:
    if not (1 <= kind.service <= 255 and 1 <= kind.subtype <= 255):
        raise DictionaryError(f"{name}: service and subtype must be 1..255, got {kind.service}/{kind.subtype}")
    if issubclass(kind, Housekeeping | Event) and kind.ident is None:
        raise DictionaryError(f"{name}: has no {'sid' if issubclass(kind, Housekeeping) else 'id'}")
    if issubclass(kind, Housekeeping) and not (kind.every_s > 0 and round(kind.every_s * 1000) % 10 == 0):
        raise DictionaryError(f"{name}: every_s={kind.every_s} must be a multiple of 0.01 s")


def _check_fields(kind: type[Packet]) -> None:
    name = kind.__name__
    if not (vars(kind).get("__doc__") or "").strip():
        raise DictionaryError(f"{name}: has no docstring that says what it means")
    for field_name, field in kind.fields.items():
        _check_field(f"{name}.{field_name}", field)
        if field.is_float and not field.unit and not issubclass(kind, Event):
            # In an event the unit may depend on another field, and the description says how.
            raise DictionaryError(f"{name}.{field_name}: has no unit; a ratio says '1'")
    _check_names(kind)
    try:
        size = kind.layout().sizeof()
    except construct.SizeofError:
        raise DictionaryError(f"{name}: its layout has no fixed form") from None
    if size != kind.size():
        raise DictionaryError(f"{name}: its layout has {size} octets, its codec {kind.size()}")


def _check_names(kind: type[Packet]) -> None:
    """Raise `DictionaryError` when two columns would have one name: fields, elements of arrays, and those of all."""
    taken = {"tai", "tai_ns", "packet_sequence"}
    for field_name, field in kind.fields.items():
        for name in [field_name] if field.count == 1 else [f"{field_name}_{place}" for place in range(field.count)]:
            if name in taken:
                raise DictionaryError(f"{kind.__name__}.{field_name}: there is another column named {name}")
            taken.add(name)


def _check_field(name: str, field: Field) -> None:
    if not field.doc.strip():
        raise DictionaryError(f"{name}: has no description")
    if field.enum is not None and not all(0 <= member.value <= 255 for member in field.enum):
        raise DictionaryError(f"{name}: values of {field.enum.__name__} do not fit 8 bits")
    for what in ("limits", "warn", "alarm"):
        bounds = getattr(field, what)
        if bounds is not None and not bounds[0] <= bounds[1]:
            raise DictionaryError(f"{name}: {what} {bounds} are not in order")


def _describe(kind: type[Telemetry | Command]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": packet_name(kind),
        "service": kind.service,
        "subtype": kind.subtype,
        "ident": kind.ident,
        "doc": " ".join((kind.__doc__ or "").split()),
        "fields": [_describe_field(name, field) for name, field in kind.fields.items()],
    }
    if issubclass(kind, Housekeeping):
        entry["every_s"] = kind.every_s
    if issubclass(kind, Command) and kind.hazardous:
        entry["hazardous"] = True
    if issubclass(kind, Command) and kind.ident is not None:
        entry["modes"] = sorted(mode.name for mode in mode_table.allowed_in(kind))
        entry["custody"] = sorted(state.name for state in inhibits.allowed_in(kind))
    if issubclass(kind, Event):
        entry["severity"] = kind.severity.name
    return entry


def _describe_group(kind: type[ParameterGroup]) -> dict[str, Any]:
    return {
        "name": packet_name(kind),
        "group": kind.group,
        "doc": " ".join((kind.__doc__ or "").split()),
        "fields": [_describe_field(name, field) for name, field in kind.fields.items()],
    }


def _describe_field(name: str, field: Field) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": name, "type": field.code, "unit": field.unit, "doc": field.doc}
    entry |= {"count": field.count} if field.count > 1 else {}
    entry |= {"scale": field.scale} if field.scale != 1.0 else {}
    entry |= {what: list(bounds) for what in ("limits", "warn", "alarm") if (bounds := getattr(field, what))}
    entry |= {"enum": {member.name: member.value for member in field.enum}} if field.enum else {}
    return entry
