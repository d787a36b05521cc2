"""What a bad line does to the bytes that pass it: small functions, and how often and in which direction they act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Change = Callable[[bytes, Random], bytes]
"""What arrives in place of the bytes sent; b"" for nothing."""
TO_DEVICE, TO_HOST = "to_device", "to_host"
"""The two ways of a line."""


def unchanged(data: bytes, _rng: Random) -> bytes:
    """A good line."""
    return data


def nothing(_data: bytes, _rng: Random) -> bytes:
    """A line that idles high whatever is sent."""
    return b""


def low(data: bytes, _rng: Random) -> bytes:
    """A line held low: a receiver finds no stop bits and reads a 0x00 for each character (a break)."""
    return bytes(len(data))


def flip_bit(data: bytes, rng: Random) -> bytes:
    """One bit is read wrong."""
    if not data:
        return data
    bit = rng.randrange(8 * len(data))
    flipped = bytearray(data)
    flipped[bit >> 3] ^= 1 << (bit & 7)
    return bytes(flipped)


def drop_byte(data: bytes, rng: Random) -> bytes:
    """One byte is lost, as by an overrun."""
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + data[at + 1 :]


def duplicate_byte(data: bytes, rng: Random) -> bytes:
    """One byte comes twice."""
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[: at + 1] + data[at:]


def duplicate_frame(data: bytes, _rng: Random) -> bytes:
    """The frame comes twice, as from an adapter that sends a block again."""
    return data + data


def insert_byte(data: bytes, rng: Random) -> bytes:
    """A byte that nobody sent is heard before, within or after the frame."""
    if not data:
        return data
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(1) + data[at:]


def truncate(data: bytes, rng: Random) -> bytes:
    """The frame ends early; at least its first byte comes, at least its last does not."""
    return data[: rng.randrange(1, len(data))] if len(data) > 1 else b""


def noise(data: bytes, rng: Random) -> bytes:
    """As many bytes that mean nothing: what a receiver at another rate makes of them."""
    return rng.randbytes(len(data))


def collide(data: bytes, rng: Random) -> bytes:
    """Another sender talks into the frame from somewhere on, and may talk on after it: nobody's bytes are left."""
    if not data:
        return data
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(len(data) - at + rng.randrange(4))


def sometimes(change: Change, probability: float) -> Change:
    """`change` for this share of the frames."""

    def change_or_not(data: bytes, rng: Random) -> bytes:
        return change(data, rng) if rng.random() < probability else data

    return change_or_not


@dataclass(frozen=True, eq=False)
class Impairment:
    """Something wrong with a line: what happens to bytes each way, and when and what else the host gets.

    Devices begin their answers `answer_ns` later than they would. The rest is of the host's adapter and spoils nothing:
    it hands bytes over `late_ns` after they came, then only at whole multiples of `every_ns`. `own` is what the host
    hears of its own bytes; None, as a rule, for nothing.
    """

    to_device: Change = unchanged
    to_host: Change = unchanged
    late_ns: int = 0
    every_ns: int = 1
    answer_ns: int = 0
    own: Change | None = None

    @classmethod
    def both_ways(cls, change: Change) -> Impairment:
        """The same in both directions."""
        return cls(to_device=change, to_host=change)

    @classmethod
    def one_way(cls, change: Change, way: str) -> Impairment:
        """`TO_DEVICE` or `TO_HOST` alone, or both when `way` is empty."""
        if not way:
            return cls.both_ways(change)
        return cls(to_device=change) if way == TO_DEVICE else cls(to_host=change)
