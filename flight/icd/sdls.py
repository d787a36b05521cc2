"""Security of telecommand frames (SDLS, CCSDS 355.0-B-2): authenticated encryption with AES-256-GCM.

    frame header | SPI (2) | IV (12) = session (8) + sequence number (4) | data, encrypted | MAC (16) | FECF

The sequence number counts the frames protected with a key and guards against replay; the session is drawn at random by
each sender when it starts. Together they are the initialisation vector, so that none is used twice even if a sender
loses its count or two of them hold the same key. Authenticated are all octets before the FECF: the authentication mask
is all ones over frame header and security header. The MAC therefore holds for one frame sequence number N(S): a frame
that COP-1 sends again is protected anew, with the next sequence number. Control commands (BC) are protected like data;
the standard leaves them open, and anybody could then move V(R).
"""

from __future__ import annotations

import struct
from enum import StrEnum
from typing import NamedTuple

import construct
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from flight.icd import tc_frame
from flight.icd.keys import UplinkKey
from flight.icd.tc_frame import TcFrame

SPI = 1
SESSION_SIZE = 8
MAC_SIZE = 16
SEQUENCE_MAX = 0xFFFF_FFFF
"""The last sequence number; after it the key is used up."""

HEADER = construct.Struct(
    "spi" / construct.Int16ub,
    "session" / construct.Bytes(SESSION_SIZE),
    "sequence" / construct.Int32ub,
)
HEADER_SIZE = 14
OVERHEAD = HEADER_SIZE + MAC_SIZE
MAX_DATA = tc_frame.MAX_SIZE - tc_frame.HEADER_SIZE - OVERHEAD - tc_frame.FECF_SIZE
_HEADER = struct.Struct(f">H{SESSION_SIZE}sI")
_SPI_SIZE = 2


class SdlsFault(StrEnum):
    """Why a frame is not from somebody who holds the key."""

    LENGTH = "length"
    SPI = "security association"
    MAC = "authentication"


class SdlsError(ValueError):
    """A frame that is not authentic; `fault` is the kind, the message says what was found."""

    def __init__(self, fault: SdlsFault, found: str) -> None:
        super().__init__(f"{fault}: {found}")
        self.fault = fault


class Opened(NamedTuple):
    """The content of an authentic frame. Whether its sequence number is new is for the receiver to say."""

    sequence: int
    data: bytes


class Association:
    """A security association: protects frames on the ground and opens them on board."""

    __slots__ = ("_cipher", "key_ident")

    def __init__(self, key: UplinkKey) -> None:
        self.key_ident = key.ident
        self._cipher = AESGCM(key.secret)

    def protect(self, frame: TcFrame, sequence: int, session: bytes) -> bytes:
        """The octets of `frame` with its data protected; raises `ValueError` when something does not fit.

        `sequence` (0..2^32-1) with the 8 octets of `session` must never have been used with this key.
        """
        if not 1 <= len(frame.data) <= MAX_DATA:
            raise ValueError(f"a protected frame holds 1..{MAX_DATA} octets, not {len(frame.data)}")
        if len(session) != SESSION_SIZE or not 0 <= sequence <= SEQUENCE_MAX:
            raise ValueError(f"session {session.hex()} or sequence number {sequence} does not fit")
        security = _HEADER.pack(SPI, session, sequence)
        header = tc_frame.header(frame, OVERHEAD + len(frame.data))
        sealed = self._cipher.encrypt(security[_SPI_SIZE:], frame.data, header + security)
        return tc_frame.close(header + security + sealed)

    def open(self, header: bytes, data: bytes) -> Opened:
        """What the `data` field of a frame with this 5-octet `header` holds; raises `SdlsError`."""
        if len(data) <= OVERHEAD:
            raise SdlsError(SdlsFault.LENGTH, f"{len(data)} octets, a protected frame has more than {OVERHEAD}")
        security = data[:HEADER_SIZE]
        spi, _, sequence = _HEADER.unpack(security)
        if spi != SPI:
            raise SdlsError(SdlsFault.SPI, f"{spi}, ours is {SPI}")
        try:
            plain = self._cipher.decrypt(security[_SPI_SIZE:], data[HEADER_SIZE:], header + security)
        except InvalidTag:
            raise SdlsError(SdlsFault.MAC, "not made with this key") from None
        return Opened(sequence, plain)
