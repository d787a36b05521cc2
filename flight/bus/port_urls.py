"""Ports by URL.

/dev/ttyUSB0            a serial device or pseudo-terminal
socket://host:1234      a TCP bridge to one
memory://joints         a port within the process, from the mapping given
"""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from flight.bus.device_port import DevicePort
from flight.bus.ports import Port, PortError
from flight.bus.socket_port import SocketPort

ALLOWED = "a device path such as /dev/ttyUSB0, socket://host:port or memory://name"


def make_port(url: str, baud: int, memory: Mapping[str, Port] | None = None) -> Port:
    """The port that `url` names, not yet opened; raises `PortError` when no port can be meant by it.

    `memory` holds the ports of `memory://name`. A host name of `socket://` is looked up here, once, as that may take
    time.
    """
    if url.startswith("/"):
        return DevicePort(url, baud)
    try:
        parts = urlsplit(url)
        host, number = parts.hostname, parts.port
    except ValueError as error:
        raise PortError(url, f"{error}; give {ALLOWED}") from None
    if parts.scheme == "socket" and host and number and not parts.path.strip("/"):
        return SocketPort(url, host, number)
    if parts.scheme == "memory" and parts.netloc:
        if memory and parts.netloc in memory:
            return memory[parts.netloc]
        known = ", ".join(sorted(memory)) if memory else "none"
        raise PortError(url, f"no such port in memory; there are: {known}", errno.ENOENT)
    raise PortError(url, f"not the name of a port; give {ALLOWED}", errno.EINVAL)


def open_at_start(port: Port, timeout_s: float = 5.0) -> None:
    """Open `port` and wait for it: for the start of a program, before the minor frames run. Raises `PortError`."""
    deadline_ns = time.monotonic_ns() + int(timeout_s * 1e9)
    while True:
        now_ns = time.monotonic_ns()
        try:
            port.open(now_ns)
        except PortError:
            raise
        except OSError as error:
            raise PortError.of(port.url, error) from None
        if port.is_open:
            return
        if now_ns >= deadline_ns:
            port.close()
            raise PortError(port.url, f"not open after {timeout_s:g} s", errno.ETIMEDOUT)
        time.sleep(0.01)
