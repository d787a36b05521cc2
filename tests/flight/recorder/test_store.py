"""The store on disk, its bounds, and what a failing disk does to it."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.recorder import store as module
from flight.recorder.records import Kind
from flight.recorder.store import Store

ASM = b"\x1a\xcf\xfc\x1d"


def frame(n, size=100):
    return ASM + n.to_bytes(2, "big") + bytes(size - 6)


def segments(directory):
    return [path.name for path in sorted(directory.glob("tm-*"))]


def stored(directory):
    """Numbers of the frames stored, in order; fails where the segments hold anything but whole frames."""
    data = b"".join((directory / name).read_bytes() for name in segments(directory))
    assert len(data) % 100 == 0
    numbers = []
    for at in range(0, len(data), 100):
        assert data[at : at + 4] == ASM
        numbers.append(int.from_bytes(data[at + 4 : at + 6], "big"))
    return numbers


class Disk:
    """Stands in for os.write: the writes in `failing` fail with an error, or take that many octets only."""

    def __init__(self, failing):
        self.failing = failing
        self.writes = 0
        self.write = os.write

    def __call__(self, fd, data):
        self.writes += 1
        fault = self.failing.get(self.writes)
        if fault is None:
            return self.write(fd, data)
        if fault < 0:
            raise OSError(-fault, os.strerror(-fault))
        return self.write(fd, data[:fault])


@pytest.fixture
def disk(monkeypatch):
    def install(failing):
        monkeypatch.setattr(module.os, "write", Disk(failing))

    return install


def filled(directory, frames, **bounds):
    store = Store(directory, **bounds)
    for n in range(frames):
        assert store.append(Kind.FRAME, frame(n), n)
    return store


def test_frames_are_stored_in_order(tmp_path):
    filled(tmp_path, 50).close()
    assert stored(tmp_path) == list(range(50))


def test_what_was_appended_can_be_read_at_once(tmp_path):
    store = filled(tmp_path, 3)
    assert stored(tmp_path) == [0, 1, 2]
    store.close()


def test_a_full_segment_is_followed_by_another_and_no_frame_is_split(tmp_path):
    filled(tmp_path, 10, segment_octets=350).close()
    assert segments(tmp_path) == ["tm-0001.cadu", "tm-0002.cadu", "tm-0003.cadu", "tm-0004.cadu"]
    assert [(tmp_path / name).stat().st_size for name in segments(tmp_path)] == [300, 300, 300, 100]


def test_the_oldest_segments_are_removed_and_counted(tmp_path):
    store = filled(tmp_path, 30, segment_octets=300, segments=4)
    store.close()
    assert stored(tmp_path) == list(range(18, 30))
    assert store.tally.removed == 6
    assert store.tally.frames == 30


def test_a_segment_of_an_earlier_run_is_not_touched(tmp_path):
    filled(tmp_path, 3).close()
    (tmp_path / "tm-0001.cadu").write_bytes(b"".join(map(frame, range(3)))[:-1])  # a power cut tore its tail
    filled(tmp_path, 2).close()
    assert (tmp_path / "tm-0001.cadu").stat().st_size == 299
    assert (tmp_path / "tm-0002.cadu").read_bytes() == frame(0) + frame(1)


def test_segments_of_earlier_runs_count_for_the_bound(tmp_path):
    for _ in range(5):
        filled(tmp_path, 1, segments=3).close()
    assert segments(tmp_path) == ["tm-0003.cadu", "tm-0004.cadu", "tm-0005.cadu"]


def test_segments_are_taken_by_number_not_by_name(tmp_path):
    for name in ("tm-9999.cadu", "tm-10000.cadu"):
        (tmp_path / name).touch()
    filled(tmp_path, 1, segments=2).close()
    assert {path.name for path in tmp_path.glob("tm-*")} == {"tm-10000.cadu", "tm-10001.cadu"}


@given(cut=st.integers(0, 99))
def test_a_frame_written_in_part_is_cut_off_before_the_next(cut, tmp_path_factory):
    directory = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.os, "write", Disk({3: cut}))
        store = Store(directory, durable=False)
        taken = [store.append(Kind.FRAME, frame(n), n) for n in range(5)]
        store.close()
    assert taken == [True, True, False, True, True]
    assert stored(directory) == [0, 1, 3, 4]
    assert (store.tally.failed, store.tally.errno) == (1, errno.ENOSPC)


def test_a_write_error_costs_one_frame_and_is_counted(tmp_path, disk):
    disk({2: -errno.EIO})
    store = Store(tmp_path)
    assert [store.append(Kind.FRAME, frame(n), n) for n in range(3)] == [True, False, True]
    store.close()
    assert stored(tmp_path) == [0, 2]
    assert (store.tally.frames, store.tally.failed, store.tally.errno) == (2, 1, errno.EIO)


def test_a_half_frame_that_cannot_be_cut_off_ends_its_segment(tmp_path, disk, monkeypatch):
    def refuse(fd, length):
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(module.os, "ftruncate", refuse)
    disk({2: 40})
    store = Store(tmp_path)
    for n in range(3):
        store.append(Kind.FRAME, frame(n), n)
    store.close()
    assert (tmp_path / "tm-0001.cadu").read_bytes() == frame(0) + frame(1)[:40]
    assert (tmp_path / "tm-0002.cadu").read_bytes() == frame(2)


def test_on_a_full_disk_the_oldest_segment_makes_room(tmp_path, disk):
    disk({8: -errno.ENOSPC})
    store = Store(tmp_path, segment_octets=300)
    assert all(store.append(Kind.FRAME, frame(n), n) for n in range(9))
    store.close()
    assert stored(tmp_path) == [3, 4, 5, 6, 7, 8]
    assert (store.tally.removed, store.tally.failed) == (1, 0)


@pytest.mark.requirement("NVM-2")
def test_on_a_disk_full_of_other_things_frames_are_refused_and_taken_again_later(tmp_path, disk):
    disk(dict.fromkeys(range(2, 10), -errno.ENOSPC))
    store = Store(tmp_path)
    taken = [store.append(Kind.FRAME, frame(n), n) for n in range(12)]
    store.close()
    assert taken == [True] + [False] * 8 + [True] * 3
    assert stored(tmp_path) == [0, 9, 10, 11]
    assert segments(tmp_path) == ["tm-0001.cadu"]


def test_a_sync_that_fails_is_counted_and_the_next_segment_begun(tmp_path, monkeypatch):
    def refuse(fd):
        raise OSError(errno.EIO, "no")

    store = filled(tmp_path, 1)
    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fdatasync", refuse)
        store.sync()
    store.append(Kind.FRAME, frame(1), 1)
    store.close()
    assert store.tally.failed == 1
    assert segments(tmp_path) == ["tm-0001.cadu", "tm-0002.cadu"]
    assert stored(tmp_path) == [0, 1]


def test_what_is_appended_is_synced_once(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(module.os, "fdatasync", synced.append)
    store = filled(tmp_path, 3)
    store.sync()
    store.sync()
    assert len(synced) == 1
    store.close()


def test_without_durability_nothing_is_synced(tmp_path, monkeypatch):
    def refuse(fd):
        raise AssertionError("synced")

    monkeypatch.setattr(module.os, "fdatasync", refuse)
    monkeypatch.setattr(module.os, "fsync", refuse)
    store = filled(tmp_path, 3, durable=False)
    assert store.append(Kind.PICTURE, b"jpeg", 7)
    store.close()


def test_a_product_is_a_file_named_after_its_kind_and_time(tmp_path):
    store = Store(tmp_path)
    assert store.append(Kind.PICTURE, b"jpeg", 123)
    assert store.append(Kind.WEIGHING, b"52.1 g", 456)
    store.close()
    assert (tmp_path / "products" / "0001-picture-123.jpg").read_bytes() == b"jpeg"
    assert (tmp_path / "products" / "0002-weighing-456.bin").read_bytes() == b"52.1 g"
    assert store.tally.products == 2
    assert store.tally.octets == 10


def test_products_are_numbered_on_after_a_restart_and_unfinished_ones_removed(tmp_path):
    Store(tmp_path).append(Kind.PICTURE, b"one", 1)
    (tmp_path / "products" / "0002-picture-9.jpg.part").write_bytes(b"tw")
    store = Store(tmp_path)
    store.append(Kind.PICTURE, b"two", 2)
    store.close()
    assert sorted(path.name for path in (tmp_path / "products").iterdir()) == [
        "0001-picture-1.jpg", "0002-picture-2.jpg",
    ]  # fmt: skip


def test_products_beyond_the_bound_are_refused_and_the_old_ones_kept(tmp_path):
    store = Store(tmp_path, products=2)
    assert [store.append(Kind.PICTURE, b"x", n) for n in range(3)] == [True, True, False]
    store.close()
    assert (store.tally.products, store.tally.failed, store.tally.errno) == (2, 1, errno.EDQUOT)
    assert len(list((tmp_path / "products").iterdir())) == 2


def test_a_product_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuse(fd):
        raise OSError(errno.EIO, "no")

    store = Store(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(module.os, "fsync", refuse)
        assert not store.append(Kind.PICTURE, b"x", 1)
    assert list((tmp_path / "products").iterdir()) == []
    assert store.append(Kind.PICTURE, b"y", 2)
    store.close()


def test_a_directory_that_cannot_be_used_is_refused_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        Store(tmp_path / "file" / "store")
