"""Pseudo-randomizers: octets mixed with a fixed sequence, so that a receiver always finds bit transitions.

Telemetry (CCSDS 131.0-B) and telecommand (231.0-B) have different sequences; each begins anew with
every frame or codeblock. Applied twice they cancel.
"""

from __future__ import annotations

from functools import lru_cache

_TM_TAPS = (0, 3, 5, 7)  # x^8 + x^7 + x^5 + x^3 + 1
_TC_TAPS = (0, 1, 2, 3, 4, 6)  # x^8 + x^6 + x^4 + x^3 + x^2 + x + 1
_PERIOD = 255


def _sequence(taps: tuple[int, ...]) -> bytes:
    """One period of 255 octets of the sequence with these feedback taps, from a register of ones."""
    bits = [1] * 8
    while len(bits) < 8 * _PERIOD:
        bits.append(sum(bits[-8 + tap] for tap in taps) & 1)
    return bytes(int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, 8 * _PERIOD, 8))


@lru_cache(maxsize=16)
def _mask(taps: tuple[int, ...], size: int) -> int:
    sequence = _sequence(taps)
    return int.from_bytes((sequence * (size // _PERIOD + 1))[:size], "big")


def tm_randomize(octets: bytes) -> bytes:
    """A telemetry frame or codeblock, without its marker, mixed or restored."""
    return _mix(octets, _TM_TAPS)


def tc_randomize(octets: bytes) -> bytes:
    """A telecommand frame, without fill, mixed or restored."""
    return _mix(octets, _TC_TAPS)


def _mix(octets: bytes, taps: tuple[int, ...]) -> bytes:
    size = len(octets)
    return (int.from_bytes(octets, "big") ^ _mask(taps, size)).to_bytes(size, "big")
