"""A TCP bridge to a serial device: `socket://host:port`."""

from __future__ import annotations

import errno
import os
import select
import socket

from flight.bus.ports import PortError

_READ = 65536
_PATIENCE_NS = 3_000_000_000
"""How long a connection may take to come about."""


class SocketPort:
    """A TCP connection that is opened, read and written without ever waiting.

    pyserial has such a port, but its opening waits up to five seconds. The host's name is looked up once, here.
    """

    __slots__ = ("_address", "_family", "_give_up_ns", "_open", "_socket", "url")

    def __init__(self, url: str, host: str, port: int) -> None:
        self.url = url
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except OSError as error:
            raise PortError(url, f"host {host}: {error.strerror or error}", errno.EHOSTUNREACH) from None
        self._family, self._address = found[0], found[4]
        self._socket: socket.socket | None = None
        self._open = False
        self._give_up_ns = 0

    @property
    def is_open(self) -> bool:
        """Whether the connection stands."""
        return self._open

    def open(self, now_ns: int) -> None:
        """Begin to connect, or look whether the connection stands; raises `PortError`."""
        if self._open:
            return
        if self._socket is None:
            self._begin(now_ns)
        connection = self._socket
        if connection is None:
            return
        poll = select.poll()
        poll.register(connection, select.POLLOUT)
        if not poll.poll(0):
            if now_ns >= self._give_up_ns:
                self._fail(errno.ETIMEDOUT)
            return
        number = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if number:
            self._fail(number)
        self._open = True

    def _begin(self, now_ns: int) -> None:
        try:
            connection = socket.socket(self._family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        except OSError as error:
            raise PortError.of(self.url, error) from None
        self._socket = connection
        self._give_up_ns = now_ns + _PATIENCE_NS
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            number = connection.connect_ex(self._address)
        except OSError as error:
            number = error.errno or errno.EINVAL
        if number not in (0, errno.EINPROGRESS):
            self._fail(number)

    def read(self, now_ns: int) -> bytes:
        """What has arrived; raises `PortError` when the other end is gone."""
        connection = self._socket
        if connection is None:
            raise PortError(self.url, "not open", errno.ENOTCONN)
        try:
            data = connection.recv(_READ)
        except BlockingIOError:
            return b""
        except OSError as error:
            self.close()
            raise PortError.of(self.url, error) from None
        if not data:
            self.close()
            raise PortError(self.url, "closed by the other end", errno.ECONNRESET)
        return data

    def write(self, data: bytes, now_ns: int) -> None:
        """Send all of `data`; raises `PortError` when the other end is gone or takes only a part."""
        connection = self._socket
        if connection is None:
            raise PortError(self.url, "not open", errno.ENOTCONN)
        try:
            taken = connection.send(data)
        except OSError as error:
            self.close()
            raise PortError.of(self.url, error) from None
        if taken != len(data):
            self.close()
            raise PortError(self.url, f"took {taken} of {len(data)} octets: it does not drain", errno.EAGAIN)

    def close(self) -> None:
        """Close the connection."""
        connection, self._socket = self._socket, None
        self._open = False
        if connection is not None:
            connection.close()

    def _fail(self, number: int) -> None:
        self.close()
        raise PortError(self.url, os.strerror(number), number)
