"""Files that are only appended to, one after the other; the oldest goes to make room.

A file left by an earlier run is not touched again, and half a record is cut off before the next is written: a power cut
may cost the tail of the newest file, never what is before.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from pathlib import Path

from flight.recorder.records import Tally


class Segments:
    """`directory/PREFIX-0001SUFFIX` and so on: at most `count` files of `octets` each.

    `tally` counts what is removed and what fails beside the records themselves. `durable=False` leaves out every sync.
    Opening raises `OSError` when the directory can't be used.
    """

    __slots__ = (
        "_count", "_directory", "_durable", "_fd", "_length", "_number", "_octets", "_prefix", "_suffix", "_tally",
        "_unsynced", "kept",
    )  # fmt: skip

    def __init__(
        self, directory: Path, prefix: str, suffix: str, octets: int, count: int, tally: Tally, durable: bool
    ) -> None:
        self._directory = directory
        self._prefix = prefix
        self._suffix = suffix
        self._octets = octets
        self._count = count
        self._tally = tally
        self._durable = durable
        self._fd: int | None = None
        self._length = 0
        self._unsynced = False
        directory.mkdir(parents=True, exist_ok=True)
        found = sorted((self.number(path), path) for path in directory.glob(f"{prefix}-*{suffix}"))
        self.kept = deque(path for _, path in found)
        """The files, the oldest first."""
        self._number = found[-1][0] if found else 0

    def number(self, path: Path) -> int:
        """The number in the name of a file; 0 for a name that is none of ours."""
        digits = path.name.removeprefix(f"{self._prefix}-").removesuffix(self._suffix)
        return int(digits) if digits.isdecimal() else 0

    def append(self, data: bytes) -> Path:
        """Add `data` whole, and tell to which file; raises `OSError` when it can't be."""
        try:
            self._write(data)
        except OSError as error:
            if error.errno != errno.ENOSPC or len(self.kept) < 2:
                raise
            self._remove_oldest()
            self._write(data)
        return self.kept[-1]

    def remove(self, path: Path) -> None:
        """Delete a file, whichever; raises `OSError` when it can't be."""
        if path == self.kept[-1]:
            self.end()
        path.unlink(missing_ok=True)
        self.kept.remove(path)

    def sync(self) -> None:
        """What was appended so far survives a power cut from here on."""
        if not self._unsynced or self._fd is None or not self._durable:
            return
        self._unsynced = False
        try:
            os.fdatasync(self._fd)
        except OSError as error:  # what the system has of this file is uncertain: go on in the next
            self._tally.fail(error)
            self.end()

    def end(self) -> None:
        """The next record begins a new file."""
        fd, self._fd = self._fd, None
        if fd is None:
            return
        try:
            os.close(fd)
        except OSError as error:
            self._tally.fail(error)

    def _write(self, data: bytes) -> None:
        """Append all of `data`, or nothing."""
        fd = self._fd
        if fd is None or self._length + len(data) > self._octets:
            fd = self._begin()
        self._unsynced = True
        try:
            written = os.write(fd, data)
        except OSError:
            self._cut_back(fd)
            raise
        if written < len(data):
            self._cut_back(fd)
            raise OSError(errno.ENOSPC, "the record was not written whole")
        self._length += written

    def _cut_back(self, fd: int) -> None:
        """Half a record must not precede the next: cut it off, or else go on in another file."""
        try:
            os.ftruncate(fd, self._length)
        except OSError:
            self.end()

    def _begin(self) -> int:
        self.sync()
        self.end()
        while len(self.kept) >= self._count:
            self._remove_oldest()
        path = self._directory / f"{self._prefix}-{self._number + 1:04d}{self._suffix}"
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._number += 1
        self._length = 0
        self.kept.append(path)
        if self._durable:
            sync_directory(self._directory)
        return self._fd

    def _remove_oldest(self) -> None:
        self.kept.popleft().unlink(missing_ok=True)
        self._tally.removed += 1


def sync_directory(directory: Path) -> None:
    """A new name survives a power cut only once its directory is synced; raises `OSError`."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
