"""`report.html`: flown missions told on one page that needs nothing else, no network and no script.

What the page says comes from the missions' folders alone, so it can be made again from what was left.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image

from flight.icd.events.sampling import WeighingDone
from flight.icd.imaging import NEEDED
from flight.icd.platform import Platform
from hil.report.figures import load_figure, mass_figure, pass_figures
from hil.report.record import Picture, Record
from hil.report.reports import Line, lines
from hil.report.words import CUSTODY, PLATFORMS, phase_words, picture_words

LEAST_G, MOST_G = 50.0, 500.0
"""What the buyer takes."""
_COMPONENTS = {
    name: (
        name.removeprefix("u_").removesuffix("_g").replace("_", " "),
        field.doc.removeprefix("standard uncertainty: "),
    )
    for name, field in WeighingDone.fields.items()
    if name.startswith("u_")
}
"""Name and meaning of each component of a mass's uncertainty."""


def write_page(out: Path, missions: Sequence[tuple[Record, Platform]]) -> Path:
    """Leave `report.html` in `out`; returns its path."""
    files = resources.files(__package__)
    templates = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = templates.from_string((files / "page.html").read_text(encoding="utf-8"))
    text = template.render(
        style=(files / "page.css").read_text(encoding="utf-8"),
        missions=[_mission(flown, platform) for flown, platform in missions],
    )
    page = out / "report.html"
    page.write_text(text, encoding="utf-8")
    return page


def _mission(flown: Record, platform: Platform) -> dict[str, Any]:
    """All that the template says of a mission."""
    result, mission = flown.result, platform.mission
    title, description = PLATFORMS[mission.platform]
    told = lines(flown)
    return {
        "key": mission.name,
        "title": title,
        "description": description,
        "site": mission.site,
        "place": _place(mission.latitude_deg, mission.longitude_deg, "g"),
        "frame": mission.frame,
        "result": result,
        "interval": _interval(result),
        "custody_words": CUSTODY.get(str(result["custody_state"]), ""),
        "lasted": _minutes(float(result["sim_s"])),
        "digs": len(flown.cuts),
        "asked": _asked(flown),
        "pictures": [_picture(flown, picture) for picture in flown.pictures],
        "phases": _phases(flown),
        "mass": mass_figure(flown, LEAST_G, _mass_alt(flown)),
        "weighings": _weighings(flown),
        "components": _components(flown),
        "located": _located(flown),
        "passes": _passes(flown),
        "loads": load_figure(flown, mission.platform, "Estimated load of each joint over the mission, N m."),
        "keep_out": _keep_out(flown),
        "peaks": [(name, peak, limit) for name, (peak, limit) in result["joint_peak_nm"].items()],
        "decisions": [line for line in told if line.of_mission],
        "others": [line for line in told if not line.of_mission and line.name != "product made"],
        "products": [_product(line) for line in told if line.name == "product made"],
    }


def _place(latitude_deg: float, longitude_deg: float, form: str) -> str:
    """North or south, east or west, of a longitude that may run to 360."""
    east_deg = (longitude_deg + 180.0) % 360.0 - 180.0
    north, east = "N" if latitude_deg >= 0 else "S", "E" if east_deg >= 0 else "W"
    return f"{abs(latitude_deg):{form}}° {north}, {abs(east_deg):{form}}° {east}"


def _keep_out(flown: Record) -> dict[str, Any] | None:
    """How near to the keep-out boxes what moves came at most, in truth; None where the mission has no box."""
    inside_m = float(flown.truth["keep_out_m"].max(initial=-math.inf))
    if not math.isfinite(inside_m):
        return None
    return {"inside": inside_m > 0.0, "mm": 1e3 * abs(inside_m), "where": flown.result.get("keep_out_where", "")}


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _interval(result: dict[str, Any]) -> dict[str, Any]:
    """The bar that shows interval, truth and what is asked, in per cent of its length; and what it says."""
    mass, half, truth = (float(result[name]) for name in ("mass_est_g", "mass_u95_g", "mass_true_g"))
    low, high = mass - half, mass + half
    whole = max(1.3 * high, 1.2 * truth, 2.0 * LEAST_G)
    return {
        "left": 100.0 * low / whole,
        "width": max(100.0 * 2.0 * half / whole, 0.8),
        "truth": 100.0 * truth / whole,
        "least": 100.0 * LEAST_G / whole,
        "whole": whole,
        "low": low,
        "high": high,
        "inside": low <= truth <= high,
        "weighed": half > 0.0,
        "enough": half > 0.0 and low >= LEAST_G and high <= MOST_G,
    }


def _asked(flown: Record) -> list[tuple[str, str, bool]]:
    """What the buyer asked for, what there is of it, and whether that is enough."""
    interval, located = _interval(flown.result), _located(flown)
    there = {picture.kind for picture in flown.pictures}
    needed = [kind.name.lower() for kind in NEEDED]
    lacking = [kind for kind in needed if kind not in there]
    made, dropped = flown.table("product_made"), flown.table("product_dropped")
    return [
        ("50 g to 500 g, by both ends of the 95 % interval",
         f"{interval['low']:.1f} g to {interval['high']:.1f} g" if interval["weighed"] else "not weighed",
         interval["enough"]),
        ("Pictures before, of the collection, of the material and after",
         "all four" if not lacking else f"lacking: {', '.join(lacking)}", not lacking),
        ("The place, in a named lunar frame, with its 95 % radius",
         f"{located['place']} ({located['frame']}), within {located['u95_m']:.0f} m" if located else "not told",
         located is not None),
        ("Evidence numbered and hashed on board as it is made",
         f"{len(made)} products, {len(dropped)} lost", bool(len(made)) and not len(dropped)),
    ]  # fmt: skip


