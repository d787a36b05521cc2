"""What a bad line does to the bytes that pass it: small functions, and how often and in which direction they act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Change = Callable[[bytes, Random], bytes]
"""What arrives in place of the bytes sent; b"" for nothing."""


def unchanged(data: bytes, _rng: Random) -> bytes:
    """A good line."""
    return data


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


def noise(data: bytes, rng: Random) -> bytes:
    """As many bytes that mean nothing: what a receiver at another rate, or two senders at once, make of them."""
    return rng.randbytes(len(data))


def sometimes(change: Change, probability: float) -> Change:
    """`change` for this share of the frames."""

    def change_or_not(data: bytes, rng: Random) -> bytes:
        return change(data, rng) if rng.random() < probability else data

    return change_or_not


@dataclass(frozen=True, eq=False)
class Impairment:
    """Something wrong with a line: what happens to bytes each way, and how late the host gets them.

    The lateness is that of the host's adapter, after the line: it delays what the host reads and spoils nothing.
    """

    to_device: Change = unchanged
    to_host: Change = unchanged
    late_ns: int = 0

    @classmethod
    def both_ways(cls, change: Change) -> Impairment:
        """The same in both directions."""
        return cls(to_device=change, to_host=change)
