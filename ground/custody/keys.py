"""The buyer's signing key: Ed25519, in a PEM file (PKCS #8, RFC 8410) that its owner alone can read.

Any tool that knows these makes as good a key, `openssl genpkey -algorithm ed25519` for one.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from flight.icd.keys import KeyFileError, create_private, read_private

_HOW = "make one with: saji-ground custody new-key FILE"


def create_signing_key(path: Path) -> Ed25519PrivateKey:
    """Make a file with a new key; raises `KeyFileError`, and never overwrites one."""
    key = Ed25519PrivateKey.generate()
    create_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"))
    return key


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file; raises `KeyFileError` when there is none, others may read it, or it is no Ed25519 key."""
    octets = read_private(path, _HOW)
    try:
        key = load_pem_private_key(octets, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise KeyFileError(path, f"is no private key in PEM without a password; {_HOW}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(path, f"is a key of another kind; allowed: Ed25519; {_HOW}")
    return key


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public key as the mission file names it."""
    return key.public_key().public_bytes_raw().hex()
