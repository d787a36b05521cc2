"""Every fault of the catalogue in every phase in which it can act: does the mission end collected or safe, and soundly?

An undisturbed mission of the same seed tells which phases there are and when. A fault comes at a moment of its phase
that the seed draws, in whichever of the visits to it; up to then both missions are the same. Faults of the ground act
where the scoop is in it, faults of the camera where a picture is taken, all others everywhere. A fault of one servo is
flown with another servo in each phase, so that all have their turn.

What the flight program told beyond what it tells undisturbed (warnings, counters of errors) is noted. A fault may pass
unnoticed only where it has no effect on what is claimed: a claim that is wrong beyond chance is a deception.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from random import Random

from flight.icd.modes import Phase
from hil.branching import Trunk
from hil.cluster import fly_all
from hil.faults import FAULTS, Fault, Part, parse_fault
from hil.flown import Row, Witness, raised
from hil.lockstep import FRAME_NS, Lockstep, check

SEEDS = 4
"""Faults take turns with so many seeds, the first whose undisturbed missions collect."""
_ENDED = (Phase.DONE, Phase.FAILED)
_AT_PICTURES = (Part.CAMERA_LINE, Part.CAMERA)
_NEAR_M = 0.005
"""An edge so close to the ground is about to touch it."""
_TOGETHER = 12
"""Faults of a task: many share more, few are handed out more evenly."""
_LAST_MOMENT_S = 0.1
"""A fault comes at least so long before its phase ends."""


@dataclass(frozen=True)
class Visit:
    """A stay in a phase, and whether something could fail there that is not always in use."""

    phase: Phase
    begin_s: float
    end_s: float
    in_soil: bool
    at_picture: bool


@dataclass(frozen=True)
class Undisturbed:
    """A mission without faults: what it went through, what there is to fail, its servos' ids, what it told."""

    mission: str
    seed: int
    visits: tuple[Visit, ...]
    parts: frozenset[Part]
    servos: tuple[int, ...]
    warnings: Counter[str]

    @property
    def phases(self) -> list[Phase]:
        """In the order in which they were first entered."""
        return list(dict.fromkeys(visit.phase for visit in self.visits))

    def able(self, fault: Fault, phase: Phase) -> list[Visit]:
        """The visits to `phase` in which `fault` can act."""
        if fault.part not in self.parts:
            return []
        visits = [visit for visit in self.visits if visit.phase is phase]
        if fault.family == "soil":
            return [visit for visit in visits if visit.in_soil]
        if fault.part in _AT_PICTURES:
            return [visit for visit in visits if visit.at_picture or phase is Phase.IDLE]
        return visits

    def plan(self, fault: Fault, phase: Phase, turn: int = 0) -> str | None:
        """`fault` in `phase` as a person plans it, of a servo the one whose turn it is; None where it can't act."""
        visits = self.able(fault, phase)
        if not visits:
            return None
        draw = Random(f"{self.seed} {fault.name} {phase.name}")
        lengths = [max(visit.end_s - visit.begin_s - _LAST_MOMENT_S, 0.0) for visit in visits]
        along_s = draw.uniform(0.0, sum(lengths))
        index = 0
        while along_s > lengths[index]:
            along_s -= lengths[index]
            index += 1
        place = f"/{self.servos[turn % len(self.servos)]}" if fault.of_servo else ""
        return f"{fault.name}{place}@{visits[index].begin_s + along_s:.2f}"


@dataclass(frozen=True)
class Planned:
    """A fault as planned, and the phase it comes in."""

    fault: str
    phase: str

    @property
    def at_s(self) -> float:
        """When it comes."""
        return parse_fault(self.fault).at_s or 0.0


@dataclass(frozen=True)
class Task:
    """Missions to fly that have their beginning in common: a mission and seed, and the faults, each flown alone."""

    mission: str
    seed: int
    planned: tuple[Planned, ...]


@lru_cache(maxsize=64)
def undisturbed(mission: str, seed: int) -> Undisturbed:
    """Fly without faults and note when what happens; raises `ValueError` when it does not collect."""
    visits: list[Visit] = []
    with Lockstep(mission, seed) as flown:
        witness = Witness(mission, flown)
        phase, begin_s, in_soil, at_picture = flown.phase, 0.0, False, False
        for now_s in flown.run_frames():
            in_soil = in_soil or flown.bench.plant.truth.depth_below_surface_m > -_NEAR_M
            at_picture = at_picture or flown.app.camera.busy
            if flown.phase is not phase:
                visits.append(Visit(phase, begin_s, now_s, in_soil, at_picture))
                phase, begin_s, in_soil, at_picture = flown.phase, now_s, False, False
        witness.end_program()
        if flown.result().result != "collected":
            raise ValueError(f"seed {seed} of {mission} collects nothing even without faults")
        site = flown.bench.site
        return Undisturbed(
            mission, seed, tuple(visit for visit in visits if visit.phase not in _ENDED), site.parts,
            tuple(servo.id for servo in site.servo_bus.servos), witness.warnings,
        )  # fmt: skip


