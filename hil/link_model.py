"""The space link as it can be: light time, lost frames and bit errors in both directions, in virtual time, seeded.

What one end writes in one call is a frame: it arrives whole and in order after the light time, with bits wrong here and
there, or not at all. Each direction counts what it did, which is the truth that receivers are held to.
"""

from __future__ import annotations

import math
import random
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """How one direction is: one-way `light_time_s`, probability `loss` of a frame, `bit_error_rate` of a bit."""

    light_time_s: float = 0.0
    loss: float = 0.0
    bit_error_rate: float = 0.0

    def __post_init__(self) -> None:
        if not (self.light_time_s >= 0 and 0 <= self.loss <= 1 and 0 <= self.bit_error_rate < 1):
            raise ValueError(f"{self}: light time must be >= 0, loss 0..1, bit error rate 0 to below 1")


class Direction:
    """Frames on their way from one end to the other."""

    def __init__(self, path: Path, seed: int) -> None:
        self.path = path
        self.sent = 0
        self.lost = 0
        self.damaged = 0
        self.flipped_bits = 0
        self._delay_ns = round(path.light_time_s * 1e9)
        self._rng = random.Random(seed)
        self._under_way: deque[tuple[int, bytes]] = deque()

    def send(self, frame: bytes, now_ns: int) -> None:
        """A frame leaves at `now_ns`."""
        arriving = self.impair(frame)
        if arriving is not None:
            self._under_way.append((now_ns + self._delay_ns, arriving))

    def take(self, now_ns: int) -> bytes:
        """What has arrived by `now_ns` and was not taken before."""
        arrived = []
        while self._under_way and self._under_way[0][0] <= now_ns:  # bounded by what is under way
            arrived.append(self._under_way.popleft()[1])
        return b"".join(arrived)

    def impair(self, frame: bytes) -> bytes | None:
        """`frame` as it arrives, None when it does not."""
        self.sent += 1
        if self._rng.random() < self.path.loss:
            self.lost += 1
            return None
        flips = self._flips(8 * len(frame))
        if not flips:
            return frame
        self.damaged += 1
        self.flipped_bits += len(flips)
        octets = bytearray(frame)
        for bit in flips:
            octets[bit >> 3] ^= 0x80 >> (bit & 7)
        return bytes(octets)

    def _flips(self, bits: int) -> list[int]:
        """Places of the wrong bits among `bits`: the gaps between them are geometric."""
        rate = self.path.bit_error_rate
        flips: list[int] = []
        if rate == 0.0:
            return flips
        scale = math.log1p(-rate)
        at = -1
        while True:  # bounded: each pass moves on by a bit or more
            at += 1 + int(math.log1p(-self._rng.random()) / scale)
            if at >= bits:
                return flips
            flips.append(at)


class LinkEnd:
    """One end of the link: a `Port` in memory."""

    is_open = True

    def __init__(self, url: str, outgoing: Direction, incoming: Direction) -> None:
        self.url = url
        self._outgoing = outgoing
        self._incoming = incoming

    def open(self, now_ns: int) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def read(self, now_ns: int) -> bytes:
        """What has arrived."""
        return self._incoming.take(now_ns)

    def write(self, data: bytes, now_ns: int) -> None:
        """Send one frame."""
        self._outgoing.send(data, now_ns)


class LinkModel:
    """Both directions and both ends; the same seed impairs the same frames."""

    def __init__(self, uplink: Path, downlink: Path, seed: int) -> None:
        self.uplink = Direction(uplink, 2 * seed)
        self.downlink = Direction(downlink, 2 * seed + 1)
        self.ground = LinkEnd("memory://ground", self.uplink, self.downlink)
        self.board = LinkEnd("memory://board", self.downlink, self.uplink)
