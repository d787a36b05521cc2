"""The recorder in a process of its own, behind a bounded queue that never makes the executive wait.

The queue is a socket pair that keeps datagrams (SOCK_SEQPACKET): full, it refuses at once. What it refuses is counted;
a process that dies is started again a bounded number of times.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import deque
from pathlib import Path

import flight
from flight.icd.events.recorder import RecorderDied, RecorderGivenUp, RecorderStarted, RecordsDropped, StorageFailed
from flight.icd.hk.recorder import RecorderHk
from flight.icd.kinds import Emit
from flight.recorder.lock import lock_directory
from flight.recorder.questions import Answer, Question
from flight.recorder.records import ANSWERS, DATAGRAM, LARGEST, Kind, Record, Tally, datagrams

QUEUE_OCTETS = 1024 * 1024
"""Asked of the system for the queue; what it grants (net.core.wmem_max) may be less."""
RESTARTS = 5
RESTART_AFTER_NS = 2_000_000_000
REPORT_NS = 1_000_000_000
"""Dropped records are reported at most this often."""
TALLIES = 100
"""Tallies and answers read in one step at most; one a second is sent, and one for each question."""


class ProcessRecorder:
    """Records go to a process that stores them under `directory`.

    `open` starts it; raises `OSError` when the directory can't be made or the process not started. `append` takes
    some microseconds, `step` too, but for a restart: making a process takes a few milliseconds.
    """

    __slots__ = (
        "_answers", "_before", "_died_ns", "_directory", "_emit", "_process", "_queue", "_report_ns",
        "_reported_dropped", "_reported_failed", "_sent", "_stored", "hk",
    )  # fmt: skip

    def __init__(self, directory: Path, emit: Emit) -> None:
        self._directory = directory
        self._emit = emit
        self._process: subprocess.Popen[bytes] | None = None
        self._queue: socket.socket | None = None
        self._before = Tally()
        """What the processes before this one stored."""
        self._stored = Tally()
        """What this one has stored, as it told last."""
        self._answers: deque[Answer] = deque(maxlen=ANSWERS)
        self._sent = 0
        self._died_ns: int | None = None
        self._reported_dropped = 0
        self._reported_failed = 0
        self._report_ns = 0
        self.hk = RecorderHk()

    def open(self, wait_s: float = 5.0) -> None:
        """Start the process, once that of the last run has stored all it had: load nothing from there before."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._start(wait_s)

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Queue a record; False when it was dropped."""
        if self._send(Record(kind, data, now_ns)):
            self._sent += 1
            return True
        self.hk.dropped += 1
        return False

    def ask(self, question: Question, now_ns: int) -> bool:
        """Queue a question to the packet stores; False when it can't be now. It may remain unanswered."""
        return self._send(Record(Kind.QUESTION, question.encode(), now_ns))

    def answer(self) -> Answer | None:
        """An answer that has come, each once."""
        return self._answers.popleft() if self._answers else None

    def step(self, now_ns: int) -> None:
        """Look after the process, report what went wrong, bring the housekeeping up to date; a few times a second."""
        self._hear()
        if self._process is None:
            if self._died_ns is not None and now_ns - self._died_ns >= RESTART_AFTER_NS:
                self._restart()
        elif self._process.poll() is not None:
            self._bury(self._process.returncode, now_ns)
        self._fill(now_ns)
        if now_ns - self._report_ns >= REPORT_NS:
            self._report_ns = now_ns
            self._report()

    def close(self, wait_s: float = 10.0) -> None:
        """Close the queue and wait until the process has stored what is in it; it is killed when it takes too long."""
        process, self._process = self._process, None
        if process is None or self._queue is None:
            return
        self._queue.shutdown(socket.SHUT_WR)
        try:
            process.wait(wait_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._hear()
        self._queue.close()
        self._queue = None
        self.hk.lost += self._on_their_way()
        self._fill(self.hk.stamp_ns)

    def _send(self, record: Record) -> bool:
        if self._queue is None or len(record.data) > LARGEST:
            return False
        try:
            for datagram in datagrams(record):
                self._queue.send(datagram)
        except OSError:  # full; or the process is gone, which `step` finds out
            return False
        return True

    def _start(self, wait_s: float = 0.0) -> None:
        lock = lock_directory(self._directory, wait_s)
        try:
            self._spawn(lock)
        finally:
            os.close(lock)  # the process has its own
        self._sent = 0
        self._stored = Tally()
        self.hk.running = 1
        self._emit(RecorderStarted(restarts=self.hk.restarts))

    def _spawn(self, lock: int) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            ours.setblocking(False)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, QUEUE_OCTETS)
            root = str(Path(flight.__file__).parent.parent)
            path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
            fd = theirs.fileno()
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "flight.recorder", str(fd), str(self._directory)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=(fd, lock),
                    env=os.environ | {"PYTHONPATH": path},
                    process_group=0,  # an interrupt from the terminal is for the executive alone
                )
            except OSError:
                ours.close()
                raise
        self._queue = ours

    def _restart(self) -> None:
        self._died_ns = None
        self.hk.restarts += 1
        try:
            self._start()
        except OSError as error:
            self._emit(RecorderGivenUp(errno=error.errno or 0))

    def _bury(self, status: int, now_ns: int) -> None:
        """The process is dead: account for what it took along, and see to the next one."""
        self._process = None
        if self._queue is not None:
            self._queue.close()
            self._queue = None
        lost = self._on_their_way()
        self.hk.lost += lost
        self.hk.running = 0
        self._before = _sum(self._before, self._stored)
        self._stored = Tally()
        self._sent = 0
        left = RESTARTS - self.hk.restarts
        self._emit(RecorderDied(exit_status=status, lost=lost, restarts_left=left))
        if left > 0:
            self._died_ns = now_ns
        else:
            self._emit(RecorderGivenUp())

    def _on_their_way(self) -> int:
        """Records sent to this process that no tally accounts for."""
        stored = self._stored
        return max(0, self._sent - stored.frames - stored.products - stored.banks - stored.packets - stored.failed)

    def _hear(self) -> None:
        if self._queue is None:
            return
        for _ in range(TALLIES):
            try:
                datagram = self._queue.recv(DATAGRAM)
            except OSError:  # nothing there; or the process is gone, which `step` finds out
                return
            answer = Answer.decode(datagram)
            if answer is None:
                self._stored = Tally.decode(datagram) or self._stored
            else:
                self._answers.append(answer)

    def _fill(self, now_ns: int) -> None:
        hk, total = self.hk, _sum(self._before, self._stored)
        hk.frames, hk.products, hk.octets = total.frames, total.products, total.octets
        hk.failed, hk.removed, hk.banks = total.failed, total.removed, total.banks
        hk.stamp(now_ns)

    def _report(self) -> None:
        hk = self.hk
        if hk.dropped > self._reported_dropped:
            self._emit(RecordsDropped(count=hk.dropped - self._reported_dropped, total=hk.dropped))
            self._reported_dropped = hk.dropped
        if hk.failed > self._reported_failed:
            self._emit(StorageFailed(errno=self._stored.errno, count=hk.failed - self._reported_failed))
            self._reported_failed = hk.failed


def _sum(a: Tally, b: Tally) -> Tally:
    return Tally(
        a.frames + b.frames,
        a.products + b.products,
        a.octets + b.octets,
        a.removed + b.removed,
        a.failed + b.failed,
        banks=a.banks + b.banks,
        packets=a.packets + b.packets,
    )
