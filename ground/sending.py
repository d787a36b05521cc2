"""One telecommand from a program: by a session of its own, or by that of the program that has the key already."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from flight.icd.kinds import Telemetry
from ground.guest import Guest, NotTakenError
from ground.handover import Order
from ground.issued import Issued
from ground.keys import KeyBusyError
from ground.receiver import Receiver
from ground.session import Session
from ground.stages import Report
from ground.uplink import Timing

PATIENCE_S = 4.0
"""A key without a session to be found: that ends, or begins."""
AGAIN_S = 0.05


def send(
    order: Order,
    url: str,
    key_file: Path,
    timing: Timing,
    receiver: Receiver,
    on_report: Callable[[Issued, Report], None],
    on_answer: Callable[[int, Telemetry], None],
    on_end: Callable[[Issued], None],
    on_linger: Callable[[int], None],
) -> Issued:
    """Send what is ordered, and wait for its end, of which `on_end` is told.

    Where the session is ours, telecommands that others have handed in meanwhile are waited for too: `on_linger` is told
    how many. Where it is another's, link, coding and light time are those it has; `url` must be the same. A session
    that ends before it has sent ours gives it back, and the next one takes it.
    Raises as `Session` and its `follow` do; `KeyBusyError` when whoever uses the key takes in nothing.
    """
    gives_up_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            with _seat(url, key_file, timing, receiver, on_report, on_answer) as seat:
                issued = seat.follow(order)
                on_end(issued)
                seat.linger(on_linger)
                return issued
        except KeyBusyError:
            if time.monotonic() >= gives_up_s:
                raise
        except NotTakenError:
            gives_up_s = time.monotonic() + PATIENCE_S
        time.sleep(AGAIN_S)


def _seat(
    url: str,
    key_file: Path,
    timing: Timing,
    receiver: Receiver,
    on_report: Callable[[Issued, Report], None],
    on_answer: Callable[[int, Telemetry], None],
) -> Session | Guest:
    """A session, or a seat at another's; raises `KeyBusyError` when there is neither."""
    try:
        return Session(url, key_file, timing, receiver, on_report, on_answer)
    except KeyBusyError as busy:
        try:
            return Guest(url, key_file, on_report, on_answer)
        except NotTakenError:
            raise busy from None
