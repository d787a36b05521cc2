"""Time-stamps: CCSDS unsegmented time code, 4 octets of seconds and 2 of fraction, epoch TAI 1958-01-01.

CCSDS 301.0-B-4, 3.2. The P-field 0x1E (level 1, 4 + 2 octets) is implicit: it is not sent. Inside the programs time is
`tai_ns`, nanoseconds of TAI since that epoch; one count of the fraction is 15.26 us.
"""

from __future__ import annotations

import struct

P_FIELD = 0x1E
SIZE = 6
NS_PER_S = 1_000_000_000
UNIX_EPOCH_S = 378_691_200
"""Seconds from 1958-01-01 to 1970-01-01: 4383 days of 86400 s, as the two scales count them."""
TAI_MINUS_UTC_S = 37
"""Leap seconds since 2017-01-01; no further one is announced (IERS Bulletin C)."""

_CODE = struct.Struct(">IH")


def split(tai_ns: int) -> tuple[int, int]:
    """`tai_ns` as seconds and 1/65536 s, rounded down; seconds wrap after 136 years (in 2094)."""
    seconds, rest_ns = divmod(tai_ns, NS_PER_S)
    return seconds & 0xFFFFFFFF, (rest_ns << 16) // NS_PER_S


def join(seconds: int, fraction: int) -> int:
    """The least `tai_ns` that `split` turns into these."""
    return seconds * NS_PER_S + -(-fraction * NS_PER_S >> 16)


def encode(tai_ns: int) -> bytes:
    """`tai_ns` as 6 octets."""
    return _CODE.pack(*split(tai_ns))


def decode(octets: bytes) -> int:
    """The `tai_ns` of 6 octets; raises `ValueError` when they are not 6."""
    if len(octets) != SIZE:
        raise ValueError(f"a time code has {SIZE} octets, not {len(octets)}")
    return join(*_CODE.unpack(octets))


def from_unix(unix_ns: int, tai_minus_utc_s: int = TAI_MINUS_UTC_S) -> int:
    """`tai_ns` of a POSIX time in nanoseconds."""
    return unix_ns + (UNIX_EPOCH_S + tai_minus_utc_s) * NS_PER_S
