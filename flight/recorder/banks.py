"""Two banks: a small non-volatile image of which one whole copy is always left, whenever the power goes.

    DIR/banks/NAME.0  DIR/banks/NAME.1      magic, version, generation, length, data, CRC-32 of all before it

A store writes the older bank: to a temporary name, synced, renamed, directory synced. A load takes the newest bank that
is whole and says which. How to keep something in banks:

    banks = Banks(directory, "replay", b"SARW", version=1)
    loaded = banks.load()                                   # at start, before the loop: this one waits
    writer: BankWriter = RecordedBank(recorder, banks.label)
    writer.store(data, now_ns)                              # in the loop: hands over to the recorder, never waits

The recorder (in its process, or at once in lockstep) does the writing, in the order it was given the images.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from flight.icd.events.recorder import BankState
from flight.recorder.records import Kind, Recorder

__all__ = ["BankState", "BankWriter", "Banks", "Label", "Loaded", "RecordedBank", "examine", "open_record"]

DIRECTORY = "banks"
"""Under the directory of the recorder."""
LARGEST_IMAGE = 64 * 1024
"""Octets of the most data a bank holds."""

_HEADER = struct.Struct(">4sHQI")  # magic, version, generation, octets of data
_CRC = struct.Struct(">I")
_LABEL = struct.Struct(">B4sH")  # octets of the name, magic, version
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Label(NamedTuple):
    """What the banks of one thing are called and marked with."""

    name: str
    magic: bytes
    version: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found: `data` of bank number `bank`, or None and -1; and what is in each of the two."""

    data: bytes | None
    bank: int
    generation: int
    states: tuple[BankState, BankState]

    @property
    def reason(self) -> str:
        """In words: which bank was taken, and what is in both."""
        taken = f"bank {self.bank}, generation {self.generation}" if self.data is not None else "no bank"
        return f"{taken} (bank 0 {self.states[0].name.lower()}, bank 1 {self.states[1].name.lower()})"


class BankWriter(Protocol):
    """Where an image goes that is to survive."""

    def store(self, data: bytes, now_ns: int) -> bool:
        """Hand over the whole image; never waits. False when it was dropped: hand it over again later."""


class RecordedBank:
    """Images travel to the recorder as records."""

    __slots__ = ("_prefix", "_recorder")

    def __init__(self, recorder: Recorder, label: Label) -> None:
        self._recorder = recorder
        name = label.name.encode("ascii")
        self._prefix = _LABEL.pack(len(name), label.magic, label.version) + name

    def store(self, data: bytes, now_ns: int) -> bool:
        """Hand `data` to the recorder; False when it was dropped."""
        return self._recorder.append(Kind.BANK, self._prefix + data, now_ns)


class Banks:
    """The two banks of one thing, under `directory`/banks.

    `magic` is 4 octets; `name` a word of a-z, 0-9 and _: `ValueError` for others. Nothing is made before the first
    `store`. `durable=False` leaves out every fsync, for runs in virtual time.
    """

    __slots__ = ("_directory", "_durable", "_generation", "_next", "label")

    def __init__(self, directory: Path, name: str, magic: bytes, version: int, durable: bool = True) -> None:
        if not _NAME.fullmatch(name) or len(magic) != 4 or not 0 <= version <= 0xFFFF:
            raise ValueError(f"bank {name!r}, magic {magic!r}, version {version}: not a name, 4 octets and 0..65535")
        self.label = Label(name, magic, version)
        self._directory = directory / DIRECTORY
        self._durable = durable
        self._generation = 0
        self._next = -1  # not known before a load

    def load(self) -> Loaded:
        """The newest whole bank of this magic and version; never raises."""
        found = (self._read(0), self._read(1))
        states = (found[0][0], found[1][0])
        whole = [bank for bank in (0, 1) if states[bank] is BankState.WHOLE]
        if not whole:
            self._next = 0
            return Loaded(None, -1, 0, states)
        bank = max(whole, key=lambda number: found[number][1])
        _, self._generation, data = found[bank]
        self._next = 1 - bank
        return Loaded(data, bank, self._generation, states)

    def store(self, data: bytes) -> None:
        """Write `data` over the older bank; raises `OSError`, and the newest whole bank is as it was.

        It waits for the disk: in the loop use a `BankWriter`.
        """
        if len(data) > LARGEST_IMAGE:
            raise ValueError(f"bank {self.label.name}: {len(data)} octets; at most {LARGEST_IMAGE}")
        if self._next < 0:
            self.load()
        _, magic, version = self.label
        octets = _HEADER.pack(magic, version, self._generation + 1, len(data)) + data
        self._write(self._next, octets + _CRC.pack(zlib.crc32(octets)))
        self._generation += 1
        self._next = 1 - self._next

    def _path(self, bank: int) -> Path:
        return self._directory / f"{self.label.name}.{bank}"

    def _read(self, bank: int) -> tuple[BankState, int, bytes]:
        """State, generation and data of a bank."""
        try:
            with self._path(bank).open("rb") as file:
                octets = file.read(_HEADER.size + LARGEST_IMAGE + _CRC.size + 1)
        except FileNotFoundError:
            return BankState.ABSENT, 0, b""
        except OSError:
            return BankState.UNREADABLE, 0, b""
        return examine(octets, self.label)

    def _write(self, bank: int, octets: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        part = self._directory / f"{self.label.name}.part"
        with part.open("wb") as file:
            file.write(octets)
            file.flush()
            if self._durable:
                os.fsync(file.fileno())
        part.rename(self._path(bank))
        if self._durable:
            fd = os.open(self._directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)


def examine(octets: bytes, label: Label) -> tuple[BankState, int, bytes]:
    """State, generation and data of a bank's octets."""
    if len(octets) < _HEADER.size + _CRC.size:
        return BankState.TORN, 0, b""
    magic, version, generation, length = _HEADER.unpack_from(octets)
    if magic != label.magic:
        return BankState.ANOTHER, 0, b""
    if len(octets) != _HEADER.size + length + _CRC.size:
        return BankState.TORN, 0, b""
    if zlib.crc32(octets[: -_CRC.size]) != _CRC.unpack(octets[-_CRC.size :])[0]:
        return BankState.CORRUPT, 0, b""
    if version != label.version:
        return BankState.VERSION, 0, b""
    return BankState.WHOLE, generation, octets[_HEADER.size : -_CRC.size]


def open_record(data: bytes) -> tuple[Label, bytes]:
    """The label and the image in a record of kind `BANK`; raises `ValueError` when it is none."""
    if len(data) < _LABEL.size:
        raise ValueError("shorter than a label")
    length, magic, version = _LABEL.unpack_from(data)
    end = _LABEL.size + length
    return Label(data[_LABEL.size : end].decode("ascii"), magic, version), data[end:]
