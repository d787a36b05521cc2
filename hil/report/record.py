"""A flown mission read back from its folder.

What was believed comes from the decoded telemetry, what was true from the bench's own log; both in mission time.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
from numpy.typing import NDArray

from hil.lockstep import BOOT_TAI_NS

Floats = NDArray[np.float64]
BOOT_TAI = np.datetime64("1958-01-01", "ns") + np.timedelta64(BOOT_TAI_NS, "ns")
CUT = ("DIG", "DIG_LINEAR", "DIG_ARC", "SCRAPE")
"""Phases in which soil is cut."""
WEIGHED = ("TARE", "WEIGH", "CONFIRM")
"""Phases in which it weighs, empty or full."""


class Table:
    """Columns of one kind of packet; `time_s` is mission time. Without rows where the mission sent none."""

    def __init__(self, columns: dict[str, NDArray[Any]]) -> None:
        self._columns = columns
        tai = columns.get("tai", np.array([], dtype="datetime64[ns]"))
        self.time_s: Floats = (tai - BOOT_TAI) / np.timedelta64(1, "s")

    def __len__(self) -> int:
        return len(self.time_s)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns.get(name, np.array([])) if len(self) == 0 else self._columns[name]

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self._columns

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row by column name, `time_s` with it."""
        for place, time_s in enumerate(self.time_s):
            yield {name: column[place] for name, column in self._columns.items()} | {"time_s": float(time_s)}

    def where(self, chosen: NDArray[np.bool_]) -> Table:
        """The rows chosen."""
        return Table({name: column[chosen] for name, column in self._columns.items()})


@dataclass(frozen=True)
class Span:
    """A phase of the mission, or what belongs to none, from `start_s` to `end_s`."""

    phase: str
    start_s: float
    end_s: float

    @property
    def lasted_s(self) -> float:
        """How long it took."""
        return self.end_s - self.start_s


@dataclass(frozen=True)
class Picture:
    """A picture as it was stored on board."""

    path: Path
    number: int
    kind: str


class Record:
    """The folder that a mission has left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))

    def table(self, name: str) -> Table:
        """The packets of one kind."""
        path = self.folder / "telemetry" / f"{name}.parquet"
        if not path.exists():
            return Table({})
        read = pyarrow.parquet.read_table(path)
        return Table({column: read[column].to_numpy() for column in read.column_names})

    @cached_property
    def motion(self) -> Table:
        """Where the scoop was and what it felt, as far as it was known."""
        motion = self.table("motion_hk")
        return motion.where(motion["valid"] == 1) if len(motion) else motion

    @cached_property
    def truth(self) -> dict[str, Floats]:
        """The bench's log by column name."""
        with (self.folder / "truth.csv").open(newline="", encoding="ascii") as file:
            names, *rows = list(csv.reader(file))
        values = np.array(rows, dtype=np.float64).reshape(-1, len(names))
        return dict(zip(names, values.T, strict=True))

    def truth_at(self, name: str, time_s: float) -> float:
        """What was true at a moment."""
        return float(np.interp(time_s, self.truth["time_s"], self.truth[name]))

    @cached_property
    def spans(self) -> list[Span]:
        """The phases in order; the last ends with the mode it was flown in, or with the telemetry."""
        began, modes = self.table("phase_began"), self.table("mode_changed").time_s
        if not len(began):
            return []
        starts = began.time_s.tolist()
        later = [time_s for time_s in modes.tolist() if time_s > starts[-1]]
        ends = [*starts[1:], later[0] if later else max(float(self.result["sim_s"]), starts[-1])]
        return [Span(str(phase), *times) for phase, *times in zip(began["phase"], starts, ends, strict=True)]

    def during(self, phases: tuple[str, ...]) -> list[Span]:
        """The spans of these phases in order."""
        return [span for span in self.spans if span.phase in phases]

    @property
    def cuts(self) -> list[Span]:
        """The passes through the soil: way there, cut and way out."""
        return self.during(CUT)

    @property
    def in_soil(self) -> list[Span]:
        """When the edge truly was below the surface, whatever the phase and whatever flight took it for."""
        time_s, under = self.truth["time_s"], self.truth["depth_m"] > 0.0
        turns = np.flatnonzero(np.diff(under, prepend=False, append=False)).reshape(-1, 2)
        return [Span("", float(time_s[first]), float(time_s[end - 1])) for first, end in turns]

    @cached_property
    def pictures(self) -> list[Picture]:
        """Its pictures by number: files named NNNN-kind-sha256.jpg."""
        found = []
        for path in sorted((self.folder / "pictures").glob("*-*-*.jpg")):
            number, kind, _ = path.stem.split("-")
            found.append(Picture(path, int(number), kind))
        return found
