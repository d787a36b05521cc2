"""The ground's end of the space link: a TCP connection that can be waited on."""

from __future__ import annotations

import select
import socket
import time
from urllib.parse import urlsplit

ALLOWED = "socket://host:port"
_READ = 65536


class LinkError(OSError):
    """A link that can't be opened or was lost; says which and why."""


class SocketLink:
    """A connection to `socket://host:port`; made at once, raises `LinkError` when it can't be within `patience_s`."""

    def __init__(self, url: str, patience_s: float = 5.0) -> None:
        self.url = url
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not url.startswith("socket://") or not host or not port:
            raise LinkError(f"link {url}: not the name of a link; give {ALLOWED}")
        deadline = time.monotonic() + patience_s
        while True:
            try:
                self._socket = socket.create_connection((host, port), max(deadline - time.monotonic(), 0.1))
                break
            except ConnectionRefusedError as error:
                # The other end may be starting.
                if time.monotonic() >= deadline:
                    raise LinkError(f"link {url}: {error.strerror}") from None
                time.sleep(0.05)
            except OSError as error:
                raise LinkError(f"link {url}: {error.strerror or error}") from None
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def read(self, wait_s: float) -> bytes | None:
        """What arrives within `wait_s`: b"" when nothing does, None when the other end closed the link."""
        ready, _, _ = select.select([self._socket], [], [], wait_s)
        if not ready:
            return b""
        try:
            return self._socket.recv(_READ) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def write(self, octets: bytes) -> None:
        """Send all of `octets`; raises `LinkError`."""
        try:
            self._socket.settimeout(5.0)
            self._socket.sendall(octets)
            self._socket.setblocking(False)
        except OSError as error:
            raise LinkError(f"link {self.url}: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
