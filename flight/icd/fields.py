"""Field kinds: the words a packet declaration is written in.

A declaration names each value once, with type, unit and meaning; the construct layout, the fast codec, the numpy
column type and everything the ground shows are derived from it (see `packet`).
All integers and floats are big-endian, IEEE 754 (ECSS-E-ST-70-41C 7.3).
"""

from __future__ import annotations

import math
import struct
import sys
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar, cast

E = TypeVar("E", bound=IntEnum)
Limits = tuple[float, float]
_SINGLE_MAX = 3.4028234663852886e38
_SLACK = 1e-9
"""Of a raw step: what division by a decimal scale may be off."""


def _single(value: float) -> float:
    """`value` rounded to IEEE 754 single; infinite beyond the greatest."""
    if abs(value) > _SINGLE_MAX:
        return math.copysign(math.inf, value)
    return float(struct.unpack(">f", struct.pack(">f", value))[0])


def _integers(code: str) -> Limits:
    """The least and greatest integer of a wire type."""
    bits = 8 * struct.calcsize(">" + code)
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)


@dataclass(frozen=True)
class Field:
    """One declared value of a packet.

    `code` is the `struct` letter; `count` > 1 makes it a fixed array whose value is a tuple. A record holds raw
    numbers; `scale` turns them into the `unit` (engineering = raw * scale). In engineering values: `limits` are what an
    encoder accepts (one value only: a constant), `warn` and `alarm` the ranges outside which the ground marks a value.
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
    def is_constant(self) -> bool:
        """Whether the limits leave a single value."""
        return self.limits is not None and self.limits[0] == self.limits[1]

    @property
    def default(self) -> Any:
        """The value a fresh record starts with: its constant, the first member of its enumeration, or zero."""
        zero: Any = 0.0 if self.is_float else 0
        if self.enum is not None:
            zero = next(iter(self.enum))
        elif self.limits is not None and self.is_constant:
            zero = type(zero)(self.limits[0] / self.scale)
        return zero if self.count == 1 else (zero,) * self.count

    @property
    def range(self) -> Limits:
        """The least and greatest engineering value: `limits`, or what the wire type holds."""
        if self.limits is not None:
            return self.limits
        if self.is_float:
            return (-math.inf, math.inf)
        low, high = _integers(self.code)
        return (low, high) if self.scale == 1.0 else (low * self.scale, high * self.scale)

    def raw_bounds(self, limits: Limits) -> Limits:
        """The least and greatest raw value within `limits`, which are engineering values.

        A bound counts as the wire type holds it: 0.1 sent as a single arrives a little above 0.1, and is still 0.1;
        0.3 V in steps of 0.1 V is the raw number 3, although 3 * 0.1 is a little above 0.3.
        """
        low, high = limits
        if self.is_float:
            low, high = low / self.scale, high / self.scale
            return (min(low, _single(low)), max(high, _single(high))) if self.code == "f" else (low, high)
        if self.scale == 1.0:
            return limits
        return (math.ceil(low / self.scale - _SLACK), math.floor(high / self.scale + _SLACK))

    @property
    def admitted(self) -> Limits:
        """The least and greatest raw value that an encoder takes; only finite ones, for a float without limits."""
        if self.limits is not None:
            return self.raw_bounds(self.limits)
        if self.is_float:
            return (-sys.float_info.max, sys.float_info.max)
        return _integers(self.code)

    def admits(self, value: Any) -> bool:
        """Whether the raw `value` (one element of an array) is finite and within the range, or in the enumeration."""
        if not isinstance(value, int | float):
            return False
        if self.enum is not None:
            return value in self.members
        low, high = self.admitted
        return low <= value <= high

    @property
    def members(self) -> dict[int, str]:
        """Names of the enumeration by number; empty when it has none."""
        return {} if self.enum is None else {member.value: member.name for member in self.enum}

    def allowed(self) -> str:
        """In words, what a value may be: `0..65535`, `-1.5..1.5 rad`, `STOW or DIG`."""
        if self.enum is not None:
            return ", ".join(f"{member.name} ({member.value})" for member in self.enum)
        low, high = self.range
        span = "any finite number" if low == -math.inf else f"{low:g}" if low == high else f"{low:.9g}..{high:.9g}"
        if not self.is_float and self.scale == 1.0 and low != high:
            span = f"{int(low)}..{int(high)}"
        return f"{span} {self.unit}".rstrip() + (f", {self.count} values" if self.count > 1 else "")


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


def i8(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 8-bit integer."""
    return _number("b", unit, doc, count, kw)


def i16(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 16-bit integer."""
    return _number("h", unit, doc, count, kw)


def i32(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 32-bit integer."""
    return _number("i", unit, doc, count, kw)


def i64(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """Signed 64-bit integer."""
    return _number("q", unit, doc, count, kw)


def f32(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """IEEE 754 single."""
    return _number("f", unit, doc, count, kw)


def f64(unit: str, doc: str, count: int = 1, **kw: Any) -> Any:
    """IEEE 754 double."""
    return _number("d", unit, doc, count, kw)


def enum8(members: type[E], doc: str) -> E:
    """Enumerated 8-bit integer; the value of a record is a member of `members`."""
    return cast(E, Field("B", "", doc, enum=members))
