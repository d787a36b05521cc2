"""What a port is: where the octets of a device come from and go to. None of them ever waits."""

from __future__ import annotations

import os
from typing import Protocol, runtime_checkable


class PortError(OSError):
    """A port that can't be opened or was lost; says which and why. `errno` is the system's number, 0 when none."""

    def __init__(self, url: str, reason: str, number: int = 0) -> None:
        super().__init__(number, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"port {self.url}: {self.reason}"

    @classmethod
    def of(cls, url: str, error: OSError) -> PortError:
        """What the system reported about `url`."""
        number = error.errno or 0
        return cls(url, os.strerror(number) if number else str(error), number)


class Port(Protocol):
    """A stream of octets to a device. Failures are `OSError`s: of ports made here, `PortError`s.

    `now_ns` is monotonic; ports of real devices don't need it, ports in memory pace their octets by it.
    """

    @property
    def url(self) -> str:
        """What error messages name."""

    @property
    def is_open(self) -> bool:
        """Whether octets can flow."""

    def open(self, now_ns: int) -> None:
        """Begin to open, or go on with it: call again until `is_open`. Raises when it can't be opened."""

    def read(self, now_ns: int) -> bytes:
        """What has arrived, b"" when nothing. Raises when the port is lost, by which it is closed."""

    def write(self, data: bytes, now_ns: int) -> None:
        """Send. Raises when the port is lost or does not take all of it, by which it is closed."""

    def close(self) -> None:
        """Close; closing a closed port does nothing."""


@runtime_checkable
class TunablePort(Port, Protocol):
    """A port whose rate can be changed while it is open."""

    @property
    def baud(self) -> int:
        """Rate in use."""

    def set_baud(self, baud: int) -> None:
        """Change the rate, now and for later openings. Raises when the port is lost."""
