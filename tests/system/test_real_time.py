"""Bench, flight and ground as programs of their own, in real time, over pseudo-terminals and TCP."""

import csv
import json
import signal
import socket
import subprocess
import sys
import tomllib
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.realtime


class Programs:
    """Starts programs; ends every one that is left, by its own process id."""

    def __init__(self, folder):
        self.folder = folder
        self.stack = ExitStack()

    def start(self, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
        )  # fmt: skip
        self.stack.callback(self.end, process)
        return process

    def finish(self, process, within_s):
        """Everything it printed; it must end by itself with status 0."""
        printed, _ = process.communicate(timeout=within_s)
        assert process.returncode == 0, printed
        return printed

    def send(self, board, *words):
        return self.start("ground", "send", *words, "--link", board.link, "--keys", str(board.key))

    def collect(self, board):
        """A collection that has begun; while the joints are not set up yet it is refused, and sent again."""
        for _ in range(10):
            process = self.send(board, "collect", "site=0", "max_digs=2")
            begun = []
            for line in process.stdout:
                begun.append(line)
                if line.startswith("started"):
                    return process, "".join(begun)
            process.communicate(timeout=60)
            assert "JOINTS_HEARD" in begun[-1], begun
        raise AssertionError(begun)

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture
def programs(tmp_path):
    programs = Programs(tmp_path)
    with programs.stack:
        yield programs


@pytest.fixture
def mission(tmp_path):
    """M1 asked for a sample that one pass gives: a test needs one dig and one weighing."""
    text = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()
    for old, new in (("min_g = 50.0", "min_g = 10.0"), ("\ndepth_m = 0.006", "\ndepth_m = 0.010")):
        assert old in text
        text = text.replace(old, new)
    tomllib.loads(text)
    path = tmp_path / "one_dig.toml"
    path.write_text(text)
    return str(path)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Board(NamedTuple):
    """A bench, and the flight program on it."""

    bench: subprocess.Popen
    flight: subprocess.Popen
    link: str
    key: Path


@pytest.fixture
def board(programs, mission, free_port, tmp_path):
    key = tmp_path / "uplink.key"
    programs.finish(programs.start("ground", "keys", "new", str(key)), 20)
    bench = programs.start("hil", "serve", "--mission", mission, "--seed", "1")
    urls = json.loads(bench.stdout.readline())
    assert set(urls) == {"joints", "load_cell", "camera"}
    flight = programs.start(
        "flight", "run", "--mission", mission, "--joints", urls["joints"], "--load-cell", urls["load_cell"],
        "--link", f"listen://127.0.0.1:{free_port}", "--store", str(tmp_path / "store"), "--keys", str(key),
    )  # fmt: skip
    assert "flies" in flight.stdout.readline()
    return Board(bench, flight, f"socket://127.0.0.1:{free_port}", key)


def rows(folder, name):
    with (folder / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.requirement("COL-1")
def test_find_surface_dig_and_weigh_through_three_programs(programs, board, tmp_path):
    words = ("--to", str(tmp_path / "decoded"), "--format", "parquet,csv")
    decoder = programs.start("ground", "decode", board.link, *words)
    collecting, begun = programs.collect(board)
    printed = begun + programs.finish(collecting, 300)
    stages = [line.split()[0] for line in printed.splitlines()]
    assert stages[0] == "radiated"
    assert stages[-1] == "completed"
    assert {"accepted", "started", "progress"} <= set(stages)
    board.flight.send_signal(signal.SIGINT)
    programs.finish(board.flight, 20)
    programs.finish(decoder, 20)
    board.bench.send_signal(signal.SIGTERM)
    programs.finish(board.bench, 20)

    decoded = tmp_path / "decoded"
    assert len(rows(decoded, "contact_found")) == 1
    assert len(rows(decoded, "dig_done")) == 1
    weighed, confirmed = rows(decoded, "weighing_done")
    for weighing in (weighed, confirmed):
        assert float(weighing["mass_g"]) - float(weighing["u95_g"]) >= 10
    last = rows(decoded, "executive_hk")[-1]
    assert (last["failures"], last["unreported"]) == ("0", "0")
    assert (decoded / "weighing_done.parquet").exists()
    assert list((tmp_path / "store").glob("tm-*.cadu"))


def test_an_abort_by_a_second_program_stops_what_the_first_waits_for(programs, board):
    collecting, _ = programs.collect(board)
    aborting = programs.send(board, "abort", "--json")
    told = json.loads(programs.finish(aborting, 20))
    stages = [each["stage"] for each in told["stages"]]
    assert stages == ["radiated", "frame accepted", "accepted", "started", "completed"]
    printed, _ = collecting.communicate(timeout=20)
    assert (collecting.returncode, printed.splitlines()[-1].split()[0]) == (1, "failed")
    assert "ABORTED (code 14)" in printed
