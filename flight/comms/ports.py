"""The ports of the space link: opened, read and written as one, each lost and regained on its own."""

from __future__ import annotations

from collections.abc import Sequence

from flight.bus.ports import Port
from flight.icd.events.comms import LinkLost, LinkOpened
from flight.icd.kinds import Emit

RETRY_NS = 1_000_000_000


class LinkPorts:
    """Telemetry goes out by every open port, telecommands come in by any."""

    __slots__ = ("_emit", "_retry_ns", "_was_open", "losses", "ports")

    def __init__(self, ports: Sequence[Port], emit: Emit) -> None:
        self.ports = tuple(ports)
        self.losses = 0
        self._emit = emit
        self._was_open = [False] * len(self.ports)
        self._retry_ns = [0] * len(self.ports)

    def step(self, now_ns: int) -> None:
        """Open what is closed, a second after it failed."""
        for number, port in enumerate(self.ports):
            if not port.is_open and now_ns >= self._retry_ns[number]:
                try:
                    port.open(now_ns)
                except OSError:
                    self._lose(number, now_ns)
            if port.is_open and not self._was_open[number]:
                self._was_open[number] = True
                self._emit(LinkOpened(port=number))

    def read(self, number: int, now_ns: int) -> bytes:
        """What arrived by port `number`, b"" when nothing did or the port is not open."""
        port = self.ports[number]
        if not port.is_open:
            return b""
        try:
            return port.read(now_ns)
        except OSError:
            self._lose(number, now_ns)
            return b""

    def write(self, octets: bytes, now_ns: int) -> None:
        """Send `octets` by every open port."""
        for number, port in enumerate(self.ports):
            if port.is_open:
                try:
                    port.write(octets, now_ns)
                except OSError:
                    self._lose(number, now_ns)

    def close(self) -> None:
        """Close all ports."""
        for port in self.ports:
            port.close()

    def _lose(self, number: int, now_ns: int) -> None:
        self.ports[number].close()
        self._retry_ns[number] = now_ns + RETRY_NS
        if self._was_open[number]:
            self._was_open[number] = False
            self.losses += 1
            self._emit(LinkLost(port=number))
