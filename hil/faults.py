"""The fault catalogue: what can be made to go wrong on the bench, and when.

    NAME@WHEN[+DURATION]      bit_flip@12.5+2   missing_servo@dig   unplugged_adapter@30+forever

WHEN is seconds of bench time or a phase, which counts from the first time it is entered; DURATION is seconds or
`forever`, and has a default that the system is meant to survive without loss of the mission.

A fault is an entry of `FAULTS`: how to bring it about on a bench, returning how to end it.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Protocol

from flight.icd.modes import Phase
from hil.devices.impairments import Impairment, drop_byte, flip_bit, noise, sometimes
from hil.devices.servo_bus import ServoBus
from hil.devices.wire import Wire

PHASES = tuple(phase.name.lower() for phase in Phase)
"""Names of the phases of the sampling sequence."""
FOREVER = "forever"
LATE_NS = 16_000_000
"""What a USB adapter adds when its latency timer has fallen back to its default."""
SHARE_OF_FRAMES = 0.2
"""How many of the frames, each way, a noisy line spoils."""

Undo = Callable[[], None]


class FaultError(ValueError):
    """A fault that can't be: what was given and what is allowed, in one line."""


class FaultTarget(Protocol):
    """What faults act on: a bench's wires and devices."""

    @property
    def motion_wire(self) -> Wire:
        """The line of the servos."""

    @property
    def servo_bus(self) -> ServoBus:
        """The servos on it."""

    @property
    def fault_choice(self) -> Random:
        """Decides what a fault leaves open, such as which servo; seeded."""


@dataclass(frozen=True)
class Fault:
    """One entry of the catalogue; `apply` brings it about and returns how to end it."""

    name: str
    meaning: str
    duration_s: float
    apply: Callable[[FaultTarget], Undo]


@dataclass(frozen=True)
class PlannedFault:
    """A fault and when: `at_s` seconds of bench time or the first time in `phase`, for `duration_s` (may be inf)."""

    fault: Fault
    at_s: float | None
    phase: str | None
    duration_s: float

    def __str__(self) -> str:
        when = self.phase if self.at_s is None else _seconds(self.at_s)
        length = FOREVER if math.isinf(self.duration_s) else _seconds(self.duration_s)
        return f"{self.fault.name}@{when}+{length}"


def _seconds(value_s: float) -> str:
    return repr(value_s).removesuffix(".0")


def _missing_servo(bench: FaultTarget) -> Undo:
    return bench.servo_bus.disconnect(bench.fault_choice.choice(bench.servo_bus.servos))


def _late_reply(bench: FaultTarget) -> Undo:
    return bench.motion_wire.impair(Impairment(late_ns=LATE_NS))


def _bit_flip(bench: FaultTarget) -> Undo:
    return bench.motion_wire.impair(Impairment.both_ways(sometimes(flip_bit, SHARE_OF_FRAMES)))


def _dropped_byte(bench: FaultTarget) -> Undo:
    return bench.motion_wire.impair(Impairment.both_ways(sometimes(drop_byte, SHARE_OF_FRAMES)))


def _wrong_baud(bench: FaultTarget) -> Undo:
    return bench.motion_wire.impair(Impairment.both_ways(noise))


def _unplugged_adapter(bench: FaultTarget) -> Undo:
    return bench.motion_wire.unplug()


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        fault.name: fault
        for fault in (
            Fault("missing_servo", "one servo, drawn by the seed, is off the motion bus; it keeps its power",
                  1.0, _missing_servo),
            Fault("late_reply", f"every answer on the motion bus reaches the host {LATE_NS // 1_000_000} ms late",
                  2.0, _late_reply),
            Fault("bit_flip", f"one bit is wrong in {SHARE_OF_FRAMES:.0%} of the motion bus's frames, each way",
                  5.0, _bit_flip),
            Fault("dropped_byte", f"one byte is lost in {SHARE_OF_FRAMES:.0%} of the motion bus's frames, each way",
                  5.0, _dropped_byte),
            Fault("wrong_baud", "servos and host run at different rates: each hears noise", 1.0, _wrong_baud),
            Fault("unplugged_adapter", "the host's adapter of the motion bus is pulled", 2.0, _unplugged_adapter),
        )
    }
)  # fmt: skip
"""Every fault by name."""


