"""Watches the joints: holds motion while their data are stale, goes to SAFE when that lasts or a limit is broken.

Stale is not broken: motion pauses at once, and goes on when the data are good again. Only what lasts longer than
`hold_s`, or is seen on several consecutive looks, ends in SAFE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from flight.config import AnyConfig
from flight.fdir.modes import NO_JOINT, Modes
from flight.icd.events.fdir import MotionHeld, MotionReleased
from flight.icd.kinds import Emit
from flight.icd.modes import SafeReason
from flight.icd.parameters import MotionParameters
from flight.scoop.motion import MotionControl

_CONSECUTIVE = 5


class JointState(Protocol):
    """One joint as the bus reports it."""

    valid: bool
    stamp_ns: int
    temperature_c: float
    hardware_error: int
    torque_on: bool


class JointWatch:
    """Monitor of the joints; `step` is one look."""

    __slots__ = (
        "_broken", "_emit", "_held_ns", "_hot_c", "_interrupt", "_modes", "_motion", "_restore", "_sagged",
        "_settings", "_stale_ns", "_states", "_was_powered",
    )  # fmt: skip

    def __init__(
        self,
        states: Sequence[JointState],
        motion: MotionControl,
        modes: Modes,
        emit: Emit,
        config: AnyConfig,
        settings: MotionParameters,
        interrupt: Callable[[int], None],
        restore: Callable[[], None],
    ) -> None:
        """`interrupt(now_ns)` ends the running step after a disturbance; `restore()` asks for torque again."""
        self._states = tuple(states)
        self._motion = motion
        self._modes = modes
        self._emit = emit
        self._interrupt = interrupt
        self._restore = restore
        self._stale_ns = int(config.motion.stale_s * 1e9)
        self._settings = settings
        self._hot_c = float(config.motion_bus.max_temperature_c)
        self._held_ns = -1
        self._broken = 0
        self._was_powered = False
        self._sagged = False

    def step(self, now_ns: int, active: bool) -> None:
        """One look; `active` says whether a sequence wants the joints to move."""
        if not active:
            self._held_ns = -1
            self._was_powered = False
            if self._motion.paused:
                self._motion.resume(now_ns)
            self._limits()
            return
        oldest_ns = min(state.stamp_ns for state in self._states)
        heard = all(state.valid for state in self._states) and now_ns - oldest_ns <= self._stale_ns
        powered = heard and all(state.torque_on for state in self._states)
        if powered:
            self._was_powered = True
        if powered:
            self._release(now_ns)
        elif self._was_powered:  # before the first power there is nothing to lose: the sequence waits for it
            self._hold(now_ns, oldest_ns, heard)
        self._limits()

    def is_sound(self) -> bool:
        """Whether every joint is heard and none is beyond a limit."""
        return all(
            state.valid and not state.hardware_error and state.temperature_c <= self._hot_c for state in self._states
        )

    def _hold(self, now_ns: int, oldest_ns: int, heard: bool) -> None:
        if self._held_ns < 0:
            self._held_ns = now_ns
            self._motion.pause()
            self._emit(MotionHeld(age_s=(now_ns - oldest_ns) * 1e-9))
        elif now_ns - self._held_ns > self._settings.hold_s * 1e9:
            self._modes.safe(
                SafeReason.JOINTS_STALE, value=(now_ns - self._held_ns) * 1e-9, limit=self._settings.hold_s
            )
        elif heard:  # a servo came back without torque: it lost power, and the arm may have sagged off the plan
            self._motion.release()
            self._sagged = True
            self._restore()

    def _release(self, now_ns: int) -> None:
        if self._held_ns < 0:
            return
        held_s = (now_ns - self._held_ns) * 1e-9
        self._held_ns = -1
        self._emit(MotionReleased(held_s=held_s))
        self._motion.resume(now_ns)
        # A long hold: the servos' own watchdogs have stopped them off the plan.
        if held_s > 0.2 or self._sagged:
            self._sagged = False
            self._interrupt(now_ns)

    def _limits(self) -> None:
        reason, joint, value, limit = SafeReason.NONE, NO_JOINT, 0.0, 0.0
        for index, state in enumerate(self._states):
            if not state.valid:
                continue
            if state.hardware_error:
                reason, joint, value = SafeReason.JOINT_HARDWARE, index, float(state.hardware_error)
            elif state.temperature_c > self._hot_c:
                reason, joint, value, limit = SafeReason.JOINT_HOT, index, state.temperature_c, self._hot_c
        self._broken = self._broken + 1 if reason is not SafeReason.NONE else 0
        if self._broken >= _CONSECUTIVE:
            self._modes.safe(reason, joint, value, limit)
