"""What the board reported, as lines that people read: event, meaning, numbers with their units.

Meaning and units are those of the declarations in `flight.icd`, so what is added there is told here as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from flight.icd.catalogue import mission_dictionary
from flight.icd.dictionary import packet_name
from flight.icd.fields import Field
from flight.icd.kinds import Event
from hil.report.record import Record

MISSION_PARTS = ("sampling", "fdir", "custody", "imaging", "location")
"""Modules of `flight.icd.events` whose events are about the mission; the others are about the board."""
PRODUCT = "product_made"
_ELSEWHERE = ("phase_began",)
"""Told by the table of phases already."""
_OF_THE_BOARD = ("camera_ready",)
_SMALL, _MILLI_BELOW = ("m", "N", "g", "s", "rad", "N m"), 0.1
"""Units whose small numbers are told in thousandths."""
_SINGLE, _DOUBLE = 4, 8
"""Digits told: what the sensors give, and what a place on the Moon needs."""
_HEX_FROM = 8
"""So many octets in an array are an identity or a digest."""


@dataclass(frozen=True)
class Line:
    """An event as it is told."""

    time_s: float
    severity: str
    name: str
    meaning: str
    numbers: tuple[tuple[str, str], ...]
    """Name, and value with its unit."""
    of_mission: bool


def lines(flown: Record) -> list[Line]:
    """All events in order."""
    found: list[tuple[float, int, Line]] = []
    for kind in mission_dictionary().telemetry.values():
        if not issubclass(kind, Event):
            continue
        name = packet_name(kind)
        if name in _ELSEWHERE:
            continue
        of_mission = kind.__module__.rpartition(".")[2] in MISSION_PARTS and name not in (PRODUCT, *_OF_THE_BOARD)
        for row in flown.table(name).rows():
            numbers = tuple((_words(field), _value(row, field, declared)) for field, declared in kind.fields.items())
            meaning = " ".join((kind.__doc__ or "").replace("`", "").replace("+-", "±").split())
            line = Line(row["time_s"], kind.severity.name, _words(name), meaning, numbers, of_mission)
            found.append((row["time_s"], int(row["packet_sequence"]), line))
    return [line for _, _, line in sorted(found, key=lambda entry: entry[:2])]


def _words(name: str) -> str:
    """A name without underscores and unit: the unit stands with the value."""
    for unit in ("_m", "_n", "_g", "_s", "_nm", "_rad", "_deg", "_us"):
        name = name.removesuffix(unit)
    return name.replace("_", " ")


def _value(row: dict[str, Any], name: str, declared: Field) -> str:
    """A field's value as it is read, with its unit."""
    if declared.count == 1:
        values: list[Any] = [row[name]]
    else:
        values = [row[f"{name}_{place}"] for place in range(declared.count)]
        if declared.code == "B" and declared.enum is None and declared.count >= _HEX_FROM:
            text = bytes(int(value) for value in values).hex()
            return "–" if not int(text, 16) else text[:16] + ("…" if len(text) > 16 else "")
    if declared.code == "Q" and declared.enum is None and "sha256" in name:
        return f"{int(row[name]):016x}"
    scale, unit = 1.0, declared.unit if declared.unit not in ("", "1", "octet") else ""
    if declared.is_float and unit in _SMALL and 0.0 < max(abs(float(value)) for value in values) < _MILLI_BELOW:
        scale, unit = 1e3, f"m{unit}"
    digits = _DOUBLE if declared.code == "d" else _SINGLE
    text = ", ".join(_number(value, scale, digits) for value in values)
    return f"({text}) {unit}".rstrip() if declared.count > 1 else f"{text} {unit}".rstrip()


def _number(value: Any, scale: float, digits: int) -> str:
    """So many `digits`; whole numbers whole, names in small letters."""
    if isinstance(value, str):
        return value.lower().replace("_", " ")
    if isinstance(value, (bool, int, np.integer)):
        return str(int(value))
    number = float(value) * scale
    if not math.isfinite(number):
        return "unknown"
    return f"{number:.{digits}g}".replace("-", "−")
