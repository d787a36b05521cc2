"""Weighings over seeds, held against the truth: `python -m hil.weighings RUNS [DOCUMENT]` prints or renews the table.

By load cell, every weighing after a dig and every claim; by servo current, every hefting. The error over its standard
uncertainty should have the standard deviation 1: less, where a component covers what the bench does not have.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean, median

from flight.icd.events.sampling import HeftDone, WeighingDone
from flight.icd.kinds import Event
from flight.icd.modes import Phase
from hil.lockstep import Lockstep

MISSIONS = ("m1_lander", "m2_rover")
KINDS = {"weighed after a dig": Phase.WEIGH, "confirmed as stowed": Phase.CONFIRM, "hefted by servo current": None}
_BEGIN, _END = "<!-- flown: python -m hil.weighings -->\n", "<!-- end of flown -->\n"
_K95 = 1.96


@dataclass(frozen=True)
class Told:
    """One mass that was told, beside the truth."""

    phase: Phase | None  # None: hefted
    mass_g: float
    u95_g: float
    true_g: float

    @property
    def error_g(self) -> float:
        """How far it is off."""
        return self.mass_g - self.true_g


def fly(mission: str, seed: int) -> list[Told]:
    """What one mission told."""
    told: list[Told] = []
    with Lockstep(mission, seed) as flown:
        truth = flown.bench.plant.truth

        def hear(event: Event) -> None:
            if isinstance(event, WeighingDone):
                told.append(Told(event.phase, event.mass_g, event.u95_g, 1e3 * truth.sample_mass_kg))
            elif isinstance(event, HeftDone):
                told.append(Told(None, event.mass_g, event.u95_g, 1e3 * truth.sample_mass_kg))

        flown.app.events.subscribe(hear)
        for _ in flown.run():
            pass
    return told


def row(mission: str, kind: str, told: Iterable[Told]) -> str:
    """One row of the table."""
    those = [each for each in told if each.phase is KINDS[kind]]
    if not those:
        return f"| {mission} | {kind} | 0 | | | | | |"
    inside = 100.0 * fmean(abs(each.error_g) <= each.u95_g for each in those)
    rms = sqrt(fmean(each.error_g**2 for each in those))
    normal = sqrt(fmean((_K95 * each.error_g / each.u95_g) ** 2 for each in those))
    worst, half = max(abs(each.error_g) for each in those), median(each.u95_g for each in those)
    return (
        f"| {mission} | {kind} | {len(those)} | {inside:.0f} % | {half:.1f} | {rms:.2f} | {worst:.1f} | {normal:.2f} |"
    )


def table(told: dict[str, Sequence[Told]], runs: int) -> str:
    """All of it as Markdown."""
    names = "mission", "mass", "how many", "truth inside", "half-width, median g", "error, rms g", "largest g"
    columns = (*names, "error / u, rms")
    head = f"Seeds 1 to {runs} of each mission:\n\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"
    return head + "\n".join(row(mission, kind, each) for mission, each in told.items() for kind in KINDS) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Fly, and print the table or put it into the document."""
    if not arguments or not arguments[0].isdigit() or not 1 <= int(arguments[0]) <= 1000 or len(arguments) > 2:
        print("python -m hil.weighings RUNS [DOCUMENT]: RUNS must be 1 to 1000", file=sys.stderr)
        return 2
    runs = int(arguments[0])
    told: dict[str, Sequence[Told]] = {
        mission: [each for seed in range(1, runs + 1) for each in fly(mission, seed)] for mission in MISSIONS
    }
    text = table(told, runs)
    print(text)
    if len(arguments) == 2:
        document = Path(arguments[1])
        old = document.read_text(encoding="utf-8")
        document.write_text(re.sub(f"(?s){re.escape(_BEGIN)}.*?{_END}", _BEGIN + text + _END, old), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
