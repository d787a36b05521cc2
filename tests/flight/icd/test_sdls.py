"""Security of frames: what the key made is opened, and nothing else; every octet is bound."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from hypothesis import given
from hypothesis import strategies as st

from flight.icd import sdls, tc_frame
from flight.icd.keys import UplinkKey
from flight.icd.sdls import Association, SdlsError, SdlsFault
from flight.icd.tc_frame import TcFrame

KEY = UplinkKey(1, bytes(range(32)))
SESSION = bytes.fromhex("0123456789abcdef")
KINDS = {"AD": TcFrame(b"", 5, bypass=False), "BD": TcFrame(b""), "BC": TcFrame(b"", control=True)}
KIND = st.sampled_from(sorted(KINDS)).map(KINDS.__getitem__)


def protect(data=b"telecommand", sequence=9, kind=KINDS["BD"], key=KEY):
    return Association(key).protect(kind._replace(data=data), sequence, SESSION)


def opened(octets, key=KEY):
    frame = tc_frame.parse(octets)
    return Association(key).open(octets[: tc_frame.HEADER_SIZE], frame.data)


def fault_of(octets, key=KEY):
    with pytest.raises(SdlsError) as caught:
        opened(octets, key)
    return caught.value.fault


@given(data=st.binary(min_size=1, max_size=200), sequence=st.integers(0, 2**32 - 1), kind=KIND)
def test_what_is_protected_opens_as_it_was(data, sequence, kind):
    octets = protect(data, sequence, kind)
    assert opened(octets) == (sequence, data)
    assert tc_frame.parse(octets)._replace(data=b"") == kind
    assert len(octets) == 5 + 14 + len(data) + 16 + 2


def test_the_layout_is_header_security_header_ciphertext_tag():
    octets = protect()
    header = sdls.HEADER.parse(octets[5:])
    assert (header.spi, header.session, header.sequence) == (1, SESSION, 9)
    assert sdls.HEADER.sizeof() == sdls.HEADER_SIZE
    iv = SESSION + (9).to_bytes(4, "big")
    assert octets[19:-2] == AESGCM(KEY.secret).encrypt(iv, b"telecommand", octets[:19])


def test_the_data_are_not_readable():
    assert b"telecommand" not in protect()


def test_another_sequence_number_gives_another_tag():
    assert protect(sequence=9)[-18:-2] != protect(sequence=10)[-18:-2]


def test_a_changed_sequence_number_is_not_authentic():
    octets = bytearray(protect(sequence=9))
    octets[18] = 10
    assert fault_of(tc_frame.close(bytes(octets[:-2]))) is SdlsFault.MAC


@given(at=st.integers(0, 45), bit=st.integers(0, 7), kind=KIND)
def test_every_bit_before_the_checksum_is_bound(at, bit, kind):
    octets = protect(kind=kind)
    changed = bytearray(octets[:-2])
    at %= len(changed)
    changed[at] ^= 1 << bit
    data = bytes(changed[5:])
    with pytest.raises(SdlsError) as caught:
        Association(KEY).open(bytes(changed[:5]), data)
    assert caught.value.fault is (SdlsFault.SPI if at in (5, 6) else SdlsFault.MAC)


@given(kind=KIND, other=KIND)
def test_a_frame_is_not_authentic_as_another_kind(kind, other):
    octets = protect(kind=kind)
    header = tc_frame.header(other, len(octets) - 7)
    if kind != other:
        with pytest.raises(SdlsError):
            Association(KEY).open(header, octets[5:-2])


def test_another_key_does_not_open_it():
    assert fault_of(protect(), UplinkKey(1, bytes(32))) is SdlsFault.MAC


@given(st.integers(1, 30))
def test_a_field_too_short_to_be_protected_is_refused(size):
    assert fault_of(tc_frame.build(TcFrame(bytes(size)))) is SdlsFault.LENGTH


@given(st.binary(min_size=1, max_size=200))
def test_no_octets_without_the_key_are_authentic(data):
    assert fault_of(tc_frame.build(TcFrame(data))) in SdlsFault


@pytest.mark.parametrize("size", [0, sdls.MAX_DATA + 1])
def test_data_that_fit_no_frame_are_an_error(size):
    with pytest.raises(ValueError, match=r"1\.\.987"):
        protect(bytes(size))
    assert len(protect(bytes(sdls.MAX_DATA))) == tc_frame.MAX_SIZE


@pytest.mark.parametrize("sequence", [-1, 2**32])
def test_a_sequence_number_that_does_not_fit_is_an_error(sequence):
    with pytest.raises(ValueError, match="sequence number"):
        protect(sequence=sequence)


def test_the_cipher_holds_the_vectors_of_nist():
    # GCM specification (McGrew, Viega), test cases 14 and 16
    assert AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), None).hex() == (
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    )
    key = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
    plain = bytes.fromhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    sealed = AESGCM(key).encrypt(
        bytes.fromhex("cafebabefacedbaddecaf888"), plain, bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    )
    assert sealed[-16:].hex() == "76fc6ece0f4e1768cddf8853bb2d551b"


def test_the_library_holds_the_vectors_of_rfc_4493():
    mac = CMAC(AES(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")))
    mac.update(bytes.fromhex("6bc1bee22e409f96e93d7e117393172a"))
    assert mac.finalize().hex() == "070a16b46b4d4144f79bdd9dd04a287c"
