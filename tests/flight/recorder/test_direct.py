"""The recorder of lockstep runs."""

import errno

import pytest

from flight.icd.events.recorder import StorageFailed
from flight.recorder import store
from flight.recorder.direct import DirectRecorder
from flight.recorder.records import Kind


def test_the_same_records_leave_the_same_files(tmp_path):
    def run(name):
        recorder = DirectRecorder(tmp_path / name, lambda event: None)
        for n in range(200):
            assert recorder.append(Kind.FRAME, n.to_bytes(1, "big") * 1119, n)
        recorder.append(Kind.DECISION, b"enough", 5)
        recorder.close()
        return {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}

    assert run("one") == run("two")


def test_housekeeping_tells_what_is_stored(tmp_path):
    recorder = DirectRecorder(tmp_path, lambda event: None)
    recorder.append(Kind.FRAME, bytes(100), 1)
    recorder.append(Kind.PICTURE, bytes(50), 2)
    recorder.step(3)
    hk = recorder.hk
    assert (hk.running, hk.frames, hk.products, hk.octets, hk.failed, hk.stamp_ns) == (1, 1, 1, 150, 0, 3)
    recorder.close()


def test_what_could_not_be_stored_is_told_once(tmp_path, monkeypatch):
    def refuse(fd, data):
        raise OSError(errno.EIO, "no")

    events = []
    recorder = DirectRecorder(tmp_path, events.append)
    with monkeypatch.context() as patch:
        patch.setattr(store.os, "write", refuse)
        assert not recorder.append(Kind.FRAME, bytes(100), 1)
        assert not recorder.append(Kind.FRAME, bytes(100), 2)
    recorder.step(3)
    recorder.step(4)
    assert events == [StorageFailed(errno=errno.EIO, count=2)]
    recorder.close()


def test_a_store_that_cannot_be_opened_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        DirectRecorder(tmp_path / "file" / "store", lambda event: None)
