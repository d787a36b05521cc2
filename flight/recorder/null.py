"""A recorder that stores nothing, for runs whose telemetry the link keeps."""

from __future__ import annotations

from flight.icd.hk.recorder import RecorderHk
from flight.recorder.questions import Answer, Question
from flight.recorder.records import Kind


class NullRecorder:
    """Takes every record and forgets it."""

    __slots__ = ("hk",)

    def __init__(self) -> None:
        self.hk = RecorderHk()

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Forget a record."""
        return True

    def ask(self, question: Question, now_ns: int) -> bool:
        """Nothing is stored, nobody answers."""
        return False

    def answer(self) -> Answer | None:
        """Nothing was asked."""
        return None

    def step(self, now_ns: int) -> None:
        """Nothing to look after."""

    def close(self) -> None:
        """Nothing to close."""
