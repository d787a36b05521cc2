"""A trunk and its branches: what a branch does to files is not done to the trunk's, nor to another branch's."""

import os
from pathlib import Path

import pytest

from hil.branching import BranchError, Trunk


def grow(path, file, text):
    os.write(file, text)
    (path / "new").write_bytes(text)
    return (path / "old").read_bytes(), sorted(each.name for each in path.iterdir())


def test_branches_write_to_copies_of_what_there_was():
    with Trunk() as trunk:
        file = os.open(trunk.path / "old", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, b"both ")
        first = trunk.branch(lambda: grow(trunk.path, file, b"first"))
        os.write(file, b"trunk ")
        second = trunk.branch(lambda: grow(trunk.path, file, b"second"))
        os.close(file)
        assert first == (b"both first", ["new", "old"])
        assert second == (b"both trunk second", ["new", "old"])
        assert (trunk.path / "old").read_bytes() == b"both trunk "
        assert not (trunk.path / "new").exists()


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with Trunk() as trunk:
        assert len(list(tmp_path.iterdir())) == 1
        trunk.branch(lambda: (trunk.path / "new").write_bytes(b"1"))
    assert list(tmp_path.iterdir()) == []
    assert not Path(trunk.path / "new").exists()


def test_a_branch_that_dies_is_told():
    with Trunk() as trunk, pytest.raises(BranchError, match="status 3 and no result"):
        trunk.branch(lambda: os._exit(3))
