"""What a campaign leaves under `docs`: a Markdown page that says what made it, what was asked, and what was not so.

A page has nothing in it that another run on the same sources would change: no times, no names of machines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from flight.icd.catalogue import mission_dictionary
from hil.campaign import Goal, goals
from hil.flown import Row

_SAID = {True: "met", False: "**MISSED**"}


def write_page(path: Path, title: str, intro: str, made_by: str, parts: Iterable[str]) -> None:
    """Leave the page at `path`."""
    dictionary = f"{mission_dictionary().hash64:016x}"
    made = f"Made by `{made_by}`; don't edit. Dictionary {dictionary}. The same sources give the same page."
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join([f"# {title}", intro, made, *parts]) + "\n", encoding="utf-8")


def goal_table(reached: Mapping[str, Sequence[Goal]]) -> str:
    """Goals down, missions across."""
    lines = [f"| goal | asked | {' | '.join(reached)} |", "|" + " --- |" * (2 + len(reached))]
    for across in zip(*reached.values(), strict=True):
        values = " | ".join(f"{goal.value}, {_SAID[goal.met]}" if goal.aim != "-" else goal.value for goal in across)
        lines.append(f"| {across[0].name} | {across[0].aim} | {values} |")
    return "\n".join(lines)


def repeat(row: Row) -> str:
    """The command that flies the mission of `row` again."""
    fault = f" --fault {row.what}" if row.what else ""
    return f"saji-hil fly --chart --mission {row.mission} --seed {row.seed}{fault}"


def row_list(title: str, rows: Sequence[Row], *, empty: str = "None.") -> str:
    """A section that lists rows with what is wrong with each, and how to repeat it."""
    lines = [f"## {title}", ""]
    lines += [f"- `{repeat(row)}`{_phase(row)}: {ending(row)}" for row in rows] or [empty]
    return "\n".join(lines)


def ending(row: Row) -> str:
    """How a mission ended, and what of it must not be, in a line."""
    mass = f", {row.mass_est_g:.1f} +- {row.mass_u95_g:.1f} g told, {row.mass_true_g:.1f} g in truth" * row.weighed
    reason = f" ({row.reason})" if row.reason and row.result != "raised" else ""
    wrong = f". **{row.faulty}**" if row.faulty else f"; {row.unsafe}" if row.unsafe else ""
    return f"{row.result}{reason}{mass}{wrong}"


def _phase(row: Row) -> str:
    return f" in {row.phase}" if row.phase else ""


_INTRO = """\
Seeded missions of both platforms: soil, rocks, pose, tilt, temperature and sensors are drawn from the spread that the
mission file states. What the truth was is compared with what flight told, and with the limits of the hardware."""


def write_campaign(path: Path, made_by: str, flown: Mapping[str, Sequence[Row]]) -> None:
    """Leave the page of a campaign over seeds."""
    parts = [
        "; ".join(f"{mission}: {len(rows)} missions from seed {_first(rows)} on" for mission, rows in flown.items())
        + ".",
        goal_table({mission: goals(rows) for mission, rows in flown.items()}),
    ]
    for mission, unsorted in flown.items():
        rows = sorted(unsorted, key=lambda row: row.seed)
        outside = [row for row in rows if row.result == "collected" and not row.inside]
        parts += [
            row_list(f"{mission}: not as it should be", [row for row in rows if row.faulty]),
            row_list(f"{mission}: safe", [row for row in rows if row.result == "safe" and not row.faulty]),
            row_list(f"{mission}: truth outside the interval", [row for row in outside if not row.faulty]),
        ]
    write_page(path, "Campaign", _INTRO, made_by, parts)


def _first(rows: Sequence[Row]) -> int:
    return min(row.seed for row in rows)
