"""What the camera's driver asks, and the picture it gets: bounds, times and tries of every command."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from flight.icd import vc0706 as protocol
from flight.icd.imaging import PictureFlaw
from flight.icd.vc0706 import Code, Control, Size

PIECE = 2048
"""Octets asked for at once: 180 ms at 115200 baud."""
SMALLEST, LARGEST = 256, 200_000
"""Octets a picture may have; the largest VGA picture of such cameras is far below."""
ANSWER_NS = 300_000_000
"""Time for an answer beside what its octets take on the line."""
LENGTH_NS = 4_000_000_000
"""Time for the length: the picture may still have to be encoded."""
TRIES = 3
READINGS = 4
"""Readings of a piece, of which two must agree."""
LOOK_NS = 5_000_000_000
"""From one look for a camera that does not answer to the next."""
OPEN_NS = 2_000_000_000
"""How long a picture waits for a port that is not open."""
BLOCKS = 24
"""Of the picture's check in a minor frame: 0.3 ms."""
QUIET_NS = 40_000_000
"""Silence after which nothing of an earlier answer is to come."""
PATIENCE_NS = 1_000_000_000
"""For that silence."""
ANY = -1
"""For an answer of any length."""
HEAD, MARGIN = 5, 10
"""Octets before an answer's data; those before and after the data of a picture."""

Dialogue = Generator["Ask | None", bytes | None, None]
"""Yields what to ask, gets the answer's data; yields None to go on in the next frame."""


class Ask(NamedTuple):
    """A command, what its answer must be, how long it may take and how often it is tried."""

    code: int
    request: bytes
    octets: int = 0  # of data in the answer
    timeout_ns: int = ANSWER_NS
    tries: int = TRIES
    optional: bool = False  # no answer is an answer too


class Picture(NamedTuple):
    """A picture as it was read: frozen at monotonic `frozen_ns`, usable when `flaw` is NONE."""

    jpeg: bytes
    size: Size
    frozen_ns: int
    flaw: PictureFlaw
    mean: float
    contrast: float


def ask_control(control: Control) -> Ask:
    """To freeze the picture or let it go."""
    return Ask(Code.FRAME_CONTROL, protocol.control_request(control))
