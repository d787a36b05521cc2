"""The gate of the uplink: only what holds the key and comes for the first time gets through."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from flight.comms.replay import BLOCK, MAGIC, NAME, VERSION, BankCeiling, MemoryCeiling, ReplayWindow
from flight.icd.events.comms import UplinkFault
from flight.icd.keys import UplinkKey, load_key
from flight.icd.sdls import SEQUENCE_MAX, Association, SdlsError, SdlsFault
from flight.recorder.banks import Banks, RecordedBank
from flight.recorder.records import Recorder

_FAULTS = {
    SdlsFault.LENGTH: UplinkFault.SDLS_LENGTH,
    SdlsFault.SPI: UplinkFault.SDLS_SPI,
    SdlsFault.MAC: UplinkFault.SDLS_MAC,
}


class Gate(Protocol):
    """What stands between a frame and the board."""

    @property
    def is_open(self) -> bool:
        """Whether there is a key at all."""

    @property
    def key_ident(self) -> int:
        """The number of the key."""

    @property
    def next_sequence(self) -> int:
        """The lowest sequence number that can still be taken."""

    @property
    def kept(self) -> int:
        """The highest one that can be taken before more are reserved."""

    def admit(self, header: bytes, data: bytes) -> bytes | UplinkFault:
        """What the `data` field of a frame with this 5-octet `header` holds, or why it does not get in."""

    def step(self, now_ns: int) -> None:
        """About once a second."""

    def close(self) -> None:
        """The program ends in order; raises `OSError` when that could not be kept, and may wait."""


class ClosedGate:
    """Nothing gets in: there is no key."""

    is_open = False
    key_ident = 0
    next_sequence = 0
    kept = 0

    def admit(self, header: bytes, data: bytes) -> bytes | UplinkFault:
        """Never."""
        return UplinkFault.CLOSED

    def step(self, now_ns: int) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to keep."""


class KeyedGate:
    """Frames protected with `key` get in, each once: SDLS, then the anti-replay window.

    An authentic frame takes its number whatever COP-1 makes of it, so that nothing an eavesdropper recorded can ever
    move the board's state; the ground protects anew what it sends again.
    """

    __slots__ = ("_association", "_window", "is_open", "key_ident")

    def __init__(self, key: UplinkKey, window: ReplayWindow) -> None:
        self.is_open = True
        self.key_ident = key.ident
        self._association = Association(key)
        self._window = window

    @property
    def next_sequence(self) -> int:
        """The lowest sequence number that can still be taken."""
        return self._window.next_sequence

    @property
    def kept(self) -> int:
        """The highest one that can be taken before more are reserved."""
        return self._window.kept

    def admit(self, header: bytes, data: bytes) -> bytes | UplinkFault:
        """What the frame holds, or why it does not get in."""
        try:
            opened = self._association.open(header, data)
        except SdlsError as error:
            return _FAULTS[error.fault]
        fault = self._window.take(opened.sequence)
        return opened.data if fault is None else fault

    def step(self, now_ns: int) -> None:
        """Look after the window."""
        self._window.step(now_ns)

    def close(self) -> None:
        """Keep the window as it is."""
        self._window.close()


def open_gate(key_file: Path, store: Path, recorder: Recorder) -> KeyedGate:
    """The gate for the key in `key_file`, its window kept under `store`.

    Once at start, when `recorder` is open: it waits for the disk, and no recorder of a program before may be left.

    Raises `KeyFileError`, `ReplayStateError`, or `OSError` when the window can't be kept.
    """
    key = load_key(key_file)
    banks = Banks(store, NAME, MAGIC, VERSION)
    ceiling = BankCeiling(banks, RecordedBank(recorder, banks.label))
    window = ReplayWindow(ceiling)
    ceiling.write(min(window.last + BLOCK, SEQUENCE_MAX))
    return KeyedGate(key, window)


def memory_gate(key: UplinkKey) -> KeyedGate:
    """A gate whose window begins anew each time: for virtual time alone."""
    window = ReplayWindow(MemoryCeiling())
    window.step(0)
    return KeyedGate(key, window)
