"""What can fail of the flight computer itself in a lockstep mission: its time and its storage.

The on-board time runs by the processor's monotonic clock, which nothing sets; what can step it is a telecommand, so
that is how it is stepped. The storage stands before the recorder of the flight software, with the same face: what
would fail on a real file system fails here with the same error, is counted in the same housekeeping and reported by
the same event. Nothing waits for it.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, Protocol

from flight.icd import cuc
from flight.icd.commands.time import CorrelateTime
from flight.icd.events.recorder import StorageFailed
from flight.icd.hk.recorder import RecorderHk
from flight.icd.kinds import Command, Emit

Undo = Callable[[], None]


class Recorder(Protocol):
    """The face of a recorder (`flight.recorder.records.Recorder`, which the bench does not import)."""

    hk: RecorderHk

    def append(self, kind: Any, data: bytes, now_ns: int) -> bool:
        """Hand over a record."""

    def ask(self, question: Any, now_ns: int) -> bool:
        """Put a question to the packet stores."""

    def answer(self) -> Any:
        """An answer, each once."""

    def step(self, now_ns: int) -> None:
        """A few times a second."""

    def close(self) -> None:
        """End."""


class StorageFaults:
    """What is wrong with the storage; each fault is a method that returns how to end it."""

    __slots__ = ("_errors", "_rates")

    def __init__(self) -> None:
        self._errors: list[int] = []
        self._rates: list[int] = []

    @property
    def error(self) -> int:
        """Why nothing can be stored, as an `errno`; 0 when it can."""
        return self._errors[-1] if self._errors else 0

    @property
    def records_a_second(self) -> int | None:
        """How many are taken at most; None for all."""
        return min(self._rates) if self._rates else None

    def fill(self) -> Undo:
        """No room is left."""
        return _during(self._errors, errno.ENOSPC)

    def fail(self) -> Undo:
        """Writing fails, and so does reading."""
        return _during(self._errors, errno.EIO)

    def slow(self, records_a_second: int) -> Undo:
        """No more than so many records a second are taken; the others find the queue full."""
        return _during(self._rates, records_a_second)


class FailingStorage:
    """`recorder` on a storage with `faults`; itself a recorder."""

    def __init__(self, recorder: Recorder, emit: Emit, faults: StorageFaults) -> None:
        self._recorder = recorder
        self._emit = emit
        self._faults = faults
        self._second = -1
        self._taken = 0
        self._failed = 0
        self._dropped = 0
        self._reported = 0
        self._errno = 0
        self.hk = recorder.hk
        """Housekeeping of the recorder, with what failed here added."""

    def append(self, kind: Any, data: bytes, now_ns: int) -> bool:
        """Store a record; False when it could not be."""
        if self._faults.error:
            self._failed += 1
            self._errno = self._faults.error
            return False
        limit = self._faults.records_a_second
        if limit is not None and not self._has_time(limit, now_ns):
            self._dropped += 1
            return False
        return self._recorder.append(kind, data, now_ns)

    def _has_time(self, records_a_second: int, now_ns: int) -> bool:
        second = now_ns // 1_000_000_000
        if second != self._second:
            self._second, self._taken = second, 0
        self._taken += 1
        return self._taken <= records_a_second

    def ask(self, question: Any, now_ns: int) -> bool:
        """Put a question to the packet stores; they can't be read while the storage is broken."""
        return self._faults.error != errno.EIO and self._recorder.ask(question, now_ns)

    def answer(self) -> Any:
        """An answer, each once."""
        return self._recorder.answer()

    def step(self, now_ns: int) -> None:
        """Bring the housekeeping up to date, report what could not be stored."""
        self._recorder.step(now_ns)
        self.hk.failed += self._failed
        self.hk.dropped = self._dropped  # the recorder behind drops nothing
        if self._failed > self._reported:
            self._emit(StorageFailed(errno=self._errno, count=self._failed - self._reported))
            self._reported = self._failed

    def close(self) -> None:
        """Close the files."""
        self._recorder.close()


class Computer:
    """The flight computer's time and storage, as far as they can fail: the `Board` that faults act on.

    `now_ns` is the monotonic time, which its user keeps up to date; `boot_tai_ns` is TAI where that is 0.
    """

    def __init__(self, command: Callable[[Command], object], boot_tai_ns: int) -> None:
        self._command = command
        self._boot_tai_ns = boot_tai_ns
        self.now_ns = 0
        self.storage = StorageFaults()

    def step_clock(self, by_s: float) -> Undo:
        """The ground sets the on-board time wrong by so much; it sets it right again in the end."""
        self._set_time(by_s)
        return lambda: self._set_time(0.0)

    def _set_time(self, error_s: float) -> None:
        seconds, fraction = cuc.split(self._boot_tai_ns + self.now_ns + round(error_s * 1e9))
        self._command(CorrelateTime(monotonic_ns=self.now_ns, seconds=seconds, fraction=fraction))

    def fill_storage(self) -> Undo:
        """No room is left on the storage."""
        return self.storage.fill()

    def break_storage(self) -> Undo:
        """Writing to the storage fails."""
        return self.storage.fail()

    def slow_storage(self, records_a_second: int) -> Undo:
        """The storage takes no more than so many records a second."""
        return self.storage.slow(records_a_second)


def _during(entries: list[int], entry: int) -> Undo:
    entries.append(entry)
    return lambda: entries.remove(entry)
