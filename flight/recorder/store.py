"""The store: telemetry frames in segments that are only ever appended to, products in files of their own.

    DIR/tm-0001.cadu ...              frames one after another, as they would go down; the oldest segments are removed
    DIR/products/0001-picture-T.jpg   T: monotonic time of the product in nanoseconds
    DIR/banks/NAME.0 NAME.1           non-volatile values (`flight.recorder.banks`)

A power cut may lose the tail of the newest segment or the newest product, never what is before: a segment left by an
earlier run is not touched again, half a frame is cut off before the next is written, and a product gets its name when
it is whole.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from pathlib import Path

from flight.recorder.banks import Banks, Label, open_record
from flight.recorder.records import SUFFIX, Kind, Tally


class Store:
    """Records under `directory`, at most `segments` of `segment_octets` each and `products` product files.

    When the segments are used up the oldest goes; when the products are, new ones are refused. `durable=False` leaves
    out every fsync, for runs in virtual time. Opening raises `OSError` when the directory can't be used; after that
    whatever can't be stored is counted in `tally`.
    """

    __slots__ = (
        "_banks", "_directory", "_durable", "_fd", "_kept", "_length", "_number", "_product_number", "_products",
        "_products_left", "_segment_octets", "_segments", "_unsynced", "tally",
    )  # fmt: skip

    def __init__(
        self,
        directory: Path,
        segment_octets: int = 4 * 1024 * 1024,
        segments: int = 64,
        products: int = 1000,
        durable: bool = True,
    ) -> None:
        self.tally = Tally()
        self._directory = directory
        self._products = directory / "products"
        self._products.mkdir(parents=True, exist_ok=True)
        self._segment_octets = segment_octets
        self._segments = segments
        self._durable = durable
        self._banks: dict[Label, Banks] = {}
        self._fd: int | None = None
        self._length = 0
        self._unsynced = False
        found = sorted((_number(path), path) for path in directory.glob("tm-*.cadu"))
        self._kept = deque(path for _, path in found)
        self._number = found[-1][0] if found else 0
        for unfinished in self._products.glob("*.part"):
            unfinished.unlink()
        numbers = [_number(path) for path in self._products.iterdir()]
        self._product_number = max(numbers, default=0)
        self._products_left = products - len(numbers)

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Store a record made at monotonic `now_ns`; False when it could not be, which is counted."""
        try:
            if kind is Kind.FRAME:
                self._append_frame(data)
                self.tally.frames += 1
            elif kind is Kind.BANK:
                self._write_bank(data)
                self.tally.banks += 1
            else:
                self._write_product(kind, data, now_ns)
                self.tally.products += 1
        except OSError as error:
            self._failed(error)
            return False
        self.tally.octets += len(data)
        return True

    def sync(self) -> None:
        """What was appended so far survives a power cut from here on."""
        if not self._unsynced or self._fd is None or not self._durable:
            return
        self._unsynced = False
        try:
            os.fdatasync(self._fd)
        except OSError as error:  # what the system has of this segment is uncertain: go on in the next
            self._failed(error)
            self._end_segment()

    def close(self) -> None:
        """Make all of it durable and end."""
        self.sync()
        self._end_segment()

    def _append_frame(self, data: bytes) -> None:
        try:
            self._write(data)
        except OSError as error:
            if error.errno != errno.ENOSPC or len(self._kept) < 2:
                raise
            self._remove_oldest()
            self._write(data)

    def _write(self, data: bytes) -> None:
        """Append all of `data` to a segment, or nothing."""
        fd = self._fd
        if fd is None or self._length + len(data) > self._segment_octets:
            fd = self._begin_segment()
        self._unsynced = True
        try:
            written = os.write(fd, data)
        except OSError:
            self._cut_back(fd)
            raise
        if written < len(data):
            self._cut_back(fd)
            raise OSError(errno.ENOSPC, "the frame was not written whole")
        self._length += written

    def _cut_back(self, fd: int) -> None:
        """Half a frame must not precede the next: cut it off, or else go on in another segment."""
        try:
            os.ftruncate(fd, self._length)
        except OSError:
            self._end_segment()

    def _begin_segment(self) -> int:
        self.sync()
        self._end_segment()
        while len(self._kept) >= self._segments:
            self._remove_oldest()
        path = self._directory / f"tm-{self._number + 1:04d}.cadu"
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        self._number += 1
        self._length = 0
        self._kept.append(path)
        self._sync_directory(self._directory)
        return self._fd

    def _end_segment(self) -> None:
        fd, self._fd = self._fd, None
        if fd is None:
            return
        try:
            os.close(fd)
        except OSError as error:
            self._failed(error)

    def _remove_oldest(self) -> None:
        self._kept.popleft().unlink(missing_ok=True)
        self.tally.removed += 1

    def _write_product(self, kind: Kind, data: bytes, now_ns: int) -> None:
        if self._products_left <= 0:
            raise OSError(errno.EDQUOT, "as many products are stored as there may be")
        name = f"{self._product_number + 1:04d}-{kind.name.lower()}-{now_ns}{SUFFIX[kind]}"
        part = self._products / f"{name}.part"
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                if self._durable:
                    os.fsync(file.fileno())
            part.rename(self._products / name)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        self._product_number += 1
        self._products_left -= 1
        self._sync_directory(self._products)

    def _write_bank(self, data: bytes) -> None:
        try:
            label, image = open_record(data)
            banks = self._banks.get(label)
            if banks is None:
                banks = self._banks[label] = Banks(self._directory, *label, durable=self._durable)
            banks.store(image)
        except ValueError:  # a label that is none, an image too large
            raise OSError(errno.EINVAL, "not an image for banks") from None

    def _sync_directory(self, directory: Path) -> None:
        """A new name survives a power cut only once its directory is synced."""
        if not self._durable:
            return
        fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def _failed(self, error: OSError) -> None:
        self.tally.failed += 1
        self.tally.errno = error.errno or errno.EIO


def _number(path: Path) -> int:
    """The number in `tm-0007.cadu` or `0007-picture-5.jpg`; 0 for a name that is none of ours."""
    digits = path.name.removeprefix("tm-").split(".")[0].split("-")[0]
    return int(digits) if digits.isdecimal() else 0
