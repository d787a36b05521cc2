"""A station on a real link, run by a thread of its own: commands go in from any other thread and can be waited on.

with Session("socket://127.0.0.1:5001", Path("uplink.key"), Timing(light_time_s=1.3)) as session:
    issued = session.send(Collect(site=0, max_digs=5), timeout_s=1900)
    issued.wait()
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from flight.icd.catalogue import mission_dictionary
from flight.icd.kinds import Command
from ground.commanding import Issued
from ground.keys import KeyInUse
from ground.link import LinkError, SocketLink
from ground.receiver import Received, Receiver
from ground.stages import Report, Stage
from ground.station import Station
from ground.uplink import Timing

WAIT_S = 0.05
"""Longest wait for telemetry before the timers are looked at."""


class Session:
    """Opens `url` with the key in `key_file`, and closes both. `on_report` and `on_received` are called by its thread.

    Raises `LinkError` when the link can't be opened, `KeyFileError` when the key can't be used.
    """

    def __init__(
        self,
        url: str,
        key_file: Path,
        timing: Timing,
        receiver: Receiver | None = None,
        on_report: Callable[[Issued, Report], None] = lambda _issued, _report: None,
        on_received: Callable[[Received], None] = lambda _received: None,
    ) -> None:
        self.error: OSError | ValueError | None = None
        """Why the session ended by itself."""
        self._on_received = on_received
        self._key = KeyInUse(key_file)
        try:
            self._link = SocketLink(url)
        except LinkError:
            self._key.close()
            raise
        dictionary = mission_dictionary()
        receiver = receiver or Receiver(dictionary)
        self.station = Station(dictionary, receiver, self._link.write, self._key, timing, on_report)
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

    def give_up_unsent(self, issued: Issued, why: str) -> None:
        """Take `issued` back if it was not sent yet."""
        with self._lock:
            if issued.stage is Stage.WAITING:
                self.station.commander.give_up(issued, why)

    def close(self) -> None:
        """End the thread, close the link, put the key away."""
        self._stop.set()
        self._thread.join()
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
                    arrived = self.station.feed(octets, now_ns) if octets else []
                    self.station.step(now_ns)
            except (OSError, ValueError) as error:  # the link is lost, or the numbers of the key can't be kept
                self._end(error)
                return
            for received in arrived:
                self._on_received(received)

    def _end(self, error: OSError | ValueError) -> None:
        with self._lock:
            self.error = error
            for issued in self.station.commander.under_way:
                self.station.commander.give_up(issued, str(error))
