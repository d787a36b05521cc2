"""Declared packets: a class per packet, a slot per field, and the codecs derived from it.

    class ScoopHk(Housekeeping, sid=10, every_s=1.0):
        "What the scoop is doing, once a second."
        mode: Mode = enum8(Mode, "current mode")
        tip_position_m: Triple = f32("m", "scoop edge in the lander frame", 3)

An instance is the live record of those values; `encode()` packs them, `decode()` reads them back, and `layout()` is
the same layout in `construct`, the reference the fast codec is held to.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from operator import attrgetter
from typing import Any, ClassVar, Self

import construct

from flight.icd.fields import Field

Triple = tuple[float, float, float]
Quad = tuple[float, float, float, float]

_CONSTRUCT = {
    "B": construct.Int8ub, "H": construct.Int16ub, "I": construct.Int32ub, "Q": construct.Int64ub,
    "b": construct.Int8sb, "h": construct.Int16sb, "i": construct.Int32sb, "q": construct.Int64sb,
    "f": construct.Float32b, "d": construct.Float64b,
}  # fmt: skip


class EncodeError(ValueError):
    """A value does not fit its field; says which packet, which `field` and what is allowed."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DecodeError(ValueError):
    """Octets that are not the packet they are said to be; says which packet, why, and in which `field` if in one."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class DictionaryError(ValueError):
    """A declaration that can't be right, found while the dictionary is built."""


def _flat_getter(fields: Mapping[str, Field]) -> Any:
    """A function record -> flat tuple of raw values, in wire order."""
    if any(field.count > 1 for field in fields.values()):
        parts = ", ".join(("*r." if field.count > 1 else "r.") + name for name, field in fields.items())
        return eval(f"lambda r: ({parts},)")  # names come from the class body, as in namedtuple
    if len(fields) == 1:
        single = attrgetter(*fields)
        return lambda record: (single(record),)
    return attrgetter(*fields) if fields else (lambda _record: ())


def _filler(fields: Mapping[str, Field]) -> Any:
    """A function (record, flat tuple of raw values) that sets the fields; `KeyError` for an unknown enumeration value.

    Written out field by field, as namedtuple is: four times as fast as a loop over the declaration.
    """
    lines, scope, at = ["def fill(r, v):", "    pass"], {}, 0
    for name, field in fields.items():
        value = f"v[{at}]" if field.count == 1 else f"v[{at}:{at + field.count}]"
        if field.enum is not None:
            scope[f"of_{name}"] = {member.value: member for member in field.enum}
            value = f"of_{name}[{value}]" if field.count == 1 else f"tuple([of_{name}[e] for e in {value}])"
        lines.append(f"    r.{name} = {value}")
        at += field.count
    exec("\n".join(lines), scope)
    return scope["fill"]


def _fitter(fields: Mapping[str, Field], finite: bool) -> Any:
    """A function record -> whether its values are within limits and enumerations; may raise `TypeError` where not.

    Written out like `_filler`: it is on the way of every packet sent.
    """
    lines: list[str] = ["def fits(r):"]
    scope: dict[str, Any] = {}
    for at, (name, field) in enumerate(fields.items()):
        value, indent = f"r.{name}", "    "
        if field.count > 1:
            lines.append(f"    if len(r.{name}) != {field.count}: return False")
        if not _is_bounded(field, finite):
            continue
        if field.count > 1:
            lines.append(f"    for e in r.{name}:")
            value, indent = "e", "        "
        if field.enum is not None:
            scope[f"kind_{at}"], scope[f"members_{at}"] = field.enum, frozenset(field.members)
            wrong = f"type({value}) is not kind_{at} and {value} not in members_{at}"
        else:
            scope[f"low_{at}"], scope[f"high_{at}"] = field.admitted
            wrong = f"not low_{at} <= {value} <= high_{at}"
        lines.append(f"{indent}if {wrong}: return False")
    exec("\n".join([*lines, "    return True"]), scope)
    return scope["fits"]


def _is_bounded(field: Field, finite: bool) -> bool:
    return field.limits is not None or field.enum is not None or (finite and field.is_float)


def _checked(fields: Mapping[str, Field], finite: bool) -> dict[str, Field]:
    """The fields that packing alone does not check: bounded ones, and arrays where one could run into another."""
    arrays = [field for field in fields.values() if field.count > 1]
    return {
        name: field
        for name, field in fields.items()
        if _is_bounded(field, finite) or (field.count > 1 and len(arrays) > 1)
    }


