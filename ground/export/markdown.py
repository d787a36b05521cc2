"""A little way to write Markdown: tables, and text that can stand in one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a table, and an empty one; columns that are empty in every row are left out."""
    cells = [[_cell(value) for value in row] for row in rows]
    kept = [at for at in range(len(header)) if any(row[at] for row in cells)]
    lines = [[header[at] for at in kept], ["---"] * len(kept), *([row[at] for at in kept] for row in cells)]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def code(text: object) -> str:
    """`text` in the type of code."""
    return f"`{text}`"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
