"""A serial device or pseudo-terminal, configured by pyserial, read and written without it.

pyserial's own read and write wait and select; at a hundred exchanges a second they cost more than the exchange.
"""

from __future__ import annotations

import contextlib
import errno
import os
import termios

import serial

from flight.bus.ports import PortError

_READ = 65536


class DevicePort:
    """`path` at `baud`, 8N1, locked against other programs."""

    __slots__ = ("_baud", "_fd", "_serial", "url")

    def __init__(self, path: str, baud: int) -> None:
        self.url = path
        self._baud = baud
        self._serial: serial.Serial | None = None
        self._fd = -1

    @property
    def is_open(self) -> bool:
        """Whether octets can flow."""
        return self._fd >= 0

    @property
    def baud(self) -> int:
        """Rate in bits per second."""
        return self._baud

    def open(self, now_ns: int) -> None:
        """Open the device; raises `PortError`."""
        if self._fd >= 0:
            return
        try:
            # pyserial opens without waiting, and forgives terminals without RTS and DTR, such as pseudo-terminals.
            device = serial.Serial(self.url, self._baud, timeout=0, exclusive=True)
        except (OSError, ValueError, termios.error) as error:
            raise self._error(error) from None
        with contextlib.suppress(OSError, ValueError, NotImplementedError):
            # A USB adapter's latency timer: 16 ms becomes 1 ms. Many devices have none.
            device.set_low_latency_mode(True)
        self._serial = device
        self._fd = device.fileno()
        try:
            os.set_blocking(self._fd, False)
            # With VMIN 0, as pyserial leaves it, nothing there and hung up both read as b"".
            settings = termios.tcgetattr(self._fd)
            settings[6][termios.VMIN] = 1
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
        except (OSError, termios.error) as error:
            self.close()
            raise self._error(error) from None

    def read(self, now_ns: int) -> bytes:
        """What has arrived; raises `PortError` when the device is gone."""
        try:
            data = os.read(self._fd, _READ)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.close()
            raise self._error(error) from None
        if not data:
            self.close()
            raise PortError(self.url, "hung up", errno.EIO)
        return data

    def write(self, data: bytes, now_ns: int) -> None:
        """Send all of `data`; raises `PortError` when the device is gone or takes only a part."""
        try:
            taken = os.write(self._fd, data)
        except OSError as error:
            self.close()
            raise self._error(error) from None
        if taken != len(data):
            self.close()
            raise PortError(self.url, f"took {taken} of {len(data)} octets: it does not drain", errno.EAGAIN)

    def set_baud(self, baud: int) -> None:
        """Change the rate; raises `PortError`."""
        self._baud = baud
        if self._serial is None:
            return
        try:
            self._serial.baudrate = baud
            settings = termios.tcgetattr(self._fd)
            settings[6][termios.VMIN] = 1  # pyserial has reset it
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
        except (OSError, ValueError, termios.error) as error:
            self.close()
            raise self._error(error) from None

    def close(self) -> None:
        """Close the device."""
        device, self._serial = self._serial, None
        if device is None:
            return
        with contextlib.suppress(OSError, termios.error):
            termios.tcflush(self._fd, termios.TCIOFLUSH)  # else closing waits for octets that nobody takes
        self._fd = -1
        with contextlib.suppress(OSError, termios.error):
            device.close()

    def _error(self, error: Exception) -> PortError:
        # pyserial hides what the system reported in its own texts, and termios.error is no OSError.
        number = 0
        for cause in (error, error.__context__):
            number = number or getattr(cause, "errno", None) or 0
            if isinstance(cause, termios.error):
                number = number or cause.args[0]
        if not number:
            return PortError(self.url, str(error), 0)
        if number in (errno.EAGAIN, errno.EWOULDBLOCK):
            return PortError(self.url, "in use by another program, or it does not drain", number)
        if number == errno.ENOTTY:
            return PortError(self.url, "not a serial device", number)
        return PortError(self.url, os.strerror(number), number)
