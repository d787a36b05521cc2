"""A serial port in memory: the host's end of a `Wire` within one process and in virtual time."""

from __future__ import annotations

import errno
import os

from hil.devices.wire import Wire


class MemoryPort:
    """What a driver opens in place of a device path; it fails as a real one does, with an `OSError`.

    An unplugged adapter is ENOENT on opening and EIO on reading and writing; a port that was plugged out and in again
    is lost until it is opened anew.
    """

    __slots__ = ("_baud", "_opened", "_wire", "url")

    def __init__(self, url: str, wire: Wire, baud: int) -> None:
        self.url = url
        """What errors name, such as `memory://joints`."""
        self._wire = wire
        self._baud = baud
        self._opened = 0  # value of wire.plugged_times at opening; 0 while closed

    @property
    def is_open(self) -> bool:
        """Whether it was opened and neither closed nor found lost since."""
        return self._opened != 0

    @property
    def baud(self) -> int:
        """Rate of the host's side."""
        return self._baud

    def set_baud(self, baud: int) -> None:
        """Change the rate, now and for later openings."""
        self._baud = baud
        if self._opened:
            self._wire.baud = baud

    def open(self, now_ns: int) -> None:
        """Open the port and flush it, if it is not open; raises `OSError` while the adapter is unplugged."""
        if self._opened == self._wire.plugged_times and self._wire.plugged:
            return
        if not self._wire.plugged:
            raise self._error(errno.ENOENT)
        self._wire.baud = self._baud
        self._wire.discard()
        self._opened = self._wire.plugged_times

    def read(self, now_ns: int) -> bytes:
        """What has arrived by `now_ns`; raises `OSError` when the port is lost or not open."""
        self._check()
        return self._wire.receive(now_ns)

    def write(self, data: bytes, now_ns: int) -> None:
        """Send `data`; raises `OSError` when the port is lost or not open."""
        self._check()
        self._wire.send(data, now_ns)

    def close(self) -> None:
        """Close the port; closing it again does nothing."""
        self._opened = 0

    def _check(self) -> None:
        if self._opened != self._wire.plugged_times or not self._wire.plugged:
            code = errno.EIO if self._opened else errno.EBADF
            self._opened = 0
            raise self._error(code)

    def _error(self, code: int) -> OSError:
        return OSError(code, os.strerror(code), self.url)
