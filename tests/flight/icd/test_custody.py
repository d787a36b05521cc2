"""The octets a buyer signs, and the keys that can be used."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flight.icd.custody import MESSAGE, Act, is_signed, message, parse_public_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
SAMPLE, EVIDENCE = bytes(range(8)), bytes(range(100, 132))


def test_the_layout_is_the_one_documented():
    octets = message(Act.RELEASE, "m1_lander", SAMPLE, EVIDENCE, 0x01020304)
    mission = hashlib.sha256(b"m1_lander").digest()[:8]
    assert octets == b"saji custody v1\0" + b"\x02" + mission + SAMPLE + EVIDENCE + b"\x01\x02\x03\x04"
    assert MESSAGE.sizeof() == len(octets) == 69


def test_every_part_changes_what_is_signed():
    parts = (Act.ACCEPT, "m1_lander", SAMPLE, EVIDENCE, 1)
    others = (Act.RELEASE, "m2_rover", bytes(8), bytes(32), 2)
    messages = {message(*parts)}
    messages |= {message(*parts[:i], others[i], *parts[i + 1 :]) for i in range(5)}
    assert len(messages) == 6


def test_each_flipped_bit_of_signature_or_octets_is_refused():
    octets = message(Act.ACCEPT, "m1_lander", SAMPLE, EVIDENCE, 1)
    signature = KEY.sign(octets)
    assert is_signed(PUBLIC, signature, octets)
    for bit in range(8 * len(signature)):
        assert not is_signed(PUBLIC, flipped(signature, bit), octets)
    for bit in range(8 * len(octets)):
        assert not is_signed(PUBLIC, signature, flipped(octets, bit))


def test_another_key_is_refused():
    octets = message(Act.ACCEPT, "m1_lander", SAMPLE, EVIDENCE, 1)
    assert not is_signed(PUBLIC, Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(octets), octets)


@pytest.mark.parametrize("parts", [(bytes(7), EVIDENCE, 1), (SAMPLE, bytes(33), 1), (SAMPLE, EVIDENCE, 1 << 32)])
def test_parts_of_another_size_are_no_message(parts):
    with pytest.raises(ValueError, match="octets, counter"):
        message(Act.ACCEPT, "m1_lander", *parts)


@pytest.mark.parametrize("text", ["", "00", PUBLIC.hex()[:-1], "g" * 64, PUBLIC.hex() + "00"])
def test_what_is_no_key_says_what_a_key_is(text):
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        parse_public_key(text)


def test_a_key_is_read():
    assert parse_public_key(PUBLIC.hex().upper()) == PUBLIC


@pytest.mark.parametrize("octets", [bytes(32), b"\1" + bytes(31), bytes(31) + b"\x80", b"\xec" + b"\xff" * 31])
def test_a_key_under_which_anybody_can_sign_is_refused(octets):
    with pytest.raises(ValueError, match="anybody can sign"):
        parse_public_key(octets.hex())


def flipped(octets, bit):
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
