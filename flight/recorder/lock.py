"""One recorder at a time: what is loaded at start must be what the recorder of the last run stored at its end.

A flight program that is killed leaves its recorder's process behind, which stores what is still in its queue. The lock
is taken before a recorder's process is made and passed on to it, so that there is no moment at which it is free while
records are on their way; the system lets go of it when the process ends, however it ends.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from pathlib import Path

NAME = "lock"
_LOOK_S = 0.02


def lock_directory(directory: Path, wait_s: float) -> int:
    """A descriptor that locks `directory` until it and its copies are closed.

    Waits for another recorder to end; raises `OSError` (EBUSY) when one still runs after `wait_s`.
    """
    fd = os.open(directory / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        for _ in range(round(wait_s / _LOOK_S)):
            if _locked(fd):
                return fd
            time.sleep(_LOOK_S)
        if _locked(fd):
            return fd
        raise OSError(errno.EBUSY, "in use by the recorder of another flight program", str(directory))
    except OSError:
        os.close(fd)
        raise


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
