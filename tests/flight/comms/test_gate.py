"""The gate as the flight program opens it: a key file, and a window kept in the recorder's directory."""

import pytest

from flight.comms.gate import open_gate
from flight.icd.events.comms import UplinkFault
from flight.icd.keys import KeyFileError, create_key
from flight.icd.sdls import HEADER_SIZE, MAC_SIZE, Association
from flight.icd.tc_frame import TcFrame
from flight.recorder.null import NullRecorder


@pytest.fixture
def keyed(tmp_path):
    path = tmp_path / "uplink.key"
    return path, create_key(path)


def admit(gate, key, sequence):
    octets = Association(key).protect(TcFrame(b"data"), sequence, bytes(8))
    return gate.admit(octets[:5], octets[5:-2])


def test_what_the_key_made_gets_in_once(keyed, tmp_path):
    path, key = keyed
    gate = open_gate(path, tmp_path, NullRecorder())
    assert admit(gate, key, 1) == b"data"
    assert admit(gate, key, 1) is UplinkFault.REPLAYED
    assert gate.next_sequence == 2
    assert (gate.is_open, gate.key_ident) == (True, 1)


def test_a_number_is_used_up_only_by_an_authentic_frame(keyed, tmp_path):
    path, key = keyed
    gate = open_gate(path, tmp_path, NullRecorder())
    octets = Association(key).protect(TcFrame(b"data"), 5, bytes(8))
    assert gate.admit(octets[:5], octets[5:-3] + bytes([octets[-3] ^ 1])) is UplinkFault.SDLS_MAC
    assert gate.admit(octets[:5], bytes(HEADER_SIZE + MAC_SIZE)) is UplinkFault.SDLS_LENGTH
    assert gate.next_sequence == 1


def test_after_a_crash_and_after_an_end_what_got_in_stays_out(keyed, tmp_path):
    path, key = keyed
    crashed = open_gate(path, tmp_path, NullRecorder())
    admit(crashed, key, 77)
    ended = open_gate(path, tmp_path, NullRecorder())
    assert admit(ended, key, 77) is UplinkFault.REPLAYED
    number = ended.next_sequence
    assert admit(ended, key, number) == b"data"
    ended.close()
    again = open_gate(path, tmp_path, NullRecorder())
    assert admit(again, key, number) is UplinkFault.REPLAYED
    assert again.next_sequence == number + 1


def test_with_a_new_key_old_numbers_stay_out(keyed, tmp_path):
    path, key = keyed
    gate = open_gate(path, tmp_path, NullRecorder())
    admit(gate, key, 9)
    gate.close()
    other = create_key(tmp_path / "other.key", 2)
    again = open_gate(tmp_path / "other.key", tmp_path, NullRecorder())
    assert admit(again, other, 9) is UplinkFault.REPLAYED
    assert admit(again, other, 10) == b"data"


def test_a_key_file_that_can_not_be_used_changes_nothing(keyed, tmp_path):
    path, _ = keyed
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="has mode 0644; allowed: 0600"):
        open_gate(path, tmp_path, NullRecorder())
    assert not (tmp_path / "banks").exists()
