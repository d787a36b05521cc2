"""Modes: what the system may do now, the one way into SAFE, and the faults that are latched there.

    STANDBY <-> CHECKOUT     by command       STANDBY -> OPERATE -> STANDBY   while something runs
    any -> SAFE              by a fault       SAFE -> STANDBY                 by command, once every cause is gone

Safing freezes first and keeps torque on: torque off would drop the arm. Every fault that leads to SAFE is latched, also
when it comes second; a latch is opened by command alone, and not while its cause is still there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from flight.fdir.conditions import Conditions, Unmet
from flight.icd.events.fdir import (
    EnteredSafe,
    FaultCleared,
    FaultLatched,
    FaultStillThere,
    ModeChanged,
    ModeRefused,
)
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.kinds import Command, Emit
from flight.icd.modes import Mode, SafeReason

NO_JOINT = 255


class Cause(NamedTuple):
    """What keeps a fault from being cleared: the joint, if it is one's, the value now and the limit it violates."""

    joint: int = NO_JOINT
    value: float = 0.0
    limit: float = 0.0


Look = Callable[[], Cause | None]
"""The cause of a fault as it is now, None when it is gone."""


class Modes:
    """Holds the mode and the latched faults; `on_safe` are called, in order, when SAFE is entered."""

    __slots__ = ("_causes", "_emit", "_hk", "_home", "_on_clear", "_on_safe", "conditions", "latched")

    def __init__(self, emit: Emit, hk: SystemHk) -> None:
        self._emit = emit
        self._hk = hk
        hk.mode = Mode.STANDBY
        self._home = Mode.STANDBY  # where the mode goes back to when what runs has ended
        self._on_safe: list[Callable[[], None]] = []
        self._on_clear: dict[SafeReason, Callable[[], None]] = {}
        self._causes: dict[SafeReason, Look] = {}
        self.latched = 0
        """Bit n: fault n is latched."""
        self.conditions = Conditions({Condition.NO_FAULT: self._first_latched})

    def on_safe(self, *actions: Callable[[], None]) -> None:
        """Add what is to be done on entry to SAFE."""
        self._on_safe.extend(actions)

    def cause(self, fault: SafeReason, look: Look, on_clear: Callable[[], None] | None = None) -> None:
        """Have `look` say whether the cause of `fault` is still there; `on_clear` hears that it was cleared.

        A fault without a cause to look at is one that has happened: it can be cleared at any time.
        """
        self._causes[fault] = look
        if on_clear is not None:
            self._on_clear[fault] = on_clear

    @property
    def mode(self) -> Mode:
        """The mode now."""
        return self._hk.mode

    @property
    def reason(self) -> SafeReason:
        """Why the mode is SAFE; NONE when it is not."""
        return self._hk.safe_reason

    def safe(self, reason: SafeReason, joint: int = NO_JOINT, value: float = 0.0, limit: float = 0.0) -> None:
        """Latch `reason` and go to SAFE; the first reason stays the one that is told while the mode lasts."""
        known = self.latched >> reason & 1
        self.latched |= 1 << reason
        if self._hk.mode is Mode.SAFE:
            if not known:
                self._emit(FaultLatched(fault=reason, joint=joint, value=value, limit=limit))
            return
        self._hk.mode, self._home = Mode.SAFE, Mode.STANDBY
        self._hk.safe_reason = reason
        for action in self._on_safe:
            action()
        self._emit(EnteredSafe(reason=reason, joint=joint, value=value, limit=limit))

    def latch(self, faults: int) -> None:
        """Latch again what was latched before a restart (bits); the mode is SAFE if that is anything."""
        for fault in _faults(faults):
            self.safe(fault)

    def to(self, mode: Mode) -> None:
        """STANDBY or OPERATE without asking, as for a sequence that goes on; from SAFE only by `recover`."""
        if self._hk.mode not in (Mode.SAFE, mode):
            self._set(mode)

    def enter(self, mode: Mode) -> Unmet | None:
        """CHECKOUT, or back to STANDBY, by command; the condition that forbids it, told, or None."""
        unmet = self._unmet(mode, None)
        if unmet is None:
            self._home = mode
            self.to(mode)
        return unmet

    def begin(self, command: type[Command]) -> Unmet | None:
        """`command` is to move something: OPERATE, but in CHECKOUT it stays that. The condition that forbids it."""
        mode = Mode.CHECKOUT if self._hk.mode is Mode.CHECKOUT else Mode.OPERATE
        unmet = self._unmet(mode, command)
        if unmet is None:
            self.to(mode)
        return unmet

    def end(self) -> None:
        """What ran has ended: back to STANDBY or CHECKOUT."""
        self.to(self._home)

    def clear(self, fault: SafeReason) -> bool:
        """Open the latch of one fault; False, and told, when its cause is still there. The mode stays."""
        if not self.latched >> fault & 1:
            return True
        look = self._causes.get(fault)
        cause = look() if look is not None else None
        if cause is not None:
            self._emit(FaultStillThere(fault=fault, joint=cause.joint, value=cause.value, limit=cause.limit))
            return False
        self.latched &= ~(1 << fault)
        heard = self._on_clear.get(fault)
        if heard is not None:
            heard()
        self._emit(FaultCleared(fault=fault, latched=self.latched))
        return True

    def recover(self) -> Unmet | None:
        """Clear every fault whose cause is gone; leave SAFE for STANDBY if none is left, else give the condition."""
        for fault in _faults(self.latched):
            self.clear(fault)
        if self._hk.mode is not Mode.SAFE:
            return None
        unmet = self._unmet(Mode.STANDBY, None)
        if unmet is None:
            self._set(Mode.STANDBY)
        return unmet

    def _unmet(self, mode: Mode, command: type[Command] | None) -> Unmet | None:
        unmet = self.conditions.unmet(mode, command)
        if unmet is not None:
            told = float(unmet.value)
            self._emit(ModeRefused(wanted=mode, mode=self._hk.mode, condition=unmet.condition, value=told))
        return unmet

    def _first_latched(self) -> int | None:
        return next((int(fault) for fault in _faults(self.latched)), None)

    def _set(self, mode: Mode) -> None:
        self._hk.mode = mode
        self._hk.safe_reason = SafeReason.NONE
        self._emit(ModeChanged(mode=mode, reason=SafeReason.NONE))


def _faults(bits: int) -> Iterator[SafeReason]:
    return (fault for fault in SafeReason if bits >> fault & 1)
