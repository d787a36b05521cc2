"""The flight computer's storage and time, as far as they can fail."""

import errno

import pytest

from flight.icd import cuc
from flight.icd.hk.recorder import RecorderHk
from hil.board import Computer, FailingStorage, StorageFaults

S = 10**9


class Recorder:
    def __init__(self):
        self.hk = RecorderHk()
        self.records = []

    def append(self, kind, data, now_ns):
        self.records.append(data)
        return True

    def ask(self, question, now_ns):
        return True

    def answer(self):
        return None

    def step(self, now_ns):
        self.hk.frames, self.hk.failed, self.hk.dropped = len(self.records), 0, 0

    def close(self):
        self.records.append("closed")


@pytest.fixture
def stored():
    faults, events = StorageFaults(), []
    recorder = Recorder()
    return FailingStorage(recorder, events.append, faults), recorder, faults, events


@pytest.mark.parametrize(("fault", "number"), [("fill", errno.ENOSPC), ("fail", errno.EIO)])
def test_what_can_not_be_stored_is_refused_counted_and_told_once(stored, fault, number):
    storage, recorder, faults, events = stored
    back = getattr(faults, fault)()
    assert [storage.append(1, b"x", 0) for _ in range(3)] == [False] * 3
    storage.step(0)
    storage.step(0)
    assert (storage.hk.failed, storage.hk.frames) == (3, 0)
    assert [(event.errno, event.count) for event in events] == [(number, 3)]
    back()
    assert storage.append(1, b"y", 0)
    assert recorder.records == [b"y"]


def test_a_slow_storage_takes_so_many_a_second_and_drops_the_others(stored):
    storage, _, faults, events = stored
    back = faults.slow(2)
    taken = [storage.append(1, b"x", tenth * S // 10) for tenth in range(30)]
    assert sum(taken) == 6
    storage.step(0)
    assert storage.hk.dropped == 24
    assert events == []
    back()
    assert all(storage.append(1, b"x", 5 * S) for _ in range(20))


def test_a_broken_storage_answers_no_question_and_a_full_one_does(stored):
    storage, _, faults, _ = stored
    back = faults.fail()
    assert not storage.ask(1, 0)
    back()
    faults.fill()
    assert storage.ask(1, 0)


def test_the_time_is_set_wrong_by_a_telecommand_and_right_again():
    sent = []
    computer = Computer(sent.append, boot_tai_ns=1000 * S)
    computer.now_ns = 5 * S
    back = computer.step_clock(-3.0)
    computer.now_ns = 9 * S
    back()
    told = [(command.monotonic_ns, cuc.join(command.seconds, command.fraction)) for command in sent]
    assert told == [(5 * S, 1002 * S), (9 * S, 1009 * S)]
