"""Telecommands as people write them: `find_surface site=3`. Every error says what is allowed instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from flight.icd.commands.functions import Arm
from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.fields import Field
from flight.icd.kinds import Command
from flight.icd.packet import EncodeError

_WIDEST = " in the widest of missions; the board knows what its own allows"
"""Of a function: the declaration admits what any mission may, the board checks against its own (1/4)."""


class CommandError(ValueError):
    """A telecommand that can't be: says what is wrong and what is allowed."""


def find_command(dictionary: Dictionary, name: str) -> type[Command]:
    """The telecommand of this name; upper case and hyphens are as good. Raises `CommandError`."""
    kind = dictionary.by_name.get(name.lower().replace("-", "_"))
    if kind is None or not issubclass(kind, Command):
        raise CommandError(f"no command {name!r}; {_instead(name, dictionary.command_names)}")
    return kind


def build_command(dictionary: Dictionary, name: str, assignments: Iterable[str]) -> Command:
    """The telecommand `name` with values from `field=value` texts; raises `CommandError`.

    A value is a number in the field's unit (0x.. for hexadecimal), a name or number of its enumeration, or
    comma-separated values of an array; what is armed is named or numbered. Every field must be given, constants
    excepted.
    """
    kind = find_command(dictionary, name)
    values: dict[str, Any] = {}
    for assignment in assignments:
        field_name, equals, text = assignment.partition("=")
        if not equals:
            raise CommandError(f"{name}: write field=value, not {assignment!r}")
        field = kind.fields.get(field_name)
        if field is None:
            raise CommandError(f"{name}: no field {field_name!r}; {_instead(field_name, list(kind.fields))}")
        if field_name in values:
            raise CommandError(f"{name}: {field_name} is given twice")
        if kind is Arm:
            text = _function_number(dictionary, text)
        values[field_name] = _parse(f"{name}: {field_name}", field, text, _WIDEST if kind.service == 8 else "")
    missing = [key for key, field in kind.fields.items() if key not in values and not field.is_constant]
    if missing:
        wanted = "; ".join(f"{key} ({kind.fields[key].allowed()})" for key in missing)
        if kind is Arm:
            wanted = f"target ({hazardous_names(dictionary)})"
        raise CommandError(f"{name}: missing {wanted}")
    command = kind(**values)
    try:
        command.encode()
    except EncodeError as error:
        raise CommandError(f"{name}: {error}") from None
    return command


def _instead(name: str, allowed: list[str]) -> str:
    near = difflib.get_close_matches(name.lower(), allowed, 1)
    hint = f"did you mean {near[0]}? " if near else ""
    return hint + (f"allowed: {', '.join(allowed)}" if allowed else "it takes none")


def hazardous_names(dictionary: Dictionary) -> str:
    """The functions that can be armed, in words."""
    kinds = sorted((kind for kind in dictionary.commands.values() if kind.hazardous), key=lambda kind: kind.ident or 0)
    return ", ".join(f"{packet_name(kind)} ({kind.ident})" for kind in kinds)


def _function_number(dictionary: Dictionary, text: str) -> str:
    """The number of the hazardous function that `text` names or numbers; raises `CommandError` for any other."""
    wanted = text.lower().replace("-", "_")
    for kind in dictionary.commands.values():
        if kind.hazardous and wanted in (packet_name(kind), str(kind.ident)):
            return str(kind.ident)
    raise CommandError(f"arm: target = {text}; allowed: {hazardous_names(dictionary)}")


def _parse(place: str, field: Field, text: str, widest: str) -> Any:
    texts = text.split(",") if field.count > 1 else [text]
    if len(texts) != field.count:
        raise CommandError(f"{place} takes {field.count} values separated by commas, got {len(texts)}")
    values = tuple(_parse_one(place, field, part.strip(), widest) for part in texts)
    return values if field.count > 1 else values[0]


def _parse_one(place: str, field: Field, text: str, widest: str) -> Any:
    narrower = widest if field.enum is None and field.limits is not None else ""
    refused = CommandError(f"{place} = {text}; allowed: {field.allowed()}{narrower}")
    if field.enum is not None:
        for member in field.enum:
            if text.upper() == member.name or text == str(member.value):
                return member
        raise refused
    value: float
    try:
        value = float(text) if field.is_float or field.scale != 1.0 else int(text, 0)
        if field.scale != 1.0:
            value = value / field.scale if field.is_float else round(value / field.scale)
    except (ValueError, OverflowError):
        raise refused from None
    if not field.admits(value):
        raise refused
    return value
