"""Entry conditions: what must hold before a mode is entered, and before a function begins. Two tables.

    condition       STANDBY  CHECKOUT  OPERATE  to collect  to weigh
    no fault           x        x         x
    joints heard                x         x
    joints sound                x         x
    supply                      x         x
    custody                     x         x
    load cell                                       x           x
    store                                           x

SAFE is entered whatever holds. The first condition that does not hold is the reason of the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flight.icd.commands.functions import Collect, Tare, Weigh
from flight.icd.fdir import Condition
from flight.icd.kinds import Command
from flight.icd.modes import Mode

_MOVING = (
    Condition.NO_FAULT, Condition.JOINTS_HEARD, Condition.JOINTS_SOUND, Condition.SUPPLY, Condition.CUSTODY,
)  # fmt: skip

ENTRY: Mapping[Mode, tuple[Condition, ...]] = MappingProxyType(
    {
        Mode.SAFE: (),
        Mode.STANDBY: (Condition.NO_FAULT,),
        Mode.CHECKOUT: _MOVING,
        Mode.OPERATE: _MOVING,
    }
)
"""What must hold to enter each mode, in the order it is asked."""

NEEDS: Mapping[type[Command], tuple[Condition, ...]] = MappingProxyType(
    {
        Collect: (Condition.LOAD_CELL, Condition.STORE),
        Tare: (Condition.LOAD_CELL,),
        Weigh: (Condition.LOAD_CELL,),
    }
)
"""What functions need beyond the conditions of the mode they run in."""


class Unmet(NamedTuple):
    """A condition that does not hold, with its value."""

    condition: Condition
    value: int

    @property
    def detail(self) -> int:
        """Both in one number, as a verification report bears it: condition * 65536 + value."""
        return int(self.condition) << 16 | min(max(self.value, 0), 0xFFFF)


Measure = Callable[[], int | None]
"""A condition's value when it does not hold, None when it does."""


class Conditions:
    """Asks for conditions; `measures` says how each is found. One that nobody measures holds."""

    __slots__ = ("_measures",)

    def __init__(self, measures: Mapping[Condition, Measure] = MappingProxyType({})) -> None:
        self._measures = dict(measures)

    def measure(self, condition: Condition, how: Measure) -> None:
        """Have `condition` found by `how`."""
        self._measures[condition] = how

    def unmet(self, mode: Mode, command: type[Command] | None = None) -> Unmet | None:
        """The first condition of `mode`, then of `command`, that does not hold; None when all do."""
        for condition in (*ENTRY[mode], *(NEEDS.get(command, ()) if command is not None else ())):
            how = self._measures.get(condition)
            value = how() if how is not None else None
            if value is not None:
                return Unmet(condition, value)
        return None
