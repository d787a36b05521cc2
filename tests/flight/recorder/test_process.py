"""The recorder's process: real processes, virtual time."""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import flight
from flight.icd.events.recorder import RecorderDied, RecorderGivenUp, RecorderStarted, RecordsDropped
from flight.icd.space_packet import TmEncoder
from flight.recorder import process as module
from flight.recorder.process import RESTART_AFTER_NS, RESTARTS, ProcessRecorder
from flight.recorder.questions import Operation, Question, time_code
from flight.recorder.records import LARGEST, Kind

S = 10**9
ROOT = Path(flight.__file__).parent.parent


class Bench:
    def __init__(self, directory):
        self.directory = directory
        self.events = []
        self.recorder = ProcessRecorder(directory, self.events.append)
        self.recorder.open()

    @property
    def process(self):
        return self.recorder._process

    def signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self):
        """Stop the process and be sure that it is stopped."""
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def kill(self):
        self.signal(signal.SIGKILL)
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(tmp_path):
    bench = Bench(tmp_path / "store")
    yield bench
    if bench.process is not None:
        bench.signal(signal.SIGCONT)
    bench.recorder.close()


def test_records_are_stored_by_the_time_it_is_closed(bench):
    frames = [n.to_bytes(2, "big") * 500 for n in range(300)]
    assert all(bench.recorder.append(Kind.FRAME, data, n) for n, data in enumerate(frames))
    assert bench.recorder.append(Kind.PICTURE, b"j" * 100_000, 9)
    bench.recorder.close()
    assert (bench.directory / "tm-0001.cadu").read_bytes() == b"".join(frames)
    assert (bench.directory / "products" / "0001-picture-9.jpg").read_bytes() == b"j" * 100_000
    hk = bench.recorder.hk
    assert (hk.frames, hk.products, hk.octets, hk.dropped, hk.lost, hk.failed) == (300, 1, 400_000, 0, 0, 0)


@pytest.mark.requirement("NVM-2")
def test_a_queue_that_is_full_drops_counts_and_tells(bench):
    bench.stop()
    sent = 0
    while bench.recorder.append(Kind.FRAME, bytes(1119), sent):
        sent += 1
        assert sent < 10_000
    for _ in range(9):
        assert not bench.recorder.append(Kind.FRAME, bytes(1119), 0)
    assert sent >= 50
    bench.recorder.step(S)
    bench.recorder.step(S + 1)
    assert bench.told(RecordsDropped) == [RecordsDropped(count=10, total=10)]
    bench.signal(signal.SIGCONT)
    bench.recorder.close()
    assert bench.recorder.hk.frames == sent


def test_a_record_that_is_too_large_is_dropped(bench):
    assert not bench.recorder.append(Kind.PICTURE, bytes(LARGEST + 1), 0)
    assert bench.recorder.hk.dropped == 1


@pytest.mark.requirement("NVM-2")
def test_a_dead_process_is_told_with_what_it_took_along(bench):
    bench.stop()
    for n in range(7):
        assert bench.recorder.append(Kind.FRAME, bytes(100), n)
    bench.kill()
    assert not bench.recorder.append(Kind.FRAME, bytes(100), 8)
    bench.recorder.step(S)
    assert bench.told(RecorderDied) == [RecorderDied(exit_status=-9, lost=7, restarts_left=RESTARTS)]
    assert (bench.recorder.hk.running, bench.recorder.hk.lost) == (0, 7)
    assert not bench.recorder.append(Kind.FRAME, bytes(100), 9)
    assert bench.recorder.hk.dropped == 2


def test_a_dead_process_is_started_again_after_a_while(bench):
    bench.recorder.append(Kind.FRAME, b"before", 0)
    bench.kill()
    bench.recorder.step(S)
    bench.recorder.step(S + RESTART_AFTER_NS - 1)
    assert bench.process is None
    bench.recorder.step(S + RESTART_AFTER_NS)
    assert bench.told(RecorderStarted) == [RecorderStarted(), RecorderStarted(restarts=1)]
    assert bench.recorder.append(Kind.FRAME, b"after", 1)
    bench.recorder.close()
    newest = sorted(bench.directory.glob("tm-*"))[-1]
    assert newest.read_bytes() == b"after"


