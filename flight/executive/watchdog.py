"""Watchdogs: what resets the program when it is no longer stroked."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Mapping
from typing import Protocol


class Watchdog(Protocol):
    """Something that must be stroked more often than every `timeout_ns`; 0 for one that never trips."""

    timeout_ns: int
    failures: int
    """Strokes that could not be delivered."""

    def ready(self, now_ns: int) -> None:
        """The program is up: supervision may begin."""

    def stroke(self, now_ns: int) -> None:
        """All is well. Never blocks, never raises."""

    def stopping(self, now_ns: int) -> None:
        """The program ends on purpose."""


class SystemdWatchdog:
    """The service manager as watchdog, through sd_notify(3): READY=1, WATCHDOG=1, STOPPING=1.

    `address` is that of its notification socket, None where no service manager listens: then nothing is sent.
    """

    __slots__ = ("_address", "_socket", "failures", "timeout_ns")

    def __init__(self, address: str | None, timeout_ns: int) -> None:
        self.timeout_ns = timeout_ns if address else 0
        self.failures = 0
        self._address = "\0" + address[1:] if address and address[0] == "@" else address
        self._socket: socket.socket | None = None
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], pid: int) -> SystemdWatchdog:
        """As sd_watchdog_enabled(3) reads it: NOTIFY_SOCKET, WATCHDOG_USEC, and WATCHDOG_PID if it is meant for us."""
        address = environment.get("NOTIFY_SOCKET") or None
        usec = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
        return cls(address, int(usec) * 1000 if ours and usec.isdecimal() else 0)

    def ready(self, now_ns: int) -> None:
        """Send READY=1."""
        self._send(b"READY=1")

    def stroke(self, now_ns: int) -> None:
        """Send WATCHDOG=1."""
        self._send(b"WATCHDOG=1")

    def stopping(self, now_ns: int) -> None:
        """Send STOPPING=1 and let go of the socket."""
        self._send(b"STOPPING=1")
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, message: bytes) -> None:
        if self._socket is None or self._address is None:
            return
        try:
            self._socket.sendto(message, self._address)
        except OSError:
            self.failures += 1


class BenchWatchdog:
    """A watchdog in virtual time: keeps the times of the last strokes, and trips when they stay away too long."""

    __slots__ = ("_stroked_ns", "failures", "is_stopped", "strokes_ns", "timeout_ns", "trips")

    def __init__(self, timeout_ns: int = 5_000_000_000) -> None:
        self.timeout_ns = timeout_ns
        self.failures = 0
        self.trips = 0
        self.strokes_ns: deque[int] = deque(maxlen=1000)
        self.is_stopped = False
        self._stroked_ns: int | None = None

    def ready(self, now_ns: int) -> None:
        """Begin to count."""
        self._stroked_ns = now_ns

    def stroke(self, now_ns: int) -> None:
        """Note the stroke."""
        self._stroked_ns = now_ns
        self.strokes_ns.append(now_ns)

    def stopping(self, now_ns: int) -> None:
        """Supervise no more."""
        self.is_stopped = True

    def step(self, now_ns: int) -> bool:
        """Whether it trips now; it then starts anew, as the board it resets would."""
        if self.is_stopped or self._stroked_ns is None or now_ns - self._stroked_ns <= self.timeout_ns:
            return False
        self.trips += 1
        self._stroked_ns = now_ns
        return True
