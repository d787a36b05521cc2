"""`saji-hil picture`: a scene of a mission as its camera sees it, without flight software.

The picture goes the way that flight's go: the camera freezes it, and it is read over its line piece by piece.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image

from flight.icd import vc0706 as protocol
from flight.icd.platform import Platform
from flight.icd.vc0706 import Control, FrameRead, Size
from hil.bench import Bench
from hil.choreography import SCENES, bring_about
from hil.config import BenchConfig, load_bench

SUFFIXES = (".jpg", ".jpeg", ".png")
_BAUD = 115200
_PIECE = 2048
_PATIENCE_NS = 300_000_000  # a piece takes 180 ms on the line


class PictureError(ValueError):
    """A picture that can't be made: what was given and what is allowed, in one line."""


def save_picture(mission: str | Path, scene: str, seed: int, out: Path, soil: str | None = None) -> int:
    """Write the picture of `scene` to `out` (JPEG as it comes from the camera, or PNG); returns its octets.

    `soil` as in `load_bench`; folders that are missing are made.

    Raises `PictureError`, `flight.icd.mission_file.MissionError`, or `OSError` when `out` can't be written.
    """
    if scene not in SCENES:
        raise PictureError(f"scene {scene!r}: allowed: {', '.join(SCENES)}")
    suffix = out.suffix.lower()
    if suffix not in SUFFIXES:
        raise PictureError(f"{out}: the name must end in {' or '.join(SUFFIXES)}")
    platform, config = load_bench(mission, soil)
    _make_room(out)  # said before the bench takes its time
    octets = picture_of(platform, config, scene, seed)
    if suffix == ".png":
        png = io.BytesIO()
        Image.open(io.BytesIO(octets)).save(png, "PNG")
        octets = png.getvalue()
    out.write_bytes(octets)
    return len(octets)


def _make_room(out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PictureError(f"{out}: can't be written: {error.strerror}") from None
    if out.is_dir() or not os.access(out.parent, os.W_OK) or (out.exists() and not os.access(out, os.W_OK)):
        raise PictureError(f"{out}: can't be written")


def picture_of(platform: Platform, config: BenchConfig, scene: str, seed: int) -> bytes:
    """The JPEG that the mission's camera sends of `scene`, in the size that the mission file sets."""
    bench = Bench(platform, config, seed)
    bring_about(scene, platform, bench.plant, bench.advance)
    return read_picture(bench, Size[platform.camera.size.upper()])


def read_picture(bench: Bench, size: Size) -> bytes:
    """A picture by the camera's protocol over its line in memory; raises `Vc0706Error` or `OSError` if it fails."""
    host = _Host(bench)
    host.ask(protocol.port_request(_BAUD))
    host.set_baud(_BAUD)
    host.ask(protocol.write_data_request(protocol.SIZE_REGISTER, size))
    host.ask(protocol.control_request(Control.STOP_CURRENT))
    length = protocol.parse_length(host.ask(protocol.length_request()))
    pieces = [
        protocol.parse_frame_data(host.ask(protocol.read_request(FrameRead(at, min(_PIECE, length - at)))))
        for at in range(0, length, _PIECE)
    ]
    host.ask(protocol.control_request(Control.RESUME))
    return b"".join(pieces)


class _Host:
    """Asks, lets the bench go on, and takes the answer."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._port = bench.ports["camera"]
        self._port.open(bench.plant.time_ns)

    def set_baud(self, baud: int) -> None:
        """Go on at another rate."""
        self._port.set_baud(baud)

    def ask(self, request: bytes) -> bytes:
        """The octets that come in answer."""
        now_ns = self._bench.plant.time_ns
        self._port.write(request, now_ns)
        self._bench.advance(now_ns + _PATIENCE_NS)
        return self._port.read(now_ns + _PATIENCE_NS)