def test_a_process_that_keeps_dying_is_given_up(bench):
    for n in range(RESTARTS + 3):
        if bench.process is not None:
            bench.kill()
        bench.recorder.step((n + 1) * 2 * RESTART_AFTER_NS)
        bench.recorder.step((n + 1) * 2 * RESTART_AFTER_NS + RESTART_AFTER_NS)
    assert len(bench.told(RecorderStarted)) == RESTARTS + 1
    assert [event.restarts_left for event in bench.told(RecorderDied)] == [5, 4, 3, 2, 1, 0]
    assert bench.told(RecorderGivenUp) == [RecorderGivenUp()]
    assert bench.recorder.hk.running == 0


def test_a_process_that_cannot_be_started_again_is_given_up(bench, monkeypatch):
    def refuse(*arguments, **options):
        raise OSError(errno.EAGAIN, "no more processes")

    bench.kill()
    bench.recorder.step(S)
    monkeypatch.setattr(module.subprocess, "Popen", refuse)
    bench.recorder.step(S + RESTART_AFTER_NS)
    bench.recorder.step(S + 9 * RESTART_AFTER_NS)
    assert bench.told(RecorderGivenUp) == [RecorderGivenUp(errno=errno.EAGAIN)]


def test_an_interrupt_and_a_termination_do_not_end_it(bench):
    bench.recorder.append(Kind.FRAME, b"one", 0)
    wait_for(f"[ -s '{bench.directory / 'tm-0001.cadu'}' ]")
    bench.signal(signal.SIGINT)
    bench.signal(signal.SIGTERM)
    bench.recorder.append(Kind.FRAME, b"two", 0)
    bench.recorder.close()
    assert (bench.directory / "tm-0001.cadu").read_bytes() == b"onetwo"


def wait_for(condition):
    """Wait until the process has done what the shell can see; the process is real, so is this."""
    subprocess.run(["timeout", "10", "sh", "-c", f"until {condition}; do sleep 0.01; done"], check=True)


def test_when_the_executive_is_killed_everything_queued_is_stored(tmp_path):
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from flight.recorder.process import ProcessRecorder\n"
        "from flight.recorder.records import Kind\n"
        "recorder = ProcessRecorder(Path(sys.argv[1]), lambda event: None)\n"
        "recorder.open()\n"
        "for n in range(50): assert recorder.append(Kind.FRAME, bytes([n]) * 1000, n)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False, cwd=ROOT)
    segment = tmp_path / "tm-0001.cadu"
    wait_for(f"[ -e '{segment}' ] && [ $(stat -c %s '{segment}') -ge 50000 ]")
    assert segment.read_bytes() == b"".join(bytes([n]) * 1000 for n in range(50))


def test_the_process_says_why_it_cannot_store(tmp_path):
    (tmp_path / "file").touch()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ended = subprocess.run(
            [sys.executable, "-m", "flight.recorder", str(theirs.fileno()), str(tmp_path / "file" / "store")],
            pass_fds=(theirs.fileno(),), stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert ended.returncode == 1
    assert "Not a directory" in ended.stderr


def test_a_directory_that_cannot_be_made_is_refused_before_anything_starts(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        ProcessRecorder(tmp_path / "file" / "store", lambda event: None).open()


def ask(recorder, question):
    """The answer of the real process to `question`."""
    for _ in range(200):
        assert recorder.ask(question, 0)
        recorder.step(0)
        answer = recorder.answer()
        if answer is not None:
            return answer
        time.sleep(0.01)
    raise AssertionError("no answer")


def test_stored_packets_are_read_back_across_a_restart_of_the_process(bench):
    packet = TmEncoder().encode(RecorderStarted(), 5 * S)
    bench.recorder.append(Kind.PACKETS, b"\x01" + packet * 3, 0)
    everything = Question(Operation.READ, 1, 7, end=time_code(10, 0))
    assert ask(bench.recorder, everything).packets == packet * 3
    bench.kill()
    bench.recorder.step(S)
    assert not bench.recorder.ask(everything, S)
    bench.recorder.step(S + RESTART_AFTER_NS)
    assert ask(bench.recorder, everything).packets == packet * 3
