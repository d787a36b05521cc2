"""What a campaign leaves: a row for each mission in Parquet and CSV, and a page that shows what was reached."""

from __future__ import annotations

import base64
import html
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from matplotlib.figure import Figure

from hil.campaign import Goal, Row, as_dicts

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; color: #22313f; padding: 0 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }} td, th {{ padding: .3rem .8rem; border-bottom: 1px solid #ddd;
text-align: left }} .met {{ color: #1e8449 }} .missed {{ color: #c0392b; font-weight: bold }} img {{ width: 100% }}
</style><h1>{title}</h1><table><tr><th>goal<th>reached<th>asked<th></tr>{goals}</table>
<p>{ends}</p><img alt="estimates against the truth, and the intervals' coverage" src="data:image/png;base64,{picture}">
</html>
"""


def goal_lines(goals: Sequence[Goal]) -> list[str]:
    """The goals as text."""
    width = max(len(goal.name) for goal in goals)
    said = {True: "met", False: "MISSED"}
    return [f"{goal.name:<{width}}  {goal.value:>8}  asked {goal.aim:<8} {said[goal.met]}" for goal in goals]


def write_report(out: Path, title: str, rows: Sequence[Row], goals: Sequence[Goal]) -> Path:
    """Leave `missions.parquet`, `missions.csv` and `report.html` in `out`; returns the page's path."""
    table = pa.Table.from_pylist(as_dicts(rows))
    pyarrow.parquet.write_table(table, out / "missions.parquet")
    pyarrow.csv.write_csv(table, out / "missions.csv")
    ends = Counter(f"{row.result} {row.reason}".strip() for row in rows)
    page = out / "report.html"
    page.write_text(
        _PAGE.format(
            title=html.escape(title),
            goals="".join(
                f"<tr><td>{html.escape(goal.name)}<td>{goal.value}<td>{html.escape(goal.aim)}"
                f"<td class={'met' if goal.met else 'missed'}>{'met' if goal.met else 'missed'}</tr>"
                for goal in goals
            ),
            ends=html.escape("; ".join(f"{count} x {end}" for end, count in ends.most_common())),
            picture=base64.b64encode(_picture(rows)).decode(),
        ),
        encoding="utf-8",
    )
    return page


def _picture(rows: Sequence[Row]) -> bytes:
    weighed = [row for row in rows if row.weighed]
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    masses, errors = figure.subplots(1, 2)
    masses.errorbar(
        [row.mass_true_g for row in weighed], [row.mass_est_g for row in weighed],
        yerr=[row.mass_u95_g for row in weighed], fmt=".", color="#2e86ab", alpha=0.6, lw=0.8,
    )  # fmt: skip
    top = max((row.mass_true_g for row in weighed), default=100.0) * 1.1
    masses.plot([0, top], [0, top], color="#d35400", lw=1)
    masses.axhline(50, color="#22313f", lw=1, ls="--")
    masses.set(xlabel="truth in the scoop, g", ylabel="told, with 95 % interval, g", title="Mass")
    errors.hist([(row.mass_est_g - row.mass_true_g) / row.mass_u95_g for row in weighed], bins=30, color="#2e86ab")
    for edge in (-1.0, 1.0):
        errors.axvline(edge, color="#d35400", lw=1)
    errors.set(xlabel="error over half-width", ylabel="missions", title="95 % should lie between the lines")
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=110)
    return data.getvalue()
