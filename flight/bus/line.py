"""A port that is kept open: failures become events and counters, and opening is tried again by itself."""

from __future__ import annotations

from collections.abc import Callable

from flight.bus.ports import Port, TunablePort
from flight.icd.events.bus import Device, PortLost, PortOpened, PortUnavailable
from flight.icd.kinds import Emit

RETRY_NS = 500_000_000
"""From one attempt to open the port to the next."""
_TELL_NS = 60_000_000_000


class Line:
    """One device's port. `keep_open` goes with every frame; `read` and `write` never raise.

    `baud` is the rate where the port has one, else 0. `on_change` is called when the port was lost or opened: what was
    under way on it is void.
    """

    __slots__ = (
        "_attempts", "_device", "_emit", "_next_ns", "_on_change", "_opening", "_tell_ns", "baud", "losses", "port",
    )  # fmt: skip

    def __init__(self, port: Port, device: Device, emit: Emit, on_change: Callable[[int], None]) -> None:
        self.port = port
        self.baud = port.baud if isinstance(port, TunablePort) else 0
        self.losses = 0
        self._device = device
        self._emit = emit
        self._on_change = on_change
        self._attempts = 0
        self._next_ns: int | None = None
        self._tell_ns: int | None = None
        self._opening = False

    @property
    def is_open(self) -> bool:
        """Whether octets can flow."""
        return self.port.is_open

    def keep_open(self, now_ns: int) -> bool:
        """Whether the port is open; when it is not and the time has come, an attempt to open it."""
        if self.port.is_open and not self._opening and self._next_ns is None:
            return True
        return self._open(now_ns)

    def _open(self, now_ns: int) -> bool:
        if not self._opening:
            if self._next_ns is not None and now_ns < self._next_ns:
                return False
            self._attempts += 1
            self._opening = True
        try:
            self.port.open(now_ns)
        except OSError as error:
            self._opening = False
            self._next_ns = now_ns + RETRY_NS
            if self._tell_ns is None or now_ns >= self._tell_ns:
                self._tell_ns = now_ns + _TELL_NS
                attempts = min(self._attempts, 0xFFFF)
                self._emit(PortUnavailable(device=self._device, errno=_number(error), attempts=attempts))
            return False
        if not self.port.is_open:
            return False
        self._emit(PortOpened(device=self._device, attempts=min(self._attempts, 0xFFFF)))
        self._opening = False
        self._attempts = 0
        self._next_ns = self._tell_ns = None
        self._on_change(now_ns)
        return True

    def read(self, now_ns: int) -> bytes:
        """What has arrived, b"" when nothing or when the port is not open."""
        if not self.port.is_open:
            return b""
        try:
            return self.port.read(now_ns)
        except OSError as error:
            self._lost(error, now_ns)
            return b""

    def write(self, data: bytes, now_ns: int) -> bool:
        """Send; whether the port took it."""
        if not self.port.is_open:
            return False
        try:
            self.port.write(data, now_ns)
        except OSError as error:
            self._lost(error, now_ns)
            return False
        return True

    def set_baud(self, baud: int, now_ns: int) -> bool:
        """Change the rate, where the port can; whether it did."""
        if not isinstance(self.port, TunablePort):
            return False
        try:
            self.port.set_baud(baud)
        except OSError as error:
            self._lost(error, now_ns)
            return False
        self.baud = baud
        return True

    def recycle(self, now_ns: int) -> None:
        """Close the port and open it with the next `keep_open`: helps adapters that have stopped without a word."""
        self.port.close()
        self._next_ns = now_ns
        self._on_change(now_ns)

    def _lost(self, error: OSError, now_ns: int) -> None:
        self.losses += 1
        self.port.close()
        self._opening = False
        self._next_ns = now_ns + RETRY_NS
        self._tell_ns = now_ns + _TELL_NS  # the loss has been told
        self._emit(PortLost(device=self._device, errno=_number(error)))
        self._on_change(now_ns)


def _number(error: OSError) -> int:
    return (error.errno or 0) & 0xFFFF
