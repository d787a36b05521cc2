"""The radio of a lockstep mission: what flight sends is hashed and stored as it arrives, telecommands go up.

What can be wrong with the link are its faults (`hil.faults.link`); a link without any passes every octet. Frames that
do not arrive, or not as they were sent, are counted. The light time is left out: lockstep has no operator who waits.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable
from random import Random
from typing import BinaryIO

from flight.icd.keys import UplinkKey
from flight.icd.kinds import Command
from flight.icd.sdls import SESSION_SIZE
from flight.icd.space_packet import encode_tc
from flight.icd.tc_sender import TcSender
from hil.link_model import Direction, Path

Undo = Callable[[], None]


class _Fade:
    """Two states, good and bad, of lengths drawn from exponential distributions (Gilbert 1960, Elliott 1963)."""

    def __init__(self, rng: Random, good_s: float, bad_s: float) -> None:
        self._rng = rng
        self._mean_s = good_s, bad_s
        self._bad = False
        self._until_ns = -1

    def is_bad(self, now_ns: int) -> bool:
        """Whether frames sent at `now_ns` are lost."""
        while now_ns >= self._until_ns:  # bounded: each pass moves on
            if self._until_ns >= 0:
                self._bad = not self._bad
            self._until_ns = max(self._until_ns, now_ns) + 1 + self._length_ns()
        return self._bad

    def _length_ns(self) -> int:
        return round(self._rng.expovariate(1.0 / self._mean_s[self._bad]) * 1e9)


class MemoryLink:
    """Both ends of the space link in virtual time; a `Port` for flight, and the `Radio` that faults act on."""

    url = "memory://link"
    is_open = True

    def __init__(self, key: UplinkKey, seed: int | str = 0) -> None:
        self._file: BinaryIO | None = None
        self._uplink: deque[bytes] = deque()
        self._sender = TcSender(key, session=bytes(SESSION_SIZE))
        self._count = 0
        self._rng = Random(f"{seed} radio")
        self._down: list[Direction] = []
        self._up: list[Direction] = []
        self._fades: list[_Fade] = []
        self._outages = 0
        self.sha256 = hashlib.sha256()
        """Over what arrived on the ground."""
        self.octets = 0
        """How much that was."""
        self.lost = 0
        """Frames of telemetry that did not arrive."""

    def record(self, file: BinaryIO | None) -> None:
        """Keep what arrives from now on in `file`, which is closed with the link."""
        self._file = file

    def open(self, now_ns: int) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Close the recording."""
        if self._file is not None:
            self._file.close()

    def read(self, now_ns: int) -> bytes:
        """Telecommands that have been sent."""
        return self._uplink.popleft() if self._uplink else b""

    def write(self, data: bytes, now_ns: int) -> None:
        """Telemetry frames of flight."""
        if self._outages or self._down or self._fades:
            arriving = self._arriving(data, now_ns)
            if arriving is None:
                self.lost += 1
                return
            data = arriving
        self.sha256.update(data)
        self.octets += len(data)
        if self._file is not None:
            self._file.write(data)

    def _arriving(self, data: bytes, now_ns: int) -> bytes | None:
        faded = [fade.is_bad(now_ns) for fade in self._fades]
        return None if self._outages or any(faded) else _through(self._down, data)

    def command(self, command: Command) -> bool:
        """Send a telecommand up, as the ground would by the expedited service; whether it arrived as it was sent.

        An operator learns the same from the verification reports.
        """
        sent = self._sender.bd(encode_tc(command, self._count))
        self._count = (self._count + 1) & 0x3FFF
        arriving = None if self._outages else _through(self._up, sent)
        if arriving is not None:
            self._uplink.append(arriving)
        return arriving == sent

    # What can be wrong with it; each returns how to end it.

    def lose_uplink(self, share: float) -> Undo:
        """So many of the telecommand frames do not arrive."""
        return self._impair(self._up, Path(loss=share))

    def corrupt_uplink(self, bit_error_rate: float) -> Undo:
        """Bits of telecommand frames are wrong."""
        return self._impair(self._up, Path(bit_error_rate=bit_error_rate))

    def corrupt_downlink(self, bit_error_rate: float) -> Undo:
        """Bits of telemetry frames are wrong."""
        return self._impair(self._down, Path(bit_error_rate=bit_error_rate))

    def fade(self, good_s: float, bad_s: float) -> Undo:
        """Telemetry comes and goes: good and bad spells of these mean lengths."""
        fade = _Fade(self._rng, good_s, bad_s)
        self._fades.append(fade)
        return lambda: self._fades.remove(fade)

    def go_down(self) -> Undo:
        """Nothing arrives at either end."""
        self._outages += 1

        def undo() -> None:
            self._outages -= 1

        return undo

    def _impair(self, directions: list[Direction], path: Path) -> Undo:
        direction = Direction(path, self._rng.getrandbits(32))
        directions.append(direction)
        return lambda: directions.remove(direction)


def _through(directions: list[Direction], data: bytes) -> bytes | None:
    """`data` as it arrives after all of them; None when it does not."""
    arriving: bytes | None = data
    for direction in directions:
        arriving = direction.impair(arriving) if arriving is not None else None
    return arriving
