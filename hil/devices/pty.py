"""Real serial lines as the host's end of a `Wire`: a pseudo-terminal for a program on this machine, or a UART.

Both are served by `step`, which never blocks: it takes what the host has written and hands over what the wire
releases at its time. A pseudo-terminal accepts every rate and ignores it, but its master can read which one the host
has set, and so a host with a wrong rate fails here as it does on a wire.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import termios
import tty
from pathlib import Path
from typing import Protocol

from hil.devices.wire import Wire

_CHUNK = 4096
_SPEEDS: dict[int, int] = {
    getattr(termios, f"B{baud}"): baud
    for baud in (9600, 19200, 38400, 57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000,
                 2000000, 2500000, 3000000, 3500000, 4000000)
    if hasattr(termios, f"B{baud}")
}  # fmt: skip
"""Constants of the terminal interface -> bits per second."""
_OUTPUT_SPEED = 5  # index into what tcgetattr returns


class LineError(OSError):
    """A line that can't be served: which one and why, in one line."""


class LineServer(Protocol):
    """The host's end of one wire, served from an event loop."""

    @property
    def url(self) -> str:
        """What the host opens."""

    def fileno(self) -> int:
        """What to wait on for the host's bytes; -1 while there is nothing to wait on."""

    def step(self, now_ns: int) -> None:
        """Pass on what has come and what is due."""

    def close(self) -> None:
        """Stop serving."""


class _FileEnd:
    """A file descriptor as the host's end of a wire: moves bytes, keeps what the host is too slow to take."""

    __slots__ = ("_unsent", "fd", "wire")

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.fd = -1
        self._unsent = b""

    def exchange(self, now_ns: int) -> bytes:
        """Send what is due; returns what has come."""
        due = self.wire.receive(now_ns)
        if due or self._unsent:
            # A host that does not read fills the line: it loses what does not fit, as with a full adapter.
            self._unsent = (self._unsent + due)[-_CHUNK:]
            with contextlib.suppress(BlockingIOError):
                self._unsent = self._unsent[os.write(self.fd, self._unsent) :]
        try:
            return os.read(self.fd, _CHUNK)
        except (BlockingIOError, OSError):
            return b""

    def shut(self) -> None:
        """Close the descriptor."""
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1
        self._unsent = b""


class PtyServer:
    """Serves a wire on a pseudo-terminal that hosts open as `link`, a stable name.

    Unplugging the wire closes the master: the host sees EIO, as with an adapter that is pulled. Plugging it in again
    makes a new pseudo-terminal under the same name.
    """

    __slots__ = ("_end", "_link", "_slave", "_speed")

    def __init__(self, wire: Wire, link: Path) -> None:
        self._end = _FileEnd(wire)
        self._link = link
        self._slave = -1
        self._speed = 0
        self._open()

    @property
    def url(self) -> str:
        """The path hosts open."""
        return str(self._link)

    def fileno(self) -> int:
        """The master's descriptor; -1 while unplugged."""
        return self._end.fd

    def _open(self) -> None:
        try:
            master, slave = os.openpty()
        except OSError as error:
            raise LineError(f"{self._link}: no pseudo-terminal to be had: {error.strerror}") from None
        # Raw before anybody can open it, or the line discipline would echo and translate the first bytes. The slave
        # stays open here: when the last one closes, the master would read EIO instead of waiting for the next host.
        tty.setraw(slave)
        os.set_blocking(master, False)
        self._end.fd, self._slave, self._speed = master, slave, 0
        fresh = self._link.with_name(self._link.name + ".new")
        try:
            if self._link.exists() and not self._link.is_symlink():
                raise OSError(errno.EEXIST, "there is something else of that name")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(slave))
            fresh.replace(self._link)
        except OSError as error:
            self._shut()
            raise LineError(f"{self._link}: {error.strerror}") from None

    def _shut(self) -> None:
        self._end.shut()
        if self._slave >= 0:
            os.close(self._slave)
        self._slave = -1

    def step(self, now_ns: int) -> None:
        """Take what the host has written, hand over what is due, follow plugging and unplugging."""
        wire = self._end.wire
        if not wire.plugged:
            if self._end.fd >= 0:
                self._shut()
                self._link.unlink(missing_ok=True)
            return
        if self._end.fd < 0:
            self._open()
        data = self._end.exchange(now_ns)
        if data:
            self._follow_rate()
            wire.send(data, now_ns)

    def _follow_rate(self) -> None:
        speed = termios.tcgetattr(self._end.fd)[_OUTPUT_SPEED]
        if speed != self._speed:
            self._speed = speed
            self._end.wire.baud = _SPEEDS.get(speed, 0)

    def close(self) -> None:
        """Withdraw the name and close the terminal."""
        self._shut()
        self._link.unlink(missing_ok=True)


def _reason(error: OSError | termios.error) -> str:
    """What is wrong with a device; `termios.error` is no `OSError`, but has its arguments."""
    number = error.args[0] if error.args else 0
    if number in (errno.EWOULDBLOCK, errno.EBUSY):
        return "in use by another program"
    return "not a serial device" if number == errno.ENOTTY else os.strerror(number)


def _constant(path: str, baud: int) -> int:
    """The terminal interface's constant for a rate; raises `LineError` when this system has none."""
    for constant, rate in _SPEEDS.items():
        if rate == baud:
            return constant
    raise LineError(f"{path}: {baud} baud is not offered by this system")


class UartServer:
    """Serves a wire on a real serial device at the wire's rate: the bench plays the devices of a real line.

    The wire must not be paced: the line takes its own time.
    """

    __slots__ = ("_end", "_path")

    def __init__(self, wire: Wire, path: str) -> None:
        self._end = _FileEnd(wire)
        self._path = path
        speed = _constant(path, wire.baud)
        try:
            self._end.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            fcntl.flock(self._end.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tty.setraw(self._end.fd)
            settings = termios.tcgetattr(self._end.fd)
            settings[2] |= termios.CLOCAL | termios.CREAD
            settings[4] = settings[_OUTPUT_SPEED] = speed
            termios.tcsetattr(self._end.fd, termios.TCSAFLUSH, settings)
        except (OSError, termios.error) as error:
            self._end.shut()
            raise LineError(f"{path}: {_reason(error)}") from None

    @property
    def url(self) -> str:
        """The device that the bench sits on; the host is at the other end of its line."""
        return self._path

    def fileno(self) -> int:
        """The device's descriptor."""
        return self._end.fd

    def follow(self, baud: int) -> None:
        """Go on at another rate, when all that was sent is out; the device was told to. Raises `LineError`."""
        try:
            settings = termios.tcgetattr(self._end.fd)
            settings[4] = settings[_OUTPUT_SPEED] = _constant(self._path, baud)
            termios.tcsetattr(self._end.fd, termios.TCSADRAIN, settings)
        except termios.error as error:
            raise LineError(f"{self._path}: {_reason(error)}") from None
        self._end.wire.baud = baud

    def step(self, now_ns: int) -> None:
        """Take what has come over the line, send what is due."""
        data = self._end.exchange(now_ns)
        if data:
            self._end.wire.send(data, now_ns)

    def close(self) -> None:
        """Give the device back."""
        self._end.shut()
