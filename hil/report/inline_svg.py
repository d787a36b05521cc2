"""Figures as SVG that is part of a page: text stays text, colours are the page's own, so both follow light and dark."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

INK, FAINT = "#1b2733", "#9aa5b1"
BELIEF, TRUTH = "#0072b2", "#d55e00"
SERIES = ("#0072b3", "#e69f00", "#009e73", "#cc79a7")
TINT = "#eef2f6"
_ROLES = {
    INK: "ink", FAINT: "faint", BELIEF: "belief", TRUTH: "truth", TINT: "tint",
    SERIES[0]: "series-1", SERIES[1]: "series-2", SERIES[2]: "series-3", SERIES[3]: "series-4",
}  # fmt: skip
"""Colours (Okabe and Ito's, told apart by the colour-blind) and the names that the page's style has for them."""

STYLE: Any = {
    "font.size": 10.5, "axes.titlesize": 11, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.linewidth": 0.8,
    "axes.labelcolor": INK, "axes.titlecolor": INK, "text.color": INK,
    "xtick.color": FAINT, "ytick.color": FAINT, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "axes.grid": True, "grid.color": FAINT, "grid.alpha": 0.3, "grid.linewidth": 0.6,
    "legend.frameon": False, "legend.handlelength": 1.6, "legend.fontsize": 10,
    "svg.fonttype": "none", "path.simplify_threshold": 0.4,
}  # fmt: skip
"""matplotlib's settings for all figures."""


def inline_svg(figure: Figure, name: str, alt: str) -> str:
    """`figure` as an `<svg>` element; `name` keeps its ids apart from those of others on the page."""
    text = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    for colour, role in _ROLES.items():
        svg = svg.replace(colour, f"var(--{role})")
    prefix = hashlib.sha256(name.encode()).hexdigest()[:6]
    svg = re.sub(r'(id="|href="#|url\(#)', rf"\g<1>{prefix}", svg)
    svg = re.sub(r"\s*\n\s*", " ", svg)
    return re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', rf'<svg \1 role="img" aria-label="{_attribute(alt)}" '
                  'xmlns:xlink="http://www.w3.org/1999/xlink">', svg, count=1)  # fmt: skip


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("\\", "")
