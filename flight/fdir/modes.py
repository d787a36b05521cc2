"""Modes: what the system may do now, and the one way into SAFE.

STANDBY waits, OPERATE runs a sequence, SAFE has frozen the joints and waits for a command. Safing freezes first and
keeps torque on: torque off would drop the arm.
"""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.events.fdir import EnteredSafe, ModeChanged
from flight.icd.hk.scoop import SystemHk
from flight.icd.kinds import Emit
from flight.icd.modes import Mode, SafeReason

NO_JOINT = 255


class Modes:
    """Holds the mode; `on_safe` are called, in order, when SAFE is entered.

    `is_sound()` says whether the reason for SAFE is gone: until then SAFE is not left.
    """

    __slots__ = ("_emit", "_hk", "_on_safe", "is_sound")

    def __init__(self, emit: Emit, hk: SystemHk) -> None:
        self._emit = emit
        self._hk = hk
        hk.mode = Mode.STANDBY
        self._on_safe: list[Callable[[], None]] = []
        self.is_sound: Callable[[], bool] = lambda: True

    def on_safe(self, *actions: Callable[[], None]) -> None:
        """Add what is to be done on entry to SAFE."""
        self._on_safe.extend(actions)

    @property
    def mode(self) -> Mode:
        """The mode now."""
        return self._hk.mode

    @property
    def reason(self) -> SafeReason:
        """Why the mode is SAFE; NONE when it is not."""
        return self._hk.safe_reason

    def safe(self, reason: SafeReason, joint: int = NO_JOINT, value: float = 0.0, limit: float = 0.0) -> None:
        """Go to SAFE for `reason`; the first reason stays while it lasts."""
        if self._hk.mode is Mode.SAFE:
            return
        self._hk.mode = Mode.SAFE
        self._hk.safe_reason = reason
        for action in self._on_safe:
            action()
        self._emit(EnteredSafe(reason=reason, joint=joint, value=value, limit=limit))

    def to(self, mode: Mode) -> None:
        """STANDBY or OPERATE; from SAFE only by `recover`."""
        if self._hk.mode not in (Mode.SAFE, mode):
            self._set(mode)

    def recover(self) -> bool:
        """Leave SAFE for STANDBY; False when the reason for it is still there."""
        if self._hk.mode is Mode.SAFE:
            if not self.is_sound():
                return False
            self._set(Mode.STANDBY)
        return True

    def _set(self, mode: Mode) -> None:
        self._hk.mode = mode
        self._hk.safe_reason = SafeReason.NONE
        self._emit(ModeChanged(mode=mode, reason=SafeReason.NONE))
