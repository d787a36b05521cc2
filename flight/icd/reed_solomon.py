"""Reed-Solomon (255,223) of telemetry, interleaving depth 5, dual basis (CCSDS 131.0-B, clause 4): encoding.

The field is GF(2^8) by x^8 + x^7 + x^2 + x + 1, the generator has the roots alpha^(11 j), j = 112..143, and symbols
travel in Berlekamp's dual basis. A frame of less than 1115 octets is a shortened code: its virtual fill leads and is
not sent (4.3.7). Correction is in `reed_solomon_decoder`, which needs a library that flight does not.
"""

from __future__ import annotations

from functools import lru_cache

INTERLEAVE = 5
DATA = 223
PARITY = 32
CHECK_SIZE = INTERLEAVE * PARITY
"""Octets that the code adds to a frame."""
MAX_FRAME = INTERLEAVE * DATA
FIELD = 0x187
ROOT = 0xAD
"""alpha^11: a generator from the powers of alpha itself gives another parity."""
FIRST_ROOT = 112
_BETA = 117
"""The dual basis is that of the powers of alpha^117 under the trace (4.4.2)."""
_STATE = (1 << 8 * PARITY) - 1
_TOP = 8 * (PARITY - 1)


def multiply(a: int, b: int) -> int:
    """The product in the field, both in the conventional basis."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= FIELD
        b >>= 1
    return product


def power(base: int, exponent: int) -> int:
    """`base` raised to `exponent`."""
    result = 1
    for _ in range(exponent):
        result = multiply(result, base)
    return result


def _trace(value: int) -> int:
    total = 0
    for _ in range(8):
        total ^= value
        value = multiply(value, value)
    return total


@lru_cache(maxsize=1)
def bases() -> tuple[bytes, bytes]:
    """Tables of a symbol's translation: conventional to dual, and dual to conventional."""
    factors = [power(2, _BETA * bit % 255) for bit in range(8)]
    to_dual = bytearray(256)
    for value in range(256):
        for factor in factors:  # the first is that of the most significant bit
            to_dual[value] = to_dual[value] << 1 | _trace(multiply(value, factor))
    to_conventional = bytearray(256)
    for value, dual in enumerate(to_dual):
        to_conventional[dual] = value
    return bytes(to_dual), bytes(to_conventional)


def _generator() -> list[int]:
    """Coefficients of the generator polynomial, from x^31 down to x^0 (that of x^32 is one)."""
    polynomial = [1]
    for number in range(FIRST_ROOT, FIRST_ROOT + PARITY):
        root = power(ROOT, number)
        shifted = [*polynomial, 0]
        for at, coefficient in enumerate(polynomial):
            shifted[at + 1] ^= multiply(coefficient, root)
        polynomial = shifted
    return polynomial[1:]


@lru_cache(maxsize=1)
def _feedback() -> tuple[int, ...]:
    """For each symbol fed back, what it adds to the register: 32 symbols as one integer, in the dual basis."""
    to_dual, to_conventional = bases()
    generator = _generator()
    return tuple(
        int.from_bytes(bytes(to_dual[multiply(to_conventional[symbol], each)] for each in generator), "big")
        for symbol in range(256)
    )


def parity(data: bytes) -> bytes:
    """The 32 check symbols of up to 223 data symbols, all in the dual basis."""
    feedback = _feedback()
    register = 0
    for symbol in data:
        register = (register << 8 & _STATE) ^ feedback[register >> _TOP ^ symbol]
    return register.to_bytes(PARITY, "big")


def check_frame_length(length: int) -> None:
    """Raise `ValueError` unless a frame of `length` octets fills the interleaved codewords evenly."""
    if not INTERLEAVE <= length <= MAX_FRAME or length % INTERLEAVE:
        raise ValueError(f"Reed-Solomon takes frames of a multiple of {INTERLEAVE} up to {MAX_FRAME}, not {length}")


def encode(frame: bytes) -> bytes:
    """The codeblock of `frame`: the frame, then the check symbols of all codewords in turn."""
    checks = bytearray(CHECK_SIZE)
    for number in range(INTERLEAVE):
        checks[number::INTERLEAVE] = parity(frame[number::INTERLEAVE])
    return frame + checks
