"""One recorder at a time; the next run waits for the last one's."""

import os

import pytest

from flight.recorder import lock as module
from flight.recorder.banks import Banks, RecordedBank
from flight.recorder.lock import lock_directory
from flight.recorder.process import ProcessRecorder
from flight.recorder.records import Kind

LABEL = ("replay", b"SARW", 1)


def nobody(event):
    pass


def test_a_directory_nobody_records_in_is_free(tmp_path):
    for _ in range(2):
        fd = lock_directory(tmp_path, 0.0)
        assert os.path.samestat(os.fstat(fd), os.stat(tmp_path / module.NAME))
        os.close(fd)


def test_a_recorder_that_goes_on_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_LOOK_S", 0.001)
    recorder = ProcessRecorder(tmp_path, nobody)
    recorder.open()
    with pytest.raises(OSError, match="in use by the recorder of another flight program"):
        ProcessRecorder(tmp_path, nobody).open(wait_s=0.01)
    recorder.close()
    os.close(lock_directory(tmp_path, 0.0))


def test_a_recorder_that_is_killed_lets_go(tmp_path):
    recorder = ProcessRecorder(tmp_path, nobody)
    recorder.open()
    recorder._process.kill()
    recorder._process.wait()
    os.close(lock_directory(tmp_path, 0.0))
    recorder.close()


def test_what_was_queued_when_the_flight_program_was_killed_is_loaded_by_the_next(tmp_path):
    """The queue is closed as the system closes it for a program that is killed: nobody waits, nothing is said."""
    recorder = ProcessRecorder(tmp_path, nobody)
    recorder.open()
    recorder.append(Kind.FRAME, bytes(100), 0)
    writer = RecordedBank(recorder, Banks(tmp_path, *LABEL).label)
    for number in range(50):
        assert writer.store(bytes([number]), 0)
    recorder._queue.close()
    after = ProcessRecorder(tmp_path, nobody)
    after.open()
    assert Banks(tmp_path, *LABEL).load().data == bytes([49])
    assert recorder._process.wait(5) == 0
    after.close()
