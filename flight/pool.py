"""The parameter pool: every housekept or settable value on board, by identifier, with its age.

The pool holds no values of its own. Housekeeping records and parameter groups are the live values their users read and
write; the pool finds a place in them. An identifier is structure or group * 256 + position; the elements of an array
have positions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from dataclasses import field as attribute

from flight.icd.fields import Field
from flight.icd.kinds import Housekeeping, ParameterGroup
from flight.icd.packet import EncodeError

Value = float | int


class PoolError(ValueError):
    """An identifier that names nothing, or a value that is not allowed."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place in a record; `index` is the element of an array, -1 for a value that is none."""

    ident: int
    name: str
    record: Housekeeping | ParameterGroup
    field_name: str
    field: Field
    index: int
    doubted: AbstractSet[int] = attribute(default=frozenset(), compare=False)
    """Identifiers of values that are not believed, whatever their record says: one set for all of a pool."""

    @property
    def settable(self) -> bool:
        """Whether a telecommand may set it."""
        return isinstance(self.record, ParameterGroup)

    @property
    def value(self) -> Value:
        """The raw value now; enumerations as their number."""
        value = getattr(self.record, self.field_name)
        element: Value = value if self.index < 0 else value[self.index]
        return element

    def fresh(self, now_ns: int, limit_ns: int) -> bool:
        """Whether the value is good, believed and at most `limit_ns` old; a settable one always is."""
        record = self.record
        if isinstance(record, ParameterGroup):
            return True
        return bool(record.valid) and record.age_ns(now_ns) <= limit_ns and self.ident not in self.doubted

    def set(self, value: Value) -> None:
        """Put `value` in force; raises `PoolError` when it is housekept or not allowed, and changes nothing."""
        if not isinstance(self.record, ParameterGroup):
            raise PoolError(f"{self.name} is measured, not set")
        raw: Value = value if self.field.is_float else int(value)
        if raw != value or not self.field.admits(raw):
            raise PoolError(f"{self.name} = {value!r}; allowed: {self.field.allowed()}")
        before = getattr(self.record, self.field_name)
        setattr(self.record, self.field_name, raw)
        try:
            self.record.check()
            self.record.encode()
        except EncodeError as error:
            setattr(self.record, self.field_name, before)
            raise PoolError(str(error)) from None


class Pool:
    """All parameters of some records."""

    __slots__ = ("_by_ident", "doubted", "groups")

    def __init__(self, records: Iterable[Housekeeping | ParameterGroup]) -> None:
        self._by_ident: dict[int, Parameter] = {}
        self.groups: list[ParameterGroup] = []
        self.doubted: set[int] = set()
        """Identifiers of values that are not believed now."""
        for record in records:
            self.add(record)

    def add(self, record: Housekeeping | ParameterGroup) -> None:
        """Take the parameters of `record`; raises `PoolError` when one of their identifiers is taken."""
        if isinstance(record, ParameterGroup):
            self.groups.append(record)
        for parameter in parameters_of(record, self.doubted):
            if parameter.ident in self._by_ident:
                raise PoolError(
                    f"{parameter.name} and {self._by_ident[parameter.ident].name} are both {parameter.ident}"
                )
            self._by_ident[parameter.ident] = parameter

    def find(self, ident: int) -> Parameter | None:
        """The parameter named `ident`, None when there is none."""
        return self._by_ident.get(ident)

    def named(self, name: str) -> Parameter | None:
        """The parameter called `name`, such as `JointsHk.temperature_c[0]`; None when there is none. A slow search."""
        return next((parameter for parameter in self._by_ident.values() if parameter.name == name), None)


def parameters_of(
    record: Housekeeping | ParameterGroup, doubted: AbstractSet[int] = frozenset()
) -> Iterable[Parameter]:
    """The parameters in `record`, in order of their identifiers; `doubted` names those not to be believed."""
    base = (record.group if isinstance(record, ParameterGroup) else record.ident or 0) << 8
    position = 0
    for name, field in record.fields.items():
        for index in range(field.count) if field.count > 1 else (-1,):
            suffix = "" if index < 0 else f"[{index}]"
            full = f"{type(record).__name__}.{name}{suffix}"
            yield Parameter(base + position, full, record, name, field, index, doubted)
            position += 1
