"""The bench as a process of its own, in real time, as a host on this machine meets it."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serial

from flight.icd import vc0706
from flight.icd.dynamixel import Parser
from flight.icd.dynamixel_payload import parse_fast_status, ping, sync_read, write
from flight.icd.modbus import address_of, parse_answer, read_request
from hil.devices.pty import LineError
from hil.faults import FaultError, parse_faults
from hil.serve import serve

PROGRAM = """
import sys
from hil.faults import parse_faults
from hil.serve import serve
sys.exit(serve("m1_lander", 1, True, parse_faults(sys.argv[1:])))
"""
PRESENT = sync_read(132, 4, (1, 2, 3, 4), fast=True)


class Served:
    """A bench started as a program; `lines` is what it printed first."""

    def __init__(self, *faults):
        command = [sys.executable, "-c", PROGRAM, *faults]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.urls = json.loads(self.process.stdout.readline())

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out, err

    def cpu_s(self):
        user, system = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def served():
    with contextlib.ExitStack() as stack:

        def start(*faults):
            bench = Served(*faults)
            stack.callback(bench.process.communicate)
            stack.callback(bench.process.kill)
            return bench

        yield start


def exchange(line, request, length, timeout_s=0.2):
    line.write(request)
    end_s = time.monotonic() + timeout_s
    answer = b""
    while len(answer) < length and (left_s := end_s - time.monotonic()) > 0:
        select.select([line], [], [], left_s)
        answer += line.read(length - len(answer))
    return answer


def open_joints(bench, baud=1_000_000):
    return serial.Serial(bench.urls["joints"], baud, timeout=0)


def gone(path):
    return not os.path.lexists(path) and not os.path.exists(os.path.dirname(path))


@pytest.mark.realtime
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_names_its_lines_answers_on_both_and_leaves_nothing_behind(served, number):
    bench = served()
    assert list(bench.urls) == ["joints", "load_cell", "camera"]
    with open_joints(bench) as joints, serial.Serial(bench.urls["load_cell"], 38_400, timeout=0) as cell:
        assert len(parse_fast_status(exchange(joints, PRESENT, 40), [(i, 4) for i in (1, 2, 3, 4)])) == 4
        request = read_request(1, address_of(40008), 2)
        assert len(parse_answer(request, exchange(cell, request, 9))) == 2
    version = vc0706.version_request()
    with serial.Serial(bench.urls["camera"], 38_400, timeout=0) as camera:
        assert vc0706.parse_answer(vc0706.Code.VERSION, exchange(camera, version, 16)) == b"VC0706 1.00"
    code, out, err = bench.stop(number)
    assert (code, out, err) == (0, "", "")
    assert gone(bench.urls["joints"])


@pytest.mark.realtime
def test_it_keeps_real_time_at_100_exchanges_a_second_on_a_fraction_of_a_core(served):
    bench = served()
    with open_joints(bench) as joints:
        for device_id in (1, 2, 3, 4):
            exchange(joints, write(device_id, 9, b"\0"), 11)
        before_s, late = bench.cpu_s(), 0
        for _ in range(200):
            began_s = time.monotonic()
            answered = len(exchange(joints, PRESENT, 40)) == 40
            late += not answered or time.monotonic() - began_s > 0.010
            time.sleep(max(0.0, began_s + 0.010 - time.monotonic()))
        assert late <= 20  # whatever else this machine does
        assert bench.cpu_s() - before_s < 0.4 * 2.0


@pytest.mark.realtime
def test_an_unplugged_adapter_comes_back_under_its_name(served):
    bench = served("unplugged_adapter@0.5+0.5")
    joints = open_joints(bench)
    end_s = time.monotonic() + 10
    answers = []
    while time.monotonic() < end_s and answers[-1:] != ["again"]:
        try:
            if joints is None:
                joints = open_joints(bench)
            answered = bool(exchange(joints, ping(1), 14, 0.02))
            answers.append("again" if answered and "lost" in answers else "there" if answered else "silent")
        except (OSError, serial.SerialException):
            joints = None
            answers.append("lost")
            time.sleep(0.02)
    assert answers[0] == "there"
    assert answers[-1] == "again"
    joints.close()
    _, _, told = bench.stop()
    assert [line.split(" s ")[1] for line in told.splitlines()] == [
        "applied unplugged_adapter@0.5+0.5", "cleared unplugged_adapter@0.5+0.5",
    ]  # fmt: skip


@pytest.mark.realtime
def test_a_missing_servo_is_silent_for_its_time(served):
    bench = served("missing_servo@0+forever")
    with open_joints(bench) as joints:
        answering = [i for i in (1, 2, 3, 4) if Parser().feed(exchange(joints, ping(i), 14, 0.05))]
    assert len(answering) == 3


def test_a_device_that_is_not_there_is_told_before_anything_is_served(capfd):
    with pytest.raises(LineError, match=r"/dev/no_such_device: No such file"):
        serve("m1_lander", 1, True, [], joints="/dev/no_such_device")
    assert capfd.readouterr().out == ""


def test_a_phase_that_a_bench_alone_can_not_see_is_refused():
    with pytest.raises(FaultError, match="knows only the phase dig"):
        serve("m1_lander", 1, True, parse_faults(["bit_flip@weigh"]))


@pytest.mark.realtime
def test_a_bench_takes_a_folder_for_itself_and_leaves_it_to_the_next(tmp_path):
    command = [sys.executable, "-m", "hil", "serve", "--ports", str(tmp_path)]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    urls = json.loads(first.stdout.readline())
    assert urls["joints"] == str(tmp_path / "joints")
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == f"saji-hil: ports in {tmp_path}: in use by another bench\n"
    first.kill()  # so that it leaves its names behind
    first.communicate()
    assert (tmp_path / "joints").is_symlink()
    third = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert json.loads(third.stdout.readline()) == urls
    third.terminate()
    third.communicate(timeout=10)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_name_is_left_alone(tmp_path):
    (tmp_path / "joints").write_text("mine")
    with pytest.raises(LineError, match=r"joints: there is something else of that name"):
        serve("m1_lander", 1, True, [], ports=tmp_path)
    assert (tmp_path / "joints").read_text() == "mine"
    (tmp_path / "joints").unlink()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cant_be_had_is_told(tmp_path):
    with pytest.raises(LineError, match=r"ports in /proc/none: No such file or directory"):
        serve("m1_lander", 1, True, [], ports=Path("/proc/none"))