def undisturbed_from(mission: str, seed: int, count: int = SEEDS) -> list[Undisturbed]:
    """The first `count` missions from `seed` on that collect without faults; raises `ValueError` when too few do."""
    found: list[Undisturbed] = []
    for each in range(seed, seed + 4 * count):
        try:
            found.append(undisturbed(mission, each))
        except ValueError:
            continue
        if len(found) == count:
            return found
    raise ValueError(f"{mission}: fewer than {count} of the {4 * count} seeds from {seed} on collect without faults")


def each_planned(flown: Sequence[Undisturbed], names: Iterable[str]) -> Iterator[tuple[Undisturbed, Planned]]:
    """What there is to fly: each fault in each phase in which it can act, the seeds by turns."""
    phases = list(dict.fromkeys(phase for each in flown for phase in each.phases))
    for row, name in enumerate(names):
        for column, phase in enumerate(phases):
            turns = [flown[(row + column + turn) % len(flown)] for turn in range(len(flown))]
            planned = ((each, each.plan(FAULTS[name], phase, row + column)) for each in turns)
            for each, plan in planned:
                if plan is not None:
                    yield each, Planned(plan, phase.name.lower())
                    break


def tasks(flown: Sequence[Undisturbed], names: Iterable[str]) -> list[Task]:
    """The same by missions that have much in common: a few faults each that come one soon after the other."""
    by_seed: dict[tuple[str, int], list[Planned]] = {}
    for each, planned in each_planned(flown, names):
        by_seed.setdefault((each.mission, each.seed), []).append(planned)
    return [
        Task(mission, seed, tuple(chunk))
        for (mission, seed), planned in by_seed.items()
        for chunk in _batches(sorted(planned, key=lambda one: one.at_s))
    ]


def _batches(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    return (planned[begin : begin + _TOGETHER] for begin in range(0, len(planned), _TOGETHER))


def plan_all(missions: Sequence[str], seed: int, names: Sequence[str] = ()) -> list[Task]:
    """What there is to fly of `missions`; raises `FaultError` for a name that the catalogue has not."""
    for name in names:
        parse_fault(f"{name}@0")
    for mission in missions:
        check(mission)
    return [task for mission in missions for task in tasks(undisturbed_from(mission, seed), names or tuple(FAULTS))]


def fly(mission: str, seed: int, fault: str, phase: str = "") -> Row:
    """One mission with one fault, planned as a person writes it."""
    usual = undisturbed(mission, seed).warnings
    try:
        with Lockstep(mission, seed, [parse_fault(fault)]) as flown:
            witness = Witness(mission, flown)
            for _ in flown.run_frames():
                witness.look_each_second()
            return _row(flown, witness, Planned(fault, phase), usual)
    except Exception as error:  # noqa: BLE001 - an escaped exception is what a campaign looks for
        return raised(mission, seed, error, what=fault, phase=phase)


def fly_task(task: Task) -> list[Row]:
    """Missions of the campaign, each as `fly` would fly it: the first part is flown once for all of them."""
    usual = undisturbed(task.mission, task.seed).warnings
    rows = []
    with Trunk() as trunk, Lockstep(task.mission, task.seed, store=trunk.path) as flown:
        witness = Witness(task.mission, flown)
        frames = flown.run_frames()
        for planned in task.planned:
            while flown.now_ns + FRAME_NS < planned.at_s * 1e9:
                next(frames)
                witness.look_each_second()
            rows.append(trunk.branch(partial(_branch, flown, witness, frames, planned, usual)))
    return rows


def _branch(flown: Lockstep, witness: Witness, frames: Iterator[float], planned: Planned, usual: Counter[str]) -> Row:
    try:
        flown.bench.plan(parse_fault(planned.fault))
        for _ in frames:
            witness.look_each_second()
        return _row(flown, witness, planned, usual)
    except Exception as error:  # noqa: BLE001 - an escaped exception is what a campaign looks for
        return raised(witness.mission, flown.seed, error, what=planned.fault, phase=planned.phase)


def _row(flown: Lockstep, witness: Witness, planned: Planned, usual: Counter[str]) -> Row:
    wrong = "" if flown.bench.fault_history else "the fault never came"
    harms = parse_fault(planned.fault).fault.harms
    row = witness.row(what=planned.fault, phase=planned.phase, harms=harms, wrong=wrong)
    return witness.with_told(row, usual)


def fly_each(planned: Sequence[Task], scheduler: str | None = None, workers: int | None = None) -> Iterator[Row]:
    """All of `planned`, as they are done."""
    for rows in fly_all(fly_task, planned, scheduler, workers):
        yield from rows
