"""Key files: made for their owner alone, and refused in one line when anything about them is wrong."""

import os
import stat

import pytest

from flight.icd.keys import KeyFileError, UplinkKey, create_key, load_key

GOOD = f'id = 3\nkey = "{"ab" * 32}"\n'


@pytest.fixture
def write(tmp_path):
    """Text -> a key file that holds it."""

    def make(text, mode=0o600):
        path = tmp_path / "uplink.key"
        path.write_text(text)
        path.chmod(mode)
        return path

    return make


def test_a_key_that_was_made_is_loaded(tmp_path):
    path = tmp_path / "uplink.key"
    assert create_key(path, 7) == load_key(path)
    assert load_key(path).ident == 7
    assert len(load_key(path).secret) == 32


def test_a_made_file_is_for_its_owner_alone_whatever_the_umask(tmp_path):
    for mask in (0, 0o777):
        before = os.umask(mask)
        try:
            create_key(tmp_path / f"{mask}.key")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / f"{mask}.key").stat().st_mode) == 0o600


def test_no_two_keys_are_alike(tmp_path):
    assert len({create_key(tmp_path / str(number)).secret for number in range(20)}) == 20


def test_a_key_is_never_overwritten(write):
    path = write(GOOD)
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_key(path)
    assert path.read_text() == GOOD


def test_the_folder_of_a_key_is_made_and_a_place_that_is_none_is_named(tmp_path):
    create_key(tmp_path / "out" / "uplink.key")
    with pytest.raises(KeyFileError, match=r"key file .*/other.key: .*uplink.key is no folder"):
        create_key(tmp_path / "out" / "uplink.key" / "other.key")


def test_a_missing_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(KeyFileError, match=r"key file .*uplink.key: No such file.*saji-ground keys new"):
        load_key(tmp_path / "uplink.key")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o700, 0o4600])
def test_a_file_with_a_wider_mode_is_refused_with_what_is_allowed(write, mode):
    path = write(GOOD, mode)
    with pytest.raises(KeyFileError, match=rf"has mode {mode:04o}; allowed: 0600 \(chmod 600 "):
        load_key(path)


def test_a_file_that_can_only_be_read_is_good_enough(write):
    assert load_key(write(GOOD, 0o400)) == UplinkKey(3, b"\xab" * 32)


def test_a_directory_or_a_pipe_is_no_key_file(tmp_path):
    with pytest.raises(KeyFileError, match=r"Is a directory|no regular file"):
        load_key(tmp_path)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(KeyFileError, match="no regular file"):
        load_key(tmp_path / "pipe")


def test_a_file_of_somebody_else_is_refused(write, monkeypatch):
    path = write(GOOD)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(KeyFileError, match="belongs to user"):
        load_key(path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "has nothing; allowed: id, key"),
        ("id = 1", "has id; allowed: id, key"),
        (GOOD + "more = 1", "allowed: id, key"),
        ("nonsense", "is not TOML"),
        ("\xff", "is not TOML"),
        (GOOD.replace("3", "70000", 1), "id must be a whole number 1..65535"),
        (GOOD.replace("3", "true", 1), "id must be a whole number"),
        (GOOD.replace("ab", "xy"), "64 hexadecimal digits"),
        (GOOD.replace("abab", "ab", 1), "64 hexadecimal digits"),
        ("id = 1\nkey = 5", "64 hexadecimal digits"),
    ],
)
def test_what_is_no_key_is_refused_with_what_is_allowed_and_never_shown(write, text, found):
    with pytest.raises(KeyFileError) as caught:
        load_key(write(text))
    assert found in str(caught.value)
    assert "abab" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_secret_is_in_no_representation():
    assert "ab" * 3 not in repr(UplinkKey(1, b"\xab" * 32)) + str(UplinkKey(1, b"\xab" * 32))


@pytest.mark.parametrize(("ident", "size"), [(1, 16), (1, 33), (0, 32), (65536, 32)])
def test_a_key_has_one_size(ident, size):
    with pytest.raises(ValueError, match="32 octets"):
        UplinkKey(ident, bytes(size))
