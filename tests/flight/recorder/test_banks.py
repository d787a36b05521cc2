"""Two banks: whatever happens to a write, one whole copy is left, and it says which."""

import errno

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.recorder import banks as module
from flight.recorder.banks import LARGEST_IMAGE, Banks, BankState, RecordedBank, examine, open_record
from flight.recorder.direct import DirectRecorder
from flight.recorder.process import ProcessRecorder
from flight.recorder.records import Kind


def make(directory, name="replay", magic=b"SARW", version=1):
    return Banks(directory, name, magic, version, durable=False)


@pytest.fixture
def stored(tmp_path):
    """A directory whose bank 0 holds the first image and bank 1 the second."""
    banks = make(tmp_path)
    banks.store(b"first")
    banks.store(b"second")
    return tmp_path


def bank(directory, number):
    return directory / "banks" / f"replay.{number}"


def test_nothing_stored_is_nothing_loaded(tmp_path):
    loaded = make(tmp_path).load()
    assert (loaded.data, loaded.bank) == (None, -1)
    assert loaded.reason == "no bank (bank 0 absent, bank 1 absent)"
    assert list(tmp_path.iterdir()) == []


def test_the_newest_image_is_loaded_and_says_from_where(stored):
    loaded = make(stored).load()
    assert (loaded.data, loaded.bank, loaded.generation) == (b"second", 1, 2)
    assert loaded.reason == "bank 1, generation 2 (bank 0 whole, bank 1 whole)"


def test_the_older_bank_is_written_also_after_a_restart(stored):
    make(stored).store(b"third")
    assert bank(stored, 0).read_bytes().find(b"third") > 0
    assert bank(stored, 1).read_bytes().find(b"second") > 0
    assert make(stored).load().data == b"third"


