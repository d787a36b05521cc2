"""The command part of XTCE: a meta-command for each telecommand, all of one abstract base with the headers.

The sender of the packet fills in its sequence count and length and adds the checksum (in Yamcs the PUS post-processor
of the link): they are zero or missing here.
"""

from __future__ import annotations

import struct
from xml.etree.ElementTree import Element

from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import Field, u8, u16
from flight.icd.kinds import Command
from flight.icd.metadata import is_octet_string, values_of
from flight.icd.space_packet import ACK_ALL, APID, GROUND, PUS_VERSION
from ground.export import xtce_types as types
from ground.export.elements import element

BASE = "PusTc"
_HEADER_ARGUMENTS = (
    ("service", u8("", "PUS service"), None), ("subtype", u8("", "PUS message subtype"), None),
    ("source", u16("", "who sends: 1 is the ground"), GROUND),
)  # fmt: skip


def command_metadata(dictionary: Dictionary) -> Element:
    """`CommandMetaData` of every telecommand in the dictionary."""
    argument_types = [_ack_type(), *(types.argument_type(f"{name}_t", field) for name, field, _ in _HEADER_ARGUMENTS)]
    commands = [_base()]
    for kind in dictionary.commands.values():
        argument_types += [
            types.argument_type(_type_name(kind, name), field)
            for name, field in kind.fields.items()
            if not field.is_constant
        ]
        commands.append(_command(kind))
    return element(
        "CommandMetaData",
        element("ArgumentTypeSet", *argument_types),
        element("MetaCommandSet", *commands),
    )


def _ack_type() -> Element:
    return element(
        "IntegerArgumentType",
        element("UnitSet"),
        element("IntegerDataEncoding", sizeInBits=4, encoding="unsigned"),
        name="ack_t",
        signed=False,
        sizeInBits=4,
    )


def _base() -> Element:
    """The headers; service and subtype are assigned by each telecommand."""
    arguments = [_argument("ack", "ack_t", "reports asked for: 1 accepted, 2 started, 4 progress, 8 done", ACK_ALL)]
    arguments += [_argument(name, f"{name}_t", field.doc, given) for name, field, given in _HEADER_ARGUMENTS]
    entries = [
        _fixed("packet_id", struct.pack(">H", 0x1800 | APID)),
        _fixed("sequence_control", b"\xc0\x00"),
        _fixed("packet_length", b"\x00\x00"),
        element("FixedValueEntry", name="pus_version", binaryValue=f"{PUS_VERSION:02X}", sizeInBits=4),
        *(element("ArgumentRefEntry", argumentRef=name) for name in ("ack", "service", "subtype", "source")),
    ]
    return element(
        "MetaCommand",
        element("ArgumentList", *arguments),
        element("CommandContainer", element("EntryList", *entries), name=BASE),
        name=BASE,
        abstract=True,
        shortDescription="Any telecommand to the sampling scoop.",
    )


def _command(kind: type[Command]) -> Element:
    name = packet_name(kind)
    assigned = element(
        "ArgumentAssignmentList",
        element("ArgumentAssignment", argumentName="service", argumentValue=kind.service),
        element("ArgumentAssignment", argumentName="subtype", argumentValue=kind.subtype),
    )
    entries = [] if kind.ident is None else [_fixed("function", struct.pack(">H", kind.ident))]
    arguments: list[Element] = []
    for value in values_of(kind):
        whole = is_octet_string(value.field)
        if whole and value.index > 0:
            continue
        label = value.field_name if whole else value.name
        if value.field.is_constant:
            entries.append(_fixed(label, _constant_octets(value.field)))
            continue
        arguments.append(_argument(label, _type_name(kind, value.field_name), value.description))
        entries.append(element("ArgumentRefEntry", argumentRef=label))
    container = element(
        "CommandContainer",
        element("EntryList", *entries),
        element("BaseContainer", containerRef=BASE),
        name=name,
    )
    return element(
        "MetaCommand",
        element("BaseMetaCommand", assigned, metaCommandRef=BASE),
        element("ArgumentList", *arguments) if arguments else None,
        container,
        name=name,
        shortDescription=" ".join((kind.__doc__ or "").split()),
    )


def _type_name(kind: type[Command], field_name: str) -> str:
    return f"{packet_name(kind)}__{field_name}_t"


def _argument(name: str, type_name: str, doc: str, given: int | None = None) -> Element:
    return element("Argument", name=name, argumentTypeRef=type_name, shortDescription=doc, initialValue=given)


def _fixed(name: str, octets: bytes) -> Element:
    return element("FixedValueEntry", name=name, binaryValue=octets.hex().upper(), sizeInBits=8 * len(octets))


def _constant_octets(field: Field) -> bytes:
    default = field.default if field.count == 1 else field.default[0]
    return struct.pack(">" + field.code, default)
