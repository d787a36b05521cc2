"""The camera's line in real time, in a thread of its own: a picture takes a good part of a second to develop.

Taking a picture reads the plant while another thread advances it, so what it shows may be of two times, one tick of
physics (5 ms) apart.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hil.bench import Rig
from hil.camera import BenchCamera
from hil.devices.pty import LineServer, UartServer
from hil.devices.wire import Wire

_LONGEST_WAIT_S = 0.05


@contextmanager
def camera_line(bench: Rig[Any], server: LineServer) -> Iterator[None]:
    """Serve the bench's camera on `server` while the context lasts; at its end a picture under way is awaited."""
    if bench.camera is None:
        raise ValueError("this bench has no camera")
    stop = threading.Event()
    ends = (bench.wires["camera"], bench.camera, server, stop)
    thread = threading.Thread(target=serve_line, args=ends, name="camera")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def serve_line(wire: Wire, camera: BenchCamera, server: LineServer, stop: threading.Event) -> None:
    """Serve `camera` at the end of `wire` on `server` until `stop` is set."""
    while not stop.is_set():
        server.step(time.monotonic_ns())
        if isinstance(server, UartServer) and wire.next_ns is None and camera.device.baud != wire.baud:
            server.follow(camera.device.baud)
        wait_s = _LONGEST_WAIT_S
        if (due_ns := wire.next_ns) is not None:
            wait_s = min(wait_s, max(0.0, (due_ns - time.monotonic_ns()) * 1e-9))
        if server.fileno() >= 0:
            select.select([server.fileno()], [], [], wait_s)
        else:
            stop.wait(wait_s)
