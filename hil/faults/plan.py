"""Plans of faults as a person writes them: `NAME[/WHERE]@WHEN[+DURATION]`."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterable, Sequence
from itertools import combinations

from flight.icd.modes import Phase
from hil.faults.catalogue import FAULTS
from hil.faults.fault import FOREVER, Fault, PlannedFault
from hil.faults.site import FaultError

PHASES = tuple(phase.name.lower() for phase in Phase)
"""Names of the phases of the sampling sequence."""


def parse_fault(text: str, phases: Collection[str] = PHASES) -> PlannedFault:
    """The fault that `text` plans; raises `FaultError` saying what is allowed."""
    what, at, rest = text.partition("@")
    name, slash, where = what.partition("/")
    if name not in FAULTS:
        near = difflib.get_close_matches(name, FAULTS, 1)
        hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(FAULTS)}"
        raise FaultError(f"fault {text!r}: there is no fault {name!r}; {hint}")
    fault = FAULTS[name]
    if slash:
        _check_where(text, fault, where)
    if not at or not rest:
        usage = "NAME@WHEN[+DURATION], WHEN in seconds or a phase"
        raise FaultError(f"fault {text!r}: when? write {usage}: {', '.join(phases)}")
    when, plus, length = rest.partition("+")
    duration_s = _duration_s(text, length) if plus else fault.duration_s
    if when in phases:
        return PlannedFault(fault, None, when, duration_s, where)
    try:
        at_s = float(when)
    except ValueError:
        raise FaultError(f"fault {text!r}: {when!r} is neither seconds nor a phase: {', '.join(phases)}") from None
    if not (math.isfinite(at_s) and at_s >= 0.0):
        raise FaultError(f"fault {text!r}: WHEN must be seconds from 0 on, got {when}")
    return PlannedFault(fault, at_s, None, duration_s, where)


def parse_faults(texts: Iterable[str], phases: Collection[str] = PHASES) -> list[PlannedFault]:
    """All the faults that `texts` plan; raises `FaultError` a line for each that can't be, alone or with others."""
    planned, wrong = [], []
    for text in texts:
        try:
            planned.append(parse_fault(text, phases))
        except FaultError as error:
            wrong.append(str(error))
    wrong += contradictions(planned)
    if wrong:
        raise FaultError("\n".join(wrong))
    return planned


def contradictions(planned: Sequence[PlannedFault]) -> list[str]:
    """A line for each pair that can't be at one time, and is."""
    lines = []
    for one, other in combinations(planned, 2):
        if one.meets(other) and one.excludes(other):
            why = "twice the same" if one.fault is other.fault else f"both take hold of the {one.fault.acts_on}"
            lines.append(f"fault {str(other)!r}: not at the same time as {one}: {why}")
    return lines


def _check_where(text: str, fault: Fault, where: str) -> None:
    if fault.of_servo:
        if not where.isdecimal():
            raise FaultError(f"fault {text!r}: after / comes a servo's id, got {where!r}")
    elif where not in fault.ways:
        allowed = f"allowed: {', '.join(fault.ways)}" if fault.ways else f"{fault.name} has no choice of place"
        raise FaultError(f"fault {text!r}: /{where} is not understood; {allowed}")


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
