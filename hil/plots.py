"""The picture of a mission: what was felt, how deep it dug, and the mass it believed against the truth.

Everything believed is read from the decoded telemetry, everything true from the bench's own log.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hil.lockstep import BOOT_TAI_NS

BOOT_TAI = np.datetime64("1958-01-01", "ns") + np.timedelta64(BOOT_TAI_NS, "ns")
JOINT_NAMES = ("azimuth", "shoulder", "elbow", "scoop")
_INK, _TRUTH, _BAND = "#22313f", "#d35400", "#2e86ab"
_PHASE_TINTS = {
    "FIND_SURFACE": "#e8f1d8", "DIG": "#f6e3c5", "WEIGH": "#dbe9f4", "TARE": "#dbe9f4",
}  # fmt: skip
_STYLE: Any = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.25,
    "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "legend.frameon": False,
}  # fmt: skip


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file; none where the mission sent none of them."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(rows: Sequence[Mapping[str, str]], *names: str) -> list[NDArray[np.float64]]:
    """Columns of `rows` as arrays."""
    return [np.array([float(row[name]) for row in rows]) for name in names]


def draw_mission(out: Path, result: Mapping[str, object]) -> Path:
    """Draw `out/mission.png` from `out/telemetry` and `out/truth.csv`; returns its path."""
    telemetry = out / "telemetry"
    motion = [row for row in read_rows(telemetry / "motion_hk.csv") if row["valid"] == "1"]
    truth = read_rows(out / "truth.csv")
    weighings, phases = read_rows(telemetry / "weighing_done.csv"), read_rows(telemetry / "phase_began.csv")
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(11, 10), layout="constrained")
        loads, depth, force, mass = figure.subplots(4, 1, sharex=True, height_ratios=(1, 1, 1, 1.2))
        _draw_loads(loads, motion)
        _draw_depth(depth, motion, truth)
        _draw_force(force, motion, truth)
        _draw_mass(mass, weighings, truth)
        for axes in (loads, depth, force, mass):
            _shade(axes, phases)
        _name_phases(loads, phases)
        mass.set_xlabel("mission time, s")
        figure.suptitle(
            f"saji: {result['result']}, {float(str(result['mass_est_g'])):.1f} g "
            f"± {float(str(result['mass_u95_g'])):.1f} g (95 %), truth {float(str(result['mass_true_g'])):.1f} g",
            fontsize=14, fontweight="bold", color=_INK,
        )  # fmt: skip
        path = out / "mission.png"
        figure.savefig(path, dpi=130)
    return path


def _seconds(rows: Sequence[Mapping[str, str]]) -> NDArray[np.float64]:
    """Mission time of telemetry rows, from their TAI."""
    tai = np.array([row["tai"] for row in rows], dtype="datetime64[ns]")
    seconds: NDArray[np.float64] = (tai - BOOT_TAI) / np.timedelta64(1, "s")
    return seconds


def _legend(axes: Axes, columns: int) -> None:
    """Beside the title, where it hides nothing."""
    axes.legend(ncols=columns, loc="lower right", bbox_to_anchor=(1.0, 0.98), borderaxespad=0.0)


def _draw_loads(axes: Axes, motion: Sequence[Mapping[str, str]]) -> None:
    time_s = _seconds(motion)
    for index, name in enumerate(JOINT_NAMES):
        (load,) = numbers(motion, f"load_nm_{index}")
        axes.plot(time_s, load, lw=0.9, label=name)
    axes.set(title="Joint loads: torque beyond gravity and friction", ylabel="N m")
    _legend(axes, 4)


def _draw_depth(axes: Axes, motion: Sequence[Mapping[str, str]], truth: Sequence[Mapping[str, str]]) -> None:
    (depth_m,) = numbers(motion, "depth_m")
    true_s, true_m = numbers(truth, "time_s", "depth_m")
    axes.plot(true_s, 1e3 * true_m, color=_TRUTH, lw=2.2, alpha=0.6, label="truth, below the surface there")
    axes.plot(_seconds(motion), 1e3 * depth_m, color=_INK, lw=1.0, label="telemetry, below the contact found")
    axes.axhline(0, color=_INK, lw=0.6)
    axes.set(title="Depth of the scoop edge", ylabel="mm", ylim=(-40, 30))
    axes.invert_yaxis()
    _legend(axes, 2)


def _draw_force(axes: Axes, motion: Sequence[Mapping[str, str]], truth: Sequence[Mapping[str, str]]) -> None:
    (draft_n,) = numbers(motion, "draft_n")
    true_s, true_n = numbers(truth, "time_s", "force_r_n")
    axes.plot(true_s, true_n, color=_TRUTH, lw=2.2, alpha=0.6, label="truth")
    axes.plot(_seconds(motion), draft_n, color=_INK, lw=0.8, label="telemetry, from servo currents")
    axes.set(title="Draft force of the soil on the scoop", ylabel="N")
    _legend(axes, 2)


def _draw_mass(axes: Axes, weighings: Sequence[Mapping[str, str]], truth: Sequence[Mapping[str, str]]) -> None:
    true_s, true_g = numbers(truth, "time_s", "sample_g")
    axes.plot(true_s, true_g, color=_TRUTH, lw=2.2, alpha=0.6, label="truth in the scoop")
    if weighings:
        mass_g, u95_g = numbers(weighings, "mass_g", "u95_g")
        axes.errorbar(
            _seconds(weighings), mass_g, yerr=u95_g, fmt="o", ms=5, capsize=5, color=_BAND,
            label="weighed, with 95 % interval",
        )  # fmt: skip
        for time_s, value, half in zip(_seconds(weighings), mass_g, u95_g, strict=True):
            axes.annotate(
                f"{value:.1f} ± {half:.1f} g", (time_s, value), xytext=(8, 8), textcoords="offset points",
                color=_BAND, fontweight="bold",
            )  # fmt: skip
    axes.axhline(50, color=_INK, lw=1.0, ls="--")
    axes.annotate("50 g: the least the buyer takes", (0.005, 50), xycoords=("axes fraction", "data"),
                  xytext=(0, 3), textcoords="offset points", fontsize=8, color=_INK)  # fmt: skip
    axes.set(title="Mass of the sample", ylabel="g")
    axes.margins(y=0.12)
    _legend(axes, 2)


def _spans(phases: Sequence[Mapping[str, str]]) -> list[tuple[str, float, float | None]]:
    starts = list(zip((row["phase"] for row in phases), _seconds(phases), strict=True))
    ends = [start for _, start in starts[1:]]
    return [(name, start, end) for (name, start), end in zip(starts, [*ends, None], strict=True)]


def _shade(axes: Axes, phases: Sequence[Mapping[str, str]]) -> None:
    for name, start, end in _spans(phases):
        if name in _PHASE_TINTS and end is not None:
            axes.axvspan(start, end, color=_PHASE_TINTS[name], lw=0, zorder=0)


def _name_phases(axes: Axes, phases: Sequence[Mapping[str, str]]) -> None:
    for name, start, end in _spans(phases):
        if end is not None and end - start > 4:
            axes.annotate(
                name.lower().replace("_", " "), ((start + end) / 2, 0.02), xycoords=("data", "axes fraction"),
                ha="center", fontsize=7, color=_INK,
            )  # fmt: skip
