"""Missions whose flight computer loses power at a random minor frame: do they go on, and is anything lost?

The program is dropped as a kill -9 leaves it; servos keep or lose their power by the seed. A new program starts on the
same store and bench. `python -m hil.power_loss RUNS` flies a campaign and prints a table (`make power-loss`).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hil.lockstep import MAX_SIM_S, Lockstep

_LATEST_FRAME = 9000
"""A mission that goes well takes some 90 s."""


@dataclass(frozen=True)
class Outcome:
    """How a mission ended; `wrong` is what must not be, empty for nothing."""

    seed: int
    cut_s: float
    off_s: float
    servos_too: bool
    phase: str
    resumed: str
    result: str
    wrong: str

    def __str__(self) -> str:
        servos = "all" if self.servos_too else "computer"
        return (
            f"{self.seed:>5} {self.cut_s:>7.2f} s {self.off_s:>5.2f} s {servos:<9} {self.phase:<13} {self.resumed:<13}"
            f" {self.result:<11} {self.wrong.upper()}".rstrip()
        )


HEADER = " seed   cut at     off power     phase         goes on with  result"


def fly(mission: str | Path, seed: int) -> Outcome:
    """One mission, its cut drawn by `seed`."""
    draw = Random(f"{seed} power loss")
    cut, off, servos_too = draw.randrange(1, _LATEST_FRAME), draw.randrange(20, 500), draw.random() < 0.5
    phase = resumed = ""
    wrong: list[str] = []
    failures = 0
    with Lockstep(mission, seed) as flown:
        while flown.now_ns < MAX_SIM_S * 1e9 and not flown.over:
            if not phase and flown.now_ns >= cut * 10_000_000:
                before, failures = flown.app.scoop, flown.app.executive.failures
                phase, kept = before.sampling.phase.name, (before.content.custody, before.content.disturbed)
                flown.restart(off, servos_too)
                for _ in range(10):
                    flown.step()
                after = flown.app.scoop
                resumed = after.sampling.phase.name
                if (after.content.custody, after.content.disturbed) != kept:
                    wrong.append(f"{kept} became {after.content.custody}, {after.content.disturbed}")
            flown.step()
            flown.operate()
        flown.finish()
        result, failures = flown.result(), failures + flown.app.executive.failures
        stored = sum(path.stat().st_size for path in flown.store.glob("tm-*.cadu"))
        if stored < flown.link.octets:
            wrong.append(f"{flown.link.octets - stored} octets of telemetry not in the store")
    if result.result not in ("collected", "safe"):
        wrong.append("neither collected nor safe")
    if failures:
        wrong.append(f"{failures} exceptions")
    missed = abs(result.mass_est_g - result.mass_true_g) > result.mass_u95_g
    spilled = servos_too and result.mass_true_g < result.mass_est_g
    if result.result == "collected" and missed and not spilled:
        wrong.append("truth outside the interval")
    return Outcome(seed, cut * 0.01, off * 0.01, servos_too, phase, resumed, result.result, ", ".join(wrong))


def main(arguments: list[str]) -> int:
    """Fly so many; status 1 when anything was wrong."""
    runs = int(arguments[0]) if arguments else 30
    print(HEADER)
    bad = 0
    ended: dict[str, int] = {}
    for seed in range(1, runs + 1):
        outcome = fly("m1_lander", seed)
        print(outcome, flush=True)
        bad += bool(outcome.wrong)
        ended[outcome.result] = ended.get(outcome.result, 0) + 1
    print(
        f"{runs} missions: " + ", ".join(f"{count} {name}" for name, count in sorted(ended.items())) + f", {bad} wrong"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
