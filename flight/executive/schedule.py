"""The schedule: one table that says what runs when, and the check it must pass before anything runs.

    Schedule(
        # activity               every  phase  budget_us
        Slot(joints.receive,         1,     0,      120),
        Slot(estimator.step,         1,     0,       40),
        Slot(monitors.step,          5,     1,       60),
    )

A major frame is 100 minor frames of 10 ms. A slot falls in minor frame n when n % every == phase; the slots of one
minor frame run in the order of the table, which therefore reads as the data flow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import gcd, lcm
from typing import NamedTuple

MINOR_FRAME_NS = 10_000_000
MINOR_FRAMES = 100
"""Minor frames in a major frame."""
LOAD_LIMIT_US = 8_000
"""Budgets of one minor frame may use 80 % of it; the rest absorbs jitter and catch-up."""
MAX_SLOTS = 32
"""The housekeeping of the executive has room for so many activities."""

Activity = Callable[[int], None]
"""What a slot runs; takes the monotonic time of the minor frame's start in nanoseconds."""


class ScheduleError(ValueError):
    """A schedule that can't be flown: every fault found, one a line, each naming its slots."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One activity of the table: runs in every `every`-th minor frame, from `phase`, for at most `budget_us`.

    `name` defaults to the qualified name of the activity. Slots with the same `apart` (a resource they share, say)
    must never fall in the same minor frame.
    """

    activity: Activity
    every: int
    phase: int
    budget_us: float
    name: str = ""
    apart: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            kind = type(self.activity).__qualname__
            object.__setattr__(self, "name", getattr(self.activity, "__qualname__", kind))


class MinorFrame(NamedTuple):
    """What one minor frame runs, in order: pairs of slot number and activity."""

    entries: tuple[tuple[int, Activity], ...]
    mask: int
    """Bit n set: slot n is due in this frame."""
    load_us: float


class Schedule:
    """A checked table of slots, expanded to the 100 minor frames of a major frame.

    Raises `ScheduleError` with all faults: rates that do not divide the major frame, phases outside 0..every-1,
    budgets that are not positive, names given twice, minor frames loaded over 80 %, slots that must be kept apart and
    are not.
    """

    __slots__ = ("frames", "slots")

    def __init__(self, *slots: Slot) -> None:
        faults = list(_faults(slots))
        if faults:
            raise ScheduleError("\n".join(f"schedule: {fault}" for fault in faults))
        self.slots = slots
        self.frames = tuple(_expand(slots, n) for n in range(MINOR_FRAMES))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the activities by slot number."""
        return tuple(slot.name for slot in self.slots)

    @property
    def repeats(self) -> int:
        """After how many minor frames the pattern repeats."""
        return lcm(*(slot.every for slot in self.slots))

    @property
    def slowest_ns(self) -> int:
        """The longest period of any activity."""
        return max(slot.every for slot in self.slots) * MINOR_FRAME_NS

    def describe(self) -> str:
        """The table of slots, then the table of minor frames with their load, as text."""
        width = max(len("activity"), *(len(slot.name) for slot in self.slots))
        lines = [f" #  {'activity':<{width}}  every  phase  rate Hz  budget us  apart"]
        lines += [
            f"{n:>2}  {slot.name:<{width}}  {slot.every:>5}  {slot.phase:>5}  {100 / slot.every:>7g}"
            f"  {slot.budget_us:>9g}  {slot.apart}".rstrip()
            for n, slot in enumerate(self.slots)
        ]
        numbers = " ".join(f"{n:>2}" for n in range(len(self.slots)))
        lines += ["", f"frame  load us  load %  {numbers}"]
        for n, frame in enumerate(self.frames[: self.repeats]):
            marks = " ".join(" #" if frame.mask >> slot & 1 else " ." for slot in range(len(self.slots)))
            lines.append(f"{n:>5}  {frame.load_us:>7g}  {100 * frame.load_us / 10_000:>6.1f}  {marks}")
        peak = max(range(MINOR_FRAMES), key=lambda n: self.frames[n].load_us)
        mean = sum(frame.load_us for frame in self.frames) / MINOR_FRAMES
        lines += [
            "",
            f"repeats after {self.repeats} of {MINOR_FRAMES} minor frames; peak {self.frames[peak].load_us:g} us in"
            f" minor frame {peak}, mean {mean:.1f} us, limit {LOAD_LIMIT_US} us",
        ]
        return "\n".join(lines)


def _expand(slots: tuple[Slot, ...], n: int) -> MinorFrame:
    due = [(number, slot) for number, slot in enumerate(slots) if n % slot.every == slot.phase]
    mask = sum(1 << number for number, _ in due)
    return MinorFrame(
        tuple((number, slot.activity) for number, slot in due), mask, sum(slot.budget_us for _, slot in due)
    )


def _faults(slots: tuple[Slot, ...]) -> Iterator[str]:
    if not 1 <= len(slots) <= MAX_SLOTS:
        yield f"it must have 1..{MAX_SLOTS} slots, got {len(slots)}"
    seen: set[str] = set()
    for slot in slots:
        if slot.name in seen:
            yield f"slot {slot.name} is there twice; give one of them another name"
        seen.add(slot.name)
    sound = []
    for slot in slots:
        faults = list(_slot_faults(slot))
        yield from faults
        if not faults:
            sound.append(slot)
    yield from _clashes(sound)
    yield from _overloads(sound)


def _slot_faults(slot: Slot) -> Iterator[str]:
    if slot.every < 1 or MINOR_FRAMES % slot.every:
        rates = ", ".join(str(n) for n in range(1, MINOR_FRAMES + 1) if MINOR_FRAMES % n == 0)
        yield f"slot {slot.name}: unknown rate: every must be one of {rates}, got {slot.every}"
    elif not 0 <= slot.phase < slot.every:
        yield f"slot {slot.name}: phase must be 0..{slot.every - 1} for every={slot.every}, got {slot.phase}"
    if not slot.budget_us > 0:
        yield f"slot {slot.name}: budget_us must be positive, got {slot.budget_us}"


def _clashes(slots: list[Slot]) -> Iterator[str]:
    """Two slots share a minor frame exactly when their phases agree modulo the gcd of their periods."""
    groups: defaultdict[str, list[Slot]] = defaultdict(list)
    for slot in slots:
        if slot.apart:
            groups[slot.apart].append(slot)
    for group, members in groups.items():
        for a, b in combinations(members, 2):
            step = gcd(a.every, b.every)
            if (a.phase - b.phase) % step == 0:
                shared = next(n for n in range(a.phase, MINOR_FRAMES, a.every) if n % b.every == b.phase)
                remedy = f"their phases must differ modulo {step}" if step > 1 else "no phase can keep them apart"
                yield (
                    f"slots {a.name} and {b.name} must be kept apart ({group}) but both fall in minor frame {shared};"
                    f" {remedy}"
                )


def _overloads(slots: list[Slot]) -> Iterator[str]:
    """Overloaded minor frames; those with the same slots in them are told once."""
    same: defaultdict[tuple[Slot, ...], list[int]] = defaultdict(list)
    for n in range(MINOR_FRAMES):
        same[tuple(slot for slot in slots if n % slot.every == slot.phase)].append(n)
    for members, where in same.items():
        load_us = sum(slot.budget_us for slot in members)
        if load_us > LOAD_LIMIT_US:
            others = f" and {len(where) - 1} more like it" if len(where) > 1 else ""
            who = ", ".join(f"{slot.name} {slot.budget_us:g}" for slot in members)
            yield f"minor frame {where[0]}{others}: budgets sum to {load_us:g} us, limit {LOAD_LIMIT_US} us: {who}"