def _picture(flown: Record, picture: Picture) -> dict[str, Any]:
    """A picture, and whether it is the one that telemetry told the SHA-256 of when it was taken."""
    title, caption = picture_words(picture.kind)
    made = [row for row in flown.table("product_made").rows() if row["sequence"] == picture.number]
    octets = picture.path.read_bytes()
    with Image.open(picture.path) as opened:
        width, height = opened.size
    told = f"{int(made[-1]['sha256']):016x}" if made else ""
    return {
        "title": title,
        "caption": caption,
        "data": base64.b64encode(octets).decode(),
        "width": width,
        "height": height,
        "time_s": made[-1]["time_s"] if made else None,
        "number": picture.number,
        "sha256": hashlib.sha256(octets).hexdigest()[: len(told) or 16],
        "as_told": hashlib.sha256(octets).hexdigest().startswith(told) and bool(told),
    }


def _phases(flown: Record) -> list[dict[str, Any]]:
    whole = max([span.end_s for span in flown.spans], default=1.0)
    rows = []
    for span in flown.spans:
        name, meaning = phase_words(span.phase)
        rows.append({
            "name": name, "meaning": meaning, "start_s": span.start_s, "lasted_s": span.lasted_s,
            "left": 100.0 * span.start_s / whole, "width": max(100.0 * span.lasted_s / whole, 0.5),
        })  # fmt: skip
    return rows


def _mass_alt(flown: Record) -> str:
    said = [
        f"weighed {row['mass_g']:.1f} ± {row['u95_g']:.1f} g at {row['time_s']:.0f} s, "
        f"truth {flown.truth_at('sample_g', row['time_s']):.1f} g"
        for row in flown.table("weighing_done").rows()
    ]
    return "Mass over the mission: " + ("; ".join(said) or "not weighed") + "."


def _weighings(flown: Record) -> list[dict[str, Any]]:
    rows = []
    for row in flown.table("weighing_done").rows():
        truth = flown.truth_at("sample_g", row["time_s"])
        during = [span for span in flown.spans if span.start_s < row["time_s"]]
        rows.append({
            "time_s": row["time_s"], "phase": phase_words(during[-1].phase)[0] if during else "",
            "mass": float(row["mass_g"]), "half": float(row["u95_g"]), "truth": truth,
            "inside": abs(row["mass_g"] - truth) <= row["u95_g"],
        })  # fmt: skip
    return rows


def _components(flown: Record) -> list[tuple[str, str, float]]:
    """Those of the last weighing, the largest first: name, meaning, standard uncertainty in g."""
    rows = list(flown.table("weighing_done").rows())
    if not rows:
        return []
    found = [(*words, float(rows[-1][column])) for column, words in _COMPONENTS.items()]
    return sorted(found, key=lambda component: -component[2])


def _located(flown: Record) -> dict[str, Any] | None:
    """Where the sample was dug, as it was told last, beside the truth; None where nothing was told."""
    rows = list(flown.table("sample_located").rows())
    if not rows:
        return None
    told, result = rows[-1], flown.result
    return {
        "place": _place(float(told["latitude_deg"]), float(told["longitude_deg"]), ".5f"),  # to a third of a metre
        "frame": str(told["frame"]),
        "u95_m": float(told["u95_m"]),
        "error_m": result.get("location_error_m"),
        "dug_m": [float(told[f"dug_m_{axis}"]) for axis in range(3)],
        "dug_u95_m": float(told["dug_u95_m"]),
        "dug_error_m": result.get("dug_error_m"),
    }


def _passes(flown: Record) -> list[dict[str, Any]]:
    found = []
    for number, span in enumerate(flown.cuts, 1):
        done = flown.table("dig_done")
        during = [row for row in done.rows() if span.start_s <= row["time_s"] <= span.end_s + 0.1]
        said = _said_of_pass(during[-1]) if during else "Broken off"
        inside = (flown.truth["time_s"] >= span.start_s) & (flown.truth["time_s"] <= span.end_s)
        deepest = 1e3 * float(flown.truth["depth_m"][inside].max())
        most_n = float(flown.truth["force_r_n"][inside].max())
        depth, force = pass_figures(flown, span, number, (
            f"Depth of the edge during pass {number}, believed and true; truly {deepest:.1f} mm at the deepest.",
            f"Force of the soil during pass {number}, believed and true; truly {most_n:.1f} N at most.",
        ))  # fmt: skip
        found.append({"number": number, "said": said, "depth": depth, "force": force})
    return found


def _said_of_pass(done: dict[str, Any]) -> str:
    said = (
        f"{100 * done['length_m']:.0f} cm long, {1e3 * done['depth_m']:.1f} mm below the touch of the ground at the "
        f"deepest, at most {done['peak_force_n']:.1f} N felt"
    )
    yielded_mm = 1e3 * float(done["yielded_m"])
    return f"{said}; {yielded_mm:.1f} mm shallower than meant, for the load" if yielded_mm >= 0.1 else said


def _product(line: Line) -> dict[str, Any]:
    return {"time_s": line.time_s, **dict(line.numbers)}
