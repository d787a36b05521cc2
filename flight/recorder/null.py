"""A recorder that stores nothing, for runs whose telemetry the link keeps."""

from __future__ import annotations

from flight.icd.hk.recorder import RecorderHk
from flight.recorder.records import Kind


class NullRecorder:
    """Takes every record and forgets it."""

    __slots__ = ("hk",)

    def __init__(self) -> None:
        self.hk = RecorderHk()

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Forget a record."""
        return True

    def step(self, now_ns: int) -> None:
        """Nothing to look after."""

    def close(self) -> None:
        """Nothing to close."""
