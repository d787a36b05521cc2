"""Packets made for tests: every kind of field, and a dictionary of them."""

from enum import IntEnum
from types import ModuleType

import pytest
from hypothesis import strategies as st

from flight.icd.dictionary import Dictionary
from flight.icd.fields import Field, enum8, f32, f64, i8, i16, i32, i64, u8, u16, u32, u64
from flight.icd.kinds import Command, Event, Housekeeping, Severity, Telemetry


class Shade(IntEnum):
    DARK = 3
    LIGHT = 9


class EveryFieldHk(Housekeeping, sid=500, every_s=0.5):
    """One of each."""

    a: int = u8("", "a")
    b: int = i8("", "b")
    c: tuple[int, ...] = u16("count", "c", 3)
    d: int = i16("deg", "d", scale=0.01)
    e: int = u32("", "e")
    f: tuple[int, ...] = i32("", "f", 2)
    g: int = u64("", "g")
    h: int = i64("ns", "h")
    i: tuple[float, ...] = f32("m", "i", 4)
    j: float = f64("rad", "j")
    k: Shade = enum8(Shade, "k")


class SmallEvent(Event, id=0x7701, severity=Severity.HIGH):
    """One number."""

    value: float = f32("N", "a force")


class EmptyReport(Telemetry, service=200, subtype=9):
    """Nothing but that it came."""


class Turn(Command, function=77):
    """Turn."""

    shade: Shade = enum8(Shade, "which")
    angle_rad: float = f32("rad", "how far", limits=(-3.0, 3.0))
    steps: int = u16("", "in how many", limits=(1, 10))
    tilt: tuple[int, ...] = i16("deg", "how", 2, scale=0.1, limits=(-90.0, 90.0))
    one: int = u8("", "always one", limits=(1, 1))


class Wait(Command, service=201, subtype=1):
    """Wait."""


KINDS = (EveryFieldHk, SmallEvent, EmptyReport, Turn, Wait)


def _element(field: Field):
    if field.enum is not None:
        return st.sampled_from(list(field.enum))
    if field.is_float:
        width = 32 if field.code == "f" else 64
        low, high = field.limits or (None, None)
        return st.floats(low, high, allow_nan=False, allow_infinity=False, width=width)
    low, high = field.range
    if field.scale == 1.0:
        return st.integers(low, high)
    return st.integers(round(low / field.scale), round(high / field.scale))


def records(kind):
    """Any record of `kind` whose values are allowed."""
    values = {
        name: _element(field) if field.count == 1 else st.tuples(*[_element(field)] * field.count)
        for name, field in kind.fields.items()
    }
    return st.fixed_dictionaries(values).map(lambda chosen: kind(**chosen))


@pytest.fixture(scope="session")
def kinds():
    return KINDS


@pytest.fixture(scope="session")
def records_of():
    return records


def module_of(*kinds: type) -> ModuleType:
    """A module that declares `kinds`."""
    module = ModuleType(kinds[0].__module__)
    for kind in kinds:
        setattr(module, kind.__name__, kind)
    return module


@pytest.fixture(scope="session")
def declare():
    """Kinds -> the dictionary of a module that declares them."""
    return lambda *chosen: Dictionary([module_of(*chosen)])


@pytest.fixture(scope="session")
def dictionary(declare):
    return declare(*KINDS)
