"""What the buyer signs: acceptance of a sample, and its release, as octets (RFC 8032, Ed25519).

The signed octets are never sent: both ends build them from what they know, and the telecommand carries sample, counter
and signature. So a signature holds for one act, one mission, one sample, one state of its evidence and one counter.

    prefix    16   "saji custody v1" and a zero: no signature made for anything else is one of these
    act        1   1 acceptance, 2 release
    mission    8   first octets of the SHA-256 of the mission's name
    sample     8   identity of the sample, which the board tells when it is collected
    evidence  32   SHA-256 that the ground marked the evidence with
    counter    4   above every counter the board has accepted
"""

from __future__ import annotations

import hashlib
from enum import IntEnum

import construct
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PREFIX = b"saji custody v1\0"
KEY_SIZE = 32
SAMPLE_SIZE = 8
EVIDENCE_SIZE = 32
SIGNATURE_SIZE = 64
COUNTER_MAX = (1 << 32) - 1
_MISSION_SIZE = 8
_ORDER_8 = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
_P = 2**255 - 19
_SMALL_ORDER = frozenset((0, 1, _P - 1, _P, _P + 1, *(int.from_bytes(bytes.fromhex(y), "little") for y in _ORDER_8)))
"""Ordinates of the points of small order: under such a key anybody can sign."""


class Act(IntEnum):
    """What the buyer does."""

    ACCEPT = 1
    """The sample is taken over as the evidence shows it."""
    RELEASE = 2
    """The sample may be moved."""


class Refusal(IntEnum):
    """What is wrong with an authorization, in the order in which it is looked at."""

    NO_KEY = 1
    """The mission file names no key of a buyer."""
    OTHER_SAMPLE = 2
    """It is for another sample."""
    OLD_COUNTER = 3
    """Its counter is not above the last that was accepted."""
    SIGNATURE = 4
    """It was not signed by the buyer's key, or for another act, mission, evidence or counter."""


MESSAGE = construct.Struct(
    "prefix" / construct.Const(PREFIX),
    "act" / construct.Enum(construct.Int8ub, Act),
    "mission" / construct.Bytes(_MISSION_SIZE),
    "sample" / construct.Bytes(SAMPLE_SIZE),
    "evidence" / construct.Bytes(EVIDENCE_SIZE),
    "counter" / construct.Int32ub,
)
"""The octets that are signed."""


def mission_hash(mission: str) -> bytes:
    """The 8 octets that stand for the mission of this name."""
    return hashlib.sha256(mission.encode()).digest()[:_MISSION_SIZE]


def message(act: Act, mission: str, sample: bytes, evidence: bytes, counter: int) -> bytes:
    """The octets to be signed; raises `ValueError` for parts that do not have their size."""
    if len(sample) != SAMPLE_SIZE or len(evidence) != EVIDENCE_SIZE or not 0 <= counter <= COUNTER_MAX:
        found = f"{len(sample)} and {len(evidence)} octets, counter {counter}"
        raise ValueError(f"sample and evidence must have {SAMPLE_SIZE} and {EVIDENCE_SIZE} octets, got {found}")
    parts = {"act": act, "mission": mission_hash(mission), "sample": sample, "evidence": evidence, "counter": counter}
    return bytes(MESSAGE.build(parts))


def sample_identity(mission: str, number: int, tai_ns: int, mass_g: float, u95_g: float) -> bytes:
    """The 8 octets that name a sample: of the SHA-256 of mission, number, time of collection and mass."""
    text = f"saji sample|{mission}|{number}|{tai_ns}|{mass_g:.6f}|{u95_g:.6f}"
    return hashlib.sha256(text.encode()).digest()[:SAMPLE_SIZE]


def parse_public_key(text: str) -> bytes:
    """A public key of 64 hexadecimal digits; raises `ValueError` for what is none, or under which anybody can sign."""
    try:
        octets = bytes.fromhex(text)
    except ValueError:
        octets = b""
    if len(octets) != KEY_SIZE:
        raise ValueError(f"must be {2 * KEY_SIZE} hexadecimal digits, an Ed25519 public key")
    if int.from_bytes(octets, "little") & (1 << 255) - 1 in _SMALL_ORDER:
        raise ValueError("is a key under which anybody can sign; give the buyer's Ed25519 public key")
    return octets


def is_signed(public_key: bytes, signature: bytes, octets: bytes) -> bool:
    """Whether `signature` of `octets` was made with the private key of `public_key`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, octets)
    except (InvalidSignature, ValueError):
        return False
    return True
