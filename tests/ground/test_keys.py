"""The key on the ground: no number is used twice, whatever happens, and one program commands at a time."""

import json
import os
import subprocess
import sys

import pytest

from flight.icd import cltu, tc_frame
from flight.icd.keys import KeyFileError, create_key, load_key
from flight.icd.sdls import Association
from ground.keys import PACKET_COUNTS, RESERVE, KeyInUse


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "uplink.key"
    create_key(path)
    return path


def numbers(path):
    state = json.loads(path.with_name("uplink.key.state").read_text())
    return state["next_sequence"], state["next_packet"]


def opened(path, octets):
    (unit,) = cltu.CltuDecoder().feed(octets)
    frame = tc_frame.parse(unit, fill=cltu.FILL)
    return Association(load_key(path)).open(unit[: tc_frame.HEADER_SIZE], frame.data)


def test_every_frame_has_a_number_of_its_own(path):
    with KeyInUse(path) as key:
        frames = [key.ad(b"a", 0), key.ad(b"a", 0), key.bd(b"b"), key.unlock(), key.set_vr(5)]
        assert [opened(path, frame).sequence for frame in frames] == [1, 2, 3, 4, 5]


def test_a_program_that_ends_in_order_leaves_no_gap(path):
    with KeyInUse(path) as key:
        key.bd(b"a")
        assert key.packet_count() == 0
    assert numbers(path) == (2, 1)
    with KeyInUse(path) as key:
        assert (key.sequence, key.packet_count()) == (2, 1)


def test_a_program_that_is_killed_uses_no_number_twice(path):
    script = f"""
import os, pathlib
from ground.keys import KeyInUse
key = KeyInUse(pathlib.Path({str(path)!r}))
for _ in range({RESERVE + 10}):
    key.bd(b"x"); key.packet_count()
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with KeyInUse(path) as key:
        assert key.sequence > RESERVE + 10
        assert key.packet_count() >= RESERVE + 10


def test_numbers_are_reserved_before_they_are_used(path):
    with KeyInUse(path) as key:
        for _ in range(5 * RESERVE):
            assert numbers(path)[0] > key.sequence - 1
            key.bd(b"x")


def test_the_board_can_be_ahead(path):
    with KeyInUse(path) as key:
        key.resume(5000)
        assert opened(path, key.bd(b"x")).sequence == 5000
        assert numbers(path)[0] > 5000
        key.resume(10)
        assert opened(path, key.bd(b"x")).sequence == 5001


def test_packet_counts_wrap(path):
    path.with_name("uplink.key.state").write_text(json.dumps({"next_sequence": 9, "next_packet": PACKET_COUNTS - 1}))
    with KeyInUse(path) as key:
        assert [key.packet_count(), key.packet_count()] == [PACKET_COUNTS - 1, 0]


def test_one_program_commands_at_a_time(path):
    with KeyInUse(path), pytest.raises(KeyFileError, match="another program commands with this key"):
        KeyInUse(path)
    KeyInUse(path).close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"next_sequence": 1}', '{"next_sequence": "1", "next_packet": 0}'])
def test_a_damaged_state_is_refused_with_what_to_do(path, text):
    path.with_name("uplink.key.state").write_text(text)
    with pytest.raises(KeyFileError, match=r"uplink\.key\.state: is damaged; delete it"):
        KeyInUse(path)


def test_a_number_that_can_not_be_is_refused(path):
    path.with_name("uplink.key.state").write_text('{"next_sequence": 0, "next_packet": 0}')
    with pytest.raises(KeyFileError, match=r"holds 0 and 0; allowed: 1\.\."):
        KeyInUse(path)


def test_a_key_that_others_can_read_is_refused(path):
    os.chmod(path, 0o644)
    with pytest.raises(KeyFileError, match="0600"):
        KeyInUse(path)
