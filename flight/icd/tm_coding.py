"""How a telemetry frame is coded for the link (CCSDS 131.0-B): marker, Reed-Solomon check symbols, randomizer.

Both ends must agree on it; nothing in the stream says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from flight.icd import reed_solomon
from flight.icd.randomizer import tm_randomize
from flight.icd.tm_frame import ASM


@dataclass(frozen=True, slots=True)
class Coding:
    """What is done to a frame; a plain one is only marked."""

    reed_solomon: bool = False
    randomized: bool = False

    def size(self, frame_length: int) -> int:
        """Octets on the link of a frame, marker included; raises `ValueError` for a length that the code can't take."""
        if self.reed_solomon:
            reed_solomon.check_frame_length(frame_length)
        return len(ASM) + frame_length + self.reed_solomon * reed_solomon.CHECK_SIZE

    def encode(self, frame: bytes) -> bytes:
        """`frame` as it goes on the link."""
        if self.reed_solomon:
            frame = reed_solomon.encode(frame)
        if self.randomized:
            frame = tm_randomize(frame)
        return ASM + frame


PLAIN = Coding()
