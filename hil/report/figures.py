"""The figures of the page: traces drawn in the width they are shown in, with what they show said in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from hil.report.drawing import (
    draw_depth,
    draw_force,
    draw_loads,
    draw_mass,
    draw_weighing_errors,
    legend,
    pass_limits,
    shade,
)  # fmt: skip
from hil.report.inline_svg import STYLE, inline_svg
from hil.report.record import WEIGHED, Record, Span

WIDE, NARROW, TALL, HALF = (9.6, 3.3), (4.6, 3.3), (4.6, 5.2), (4.9, 2.9)
"""Inches, 72 units each: a screen's width, a telephone's twice, and half a screen's."""

_RULE = 2
"""Points of a line that is no trace."""
_HIGHEST_MM = 40.0
"""Over the ground; higher is not shown with a pass."""


@dataclass(frozen=True)
class Shown:
    """A figure in two widths, of which the page shows the one that fits; `narrow` is empty where one fits both."""

    wide: str
    narrow: str = ""


def _figure(size: tuple[float, float], draw: Callable[[Figure], None], name: str, alt: str) -> str:
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.05))
        draw(figure)
        return inline_svg(figure, name, alt)


def mass_figure(flown: Record, least_g: float, alt: str) -> Shown:
    """The mass history, and how far each weighing was from the truth."""

    def draw(figure: Figure, wide: bool) -> None:
        weighed = len(flown.table("weighing_done"))
        if wide:
            mass, errors = figure.subplots(1, 2, width_ratios=(3.4, 1.0))
        else:
            mass, errors = figure.subplots(2, 1, height_ratios=(1.4, 1.0))
        draw_mass(mass, flown, least_g, labelled=wide)
        shade(mass, flown.during(WEIGHED))
        mass.set(xlabel="mission time, s", xlim=(0.0, flown.truth["time_s"][-1]))
        legend(mass, 2 if wide else 1)
        if weighed:
            draw_weighing_errors(errors, flown)
        else:
            errors.remove()

    name = f"{flown.folder.name} mass"
    return Shown(
        _figure(WIDE, lambda figure: draw(figure, True), f"{name} wide", alt),
        _figure(TALL, lambda figure: draw(figure, False), f"{name} narrow", alt),
    )


def load_figure(flown: Record, kind: str, alt: str) -> Shown:
    """The joints' loads all along, as flight estimates them."""

    def draw(figure: Figure, columns: int) -> None:
        axes = figure.subplots()
        draw_loads(axes, flown, kind)
        shade(axes, flown.in_soil)
        axes.set(xlabel="mission time, s", xlim=(0.0, flown.truth["time_s"][-1]))
        legend(axes, columns)

    name = f"{flown.folder.name} loads"
    return Shown(
        _figure(WIDE, lambda figure: draw(figure, 4), f"{name} wide", alt),
        _figure(NARROW, lambda figure: draw(figure, 2), f"{name} narrow", alt),
    )


def pass_figures(flown: Record, span: Span, number: int, alts: tuple[str, str]) -> tuple[Shown, Shown]:
    """Depth and force of one pass through the soil."""

    def depth(figure: Figure) -> None:
        axes = figure.subplots()
        draw_depth(axes, flown, span.start_s)
        _zoom(axes, span, top_mm=True)

    def force(figure: Figure) -> None:
        axes = figure.subplots()
        draw_force(axes, flown, span.start_s)
        _zoom(axes, span)

    name = f"{flown.folder.name} {number}"
    return (
        Shown(_figure(HALF, depth, f"{name} depth", alts[0])),
        Shown(_figure(HALF, force, f"{name} force", alts[1])),
    )


def _zoom(axes: Axes, span: Span, top_mm: bool = False) -> None:
    """Show what lies in the pass, depth downwards."""
    low, high = pass_limits(span)
    traces = [np.asarray(line.get_xydata()) for line in axes.get_lines()]
    shown = [xy[(xy[:, 0] >= low) & (xy[:, 0] <= high), 1] for xy in traces if len(xy) > _RULE]
    values = np.concatenate(shown) if shown else np.zeros(1)
    if len(values):
        least, most = float(values.min()), float(values.max())
        room = 0.08 * max(most - least, 1.0)
        axes.set_ylim((most + room, max(least, -_HIGHEST_MM) - room) if top_mm else (least - room, most + room))
    axes.set(xlim=(low, high), xlabel="time since the pass began, s")
    legend(axes, 2)
