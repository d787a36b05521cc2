"""Field kinds: the words a packet declaration is written in.

A declaration names each value once, with type, unit and meaning; the construct layout, the fast codec, the numpy
column type and everything the ground shows are derived from it (see `packet`).
All integers and floats are big-endian, IEEE 754 (ECSS-E-ST-70-41C 7.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar, cast

E = TypeVar("E", bound=IntEnum)
Limits = tuple[float, float]


@dataclass(frozen=True)
class Field:
    """One declared value of a packet.

    `code` is the `struct` letter; `count` > 1 makes it a fixed array whose value is a tuple; `limits` are the values
    an encoder accepts, `warn` and `alarm` the ranges outside which the ground marks a value; `scale` turns the raw
    number into the `unit` (engineering = raw * scale).
    """

    code: str
    unit: str
    doc: str
    count: int = 1
    enum: type[IntEnum] | None = None
    limits: Limits | None = None
    warn: Limits | None = None
    alarm: Limits | None = None
    scale: float = 1.0

    @property
    def struct_format(self) -> str:
        """The `struct` format without byte order, such as `3f`."""
        return self.code if self.count == 1 else f"{self.count}{self.code}"

    @property
    def is_float(self) -> bool:
        """Whether the wire type is a float."""
        return self.code in "fd"

    @property
    def default(self) -> Any:
        """The value a fresh record starts with."""
        zero: Any = 0.0 if self.is_float else 0
        if self.enum is not None:
            zero = next(iter(self.enum))
        return zero if self.count == 1 else (zero,) * self.count


def _number(code: str, unit: str, doc: str, count: int, kw: dict[str, Any]) -> Any:
    if count < 1:
        raise ValueError(f"a field holds at least one value, got count={count}")
    return Field(code, unit, doc, count, **kw)


def u8(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Unsigned 8-bit integer."""
    return _number("B", unit, doc, count, kw)


def u16(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Unsigned 16-bit integer."""
    return _number("H", unit, doc, count, kw)


def u32(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Unsigned 32-bit integer."""
    return _number("I", unit, doc, count, kw)


def u64(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Unsigned 64-bit integer."""
    return _number("Q", unit, doc, count, kw)


def i16(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 16-bit integer."""
    return _number("h", unit, doc, count, kw)


def i32(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 32-bit integer."""
    return _number("i", unit, doc, count, kw)


def f32(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """IEEE 754 single."""
    return _number("f", unit, doc, count, kw)


def f64(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """IEEE 754 double."""
    return _number("d", unit, doc, count, kw)


def enum8(members: type[E], doc: str) -> E:
    """Enumerated 8-bit integer; the value of a record is a member of `members`."""
    return cast(E, Field("B", "", doc, enum=members))
