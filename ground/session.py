"""A station on a real link, run by a thread of its own: commands go in from any other thread and can be waited on.

with Session("socket://127.0.0.1:5001", Path("uplink.key"), Timing(light_time_s=1.3)) as session:
    issued = session.send(Collect(site=0, max_digs=5), timeout_s=1900)
    issued.wait()

Other programs hand in theirs meanwhile, at its `Desk`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from flight.icd.catalogue import mission_dictionary
from flight.icd.kinds import Command, Telemetry
from ground.desk import Desk, no_board
from ground.handover import Order
from ground.issued import Issued
from ground.keys import KeyInUse
from ground.link import LinkError, SocketLink
from ground.receiver import Received, Receiver
from ground.stages import Report, Stage
from ground.station import Station
from ground.uplink import Timing

WAIT_S = 0.05
"""Longest wait for telemetry before timers and desk are looked at."""


class Session:
    """Opens `url` with the key in `key_file`, and closes both. `on_report` and `on_answer` are called by its thread:
    of what was sent here, and of what the board reports because this was asked, or nobody under way.

    Raises `LinkError` when the link can't be opened, `KeyFileError` when the key can't be used.
    """

    def __init__(
        self,
        url: str,
        key_file: Path,
        timing: Timing,
        receiver: Receiver | None = None,
        on_report: Callable[[Issued, Report], None] = lambda _issued, _report: None,
        on_answer: Callable[[int, Telemetry], None] = lambda _tai_ns, _record: None,
    ) -> None:
        self.error: OSError | ValueError | None = None
        """Why the session ended by itself."""
        self._on_report = on_report
        self._on_answer = on_answer
        self._key = KeyInUse(key_file)
        dictionary = mission_dictionary()
        self._desk = Desk(key_file, url, dictionary)
        receiver = receiver or Receiver(dictionary)
        try:
            self._link = SocketLink(url)
        except BaseException:  # Ctrl-C too
            self._desk.shut()
            self._key.close()
            raise
        self.station = Station(
            dictionary, receiver, self._link.write, self._key, timing, self._report, self._answer
        )  # fmt: skip
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ground-session", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, command: Command, timeout_s: float, bypass: bool = False) -> Issued:
        """Issue `command` after all others; raises as `Commander.send` does, and what ended the session."""
        with self._lock:
            if self.error is not None:
                raise self.error
            return self.station.commander.send(command, time.monotonic_ns(), timeout_s, bypass)

    def follow(self, order: Order) -> Issued:
        """Send what is ordered and wait for its end; raises as `send` does."""
        issued = self.send(order.command, order.timeout_s, order.bypass)
        contact_s = min(order.contact_s, order.timeout_s)
        if not issued.wait(contact_s):
            self.give_up_unsent(issued, no_board(contact_s))
        issued.wait()
        if self.error is not None:
            raise self.error
        return issued

    def linger(self, tell: Callable[[int], None] = lambda _number: None) -> None:
        """Wait for the ends of what other programs handed in; `tell` is given the number of these if there are any."""
        self._on_answer = lambda _tai_ns, _record: None  # nobody here waits for one any more
        told = False
        while True:
            with self._lock:
                if self.error is not None or self._desk.retire():
                    return
                number = self._desk.under_way
            if not told:
                tell(number)
                told = True
            self._stop.wait(WAIT_S)

    def give_up_unsent(self, issued: Issued, why: str) -> None:
        """Take `issued` back if it was not sent yet."""
        with self._lock:
            if issued.stage is Stage.WAITING:
                self.station.commander.give_up(issued, why)

    def close(self) -> None:
        """End the thread, close the link, put the key away. Other programs are told what became of theirs until now."""
        self._stop.set()
        self._thread.join()
        self._desk.close(self.station.commander, self.error)
        self._link.close()
        self._key.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                octets = self._link.read(WAIT_S)
                if octets is None:
                    raise LinkError(f"link {self._link.url}: closed by the other end")
                with self._lock:
                    now_ns = time.monotonic_ns()
                    if octets:
                        self.station.feed(octets, now_ns)
                    self._desk.step(self.station.commander, now_ns)
                    self.station.step(now_ns)
            except (OSError, ValueError) as error:  # the link is lost, or the numbers of the key can't be kept
                self._end(error)
                return

    def _end(self, error: OSError | ValueError) -> None:
        with self._lock:
            self.error = error
            self._desk.close(self.station.commander, error)
            for issued in self.station.commander.under_way:
                self.station.commander.give_up(issued, str(error))

    def _report(self, issued: Issued, report: Report) -> None:
        if not self._desk.report(issued, report):
            self._on_report(issued, report)

    def _answer(self, issued: Issued | None, received: Received) -> None:
        if not self._desk.answer(issued, received):
            self._on_answer(received.packet.tai_ns, received.record)
