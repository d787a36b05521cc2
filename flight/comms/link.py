"""Ports of the space link by URL.

    listen://127.0.0.1:5001   a TCP server: telemetry to every client, telecommands from any
    file:PATH                 telemetry appended to a file
    socket://host:port        a TCP client; also a device path or memory://name, as for devices

None of them ever waits.
"""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from flight.bus.port_urls import make_port
from flight.bus.ports import Port, PortError

ALLOWED = "listen://host:port, socket://host:port, file:PATH or a device path"
MAX_CLIENTS = 8
BAUD = 115_200
"""Rate of a link that is a serial device."""
_READ = 1024
"""Octets read at most at a time, of all clients together: what floods us is taken in at our own pace."""
_SEND_BUFFER = 256 * 1024


def make_link_port(url: str, memory: Mapping[str, Port] | None = None) -> Port:
    """The port that `url` names, not yet opened; raises `PortError` when no port can be meant by it."""
    if url.startswith("file:") and url != "file:":
        return FilePort(url)
    if not url.startswith("listen:"):
        try:
            return make_port(url, BAUD, memory)
        except PortError as error:
            if error.errno == errno.EINVAL:
                raise PortError(url, f"not the name of a link; give {ALLOWED}", errno.EINVAL) from None
            raise
    try:
        parts = urlsplit(url)
        host, number = parts.hostname, parts.port
    except ValueError as error:
        raise PortError(url, f"{error}; give {ALLOWED}", errno.EINVAL) from None
    if not host or number is None or parts.path.strip("/"):
        raise PortError(url, f"not the name of a link; give {ALLOWED}", errno.EINVAL)
    return ListenPort(url, host, number)


class ListenPort:
    """A TCP server without threads. A client that does not take its telemetry is cut off and counted; so is the one
    silent for longest when another wants in and there is no room: idle clients never keep an operator out.

    Octets of several clients follow one another as they come; telecommands sent at the very same moment may mix and
    are then rejected by their checksums.
    """

    __slots__ = ("_address", "_clients", "_family", "_server", "dropped", "refused", "url")

    def __init__(self, url: str, host: str, port: int) -> None:
        self.url = url
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        except OSError as error:
            raise PortError(url, f"host {host}: {error.strerror or error}", errno.EHOSTUNREACH) from None
        self._family, self._address = found[0], found[4]
        self._server: socket.socket | None = None
        self._clients: dict[socket.socket, int] = {}  # when each was heard last, or came; least lately heard first
        self.dropped = 0
        """Clients cut off because they were too slow, or to make room."""
        self.refused = 0
        """Clients that could not be taken on."""

    @property
    def is_open(self) -> bool:
        """Whether clients can connect."""
        return self._server is not None

    @property
    def clients(self) -> int:
        """Clients connected."""
        return len(self._clients)

    @property
    def port_number(self) -> int:
        """The TCP port in use: the one of the URL, or what the system gave for 0."""
        return int(self._server.getsockname()[1]) if self._server is not None else 0

    def open(self, now_ns: int) -> None:
        """Begin to listen; raises `PortError`."""
        if self._server is not None:
            return
        server = socket.socket(self._family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(self._address)
            server.listen(MAX_CLIENTS)
        except OSError as error:
            server.close()
            raise PortError.of(self.url, error) from None
        self._server = server

    def read(self, now_ns: int) -> bytes:
        """What the clients sent; takes new clients on."""
        self._admit(now_ns)
        parts: list[bytes] = []
        room = _READ
        for client in tuple(self._clients):
            if not room:
                break
            try:
                data = client.recv(room)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            self._remove(client, close=not data)
            if data:
                self._clients[client] = now_ns  # heard: to the end of the line, so that each has its turn
                parts.append(data)
                room -= len(data)
        return b"".join(parts)

    def write(self, data: bytes, now_ns: int) -> None:
        """Send to every client; to none when there is none."""
        for client in tuple(self._clients):
            try:
                taken = client.send(data)
            except BlockingIOError:
                taken = 0
            except OSError:
                self._remove(client)
                continue
            if taken != len(data):
                self.dropped += 1
                self._remove(client)

    def close(self) -> None:
        """Cut all clients off and stop listening."""
        for client in tuple(self._clients):
            self._remove(client)
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _admit(self, now_ns: int) -> None:
        if self._server is None:
            raise PortError(self.url, "not open", errno.ENOTCONN)
        for _ in range(MAX_CLIENTS):
            try:
                client, _address = self._server.accept()
            except BlockingIOError:
                return
            except OSError:  # the client gave up, or the system has no descriptor left
                self.refused += 1
                return
            if len(self._clients) >= MAX_CLIENTS:
                self.dropped += 1
                self._remove(min(self._clients, key=self._clients.__getitem__))
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self._clients[client] = now_ns

    def _remove(self, client: socket.socket, close: bool = True) -> None:
        del self._clients[client]
        if close:
            client.close()


class FilePort:
    """Telemetry appended to a file as it is on the link; nothing comes back."""

    __slots__ = ("_fd", "_path", "url")

    def __init__(self, url: str) -> None:
        self.url = url
        self._path = url.removeprefix("file://").removeprefix("file:")
        self._fd = -1

    @property
    def is_open(self) -> bool:
        """Whether the file is open."""
        return self._fd >= 0

    def open(self, now_ns: int) -> None:
        """Open the file, made if needed; raises `PortError`."""
        if self._fd >= 0:
            return
        try:
            self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise PortError.of(self.url, error) from None

    def read(self, now_ns: int) -> bytes:
        """Nothing."""
        return b""

    def write(self, data: bytes, now_ns: int) -> None:
        """Append `data`; raises `PortError` when the file does not take all of it."""
        try:
            taken = os.write(self._fd, data)
        except OSError as error:
            self.close()
            raise PortError.of(self.url, error) from None
        if taken != len(data):
            self.close()
            raise PortError(self.url, f"took {taken} of {len(data)} octets", errno.ENOSPC)

    def close(self) -> None:
        """Close the file."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
