"""The anti-replay window: each number once, over any crash, and never a wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.comms.replay import (
    BLOCK,
    MAGIC,
    NAME,
    VERSION,
    WINDOW,
    BankCeiling,
    MemoryCeiling,
    ReplayStateError,
    ReplayWindow,
)  # fmt: skip
from flight.icd.events.comms import UplinkFault
from flight.recorder.banks import Banks

S = 1_000_000_000


class Recorder:
    """Banks written when `write` is called, as the recorder does after a while."""

    def __init__(self, directory):
        self.banks = Banks(directory, NAME, MAGIC, VERSION, durable=False)
        self.waiting = []
        self.full = False

    def store(self, data, now_ns):
        if not self.full:
            self.waiting.append(data)
        return not self.full

    def write(self):
        for data in self.waiting:
            self.banks.store(data)
        self.waiting.clear()


@pytest.fixture
def boot(tmp_path):
    """Starts the window on what is kept in a directory; the program before may have ended in any way."""

    def start():
        recorder = Recorder(tmp_path)
        ceiling = BankCeiling(Banks(tmp_path, NAME, MAGIC, VERSION, durable=False), recorder)
        window = ReplayWindow(ceiling)
        ceiling.write(window.last + BLOCK)
        return window, recorder

    return start


def fresh():
    window = ReplayWindow(MemoryCeiling())
    window.step(0)
    return window


def test_each_number_is_taken_once():
    window = fresh()
    assert window.take(1) is None
    assert window.take(1) is UplinkFault.REPLAYED
    assert window.next_sequence == 2


def test_a_late_number_is_told_from_a_replayed_one_and_neither_is_taken():
    window = fresh()
    for number in (1, 2, 5):
        assert window.take(number) is None
    assert [window.take(number) for number in (5, 4, 3, 2, 1)] == [
        UplinkFault.REPLAYED, UplinkFault.REORDERED, UplinkFault.REORDERED, UplinkFault.REPLAYED, UplinkFault.REPLAYED,
    ]  # fmt: skip
    assert window.last == 5


def test_the_window_has_an_end():
    window = fresh()
    assert window.take(WINDOW + 1) is UplinkFault.AHEAD
    assert window.take(WINDOW) is None
    assert window.take(2 * WINDOW) is None


@given(st.lists(st.integers(0, 3 * WINDOW), max_size=200))
def test_what_is_taken_rises(numbers):
    window = fresh()
    taken = [number for number in numbers if window.take(number) is None]
    assert taken == sorted(set(taken))


def test_the_last_number_of_all_can_be_taken_and_none_after_it():
    ceiling = MemoryCeiling()
    ceiling.kept = 2**32 - 3
    window = ReplayWindow(ceiling)
    window.step(0)
    assert ceiling.kept == 2**32 - 1
    assert window.take(2**32 - 1) is None
    assert window.take(0) is window.take(2**32 - 1) is UplinkFault.REPLAYED


def test_after_a_crash_nothing_is_taken_that_may_have_been_before(boot):
    window, _ = boot()
    for number in (1, 2, 700):
        assert window.take(number) is None
    again, _ = boot()
    assert [again.take(number) for number in (1, 2, 700, 701, BLOCK)] == [UplinkFault.REPLAYED] * 5
    assert again.take(again.next_sequence) is None


def test_after_an_orderly_end_it_goes_on_where_it_was(boot):
    window, _ = boot()
    window.take(700)
    window.close()
    again, _ = boot()
    assert again.next_sequence == 701
    assert again.take(700) is UplinkFault.REPLAYED
    assert again.take(701) is None


@given(ends=st.lists(st.tuples(st.integers(1, 2000), st.booleans()), min_size=1, max_size=6))
def test_over_any_ends_no_number_is_taken_twice(ends, tmp_path_factory):
    directory, taken = tmp_path_factory.mktemp("store"), set()
    for count, orderly in ends:
        recorder = Recorder(directory)
        ceiling = BankCeiling(Banks(directory, NAME, MAGIC, VERSION, durable=False), recorder)
        window = ReplayWindow(ceiling)
        ceiling.write(window.last + BLOCK)
        assert all(window.take(number) is not None for number in sorted(taken)[-100:])
        for number in range(window.next_sequence, window.next_sequence + count, 97):
            assert window.take(number) is None
            assert number not in taken
            taken.add(number)
        if orderly:
            window.close()


def test_nothing_is_taken_above_what_can_be_read_back(boot):
    window, recorder = boot()
    for number in range(WINDOW, BLOCK + 1, WINDOW):
        assert window.take(number) is None
    window.step(0)
    assert window.take(BLOCK + 1) is UplinkFault.NOT_KEPT
    recorder.write()
    assert window.take(BLOCK + 1) is UplinkFault.NOT_KEPT
    window.step(S)
    assert window.take(BLOCK + 1) is None
    assert window.kept == 2 * BLOCK


def test_more_is_reserved_long_before_it_is_needed_and_handed_over_once(boot):
    window, recorder = boot()
    window.take(WINDOW)
    window.step(0)
    assert recorder.waiting == []
    window.take(2 * WINDOW)
    window.take(2 * WINDOW + 1)
    for now_ns in range(0, 4 * S, S):
        window.step(now_ns)
    assert len(recorder.waiting) == 2  # one for each bank


def test_what_the_recorder_dropped_is_handed_over_again(boot):
    window, recorder = boot()
    window.take(WINDOW)
    window.take(2 * WINDOW)
    window.take(2 * WINDOW + 1)
    recorder.full = True
    window.step(S)
    recorder.full = False
    window.step(2 * S)
    assert recorder.waiting == []
    window.step(7 * S)
    assert len(recorder.waiting) == 2  # one for each bank


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("orderly", [True, False])
@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_either_damaged_bank_costs_nothing_but_numbers(boot, tmp_path, number, orderly, blocks):
    window, recorder = boot()
    window.take(WINDOW - 1)
    for now_s in range(blocks * BLOCK // WINDOW):
        window.step(now_s * S)
        recorder.write()
        window.step(now_s * S)
        assert window.take(window.last + WINDOW) is None
    if orderly:
        window.close()
    path = tmp_path / "banks" / f"{NAME}.{number}"
    path.write_bytes(path.read_bytes()[:-1])
    again, _ = boot()
    assert again.last >= window.last
    assert again.last - window.last <= BLOCK


def test_one_bank_written_is_not_yet_kept(boot):
    window, recorder = boot()
    window.take(WINDOW)
    window.take(2 * WINDOW)
    window.take(2 * WINDOW + 1)
    window.step(0)
    recorder.waiting.pop()
    recorder.write()
    window.step(S)
    assert window.kept == BLOCK


def test_with_both_banks_damaged_it_is_not_known_what_was_taken(boot, tmp_path):
    window, _ = boot()
    window.close()
    for path in (tmp_path / "banks").iterdir():
        path.write_bytes(b"damaged")
    with pytest.raises(ReplayStateError, match=r"no bank \(bank 0 torn, bank 1 torn\); take a new key"):
        boot()
