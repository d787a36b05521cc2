from flight.fdir.store_watch import StoreWatch
from flight.icd.hk.recorder import RecorderHk

S = 1_000_000_000


def test_records_that_are_not_kept_count_for_a_while():
    hk = RecorderHk()
    store = StoreWatch(hk)
    store.step(0)
    assert store.failing() is None
    hk.dropped, hk.failed = 3, 2
    store.step(S)
    hk.lost = 1
    store.step(2 * S)
    assert store.failing() == 6
    store.step(4 * S)
    assert store.failing() == 6
    store.step(5 * S)
    assert store.failing() is None
