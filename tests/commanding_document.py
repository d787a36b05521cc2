"""The table in `docs/commanding.md` of what must be so before each motion, from the code: run, it is written anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flight.icd import inhibits, mode_table
from flight.icd.dictionary import packet_name
from flight.icd.kinds import Command
from flight.icd.modes import Custody, Mode
from flight.icd.preconditions import BEFORE, WORDS
from flight.icd.reports.verification import FailureCode

DOCUMENT = Path(__file__).parents[1] / "docs" / "commanding.md"
_BEGIN = "<!-- generated from the code by `make commanding`; a test holds it -->\n"
_END = "<!-- end of what is generated -->\n"


def table() -> str:
    """A row for each function that some state of custody forbids: those that move something."""
    kinds = sorted(
        (kind for kind, states in inhibits.ALLOWED.items() if states != frozenset(Custody)),
        key=lambda kind: kind.ident or 0,
    )
    lines = ["| command | while the sample is | in mode | and |", "| --- | --- | --- | --- |"]
    for kind in kinds:
        states = _names(Custody, inhibits.allowed_in(kind))
        modes = _names(Mode, mode_table.allowed_in(kind))
        lines.append(f"| `{packet_name(kind)}` | {states} | {modes} | {'; '.join(_before(kind))} |")
    return "\n".join(lines) + "\n"


def _names(every: type[Custody] | type[Mode], allowed: frozenset[Custody] | frozenset[Mode]) -> str:
    if allowed == frozenset(every):
        return "any"
    others = [each.name for each in every if each not in allowed]
    names = [each.name for each in every if each in allowed]
    return f"any but {', '.join(others)}" if len(others) < len(names) else ", ".join(names)


def _before(kind: type[Command]) -> Iterable[str]:
    if kind.hazardous:
        yield f"it is armed: `arm target={packet_name(kind)}`, else `{FailureCode.NOT_ARMED.name}`"
    for code in BEFORE.get(kind, ()):
        yield f"{WORDS[code]}, else `{code.name}`"


def document(text: str) -> str:
    """The document `text` with the table of today."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return before + _BEGIN + table() + _END + after


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(DOCUMENT.parents[1])}: written")