@given(images=st.lists(st.binary(max_size=200), min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_stored_last_is_loaded(tmp_path_factory, images):
    directory = tmp_path_factory.mktemp("banks")
    for image in images:
        make(directory).store(image)
    loaded = make(directory).load()
    assert (loaded.data, loaded.generation) == (images[-1], len(images))


@pytest.mark.parametrize(
    ("spoil", "state"),
    [
        (lambda octets: b"", BankState.TORN),
        (lambda octets: octets + b"\0", BankState.TORN),
        (lambda octets: b"XXXX" + octets[4:], BankState.ANOTHER),
        (lambda octets: octets[:-1] + bytes([octets[-1] ^ 1]), BankState.CORRUPT),
        (lambda octets: bytes(len(octets)), BankState.ANOTHER),
    ],
)
def test_a_spoilt_bank_leaves_the_other_and_says_so(stored, spoil, state):
    path = bank(stored, 1)
    path.write_bytes(spoil(path.read_bytes()))
    loaded = make(stored).load()
    assert (loaded.data, loaded.bank, loaded.states) == (b"first", 0, (BankState.WHOLE, state))


def test_a_spoilt_bank_is_the_next_to_be_written(stored):
    bank(stored, 1).write_bytes(b"")
    make(stored).store(b"third")
    loaded = make(stored).load()
    assert (loaded.data, loaded.bank, loaded.generation) == (b"third", 1, 2)
    assert loaded.states == (BankState.WHOLE, BankState.WHOLE)


def test_a_bank_that_cannot_be_read_leaves_the_other(stored):
    bank(stored, 1).unlink()
    bank(stored, 1).mkdir()
    loaded = make(stored).load()
    assert (loaded.data, loaded.states) == (b"first", (BankState.WHOLE, BankState.UNREADABLE))


def test_banks_of_another_version_are_not_taken(stored):
    loaded = make(stored, version=2).load()
    assert (loaded.data, loaded.states) == (None, (BankState.VERSION, BankState.VERSION))


@given(st.data())
def test_no_changed_bit_passes(data):
    label = module.Label("replay", b"SARW", 1)
    image = data.draw(st.binary(max_size=64))
    octets = module._HEADER.pack(b"SARW", 1, 9, len(image)) + image
    octets += module._CRC.pack(module.zlib.crc32(octets))
    assert examine(octets, label) == (BankState.WHOLE, 9, image)
    at = data.draw(st.integers(0, 8 * len(octets) - 1))
    spoilt = bytearray(octets)
    spoilt[at // 8] ^= 1 << at % 8
    assert examine(bytes(spoilt), label)[0] is not BankState.WHOLE


@given(st.binary(max_size=80))
def test_no_octets_make_examination_raise(octets):
    assert examine(octets, module.Label("replay", b"SARW", 1))[0] is not BankState.WHOLE


@pytest.mark.parametrize(
    ("name", "magic", "version"), [("../key", b"SARW", 1), ("", b"SARW", 1), ("a", b"SAR", 1), ("a", b"SARW", 65536)]
)
def test_a_label_that_is_none_is_refused(tmp_path, name, magic, version):
    with pytest.raises(ValueError, match="not a name"):
        Banks(tmp_path, name, magic, version)


def test_an_image_too_large_is_refused(stored):
    with pytest.raises(ValueError, match="at most"):
        make(stored).store(bytes(LARGEST_IMAGE + 1))
    assert make(stored).load().data == b"second"


def test_a_failed_write_leaves_the_newest_bank(stored, monkeypatch):
    def refuse(self, target):
        raise OSError(errno.ENOSPC, "no")

    banks = make(stored)
    with monkeypatch.context() as patch:
        patch.setattr(module.Path, "rename", refuse)
        with pytest.raises(OSError, match="no"):
            banks.store(b"third")
    assert make(stored).load().data == b"second"
    banks.store(b"third")
    assert make(stored).load().data == b"third"


def test_a_write_is_synced_before_its_name_and_its_directory_after(tmp_path, monkeypatch):
    order = []
    fsync, rename = module.os.fsync, module.Path.rename
    monkeypatch.setattr(module.os, "fsync", lambda fd: (order.append("sync"), fsync(fd))[1])
    monkeypatch.setattr(module.Path, "rename", lambda self, to: (order.append("rename"), rename(self, to))[1])
    Banks(tmp_path, "replay", b"SARW", 1).store(b"image")
    assert order == ["sync", "rename", "sync"]


def test_an_image_travels_as_a_record():
    taken = []

    class Recorder:
        hk = None

        def append(self, kind, data, now_ns):
            taken.append((kind, data, now_ns))
            return True

    assert RecordedBank(Recorder(), module.Label("replay", b"SARW", 7)).store(b"image", 5)
    kind, data, now_ns = taken[0]
    assert (kind, now_ns) == (Kind.BANK, 5)
    assert open_record(data) == (module.Label("replay", b"SARW", 7), b"image")


def test_the_recorder_of_lockstep_writes_banks_at_once(tmp_path):
    recorder = DirectRecorder(tmp_path, lambda event: None)
    writer = RecordedBank(recorder, make(tmp_path).label)
    for image in (b"first", b"second", b"third"):
        assert writer.store(image, 0)
    recorder.step(1)
    assert recorder.hk.banks == 3
    assert make(tmp_path).load().data == b"third"
    recorder.close()


@pytest.mark.parametrize("record", [b"", b"\xff", b"\x03SARW\0\1../x", b"\x06SARW\0\1\xff\xff\xff\xff\xff\xff"])
def test_a_record_that_is_no_image_is_counted_as_failed(tmp_path, record):
    recorder = DirectRecorder(tmp_path, lambda event: None)
    assert not recorder.append(Kind.BANK, record, 0)
    recorder.step(1)
    assert recorder.hk.failed == 1
    recorder.close()


def test_the_recorders_process_writes_banks(tmp_path):
    recorder = ProcessRecorder(tmp_path, lambda event: None)
    recorder.open()
    writer = RecordedBank(recorder, make(tmp_path).label)
    for image in (b"first", b"second"):
        assert writer.store(image, 0)
    recorder.close()
    assert make(tmp_path).load().data == b"second"
    assert (recorder.hk.banks, recorder.hk.lost) == (2, 0)
