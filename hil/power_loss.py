"""Missions whose flight computer loses power at a random minor frame: do they go on, and is anything lost?

The program is dropped as a kill -9 leaves it; servos keep or lose their power by the seed. A new program starts on the
same store and bench. Some time before the cut a telecommand sets a parameter. What must be there afterwards: custody
and what is known of the scoop's content, the parameter, every product that was announced, octet for octet by its hash,
and all telemetry that the ground has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from flight.icd.commands.parameters import SetParameter
from flight.icd.events.imaging import ProductMade
from flight.icd.kinds import Event
from flight.icd.modes import Phase
from flight.icd.parameters import MotionParameters
from hil.campaign import Goal
from hil.campaign_page import goal_table, row_list, write_page
from hil.cluster import fly_all
from hil.flown import Row, Witness, raised
from hil.lockstep import MAX_SIM_S, Lockstep, check
from hil.survival import undisturbed

_SETTLING = 20
"""Minor frames in which a new program takes up what was kept."""
_HOLD_S = MotionParameters.group * 256 + list(MotionParameters.fields).index("hold_s")


@dataclass(frozen=True)
class Task:
    """One mission to fly."""

    mission: str
    seed: int


@dataclass(frozen=True)
class Cut:
    """What the seed draws: when the power goes, for how long, of what, and which value is set when before."""

    frame: int
    frames_off: int
    servos_too: bool
    command_frame: int
    hold_s: float

    @classmethod
    def drawn(cls, seed: int, frames: int) -> Cut:
        """For a mission that takes about so many `frames`."""
        draw = Random(f"{seed} power loss")
        frame, off, servos_too = draw.randrange(1, frames), draw.randrange(20, 500), draw.random() < 0.5
        return cls(frame, off, servos_too, draw.randrange(frame), draw.randrange(12, 20) * 0.5)

    def __str__(self) -> str:
        who = "computer and servos" if self.servos_too else "computer"
        return f"cut at {self.frame / 100:.2f} s for {self.frames_off / 100:.2f} s, {who}"


def fly(mission: str, seed: int) -> Row:
    """One mission with its cut; what it raises is its result."""
    cut = Cut.drawn(seed, round(100 * undisturbed(mission, 1).visits[-1].end_s))
    try:
        with Lockstep(mission, seed) as flown:
            return _fly(mission, flown, cut)
    except Exception as error:  # noqa: BLE001 - an escaped exception is what a campaign looks for
        return raised(mission, seed, error, what=str(cut))


def _fly(mission: str, flown: Lockstep, cut: Cut) -> Row:
    witness, products = Witness(mission, flown), _Announced()
    flown.app.events.subscribe(products.hear)
    phase, wrong, frame = "", [], 0
    while flown.now_ns < MAX_SIM_S * 1e9 and not (flown.over and phase):
        if not phase and (frame >= cut.frame or flown.over):
            phase = flown.phase.name.lower()
            before = _kept(flown)
            witness.end_program()
            flown.restart(cut.frames_off, cut.servos_too)
            witness.attend()
            flown.app.events.subscribe(products.hear)
            for _ in range(_SETTLING):
                flown.step()
            wrong += [
                f"{name} {before[name]} became {after}" for name, after in _kept(flown).items() if after != before[name]
            ]
        flown.step()
        flown.operate()
        frame += 1
        if frame == cut.command_frame:
            flown.link.command(SetParameter(count=1, parameter=_HOLD_S, value=cut.hold_s))
        if frame % 100 == 0:
            witness.look()
    flown.finish()
    wrong += products.missing_in(flown.store)
    stored = sum(path.stat().st_size for path in flown.store.glob("tm-*.cadu"))
    if stored < flown.link.octets:
        wrong.append(f"{flown.link.octets - stored} octets of telemetry not in the store")
    return witness.row(what=str(cut), phase=phase, wrong="; ".join(wrong))


def _kept(flown: Lockstep) -> dict[str, object]:
    """What a restart must not change."""
    scoop, hold_s = flown.app.scoop, flown.app.services.pool.find(_HOLD_S)
    return {
        "custody": scoop.content.chain.record.encode().hex(),
        "disturbed": bool(scoop.content.disturbed),
        "mass": scoop.content.mass,
        "hold_s": hold_s.value if hold_s else None,
    }


class _Announced:
    """Products as telemetry announces them: number and hash of each."""

    def __init__(self) -> None:
        self._hashes: list[tuple[int, int]] = []

    def hear(self, event: Event) -> None:
        """Note a product."""
        if isinstance(event, ProductMade):
            self._hashes.append((event.sequence, event.record_sha256))

    def missing_in(self, store: Path) -> list[str]:
        """What of it is not in the store."""
        lines = []
        for number, told in self._hashes:
            files = list((store / "products").glob(f"{number:04d}-*.product"))
            found = [int.from_bytes(hashlib.sha256(file.read_bytes()).digest()[:8]) for file in files]
            if told not in found:
                lines.append(f"product {number} is " + ("another than was announced" if found else "not in the store"))
        return lines


def plan_all(missions: Sequence[str], runs: int) -> list[Task]:
    """`runs` missions, taking turns; raises for one that can't be flown."""
    for mission in missions:
        check(mission)
    return [Task(missions[number % len(missions)], 1 + number // len(missions)) for number in range(runs)]


def fly_task(task: Task) -> Row:
    """One mission of the campaign."""
    return fly(task.mission, task.seed)


def fly_each(planned: Sequence[Task], scheduler: str | None = None, workers: int | None = None) -> Iterator[Row]:
    """All of `planned`, as they are done."""
    return fly_all(fly_task, planned, scheduler, workers)


def goals(rows: Sequence[Row]) -> list[Goal]:
    """What was reached, beside what is asked."""
    good = sum(row.result == "collected" or (row.result == "safe" and bool(row.reason)) for row in rows)
    lost = sum(bool(row.wrong) for row in rows)
    return [
        Goal("went on and collected", str(sum(row.result == "collected" for row in rows)), "-", True),
        Goal("collected, or safe with a reason", f"{good} of {len(rows)}", "all", good == len(rows)),
        Goal.none("custody, parameter, product or telemetry lost", lost),
        Goal.none("exceptions and overruns", sum(row.exceptions + row.overruns for row in rows)),
        Goal.none("not as it should be, all reasons", sum(bool(row.faulty) for row in rows)),
    ]


_INTRO = """\
The flight computer loses its power at a random minor frame of the mission, in half of the missions the servos lose
theirs with it, and a new flight program starts on what the store holds. Before that a telecommand sets a parameter.
Afterwards custody, the scoop's content, the parameter, every product announced and all telemetry must be there."""


def write(path: Path, made_by: str, rows: Sequence[Row]) -> None:
    """Leave the page."""
    missions = list(dict.fromkeys(row.mission for row in rows))
    by_mission = {mission: [row for row in rows if row.mission == mission] for mission in missions}
    parts = [goal_table({mission: goals(flown) for mission, flown in by_mission.items()})]
    parts += [_phases(by_mission)]
    parts.append(row_list("Not as it should be", [row for row in rows if row.faulty]))
    parts.append(row_list("Safe", [row for row in rows if row.result == "safe" and not row.faulty]))
    write_page(path, "Power loss", _INTRO, made_by, parts)


def _phases(by_mission: dict[str, list[Row]]) -> str:
    names = [phase.name.lower() for phase in Phase]
    found = sorted({row.phase for rows in by_mission.values() for row in rows if row.phase}, key=names.index)
    head = ["phase", *by_mission]
    lines = ["## Where the power went", "", f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    for phase in found:
        cells = []
        for rows in by_mission.values():
            here = [row for row in rows if row.phase == phase]
            cells.append(f"{sum(row.result == 'collected' for row in here)} of {len(here)} collected")
        lines.append(f"| {phase} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