def parse_fault(text: str, phases: Collection[str] = PHASES) -> PlannedFault:
    """The fault that `text` plans; raises `FaultError` saying what is allowed."""
    name, at, rest = text.partition("@")
    if name not in FAULTS:
        near = difflib.get_close_matches(name, FAULTS, 1)
        hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(FAULTS)}"
        raise FaultError(f"fault {text!r}: there is no fault {name!r}; {hint}")
    if not at or not rest:
        usage = "NAME@WHEN[+DURATION], WHEN in seconds or a phase"
        raise FaultError(f"fault {text!r}: when? write {usage}: {_names(phases)}")
    when, plus, length = rest.partition("+")
    fault = FAULTS[name]
    duration_s = _duration_s(text, length) if plus else fault.duration_s
    if when in phases:
        return PlannedFault(fault, None, when, duration_s)
    try:
        at_s = float(when)
    except ValueError:
        raise FaultError(f"fault {text!r}: {when!r} is neither seconds nor a phase: {_names(phases)}") from None
    if not (math.isfinite(at_s) and at_s >= 0.0):
        raise FaultError(f"fault {text!r}: WHEN must be seconds from 0 on, got {when}")
    return PlannedFault(fault, at_s, None, duration_s)


def parse_faults(texts: Iterable[str], phases: Collection[str] = PHASES) -> list[PlannedFault]:
    """All the faults that `texts` plan; raises `FaultError` with a line for each that can't be."""
    planned, wrong = [], []
    for text in texts:
        try:
            planned.append(parse_fault(text, phases))
        except FaultError as error:
            wrong.append(str(error))
    if wrong:
        raise FaultError("\n".join(wrong))
    return planned


def _names(phases: Collection[str]) -> str:
    return ", ".join(phases)


def _duration_s(text: str, length: str) -> float:
    if length == FOREVER:
        return math.inf
    try:
        duration_s = float(length)
    except ValueError:
        duration_s = math.nan
    if not (math.isfinite(duration_s) and duration_s > 0.0):
        raise FaultError(f"fault {text!r}: DURATION must be seconds above 0 or {FOREVER}, got {length!r}")
    return duration_s


class FaultSchedule:
    """Brings planned faults about on a bench and ends them, as bench time and phases go by.

    `phase()` is not asked before the first `step`; what is planned for 0 s is there from the start.
    """

    __slots__ = ("_active", "_bench", "_phase", "_waiting", "history")

    def __init__(self, planned: Iterable[PlannedFault], bench: FaultTarget, phase: Callable[[], str]) -> None:
        self._waiting = list(planned)
        self._bench = bench
        self._phase = phase
        self._active: list[tuple[int | None, PlannedFault, Undo]] = []
        self.history: list[tuple[int, str, str]] = []
        """(bench time in ns, "applied" or "cleared", the fault as planned), in order."""
        self._begin_due(0, "")

    @property
    def active(self) -> list[str]:
        """The faults at work now."""
        return [str(planned) for _, planned, _ in self._active]

    @property
    def waiting(self) -> list[PlannedFault]:
        """The faults that have not begun yet."""
        return list(self._waiting)

    def step(self, now_ns: int) -> None:
        """End what has lasted its time, begin what is due at `now_ns`."""
        if self._active:
            self._end_due(now_ns)
        if self._waiting:
            self._begin_due(now_ns, self._phase())

    def _end_due(self, now_ns: int) -> None:
        for entry in [entry for entry in self._active if entry[0] is not None and entry[0] <= now_ns]:
            _, planned, undo = entry
            undo()
            self._active.remove(entry)
            self.history.append((now_ns, "cleared", str(planned)))

    def _begin_due(self, now_ns: int, phase: str) -> None:
        now_s = now_ns * 1e-9
        due = [p for p in self._waiting if p.phase == phase or (p.at_s is not None and p.at_s <= now_s)]
        for planned in due:
            self._waiting.remove(planned)
            end_ns = None if math.isinf(planned.duration_s) else now_ns + round(planned.duration_s * 1e9)
            self._active.append((end_ns, planned, planned.fault.apply(self._bench)))
            self.history.append((now_ns, "applied", str(planned)))
