"""A recorder without a process: stores at once, for lockstep runs, where the same seed must leave the same files."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from flight.icd.events.recorder import StorageFailed
from flight.icd.hk.recorder import RecorderHk
from flight.icd.kinds import Emit
from flight.recorder.questions import Answer, Question
from flight.recorder.records import ANSWERS, Kind
from flight.recorder.store import Store


class DirectRecorder:
    """Stores under `directory`, which raises `OSError` when it can't be used. Nothing is synced: a run in virtual
    time has no power to lose.
    """

    __slots__ = ("_answers", "_emit", "_reported", "_store", "hk")

    def __init__(self, directory: Path, emit: Emit) -> None:
        self._store = Store(directory, durable=False)
        self._emit = emit
        self._reported = 0
        self._answers: deque[Answer] = deque(maxlen=ANSWERS)
        self.hk = RecorderHk(running=1)

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Store a record; False when it could not be."""
        return self._store.append(kind, data, now_ns)

    def ask(self, question: Question, now_ns: int) -> bool:
        """Put a question to the packet stores: it is answered at once."""
        answer = self._store.answer(question.encode())
        if answer is not None:
            self._answers.append(answer)
        return answer is not None

    def answer(self) -> Answer | None:
        """An answer, each once."""
        return self._answers.popleft() if self._answers else None

    def step(self, now_ns: int) -> None:
        """Bring the housekeeping up to date, report what could not be stored."""
        tally, hk = self._store.tally, self.hk
        hk.frames, hk.products, hk.octets = tally.frames, tally.products, tally.octets
        hk.failed, hk.removed, hk.banks = tally.failed, tally.removed, tally.banks
        hk.stamp(now_ns)
        if tally.failed > self._reported:
            self._emit(StorageFailed(errno=tally.errno, count=tally.failed - self._reported))
            self._reported = tally.failed

    def close(self) -> None:
        """Close the files."""
        self._store.close()
        self.hk.running = 0
