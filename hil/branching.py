"""A mission that goes on in many ways from one moment: the process splits in two, and so does what flight has stored.

Faults that come late share most of their mission with the one without. So one mission is flown, and at each fault's
moment a branch is split off (fork) that flies on with the fault, to its end, while the trunk waits. Nothing has to know
of it but the files: flight records under a path that leads by way of this process's own table of open files
(/proc/self/fd), where a branch puts a copy of the directory and of what is open in it.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")
_PREFIX = "saji-branch-"


class BranchError(RuntimeError):
    """A branch that ended without a result."""


class Trunk:
    """The store of a mission from which branches are split off; `path` is where flight records."""

    def __init__(self) -> None:
        self._directory = TemporaryDirectory(prefix=_PREFIX)
        self._fd = os.open(self._directory.name, os.O_RDONLY | os.O_DIRECTORY)
        self.path = Path(f"/proc/self/fd/{self._fd}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)
        self._directory.cleanup()

    def branch(self, work: Callable[[], T]) -> T:
        """What `work` gives in a branch of its own; nothing of it happens here. Raises `BranchError`."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            self._live(work, writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(child, 0)
        if status or not data:
            raise BranchError(f"a branch ended with status {os.waitstatus_to_exitcode(status)} and no result")
        result: T = pickle.loads(data)
        return result

    def _live(self, work: Callable[[], Any], writing: int) -> None:
        """The branch's life, from which nothing returns."""
        status = 1
        copy = mkdtemp(prefix=_PREFIX)
        try:
            self._move_to(copy)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(work()))
            status = 0
        finally:
            shutil.rmtree(copy, ignore_errors=True)
            os._exit(status)

    def _move_to(self, copy: str) -> None:
        """Have the path and all open files under it lead to a copy."""
        shutil.copytree(self._directory.name, copy, dirs_exist_ok=True)
        trunk = os.path.realpath(self._directory.name)
        for name in os.listdir("/proc/self/fd"):
            fd = int(name)
            try:
                leads_to = os.readlink(f"/proc/self/fd/{fd}")
            except OSError:  # the one that listed the directory
                continue
            if leads_to == trunk or leads_to.startswith(trunk + "/"):
                flags = fcntl.fcntl(fd, fcntl.F_GETFL)
                own = os.open(copy + leads_to.removeprefix(trunk), flags)
                if leads_to != trunk:
                    os.lseek(own, os.lseek(fd, 0, os.SEEK_CUR), os.SEEK_SET)
                os.dup2(own, fd)
                os.close(own)
