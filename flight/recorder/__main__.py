"""The recorder's process: `python -m flight.recorder FD DIR`, started by `ProcessRecorder`.

Takes records from the socket FD and stores them under DIR until the other end is closed; what was stored is synced and
tallied once a second. It has a clock and may block: nobody waits for it.
"""

from __future__ import annotations

import signal
import socket
import sys
import time
from pathlib import Path

from flight.recorder.questions import Answer
from flight.recorder.records import DATAGRAM, Assembler, Kind
from flight.recorder.store import Store

SYNC_S = 1.0
"""What a power cut may cost."""


def serve(queue: socket.socket, store: Store) -> None:
    """Store what comes from `queue` until its other end is closed."""
    assembler = Assembler()
    queue.settimeout(SYNC_S)
    sync_s = time.monotonic() + SYNC_S
    is_open = True
    while is_open:
        try:
            datagram = queue.recv(DATAGRAM)
        except TimeoutError:
            pass
        except ConnectionError:
            is_open = False
        else:
            is_open = bool(datagram)
            record = assembler.take(datagram)
            if record is not None and record.kind is Kind.QUESTION:
                reply(queue, store.answer(record.data))
            elif record is not None:
                store.append(*record)
        if time.monotonic() >= sync_s:
            store.sync()
            tell(queue, store)
            sync_s = time.monotonic() + SYNC_S
    store.close()


def reply(queue: socket.socket, answer: Answer | None) -> None:
    """Send an answer, if there is one; where it can't be sent now, the question will come again."""
    if answer is None:
        return
    try:
        queue.send(answer.encode(), socket.MSG_DONTWAIT)
    except OSError:
        return


def tell(queue: socket.socket, store: Store) -> None:
    """Send the tally; the executive may be too busy to take it, or gone: the next one says it all again."""
    try:
        queue.send(store.tally.encode(), socket.MSG_DONTWAIT)
    except OSError:
        return


def main(arguments: list[str]) -> int:
    """Exit status 0 at the end of the queue, 1 when the directory can't be used."""
    for number in (signal.SIGINT, signal.SIGTERM):  # we end when our other end does, with everything stored
        signal.signal(number, signal.SIG_IGN)
    fd, directory = arguments
    with socket.socket(fileno=int(fd)) as queue:
        try:
            store = Store(Path(directory))
        except OSError as error:
            print(f"recorder: {directory}: {error.strerror}", file=sys.stderr)
            return 1
        serve(queue, store)
        tell(queue, store)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
