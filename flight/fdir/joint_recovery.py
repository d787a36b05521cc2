"""Servos with an error or a bad supply: motion waits while that may pass, and goes on when it has.

A servo keeps an error in its register until it is restarted, though the cause may have lasted a moment. Voltage alone
takes neither torque nor encoder: the servo is used on once its supply is good again, and the alert is told. Any other
error needs a restart, if `Reboots` allows it and what the servo itself measures does not bring it back at once. What
can't be cleared, or lasts, ends in SAFE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from flight.fdir.modes import Modes
from flight.fdir.reboots import Reboots
from flight.icd.dynamixel_table import BY_NAME, V_PER_COUNT, HardwareError
from flight.icd.events.fdir import AlertTolerated
from flight.icd.kinds import Emit
from flight.icd.modes import Mode, SafeReason

LEAST_V, MOST_V = BY_NAME["min_voltage_limit"].low * V_PER_COUNT, BY_NAME["max_voltage_limit"].high * V_PER_COUNT
"""What the servos work with: the widest their limit registers allow."""
SERIOUS = int(~HardwareError.VOLTAGE & 0xFF)
"""Errors that take the torque, or what the encoder says."""
_SEEN = 2
"""Looks after which motion is held."""
_SETTLED = 10
"""Looks after which a servo is restarted: what comes and goes has shown by then."""


class Servo(Protocol):
    """One servo as the bus reports it."""

    valid: bool
    hardware_error: int
    temperature_c: float
    voltage_v: float
    voltmeter_good: bool
    torque_on: bool


class JointRecovery:
    """`step` is one look; it says whether motion has to wait."""

    __slots__ = (
        "_awaited", "_bits", "_emit", "_had_torque", "_hold_s", "_hot_c", "_looks", "_modes", "_reboot", "_reboots",
        "_restore", "_since_ns", "_states", "_told", "_worst",
    )  # fmt: skip

    def __init__(
        self, states: Sequence[Servo], reboots: Reboots, reboot: Callable[[int], None], restore: Callable[[], None],
        modes: Modes, emit: Emit, hot_c: float, hold_s: float,
    ) -> None:  # fmt: skip
        """`reboot(servo)` restarts one; `restore()` asks for torque again; motion waits `hold_s` at most."""
        self._states = tuple(states)
        self._reboots, self._reboot, self._restore = reboots, reboot, restore
        self._modes, self._emit = modes, emit
        self._hot_c, self._hold_s = hot_c, hold_s
        count = len(self._states)
        self._looks, self._told = [0] * count, [0] * count
        self._awaited, self._had_torque = [False] * count, [False] * count
        self._since_ns = -1
        self._worst = self._bits = 0

    def step(self, now_ns: int) -> bool:
        """Look at every servo; whether there is trouble that may pass."""
        self._reboots.step(now_ns)
        trouble = False
        for index, state in enumerate(self._states):
            if self._ails(index, state):
                trouble = True
                self._worst = index
        if self._modes.mode is Mode.SAFE or not trouble:
            self._since_ns = -1
            return trouble
        if self._since_ns < 0:
            self._since_ns = now_ns
        waited_s = (now_ns - self._since_ns) * 1e-9
        if waited_s > self._hold_s:
            self._fail(self._worst)
        return True

    def _ails(self, index: int, state: Servo) -> bool:
        if not state.valid:
            return self._awaited[index]
        bits = state.hardware_error
        if not bits & SERIOUS and not starved(state):
            self._is_well(index, state)
            return False
        self._bits = bits
        self._looks[index] += 1
        if self._looks[index] < _SEEN:
            return False
        again = bits & HardwareError.OVERHEAT and state.temperature_c > self._hot_c
        settled = self._looks[index] >= _SETTLED and not starved(state) and not again
        if bits & SERIOUS and settled and self._modes.mode is not Mode.SAFE:
            if self._reboots.may(index, bits):
                self._awaited[index], self._looks[index] = True, 0
                self._reboot(index)
            else:
                self._fail(index)
        return True

    def _is_well(self, index: int, state: Servo) -> None:
        self._looks[index] = 0
        if self._awaited[index]:
            self._awaited[index] = False
            if self._had_torque[index] and not state.torque_on:
                self._restore()
        else:
            self._had_torque[index] = state.torque_on
        bits = state.hardware_error
        if bits != self._told[index]:
            self._told[index] = bits
            if bits:
                self._emit(AlertTolerated(joint=index, bits=bits, voltage_v=state.voltage_v))

    def _fail(self, index: int) -> None:
        limit = float(self._reboots.most)
        self._modes.safe(SafeReason.JOINT_HARDWARE, index, float(self._states[index].hardware_error), limit)


def starved(state: Servo) -> bool:
    """Whether the servo's supply is beyond what it works with, as far as its voltmeter is believed."""
    return state.voltmeter_good and not LEAST_V <= state.voltage_v <= MOST_V