class _PacketMeta(type):
    """Turns declared fields into slots and derives the struct codec."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **header: Any) -> Any:
        own = {key: value for key, value in namespace.items() if isinstance(value, Field)}
        for key in own:
            del namespace[key]
            if any(hasattr(base, key) and key not in getattr(base, "fields", {}) for base in bases):
                raise DictionaryError(f"{name}.{key}: this name has a meaning in every packet; take another")
        namespace["__slots__"] = (*namespace.get("__slots__", ()), *own)
        inherited: dict[str, Field] = {}
        for base in bases:
            inherited |= getattr(base, "fields", {})
        fields = inherited | own
        namespace["fields"] = fields
        namespace["_codec"] = struct.Struct(">" + "".join(f.struct_format for f in fields.values()))
        namespace["_flat"] = staticmethod(_flat_getter(fields))
        namespace["_fill"] = staticmethod(_filler(fields))
        finite = namespace.get("finite", any(getattr(base, "finite", False) for base in bases))
        checked = _checked(fields, finite)
        namespace["_checks"] = tuple((key, field, _fitter({key: field}, finite)) for key, field in checked.items())
        namespace["_fits"] = staticmethod(_fitter(checked, finite)) if checked else None
        cls = super().__new__(mcls, name, bases, namespace)
        cls.declare(**header)  # type: ignore[attr-defined]
        return cls


class Packet(metaclass=_PacketMeta):
    """Base of every declared packet; subclasses declare fields, and their kind of header as class arguments."""

    fields: ClassVar[Mapping[str, Field]]
    _codec: ClassVar[struct.Struct]
    _flat: ClassVar[Any]
    _fill: ClassVar[Any]
    _fits: ClassVar[Any]
    _checks: ClassVar[tuple[tuple[str, Field, Any], ...]]
    finite: ClassVar[bool] = False
    """Whether floats without limits must be finite."""

    @classmethod
    def declare(cls, **header: Any) -> None:
        """Take the class arguments; kinds of packets override this."""
        if header:
            raise DictionaryError(f"{cls.__name__}: unknown declaration argument {sorted(header)}")

    def __init__(self, **values: Any) -> None:
        for name, field in self.fields.items():
            setattr(self, name, values.pop(name, field.default))
        if values:
            raise EncodeError(f"{type(self).__name__} has no field {sorted(values)}; it has {sorted(self.fields)}")

    @classmethod
    def size(cls) -> int:
        """Octets of the body: the fields alone, without headers."""
        return cls._codec.size

    def check(self) -> None:
        """Raise `EncodeError` when a value is outside the declared limits or the enumeration of its field."""
        for name, field, fits in self._checks:
            try:
                right = fits(self)
            except TypeError:  # no number, or no array
                right = False
            if not right:
                value = getattr(self, name)
                raise EncodeError(f"{type(self).__name__}.{name} = {value!r}; allowed: {field.allowed()}", name)

    def encode(self) -> bytes:
        """The fields as octets; raises `EncodeError` naming the field whose value does not fit."""
        try:
            if self._fits is not None and not self._fits(self):
                self.check()
            return self._codec.pack(*self._flat(self))
        except (struct.error, OverflowError, TypeError):
            self.check()
            raise self.misfit() from None

    def misfit(self) -> EncodeError:
        """The error that says which value can't be packed, and why."""
        for name, field in self.fields.items():
            value = getattr(self, name)
            try:
                struct.pack(">" + field.struct_format, *(value if field.count > 1 else (value,)))
            except (struct.error, OverflowError, TypeError) as error:
                place = f"{type(self).__name__}.{name}"
                return EncodeError(f"{place} = {value!r} does not fit {field.struct_format}: {error}", name)
        return EncodeError(f"{type(self).__name__}: values do not fit")

    @classmethod
    def decode(cls, body: bytes) -> Self:
        """A record from `body`, which must be exactly `size()` octets; raises `DecodeError`."""
        if len(body) != cls._codec.size:
            raise DecodeError(f"{cls.__name__}: body is {len(body)} octets, its layout has {cls._codec.size}")
        raw = cls._codec.unpack(body)
        record = cls.__new__(cls)
        try:
            cls._fill(record, raw)
        except KeyError as unknown:
            raise cls._unknown_member(raw, unknown.args[0]) from None
        return record

    @classmethod
    def _unknown_member(cls, raw: tuple[Any, ...], value: int) -> DecodeError:
        """The error that names the field whose enumeration lacks `value`."""
        at = 0
        for name, field in cls.fields.items():
            if field.enum is not None and value in raw[at : at + field.count] and value not in list(field.enum):
                return DecodeError(f"{cls.__name__}.{name} = {value}; allowed: {field.allowed()}", name)
            at += field.count
        return DecodeError(f"{cls.__name__}: a value is in no enumeration")

    @classmethod
    def layout(cls) -> Any:
        """The construct layout of the body."""
        parts = []
        for name, field in cls.fields.items():
            part = _CONSTRUCT[field.code]
            if field.enum is not None:
                part = construct.Enum(part, field.enum)
            parts.append(name / (construct.Array(field.count, part) if field.count > 1 else part))
        return construct.Struct(*parts)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.fields)
        return f"{type(self).__name__}({values})"

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._flat(self) == self._flat(other)

    __hash__ = None  # type: ignore[assignment]  # records are mutable
