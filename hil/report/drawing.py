"""The traces of a mission, each drawn into axes: what was felt, how deep it dug, and the mass believed and true.

Blue is what flight believed, orange what was true; no meaning hangs on colour alone.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hil.report.inline_svg import BELIEF, INK, SERIES, STYLE, TINT, TRUTH
from hil.report.record import WEIGHED, Floats, Record, Span

LOADS = {"lander_arm": ("azimuth", "shoulder", "elbow", "scoop"), "rover": ("", "wheels", "lift", "curl")}
"""What the loads of `motion_hk` are of, by the kind of platform: flight sees a rover's wheels as one joint."""
_LINES = ("-", "--", "-.", (0, (1, 1)))
_AROUND_S = 1.0
"""Shown of what is before and after a pass through the soil."""
_ROOM = 1.45
"""Of the range of masses, for what is written at the top."""


def legend(axes: Axes, columns: int) -> None:
    """Above the axes at the right, where it hides nothing."""
    axes.legend(ncols=columns, loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.0, columnspacing=1.2)


def shade(axes: Axes, spans: list[Span]) -> None:
    """Tint the background during `spans`."""
    for span in spans:
        axes.axvspan(span.start_s, span.end_s, color=TINT, lw=0, zorder=0)


def draw_loads(axes: Axes, flown: Record, kind: str) -> None:
    """Torque of each joint beyond gravity and friction, as flight estimates it from the currents."""
    motion = flown.motion
    for place, name in enumerate(LOADS[kind]):
        if name:
            axes.plot(
                motion.time_s, motion[f"load_nm_{place}"], lw=1.1, ls=_LINES[place], color=SERIES[place], label=name
            )
    axes.set(ylabel="estimated load, N m")


def draw_depth(axes: Axes, flown: Record, since_s: float = 0.0) -> None:
    """How deep the edge was; times are since `since_s`."""
    motion, truth = flown.motion, flown.truth
    axes.plot(truth["time_s"] - since_s, 1e3 * truth["depth_m"], color=TRUTH, lw=2.4, alpha=0.75, label="truth")
    axes.plot(motion.time_s - since_s, 1e3 * motion["depth_m"], color=BELIEF, lw=1.2, label="believed")
    axes.axhline(0, color=INK, lw=0.7)
    axes.set(ylabel="depth of the edge, mm")


def draw_force(axes: Axes, flown: Record, since_s: float = 0.0) -> None:
    """What the soil held against the scoop along its way; times are since `since_s`."""
    motion, truth = flown.motion, flown.truth
    axes.plot(truth["time_s"] - since_s, truth["force_r_n"], color=TRUTH, lw=2.4, alpha=0.75, label="truth")
    axes.plot(motion.time_s - since_s, motion["draft_n"], color=BELIEF, lw=1.0, label="believed")
    axes.set(ylabel="force of the soil, N")


def draw_mass(axes: Axes, flown: Record, least_g: float, labelled: bool = True) -> None:
    """Each weighing with its interval, the truth all the while, and what the buyer takes at least."""
    truth, weighed = flown.truth, flown.table("weighing_done")
    axes.plot(truth["time_s"], truth["sample_g"], color=TRUTH, lw=2.4, alpha=0.75, label="truth, in the scoop")
    if len(weighed):
        mass, half = weighed["mass_g"], weighed["u95_g"]
        axes.errorbar(weighed.time_s, mass, yerr=half, fmt="o", ms=4.5, capsize=5, lw=1.4, color=BELIEF, zorder=3,
                      label="weighed, 95 % interval")  # fmt: skip
        if labelled:
            _label_weighings(axes, weighed.time_s, mass, half)
    axes.axhline(least_g, color=INK, lw=1.0, ls=(0, (5, 3)))
    axes.annotate(f"{least_g:.0f} g: the least the buyer takes", (0.01, least_g), xycoords=("axes fraction", "data"),
                  xytext=(0, 4), textcoords="offset points", fontsize=9.5)  # fmt: skip
    top = max([least_g, float(truth["sample_g"].max()), *(weighed["mass_g"] + weighed["u95_g"])])
    axes.set(ylabel="mass, g", ylim=(-0.05 * top, _ROOM * top if labelled else 1.15 * top))


