"""Telemetry, recorded or live, to columns: one table for each kind of packet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flight.icd.dictionary import Dictionary
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import LENGTH
from flight.icd.tm_stream import Correct, Losses, TmStream
from ground.receiver import PacketLosses
from ground.tables import WRITERS, Gatherer

Progress = Callable[[int, int], None]
"""Told now and then of the octets read and packets found so far."""


class FormatError(ValueError):
    """A format that tables can't be written in; says what is allowed."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a source held: rows of each table and what was lost."""

    octets: int
    rows: dict[str, int]
    files: tuple[Path, ...]
    frames: Losses
    packets: PacketLosses


def check_formats(formats: str) -> list[str]:
    """The names in a comma-separated list of formats; raises `FormatError` for one that is unknown."""
    names = [name.strip().lower() for name in formats.split(",") if name.strip()]
    for name in names:
        if name not in WRITERS:
            raise FormatError(f"format {name!r} is unknown; allowed: {', '.join(WRITERS)}")
    if not names:
        raise FormatError(f"no format is given; allowed: {', '.join(WRITERS)}")
    return names


def decode(
    chunks: Iterator[bytes],
    dictionary: Dictionary,
    to: Path,
    formats: list[str],
    progress: Progress = lambda _octets, _packets: None,
    frame_length: int = LENGTH,
    coding: Coding = PLAIN,
    correct: Correct | None = None,
) -> Decoded:
    """Write the tables of what is intact in `chunks` to the folder `to`, each in all `formats`.

    A folder that can't be made or a file that can't be written raises `OSError`.
    """
    stream = TmStream(frame_length, coding=coding, correct=correct)
    gatherer = Gatherer(dictionary)
    octets = packets = 0
    for chunk in chunks:
        octets += len(chunk)
        for _, packet in stream.feed(chunk):
            gatherer.add(packet)
            packets += 1
        progress(octets, packets)
    for _, packet in stream.close():
        gatherer.add(packet)
    tables = gatherer.tables()
    to.mkdir(parents=True, exist_ok=True)
    files = []
    for name, table in tables.items():
        for suffix in formats:
            files.append(to / f"{name}.{suffix}")
            WRITERS[suffix](table, files[-1])
    rows = {name: table.num_rows for name, table in tables.items()}
    return Decoded(octets, rows, tuple(files), stream.losses, gatherer.losses)
