"""Where telemetry comes from: a file, standard input or a live link, all read alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from ground.link import SocketLink

_CHUNK = 1 << 20
_WAIT_S = 0.2


class SourceError(OSError):
    """A source of telemetry that can't be read; says which and why."""


def read_source(source: str, seconds: float | None = None) -> Iterator[bytes]:
    """Octets of a file, of standard input (`-`) or of a link (`socket://host:port`), for `seconds` at most.

    A file ends by itself; a link ends when the other end closes it, or after `seconds`. Raises `SourceError`,
    or `LinkError` for a link.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    if "://" in source:
        link = SocketLink(source)
        try:
            while deadline is None or time.monotonic() < deadline:
                octets = link.read(_WAIT_S)
                if octets is None:
                    return
                yield octets
        finally:
            link.close()
        return
    try:
        with sys.stdin.buffer if source == "-" else open(source, "rb") as stream:
            while octets := stream.read1(_CHUNK):  # type: ignore[union-attr]  # both are buffered
                yield octets
                if deadline is not None and time.monotonic() >= deadline:
                    return
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror or error}") from None
