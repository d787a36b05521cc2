"""The interface control document, generated from the declarations: `docs/icd.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import IntEnum

from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import Field, Limits
from flight.icd.kinds import Command, Event, Housekeeping, ParameterGroup, Telemetry
from flight.icd.metadata import WIRE_TYPES, Value, header_size, values_of
from flight.icd.packet import Packet
from flight.icd.space_packet import CRC_SIZE
from ground.export.icd_link import conventions, frames, packets
from ground.export.markdown import code, table

SERVICES = {
    1: "request verification", 3: "housekeeping", 5: "event reporting", 6: "memory", 8: "functions", 9: "time",
    11: "time-based scheduling", 12: "on-board monitoring", 13: "large packets", 15: "storage and retrieval",
    17: "test", 19: "event-action", 20: "parameters", 21: "request sequencing", 23: "files",
}  # fmt: skip
_COLUMNS = ("offset", "parameter", "field", "type", "unit", "scale", "range", "meaning")


def icd_document(dictionary: Dictionary) -> bytes:
    """The document; the same for the same declarations, octet for octet."""
    lines = [
        "# Interface control document",
        "",
        "Generated from the declarations in `flight/icd` by `saji-ground export icd --to docs`: change those.",
        "",
        f"Dictionary SHA-256: `{dictionary.sha256.hex()}`; housekeeping carries its first 8 octets.",
        f"{len(dictionary.telemetry)} kinds of telemetry packet, {len(dictionary.commands)} telecommands,"
        f" {sum(len(values_of(group)) for group in dictionary.groups.values())} settable parameters.",
        "",
        *conventions(),
        *packets(),
        *frames(),
        *_telemetry(dictionary),
        *_events(dictionary),
        *_commands(dictionary),
        *_parameters(dictionary),
        *_enumerations(dictionary),
    ]
    return "\n".join(lines).rstrip("\n").encode() + b"\n"


def _telemetry(dictionary: Dictionary) -> list[str]:
    kinds = [kind for kind in dictionary.telemetry.values() if not issubclass(kind, Event)]
    lines = ["## Telemetry", "", "Events have a chapter of their own.", ""]
    for service, members in _by_service(kinds):
        lines += [f"### Telemetry of service {service}: {SERVICES.get(service, 'of the mission')}", ""]
        for kind in members:
            lines += _packet(kind, _title(kind))
    return lines


def _events(dictionary: Dictionary) -> list[str]:
    """Events by the part of the software that declares them."""
    kinds = sorted(
        (kind for kind in dictionary.telemetry.values() if issubclass(kind, Event)), key=lambda kind: kind.ident or 0
    )
    rows = [(_hex(kind.ident), code(packet_name(kind)), kind.severity.name, _doc(kind)) for kind in kinds]
    lines = [
        "## Events",
        "",
        "Service 5; the subtype is the severity: 1 INFO, 2 LOW, 3 MEDIUM, 4 HIGH. The identifier (16 bits) leads the",
        "body; then come the values.",
        "",
        *table(("identifier", "event", "severity", "meaning"), rows),
    ]
    modules = dict.fromkeys(kind.__module__ for kind in kinds)
    for module in sorted(modules):
        lines += [f"### Events of {module.rpartition('.')[2]}", "", _module_doc(module), ""]
        for kind in kinds:
            if kind.__module__ == module and kind.fields:
                lines += _packet(kind, f"5/{kind.subtype} {_hex(kind.ident)} {code(packet_name(kind))}")
    return lines


def _commands(dictionary: Dictionary) -> list[str]:
    lines = ["## Telecommands", ""]
    for service, members in _by_service(dictionary.commands.values()):
        lines += [f"### Telecommands of service {service}: {SERVICES.get(service, 'of the mission')}", ""]
        for kind in members:
            lines += _packet(kind, _title(kind))
    return lines


def _parameters(dictionary: Dictionary) -> list[str]:
    lines = [
        "## Parameters",
        "",
        "Settable with service 20, by identifier: group * 256 + position; the elements of an array follow one another.",
        "Housekept values have identifiers too, structure * 256 + position, and can be read and monitored by them: see",
        "the tables of service 3.",
        "",
    ]
    for group in sorted(dictionary.groups.values(), key=lambda kind: kind.group):
        lines += [f"### Group {_hex(group.group, 2)} {code(packet_name(group))}", "", _doc(group), ""]
        lines += _table(group, offsets=False)
    return lines


def _enumerations(dictionary: Dictionary) -> list[str]:
    found: dict[str, type[IntEnum]] = {}
    for kind in (*dictionary.telemetry.values(), *dictionary.commands.values(), *dictionary.groups.values()):
        for field in kind.fields.values():
            if field.enum is not None:
                found[field.enum.__name__] = field.enum
    lines = ["## Enumerations", ""]
    for name, enum in sorted(found.items()):
        lines += [f"### {name}", "", " ".join((enum.__doc__ or "").split()), ""]
        lines += table(("number", "name"), ((member.value, code(member.name)) for member in enum))
    return lines


def _by_service(kinds: Iterable[type[Telemetry | Command]]) -> list[tuple[int, list[type[Telemetry | Command]]]]:
    found: dict[int, list[type[Telemetry | Command]]] = {}
    for kind in sorted(kinds, key=lambda kind: (kind.service, kind.subtype, -1 if kind.ident is None else kind.ident)):
        found.setdefault(kind.service, []).append(kind)
    return list(found.items())


def _title(kind: type[Telemetry | Command]) -> str:
    number = f"{kind.service}/{kind.subtype}"
    if kind.ident is not None:
        number += f" {'function' if issubclass(kind, Command) else 'structure'} {kind.ident}"
    return f"{number} {code(packet_name(kind))}"


def _packet(kind: type[Packet], title: str) -> list[str]:
    size = header_size(kind) + kind.size() + CRC_SIZE
    lines = [f"#### {title}", "", f"{_doc(kind)} {size} octets.", ""]
    if issubclass(kind, Housekeeping):
        lines[2] += f" Sent every {kind.every_s:g} s while enabled."
    return lines + (_table(kind) if kind.fields else [])


def _table(kind: type[Packet], offsets: bool = True) -> list[str]:
    """A row for each field; arrays are not taken apart."""
    rows = []
    for value in values_of(kind):
        if value.index > 0:
            continue
        field = value.field
        rows.append((
            value.offset if offsets else "", "" if value.ident is None else _hex(value.ident),
            code(value.field_name), _type(field), field.unit, f"{field.scale:g}" if field.scale != 1.0 else "",
            _range(kind, value), field.doc,
        ))  # fmt: skip
    return table(_COLUMNS, rows)


def _type(field: Field) -> str:
    return WIRE_TYPES[field.code] + (f"[{field.count}]" if field.count > 1 else "")


def _range(kind: type[Packet], value: Value) -> str:
    """What a field may be: in words that differ for what is sent up and what comes down."""
    field = value.field
    if field.enum is not None:
        return f"[{field.enum.__name__}](#{field.enum.__name__.lower()})"
    parts = [] if field.limits is None else [_span(field.limits)]
    parts += [f"{what} {_span(bounds)}" for what, bounds in (("warn", field.warn), ("alarm", field.alarm)) if bounds]
    if not parts and field.is_float and issubclass(kind, Command | ParameterGroup):
        parts.append("finite")
    return "; ".join(parts)


def _span(limits: Limits) -> str:
    low, high = limits
    return f"{low:.9g}" if low == high else f"{low:.9g} .. {high:.9g}"


def _hex(number: int | None, digits: int = 4) -> str:
    return code(f"0x{number or 0:0{digits}X}")


def _doc(kind: type[Packet]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _module_doc(module: str) -> str:
    return " ".join((sys.modules[module].__doc__ or "").split())
