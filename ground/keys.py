"""The ground's use of an uplink key: the numbers it has used up are kept beside it.

`FILE.state` holds, as JSON, the next sequence number of frames and the next sequence count of telecommand packets. Both
are reserved ahead, so that a program that ends without a word never uses a number twice; one that ends in order gives
back what it did not use. A program that commands holds the key file locked; a second one hands its telecommands to the
first (`ground.desk`).
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from flight.icd.keys import MODE, KeyFileError, load_key
from flight.icd.sdls import SEQUENCE_MAX
from flight.icd.tc_sender import TcSender

RESERVE = 64
"""Numbers reserved at a time."""
PACKET_COUNTS = 1 << 14
_NAMES = ("next_sequence", "next_packet")


class KeyBusyError(KeyFileError):
    """Another program commands with the key."""


class KeyInUse:
    """A key as long as one program commands with it; a `Sender` for `ground.uplink.Uplink`.

    Raises `KeyFileError` when the key or its state can't be used, `KeyBusyError` when another program uses it.
    """

    def __init__(self, path: Path) -> None:
        key = load_key(path)
        self.key_ident = key.ident
        self._state = path.with_name(path.name + ".state")
        self._lock = _lock(path)
        try:
            sequence, self._packet = _read(self._state)
            self._sender = TcSender(key, sequence)
            self._reserved = (0, 0)
            self._cover()
        except BaseException:
            os.close(self._lock)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def sequence(self) -> int:
        """The sequence number of the next frame."""
        return self._sender.sequence

    def resume(self, next_sequence: int) -> None:
        """The board accepts no number below `next_sequence`: go on there, or where we are when that is above."""
        self._sender.resume(next_sequence)

    def packet_count(self) -> int:
        """The sequence count of the next telecommand packet: none comes again before all others did."""
        self._cover()
        count = self._packet
        self._packet += 1
        return count % PACKET_COUNTS

    def bd(self, packet: bytes) -> bytes:
        """A frame of the expedited service."""
        self._cover()
        return self._sender.bd(packet)

    def ad(self, packet: bytes, ns: int) -> bytes:
        """A frame of the sequence-controlled service."""
        self._cover()
        return self._sender.ad(packet, ns)

    def unlock(self) -> bytes:
        """A control command."""
        self._cover()
        return self._sender.unlock()

    def set_vr(self, value: int) -> bytes:
        """A control command."""
        self._cover()
        return self._sender.set_vr(value)

    def close(self) -> None:
        """Give back what was reserved and not used, and let others use the key."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            _write(self._state, (self._sender.sequence, self._packet))
            os.close(lock)

    def _cover(self) -> None:
        """See that the numbers used next are reserved."""
        used = self._sender.sequence, self._packet
        if used[0] >= self._reserved[0] or used[1] >= self._reserved[1]:
            self._reserved = used[0] + RESERVE, used[1] + RESERVE
            _write(self._state, self._reserved)


def _lock(path: Path) -> int:
    """A descriptor of the key file that holds its lock; the system frees it when the program ends, however."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise KeyFileError(path, f"{error.strerror or error}") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        why = (
            "another program commands with this key and takes in no telecommand of others; end it first "
            "(Ctrl-C of a waiting send: the board goes on)"
        )
        raise KeyBusyError(path, why) from None
    return descriptor


def _read(path: Path) -> tuple[int, int]:
    """The next numbers; the first ones when there is no file yet."""
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return 1, 0
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(path, str(getattr(error, "strerror", None) or "is damaged")) from None
    try:
        state = json.loads(text)
    except ValueError:
        state = None
    if not (isinstance(state, dict) and set(state) == set(_NAMES) and all(type(n) is int for n in state.values())):
        raise KeyFileError(path, "is damaged; delete it, and the next numbers are learnt from the board")
    sequence, packet = (state[name] for name in _NAMES)
    if not (1 <= sequence <= SEQUENCE_MAX + RESERVE and packet >= 0):
        raise KeyFileError(path, f"holds {sequence} and {packet}; allowed: 1..{SEQUENCE_MAX} and 0 or more")
    return sequence, packet


def _write(path: Path, numbers: tuple[int, int]) -> None:
    """Replace the file as a whole; raises `KeyFileError`."""
    new = path.with_name(path.name + ".new")
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, MODE), "w") as file:
            json.dump(dict(zip(_NAMES, numbers, strict=True)), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError as error:
        raise KeyFileError(path, f"{error.strerror or error}; commanding needs to keep its numbers") from None
