"""The bench in real time: pseudo-terminals, or real serial devices, with physics keeping up behind them.

One thread waits for the hosts' bytes, the next reply due and the next tick of physics, whichever comes first. The
camera's line has a thread of its own (`camera_line`): pictures take too long to develop for the others to wait.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from hil.bench import DIGGING, Bench, Rig
from hil.camera_line import camera_line
from hil.config import load_bench
from hil.devices.pty import LineError, LineServer, PtyServer, UartServer
from hil.devices.wire import Wire
from hil.faults import FaultError, PlannedFault

TICK_NS = 5_000_000
"""Longest time between two advances of physics; a host's bytes advance it to their own time."""
MAX_LAG_NS = 250_000_000
"""A bench that was held up for longer lets bench time stand still for what is beyond it."""


def serve(
    mission: str | Path,
    seed: int,
    paced: bool,
    faults: Sequence[PlannedFault],
    soil: str | None = None,
    joints: str | None = None,
    load_cell: str | None = None,
    camera: str | None = None,
    ports: Path | None = None,
) -> int:
    """Serve a mission's devices until SIGTERM or SIGINT; returns the exit code.

    The first line on stdout is JSON with the URL of each line; what faults do is told on stderr. `joints`, `load_cell`
    and `camera` name real serial devices to sit on in place of pseudo-terminals. `ports` is the folder in which these
    have their names, where a host finds them again when the bench was restarted; else it is a new one each time.

    Raises `MissionError`, `FaultError` or `LineError` (an `OSError`) before anything is served.
    """
    for planned in faults:
        if planned.phase not in (None, DIGGING):
            raise FaultError(f"fault {planned}: a bench alone knows only the phase {DIGGING}; give seconds instead")
    platform, config = load_bench(mission, soil)
    with ExitStack() as stack:
        stopped = _stop_signals(stack)
        bench = Bench(platform, config, seed, faults, paced=paced)
        folder = _names_folder(ports, stack)
        servers = {}
        for name, device in (("joints", joints), ("load_cell", load_cell), ("camera", camera)):
            servers[name] = open_line(bench.wires[name], device, folder / name)
            stack.callback(servers[name].close)
        bench.advance(TICK_NS)  # whatever physics compiles, it compiles before anybody waits for it
        if bench.camera is not None:
            bench.camera.prepare()  # clients give a picture a quarter of a second
        print(json.dumps({name: server.url for name, server in servers.items()}), flush=True)
        stack.enter_context(camera_line(bench, servers.pop("camera")))
        run(bench, list(servers.values()), stopped, TICK_NS)
    return 0


def _names_folder(ports: Path | None, stack: ExitStack) -> Path:
    """Where pseudo-terminals have their names until `stack` is closed; raises `LineError` when it is not to be had."""
    if ports is None:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="saji-hil-")))
    try:
        ports.mkdir(parents=True, exist_ok=True)
        folder = os.open(ports, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, folder)
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # gone with the process, however it ends
    except BlockingIOError:
        raise LineError(f"ports in {ports}: in use by another bench") from None
    except OSError as error:
        raise LineError(f"ports in {ports}: {error.strerror}") from None
    return ports.absolute()


def open_line(wire: Wire, device: str | None, link: Path) -> LineServer:
    """Serve `wire` on a serial device, or on a pseudo-terminal named `link`; raises `LineError`."""
    if device is None:
        return PtyServer(wire, link)
    wire.paced = False  # a real line takes its own time
    return UartServer(wire, device)


def run(bench: Rig[Any], servers: Sequence[LineServer], stopped: Callable[[], bool], start_ns: int = 0) -> None:
    """Keep `bench` in step with the clock, from bench time `start_ns` on, until `stopped()`."""
    origin_ns = time.monotonic_ns() - start_ns
    reported = 0
    now_ns = start_ns
    while not stopped():
        before_ns, now_ns = now_ns, time.monotonic_ns() - origin_ns
        if now_ns - before_ns > MAX_LAG_NS:
            origin_ns += now_ns - before_ns - TICK_NS
            print(f"{now_ns * 1e-9:.3f} s held up for {(now_ns - before_ns) * 1e-9:.3f} s", file=sys.stderr, flush=True)
            now_ns = before_ns + TICK_NS
        bench.advance(now_ns)
        for server in servers:
            server.step(now_ns)
        for at_ns, what, fault in bench.fault_history[reported:]:
            print(f"{at_ns * 1e-9:.3f} s {what} {fault}", file=sys.stderr, flush=True)
            reported += 1
        _wait(bench, servers, now_ns + TICK_NS, origin_ns)


def _wait(bench: Rig[Any], servers: Sequence[LineServer], tick_ns: int, origin_ns: int) -> None:
    """Sleep until a host writes, a reply is due or it is `tick_ns`."""
    until_ns = tick_ns
    for wire in (bench.motion_wire, bench.weighing_wire):
        due_ns = wire.next_ns
        if due_ns is not None and due_ns < until_ns:
            until_ns = due_ns
    timeout_s = max(0.0, (until_ns + origin_ns - time.monotonic_ns()) * 1e-9)
    select.select([server.fileno() for server in servers if server.fileno() >= 0], [], [], timeout_s)


def _stop_signals(stack: ExitStack) -> Callable[[], bool]:
    """SIGTERM and SIGINT end the bench in good order; returns whether one has come."""
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        stack.callback(signal.signal, number, signal.signal(number, note))
    return lambda: bool(came)
