"""Every fault of the catalogue flown once, where it bites: does the mission end collected or safe, and soundly?

An undisturbed mission of the same seed tells when the edge is in its first cut and when the scoop is being weighed;
faults of load cell and camera begin then, those of the radio and the computer before the first telecommand, all others
in the cut. A fault of one servo is flown with each servo in turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flight.icd.modes import Phase
from hil.faults import FAULTS, Fault, Part, parse_fault
from hil.lockstep import Lockstep

_CUTTING_M = 0.004
_REST_RAD_S = 0.002
_AT_WEIGHING = (Part.CELL_LINE, Part.LOAD_CELL, Part.CAMERA_LINE, Part.CAMERA)
_AT_START = (Part.RADIO, Part.BOARD)


@dataclass(frozen=True)
class Moments:
    """When things happen in an undisturbed mission, s, what there is to fail in it, and its servos' ids."""

    cutting_s: float
    weighing_s: float
    parts: frozenset[Part]
    servos: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """How a mission with one fault ended: `result` as of lockstep, `wrong` what must not be (empty for nothing).

    `deceived`: the true mass lies outside the interval told, which nothing on board could notice.
    """

    fault: str
    result: str
    wrong: str
    deceived: bool
    mass_true_g: float
    mass_est_g: float
    mass_u95_g: float
    sim_s: float

    def __str__(self) -> str:
        mass = f"{self.mass_est_g:5.1f} +- {self.mass_u95_g:3.1f} g, truth {self.mass_true_g:5.1f} g"
        note = self.wrong.upper() or ("deceived: nothing on board can tell" if self.deceived else "")
        return f"{self.fault:<30} {self.result:<10} {self.sim_s:4.0f} s  {mass}  {note}".rstrip()


def moments(mission: str | Path, seed: int) -> Moments:
    """Fly without faults and note when what happens; raises `ValueError` when it does not collect."""
    cutting_s = weighing_s = 0.0
    with Lockstep(mission, seed) as flown:
        for now_s in flown.run():
            truth = flown.bench.plant.truth
            if flown.phase is Phase.DIG and not cutting_s and truth.depth_below_surface_m > _CUTTING_M:
                cutting_s = now_s
            if flown.phase is Phase.WEIGH and not weighing_s and max(map(abs, truth.joint_rad_s)) < _REST_RAD_S:
                weighing_s = now_s
        if flown.result().result != "collected":
            raise ValueError(f"seed {seed} of {mission} collects nothing even without faults")
        site = flown.bench.site
        return Moments(cutting_s, weighing_s, site.parts, tuple(servo.id for servo in site.servo_bus.servos))


def plans(fault: Fault, when: Moments) -> list[str]:
    """How `fault` is planned to be flown; empty when it can't act here."""
    if fault.part not in when.parts:
        return []
    at_s = 0.0 if fault.part in _AT_START else when.weighing_s if fault.part in _AT_WEIGHING else when.cutting_s
    if fault.of_servo:
        return [f"{fault.name}/{servo}@{at_s:g}" for servo in when.servos]
    return [f"{fault.name}@{at_s:g}"]


def fly(mission: str | Path, seed: int, fault: str) -> Outcome:
    """One mission with one fault, planned as a person writes it."""
    planned = parse_fault(fault)
    with Lockstep(mission, seed, [planned]) as flown:
        for _ in flown.run():
            pass
        result, executive = flown.result(), flown.app.executive
    wrong = []
    if result.result not in ("collected", "safe"):
        wrong.append("neither collected nor safe")
    if not any(" applied " in line for line in result.faults):
        wrong.append("never came")
    if executive.failures or executive.skipped or result.overruns:
        wrong.append(f"{executive.failures} exceptions, {result.overruns} overruns, {executive.skipped} frames skipped")
    missed = result.result == "collected" and abs(result.mass_est_g - result.mass_true_g) > result.mass_u95_g
    deceived = missed and planned.fault.deceives
    if missed and not deceived:
        wrong.append("truth outside the interval")
    return Outcome(
        fault,
        result.result,
        ", ".join(wrong),
        deceived,
        result.mass_true_g,
        result.mass_est_g,
        result.mass_u95_g,
        result.sim_s,
    )


def fly_each(mission: str | Path, seed: int, names: Iterable[str] = FAULTS) -> Iterator[Outcome]:
    """All of `names` that can act in this mission, one after the other."""
    when = moments(mission, seed)
    for name in names:
        for planned in plans(FAULTS[name], when):
            yield fly(mission, seed, planned)
