"""The kinds of declared packets: housekeeping, events, reports and commands.

Each kind adds to `Packet` its PUS service, subtype and identifier (ECSS-E-ST-70-41C), taken from the class arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, ClassVar

from flight.icd.fields import u8, u16
from flight.icd.packet import DictionaryError, Packet


class Severity(IntEnum):
    """Event severity; the value is the subtype of service 5."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


def _u16(cls: type, what: str, value: int) -> int:
    if not 0 <= value <= 0xFFFF:
        raise DictionaryError(f"{cls.__name__}: {what}={value} is outside 0..65535")
    return value


class Telemetry(Packet):
    """Anything sent down: its PUS service and subtype, and the identifier that leads the body, if the kind has one."""

    service: ClassVar[int] = 0
    subtype: ClassVar[int] = 0
    ident: ClassVar[int | None] = None

    @classmethod
    def declare(cls, *, service: int = 0, subtype: int = 0, **header: Any) -> None:
        """Class arguments: `service`, `subtype`."""
        super().declare(**header)
        if service:
            cls.service, cls.subtype = service, subtype


class Housekeeping(Telemetry):
    """A 3/25 report: structure identifier `sid`, sent every `every_s` seconds; the live record of those parameters.

    Data carry their age: `stamp_ns` is the monotonic time the values were taken, `valid` whether they were good. Both
    go down with the values, the stamp as an age, so that the ground can tell stale from fresh.
    """

    __slots__ = ("stamp_ns",)
    every_s: ClassVar[float] = 1.0
    valid: bool = u8("", "1 when the values were good as they were taken")
    age_ms: int = u16("ms", "age of the values when this was sent; 65535 for that and more")

    @classmethod
    def declare(cls, *, sid: int | None = None, every_s: float = 1.0, **header: Any) -> None:
        """Class arguments: `sid`, `every_s`."""
        super().declare(service=3, subtype=25, **header)
        if sid is not None:
            cls.ident, cls.every_s = _u16(cls, "sid", sid), every_s

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.stamp_ns = 0

    def stamp(self, now_ns: int, valid: bool = True) -> None:
        """Mark the values as taken at monotonic `now_ns`."""
        self.stamp_ns = now_ns
        self.valid = valid

    def age_ns(self, now_ns: int) -> int:
        """Nanoseconds since the values were taken."""
        return now_ns - self.stamp_ns

    def set_age(self, now_ns: int) -> None:
        """Fill in `age_ms` as of monotonic `now_ns`, the moment of sending."""
        self.age_ms = min(max((now_ns - self.stamp_ns) // 1_000_000, 0), 0xFFFF)


class Event(Telemetry):
    """A 5/1..5/4 report: event identifier `id`, `severity`, and the numbers that belong to it."""

    severity: ClassVar[Severity] = Severity.INFO

    @classmethod
    def declare(cls, *, id: int | None = None, severity: Severity = Severity.INFO, **header: Any) -> None:
        """Class arguments: `id`, `severity`."""
        super().declare(service=5, subtype=int(severity), **header)
        if id is not None:
            cls.ident, cls.severity = _u16(cls, "id", id), severity


class ParameterGroup(Packet):
    """Settable parameters that belong together; the instance is the live record their user reads.

    `group` (0x80..0xFF) is the upper octet of the identifiers of its parameters. A group is no packet of its own: its
    layout is that of the banks it is stored in.
    """

    group: ClassVar[int] = 0

    @classmethod
    def declare(cls, *, group: int | None = None, **header: Any) -> None:
        """Class argument: `group`."""
        super().declare(**header)
        if group is not None:
            if not 0x80 <= group <= 0xFF:
                raise DictionaryError(f"{cls.__name__}: group={group:#x} is outside 0x80..0xFF")
            cls.group = group


class Command(Packet):
    """A telecommand: service and subtype; `function` is the identifier of a service 8 function.

    Floats must be finite and values within their limits, on the ground and again on board. A `hazardous` function must
    be armed just before.
    """

    finite: ClassVar[bool] = True
    service: ClassVar[int] = 0
    subtype: ClassVar[int] = 0
    ident: ClassVar[int | None] = None
    hazardous: ClassVar[bool] = False

    @classmethod
    def declare(
        cls,
        *,
        service: int = 0,
        subtype: int = 0,
        function: int | None = None,
        hazardous: bool = False,
        **header: Any,
    ) -> None:
        """Class arguments: `service`, `subtype`, or `function` for 8/1, which may be `hazardous`."""
        super().declare(**header)
        if function is not None:
            cls.service, cls.subtype, cls.ident = 8, 1, _u16(cls, "function", function)
        elif service:
            cls.service, cls.subtype = service, subtype
        if hazardous and function is None:
            raise DictionaryError(f"{cls.__name__}: only a function can be armed, and so be hazardous")
        cls.hazardous = hazardous


Emit = Callable[[Event], None]
"""How a component reports an event: it calls what it was given, and never waits for it."""
