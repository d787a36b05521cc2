"""The budget of one mass on both missions; `python tests/weighing_budget.py` puts it into `docs/weighing.md`."""

from __future__ import annotations

import re
from pathlib import Path

from flight.config import load_mission
from flight.scoop.budget import K95, Loads, Mass, Reading, Scale

DOCUMENT = Path(__file__).parents[1] / "docs" / "weighing.md"
BEGIN, END = "<!-- budget: python tests/weighing_budget.py -->\n", "<!-- end of budget -->\n"
SOURCES = {
    "noise": ("normal, type A", "scatter of 60 readings each, tare and weighing, here 2 mN"),
    "resolution": ("rectangular", "`[load_cell] resolution_n`, half of it each"),
    "drift": ("normal", "`drift_n_sqrt_h`: random walk of the zero since the tare"),
    "hysteresis": ("rectangular, of a rectangular width", "`hysteresis` of the span of forces since the tare"),
    "creep": ("rectangular", "`creep` of the sample, and of what the cell bore in the mean since the tare"),
    "zero_temperature": ("rectangular", "`zero_per_10k` at `warming_k_h` since the tare"),
    "pose": ("normal", "`pose_u_deg`, on a platform that leans within `tilt_max_deg`"),
    "gain": ("normal", "`[load_cell] gain_u95`"),
    "linearity": ("rectangular", "`nonlinearity`: slope of a parabola within it, four times its height"),
    "span_temperature": ("rectangular", "`span_per_10k` at `calibrated_k`"),
    "cross": ("rectangular", "`cross_axis` within `tilt_max_deg`, `moment_per_m` of the sample"),
    "gravity": ("normal", "`gravity_u_relative`"),
    "tilt": ("of r² + p², r and p rectangular", "cosine of `tilt_max_deg`; its mean is corrected"),
}
MISSIONS = ("m1_lander", "m2_rover")
CASE = "80 g, weighed 90 s after the tare; since then the cell has borne 4 N, in the mean 0.2 N"


def mass(mission: str) -> Mass:
    """The case's mass on `mission`."""
    config = load_mission(mission)
    gravity = config.environment.gravity_m_s2
    empty_n = config.scoop.mass_kg * gravity
    noise = config.load_cell.noise_n, config.weigh.readings
    tare, loaded = Reading(empty_n, *noise, 0), Reading(empty_n + 0.08 * gravity, *noise, 90_000_000_000)
    return Scale(config).mass(tare, loaded, 0.0, 0.0, Loads(4.0, 0.2))


def table() -> str:
    """The budget as Markdown."""
    masses = [mass(mission) for mission in MISSIONS]
    lines = [
        f"{CASE}:",
        "",
        f"| component | distribution | from | {' | '.join(f'{name}, g' for name in MISSIONS)} |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, (distribution, source) in SOURCES.items():
        values = " | ".join(f"{getattr(each, f'u_{name}_g'):.3f}" for each in masses)
        lines.append(f"| {name.replace('_', ' ')} | {distribution} | {source} | {values} |")
    combined = " | ".join(f"{each.u95_g / K95:.3f}" for each in masses)
    lines.append(f"| **combined standard uncertainty** | | root of the sum of squares | {combined} |")
    lines.append(f"| **half-width, 95 %** | | k = {K95} | {' | '.join(f'{each.u95_g:.2f}' for each in masses)} |")
    return "\n".join(lines) + "\n"


def document(old: str) -> str:
    """The document with today's budget."""
    return re.sub(f"(?s){re.escape(BEGIN)}.*?{END}", lambda _: BEGIN + table() + END, old)


if __name__ == "__main__":
    DOCUMENT.write_text(document(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    print(DOCUMENT)