def draw_weighing_errors(axes: Axes, flown: Record) -> None:
    """How far each weighing was from the truth then, with its interval: it should reach the line."""
    weighed = flown.table("weighing_done")
    places = np.arange(len(weighed))
    error = weighed["mass_g"] - np.array([flown.truth_at("sample_g", time_s) for time_s in weighed.time_s])
    axes.errorbar(places, error, yerr=weighed["u95_g"], fmt="o", ms=5, capsize=6, lw=1.6, color=BELIEF, zorder=3)
    axes.axhline(0.0, color=TRUTH, lw=2.4, alpha=0.75)
    most = 1.25 * float(np.abs(np.concatenate([error - weighed["u95_g"], error + weighed["u95_g"]])).max())
    axes.set(
        xlim=(-0.7, len(weighed) - 0.3), ylim=(-most, most), ylabel="weighed less truth, g", xlabel="weighed at, s"
    )
    axes.set_xticks(places, [f"{time_s:.0f}" for time_s in weighed.time_s])
    axes.grid(visible=False, axis="x")


def _label_weighings(axes: Axes, time_s: Floats, mass: Floats, half: Floats) -> None:
    """At two heights by turns, for neighbours not to lie on each other, each with a line to its point."""
    for place, (when, value, width) in enumerate(zip(time_s, mass, half, strict=True)):
        axes.annotate(
            f"{value:.1f} ± {width:.1f} g", (when, value + width), xytext=(-8, 14 + 15 * (place % 2)),
            textcoords="offset points", color=BELIEF, fontweight="bold", ha="right", va="center",
            arrowprops={"arrowstyle": "-", "color": BELIEF, "lw": 0.7, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip


def pass_limits(span: Span) -> tuple[float, float]:
    """Of the times shown with a pass, since its beginning."""
    return -_AROUND_S, span.lasted_s + _AROUND_S


def draw_mission(flown: Record, kind: str, least_g: float) -> Path:
    """All traces on one sheet, `mission.png` in the mission's folder; returns its path."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11, 10), layout="constrained")
        loads, depth, force, mass = figure.subplots(4, 1, sharex=True, height_ratios=(1, 1, 1, 1.2))
        draw_loads(loads, flown, kind)
        loads.set(title="Joint loads estimated from currents, less gravity and friction")
        draw_depth(depth, flown)
        depth.set(title="Depth of the scoop's edge (shaded: truly in the soil)", ylim=(30, -40))
        draw_force(force, flown)
        force.set(title="Force of the soil on the scoop, along its way")
        draw_mass(mass, flown, least_g)
        mass.set(title="Mass of the sample (shaded: while it weighs)", xlabel="mission time, s")
        for axes in (loads, depth, force):
            shade(axes, flown.in_soil)
        shade(mass, flown.during(WEIGHED))
        for axes in (loads, depth, force, mass):
            legend(axes, 4)
        mass.set_xlim(0.0, flown.truth["time_s"][-1])
        _name_phases(loads, flown.spans)
        figure.suptitle(headline(flown), fontsize=14, fontweight="bold")
        path = flown.folder / "mission.png"
        figure.savefig(path, dpi=130)
    return path


def headline(flown: Record) -> str:
    """The result in a line."""
    result = flown.result
    told = f"{result['mass_est_g']:.1f} g ± {result['mass_u95_g']:.1f} g (95 %), truth {result['mass_true_g']:.1f} g"
    return f"{result['mission']}: {result['result']}, {told}"


def _name_phases(axes: Axes, spans: list[Span]) -> None:
    """At the bottom, under the traces."""
    low, high = axes.get_ylim()
    axes.set_ylim(low - 0.14 * (high - low), high)
    whole = max((span.end_s for span in spans), default=1.0)
    for span in spans:
        if span.lasted_s > 0.045 * whole:
            axes.annotate(span.phase.lower().replace("_", " "), ((span.start_s + span.end_s) / 2, 0.02),
                          xycoords=("data", "axes fraction"), ha="center", fontsize=7.5)  # fmt: skip
