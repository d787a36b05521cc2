"""The store: telemetry frames in segments that are only ever appended to, products in files of their own.

    DIR/tm-0001.cadu ...              frames one after another, as they would go down; the oldest segments are removed
    DIR/products/0001-picture.product evidence by its own number and kind (`flight.recorder.products`)
    DIR/products/0002-picture-T.jpg   another's; T: monotonic time of the product in nanoseconds
    DIR/packets/1/pk-0001.tm ...      packets as they were made (`flight.recorder.packet_store`)
    DIR/banks/NAME.0 NAME.1           non-volatile values (`flight.recorder.banks`)

A power cut may lose the tail of the newest segment or the newest product, never what is before: a segment left by an
earlier run is not touched again, half a frame is cut off before the next is written, and a product gets its name when
it is whole.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from flight.recorder.banks import Banks, Label, open_record
from flight.recorder.packet_store import STORES, PacketStore
from flight.recorder.products import DIRECTORY as PRODUCTS
from flight.recorder.products import ProductError, parse_product, product_name
from flight.recorder.questions import Answer, Question
from flight.recorder.records import SUFFIX, Kind, Tally
from flight.recorder.segments import Segments, sync_directory


class Store:
    """Records under `directory`, at most `segments` of `segment_octets` each and `products` product files.

    When the segments are used up the oldest goes; when the products are, new ones are refused. `durable=False` leaves
    out every fsync, for runs in virtual time. Opening raises `OSError` when the directory can't be used; after that
    whatever can't be stored is counted in `tally`.
    """

    __slots__ = (
        "_banks", "_directory", "_durable", "_frames", "_packets", "_product_number", "_products", "_products_left",
        "tally",
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
        self._products = directory / PRODUCTS
        self._products.mkdir(parents=True, exist_ok=True)
        self._durable = durable
        self._banks: dict[Label, Banks] = {}
        self._frames = Segments(directory, "tm", ".cadu", segment_octets, segments, self.tally, durable)
        self._packets = {
            number: PacketStore(directory / "packets" / str(number), self.tally, durable=durable) for number in STORES
        }
        for unfinished in self._products.glob("*.part"):
            unfinished.unlink()
        numbers = [_number(path) for path in self._products.iterdir()]
        self._product_number = max(numbers, default=0)
        self._products_left = products - len(numbers)

    def append(self, kind: Kind, data: bytes, now_ns: int) -> bool:
        """Store a record made at monotonic `now_ns`; False when it could not be, which is counted."""
        try:
            if kind is Kind.FRAME:
                self._frames.append(data)
                self.tally.frames += 1
            elif kind is Kind.PACKETS:
                self._append_packets(data)
                self.tally.packets += 1
            elif kind is Kind.BANK:
                self._write_bank(data)
                self.tally.banks += 1
            else:
                self._write_product(kind, data, now_ns)
                self.tally.products += 1
        except OSError as error:
            self.tally.fail(error)
            return False
        self.tally.octets += len(data)
        return True

    def answer(self, data: bytes) -> Answer | None:
        """The answer to a question for stored packets; None when it is none, or can't be answered."""
        question = Question.decode(data)
        try:
            store = self._packets[question.store] if question is not None else None
            return None if store is None or question is None else store.answer(question)
        except KeyError:
            return None
        except OSError as error:
            self.tally.fail(error)
            return None

    def sync(self) -> None:
        """What was appended so far survives a power cut from here on."""
        self._frames.sync()
        for store in self._packets.values():
            store.sync()

    def close(self) -> None:
        """Make all of it durable and end."""
        self._frames.sync()
        self._frames.end()
        for store in self._packets.values():
            store.close()

    def _append_packets(self, data: bytes) -> None:
        store = self._packets.get(data[0]) if data else None
        if store is None:
            raise OSError(errno.EINVAL, "no such packet store")
        store.append(data[1:])

    def _write_product(self, kind: Kind, data: bytes, now_ns: int) -> None:
        if self._products_left <= 0:
            raise OSError(errno.EDQUOT, "as many products are stored as there may be")
        number = self._product_number + 1
        name = f"{number:04d}-{kind.name.lower()}-{now_ns}{SUFFIX[kind]}"
        if kind is Kind.PRODUCT:
            number, name = _named(data)
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
        self._product_number = max(self._product_number, number)
        self._products_left -= 1
        if self._durable:
            sync_directory(self._products)

    def _write_bank(self, data: bytes) -> None:
        try:
            label, image = open_record(data)
            banks = self._banks.get(label)
            if banks is None:
                banks = self._banks[label] = Banks(self._directory, *label, durable=self._durable)
            banks.store(image)
        except ValueError:  # a label that is none, an image too large
            raise OSError(errno.EINVAL, "not an image for banks") from None


def _named(data: bytes) -> tuple[int, str]:
    """The number and the file's name of the product in a record; raises `OSError` when it is none."""
    try:
        about = parse_product(data).about
    except ProductError:
        raise OSError(errno.EINVAL, "not a product") from None
    return about.sequence, product_name(about)


def _number(path: Path) -> int:
    """The number in `0007-picture-5.jpg`; 0 for a name that is none of ours."""
    digits = path.name.split("-")[0]
    return int(digits) if digits.isdecimal() else 0
