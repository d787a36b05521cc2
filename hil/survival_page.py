"""The fault campaign for a person: what was reached, and a matrix of faults and phases for each mission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from hil.campaign import Goal
from hil.campaign_page import goal_table, row_list, write_page
from hil.faults import FAULTS
from hil.flown import Row

_INTRO = """\
Every fault of the catalogue (`saji-hil faults`), alone, in every phase of the mission in which it can act, on both
platforms. When within the phase the seed draws; seeds and, for faults of one servo, servos take turns. What is asked:
the mission ends with a sample that counts or in SAFE with the reason in telemetry; nothing raises, no minor frame runs
over; no limit of the hardware is broken in truth; no sample is claimed that is not there; and where a fault makes a
measurement wrong beyond chance (twice the half-width of the 95 % interval), the sample is not claimed."""
_HARM = """\
A servo whose encoder sticks believes that it lags behind, and runs until its joint's end stop stops it, within two or
three tenths of a second: less than it takes to see from outside that a joint does not move as it was told."""
_LEGEND = """\
| sign | ended | and |
| --- | --- | --- |
| `C` | collected | the fault was told, by events or counters of errors |
| `c` | collected | nothing told, for nothing of it reached flight, or all stayed within what is usual |
| `S` | safe | with its reason |
| `H` | either | the fault itself drove the hardware beyond a limit before flight could know: listed |
| `!` | not as it should be | see the list |
| `-` | | it can't act in that phase |"""


def sign(row: Row) -> str:
    """The sign of one mission in the matrix."""
    if row.faulty:
        return "!"
    if row.unsafe:
        return "H"
    if row.result == "safe":
        return "S"
    return "C" if row.told else "c"


def goals(rows: Sequence[Row]) -> list[Goal]:
    """What was reached, beside what is asked."""
    good = [row for row in rows if row.result == "collected" or (row.result == "safe" and row.reason)]
    collected = [row for row in rows if row.result == "collected"]
    outside = sum(not row.inside for row in collected)
    return [
        Goal("missions flown", str(len(rows)), "-", bool(rows)),
        Goal("collected, or safe with a reason", str(len(good)), "all", len(good) == len(rows)),
        Goal.none("raised, exceptions, overruns", sum(_raised(row) for row in rows)),
        Goal.none("silent: a claim that is wrong beyond chance", sum(row.deceived or row.false_claim for row in rows)),
        Goal.none(
            "unsafe by the truth, but by what a fault itself does",
            sum(bool(row.unsafe) and not row.harms for row in rows),
        ),
        Goal.none("of them inside a keep-out box", sum(row.keep_out_m > 0.0 and not row.harms for row in rows)),
        Goal.none("not as it should be, all reasons", sum(bool(row.faulty) for row in rows)),
        Goal(
            "collected with the truth outside the 95 % interval", f"{outside} of {len(collected)}", "<= 8 %",
            outside <= 0.08 * len(collected),
        ),
    ]  # fmt: skip


def matrix(rows: Sequence[Row]) -> str:
    """Faults down, phases across."""
    phases = list(dict.fromkeys(row.phase for row in sorted(rows, key=_begin_s)))
    signs = {(_name(row), row.phase): sign(row) for row in rows}
    lines = [f"| fault | {' | '.join(phases)} |", "|" + " --- |" * (1 + len(phases))]
    for family, faults in groupby(FAULTS.values(), key=lambda fault: fault.family):
        lines.append(f"| *{family}* |" + " |" * len(phases))
        for fault in faults:
            cells = " | ".join(signs.get((fault.name, phase), "-") for phase in phases)
            lines.append(f"| {fault.name} | {cells} |")
    return "\n".join(lines)


def write(path: Path, made_by: str, rows: Sequence[Row]) -> None:
    """Leave the page."""
    missions = list(dict.fromkeys(row.mission for row in rows))
    by_mission = {mission: [row for row in rows if row.mission == mission] for mission in missions}
    parts = [goal_table({mission: goals(flown) for mission, flown in by_mission.items()})]
    bad = sorted((row for row in rows if row.faulty), key=lambda row: (row.mission, row.what))
    harmed = sorted((row for row in rows if sign(row) == "H"), key=lambda row: (row.mission, row.what))
    parts += [row_list("Not as it should be", bad)]
    parts += [row_list("Hardware harmed by the fault itself", harmed), _HARM, "## Matrices", _LEGEND]
    for mission, flown in by_mission.items():
        count = Counter(sign(row) for row in flown)
        seeds = ", ".join(map(str, sorted({row.seed for row in flown})))
        parts += [
            f"### {mission}",
            f"Seeds {seeds}. " + ", ".join(f"{count[each]} x `{each}`" for each in "CcSH!"),
            matrix(flown),
        ]
    write_page(path, "Fault campaign", _INTRO, made_by, parts)


def _raised(row: Row) -> bool:
    return row.result == "raised" or row.exceptions + row.overruns > 0


def _name(row: Row) -> str:
    return row.what.partition("@")[0].partition("/")[0]


def _begin_s(row: Row) -> float:
    return float(row.what.partition("@")[2] or 0.0)
