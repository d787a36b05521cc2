"""Watches the joints: holds motion while their data are stale or a servo is in trouble, and ends in SAFE what lasts.

Stale is not broken: motion pauses at once, and goes on when the data are good again. Only what lasts longer than
`hold_s`, or is seen on several consecutive looks, ends in SAFE. Errors of servos are `joint_recovery`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from flight.config import AnyConfig
from flight.fdir.joint_recovery import SERIOUS, JointRecovery, starved
from flight.fdir.modes import NO_JOINT, Cause, Modes
from flight.icd.events.fdir import MotionHeld, MotionReleased
from flight.icd.kinds import Emit
from flight.icd.modes import SafeReason
from flight.icd.parameters import MotionParameters
from flight.scoop.motion import MotionControl

_STOPPED_NS = 200_000_000
"""Servos not heard for so long have been stopped off the plan by their own watchdogs, or have lost their power."""
_CONSECUTIVE = 5


class JointState(Protocol):
    """One joint as the bus reports it."""

    valid: bool
    stamp_ns: int
    temperature_c: float
    thermometer_good: bool
    voltage_v: float
    voltmeter_good: bool
    hardware_error: int
    torque_on: bool


class JointWatch:
    """Monitor of the joints; `step` is one look."""

    __slots__ = (
        "_emit", "_held_ns", "_hot", "_hot_c", "_interrupt", "_lost", "_modes", "_motion", "_recovery", "_restore",
        "_sagged", "_settings", "_stale_ns", "_states", "_was_powered",
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
        recovery: JointRecovery,
    ) -> None:
        """`interrupt(now_ns)` ends the running step after a disturbance; `restore()` asks for torque again."""
        self._states = tuple(states)
        self._motion = motion
        self._modes = modes
        self._emit = emit
        self._interrupt = interrupt
        self._restore = restore
        self._recovery = recovery
        self._stale_ns = int(config.motion.stale_s * 1e9)
        self._settings = settings
        self._hot_c = float(config.motion_bus.max_temperature_c)
        self._held_ns = -1
        self._hot = 0
        self._was_powered = False
        self._lost = False  # while held: a joint was not heard, and may have stopped by itself
        self._sagged = False  # likewise: one had no torque
        modes.cause(SafeReason.JOINTS_STALE, self._stale)
        modes.cause(SafeReason.JOINT_HARDWARE, self._broken)
        modes.cause(SafeReason.JOINT_HOT, self._too_hot)

    def step(self, now_ns: int, active: bool) -> None:
        """One look; `active` says whether a sequence wants the joints to move."""
        trouble = self._recovery.step(now_ns)
        self._limits()
        if not active:
            self._held_ns = -1
            self._was_powered = False
            if self._motion.paused:
                self._motion.resume(now_ns)
            return
        oldest_ns = min(state.stamp_ns for state in self._states)
        heard = all(state.valid for state in self._states) and now_ns - oldest_ns <= self._stale_ns
        powered = heard and all(state.torque_on for state in self._states)
        if powered and not trouble:
            self._was_powered = True
            self._release(now_ns)
        elif self._was_powered or trouble or self._held_ns >= 0:
            # Before the first power there is nothing to lose: the sequence asks for it, and waits.
            self._hold(now_ns, oldest_ns, trouble)
            self._lost = self._lost or not heard
            self._sagged = self._sagged or (heard and not powered)
            if not heard and now_ns - self._held_ns > _STOPPED_NS:  # torque must not come back for a goal of before
                self._motion.release()
            if heard and not powered and not trouble:  # it lost power, and the arm may have sagged off the plan
                self._motion.release()
                self._restore()

    def unheard(self) -> int | None:
        """Bit n: servo n is not heard, or not believed; None when all are."""
        return self._bits(lambda state: not state.valid)

    def unsound(self) -> int | None:
        """Bit n: servo n has an error that must be cleared, or is too hot; None when there is none."""
        return self._bits(lambda state: bool(state.hardware_error & SERIOUS) or self._is_hot(state))

    def starving(self) -> int | None:
        """Bit n: servo n has a supply it does not work with; None when there is none."""
        return self._bits(starved)

    def _bits(self, ails: Callable[[JointState], bool]) -> int | None:
        return sum(ails(state) << index for index, state in enumerate(self._states)) or None

    def _hold(self, now_ns: int, oldest_ns: int, trouble: bool) -> None:
        if self._held_ns < 0:
            self._held_ns = now_ns
            self._lost = self._sagged = False
            self._motion.pause()
            self._emit(MotionHeld(age_s=(now_ns - oldest_ns) * 1e-9))
        elif not trouble and now_ns - self._held_ns > self._settings.hold_s * 1e9:
            held_s = (now_ns - self._held_ns) * 1e-9
            self._modes.safe(SafeReason.JOINTS_STALE, value=held_s, limit=self._settings.hold_s)

    def _release(self, now_ns: int) -> None:
        if self._held_ns < 0:
            return
        held_s = (now_ns - self._held_ns) * 1e-9
        self._held_ns = -1
        self._emit(MotionReleased(held_s=held_s))
        self._motion.resume(now_ns)
        if self._sagged or (self._lost and held_s * 1e9 > _STOPPED_NS):
            self._interrupt(now_ns)

    def _limits(self) -> None:
        """A joint that is too hot on several looks ends in SAFE."""
        joint = next((index for index, state in enumerate(self._states) if self._is_hot(state)), NO_JOINT)
        self._hot = self._hot + 1 if joint != NO_JOINT else 0
        if self._hot >= _CONSECUTIVE:
            self._modes.safe(SafeReason.JOINT_HOT, joint, self._states[joint].temperature_c, self._hot_c)

    def _is_hot(self, state: JointState) -> bool:
        return state.valid and state.thermometer_good and state.temperature_c > self._hot_c

    # Whether what led to SAFE is still there. A joint that is not heard may have anything.

    def _stale(self) -> Cause | None:
        return self._first(lambda state: not state.valid, lambda _state: Cause(value=1.0))

    def _broken(self) -> Cause | None:
        return self._first(
            lambda state: not state.valid or bool(state.hardware_error & SERIOUS) or starved(state),
            lambda state: Cause(value=float(state.hardware_error)),
        )

    def _too_hot(self) -> Cause | None:
        return self._first(
            lambda state: not state.valid or state.temperature_c > self._hot_c,
            lambda state: Cause(value=state.temperature_c, limit=self._hot_c),
        )

    def _first(self, ails: Callable[[JointState], bool], tell: Callable[[JointState], Cause]) -> Cause | None:
        for index, state in enumerate(self._states):
            if ails(state):
                return tell(state)._replace(joint=index)
        return None
