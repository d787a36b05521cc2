"""Arm, then fire: a hazardous function is carried out only directly after a telecommand that armed it.

Anything else that reaches the dispatcher in between disarms it, from whatever source and however malformed, and so
does time.
"""

from __future__ import annotations

from flight.icd.events.services import (
    CommandSource,
    DisarmReason,
    FunctionArmed,
    FunctionDisarmed,
    FunctionFired,
)
from flight.icd.kinds import Command, Emit

VALID_NS = 10_000_000_000
NOTHING = 0xFFFF
"""Stands where a function would, when none is armed."""


class Arming:
    """What is armed, by whom, until when."""

    __slots__ = ("_emit", "_kind", "_source", "_until_ns")

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._kind: type[Command] | None = None
        self._source = CommandSource.GROUND
        self._until_ns = 0

    @property
    def function(self) -> int:
        """The function that is armed, or `NOTHING`."""
        return NOTHING if self._kind is None else self._kind.ident or 0

    def arm(self, kind: type[Command], source: CommandSource, now_ns: int) -> None:
        """`kind` may be fired by the next telecommand, if that is from `source` and comes in time."""
        self._kind, self._source, self._until_ns = kind, source, now_ns + VALID_NS
        self._emit(FunctionArmed(function=kind.ident, source=source, valid_ms=VALID_NS // 1_000_000))

    def admit(self, kind: type[Command], source: CommandSource, now_ns: int) -> bool:
        """Whether a telecommand of `kind` may begin; nothing is armed after it."""
        if not kind.hazardous:
            self.disarm(now_ns)
            return True
        if self._kind is not kind or self._source is not source or now_ns >= self._until_ns:
            self.disarm(now_ns)
            return False
        self._kind = None
        self._emit(FunctionFired(function=kind.ident, source=source))
        return True

    def disarm(self, now_ns: int) -> None:
        """Something other than the function came, or its time is over."""
        if self._kind is None:
            return
        reason = DisarmReason.TIME_OUT if now_ns >= self._until_ns else DisarmReason.OTHER_COMMAND
        function, self._kind = self.function, None
        self._emit(FunctionDisarmed(function=function, reason=reason))

    def step(self, now_ns: int) -> None:
        """See to the time-out."""
        if self._kind is not None and now_ns >= self._until_ns:
            self.disarm(now_ns)
