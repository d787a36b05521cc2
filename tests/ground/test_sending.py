"""`saji-ground send` while another one waits, as programs of their own: it goes out at once, and reads as if alone."""

import json
import signal
import socket
import subprocess
import sys
import threading

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Abort, Collect, Stow, Weigh
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.sampling import WeighingDone
from flight.icd.modes import StepFailure
from flight.icd.reports.verification import FailureCode
from ground.handover import Order, socket_path
from ground.keys import KeyInUse
from ground.receiver import Receiver
from ground.sending import send
from ground.stages import Stage
from ground.uplink import Timing


class Program:
    """`saji-ground send` in a process of its own."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ground", "send", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.lines = []

    def until(self, stage):
        """Read on until it has printed `stage`."""
        while not self.lines or not self.lines[-1].startswith(stage):
            self.lines.append(self.process.stdout.readline())
            assert self.lines[-1], (self.lines, self.process.communicate())

    def end(self):
        """Exit code, the stages printed, and the last line on standard output and on standard error."""
        out, err = self.process.communicate(timeout=120)
        self.lines += out.splitlines()
        stages = [line[:15].strip() for line in self.lines]
        return self.process.returncode, stages, "".join(self.lines[-1:]), err


@pytest.fixture
def begin(served, key):
    """Begins programs on the served board; ends those that are left."""
    begun = []

    def make(*arguments):
        begun.append(Program(*arguments, "--link", served.url, "--keys", key))
        return begun[-1]

    yield make
    for program in begun:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()


@pytest.fixture
def sent(run, served, key):
    return lambda *arguments: run("send", *arguments, "--link", served.url, "--keys", key)


@pytest.fixture
def running(served):
    """Executions that go on until a test ends them, by the name of their telecommand."""
    running = {}

    def keep(command, execution):
        execution.start()
        running[type(command).__name__] = execution

    def abort(_command, execution):
        execution.start()
        running["Collect"].fail(FailureCode.ABORTED, StepFailure.ABORTED)
        execution.complete()

    for kind in (Collect, Stow, Weigh):
        served.dispatcher.register(kind, keep, 9000.0)
    served.dispatcher.register(Abort, abort, urgent=True)
    return running


STAGES = ["radiated", "frame accepted", "accepted", "started"]


def test_an_abort_goes_out_while_a_collection_is_waited_for(begin, sent, running):
    collects = begin("collect", "site=0", "max_digs=8")
    collects.until("started")
    aborted = sent("abort")
    assert (aborted.exit_code, aborted.stderr) == (0, "")
    assert [line[:15].strip() for line in aborted.stdout.splitlines()] == [*STAGES, "completed"]
    assert " TAI" in aborted.stdout
    code, stages, last, errors = collects.end()
    assert (code, stages, errors) == (1, [*STAGES, "failed"], "")
    assert "ABORTED (code 14)" in last


def test_json_results_and_exit_codes_are_as_if_it_had_sent_them_itself(begin, sent, served, running):
    def weigh(_command, execution):
        execution.start()
        served.downlink.report(WeighingDone(mass_g=83.5, u95_g=4.25))
        execution.complete()

    served.dispatcher._handlers.pop(Weigh)
    served.dispatcher.register(Weigh, weigh)

    def alone_or_not():
        weighed, asked, refused = sent("weigh", "--json"), sent("connection_test"), sent("unstow")
        told = json.loads(weighed.stdout)
        for each in told["stages"] + told["results"]:
            assert each.pop("tai") is None or each
        words = [line[:15] + line[45:] for line in (asked.stdout + refused.stdout).splitlines()]
        return told, words, [done.exit_code for done in (weighed, asked, refused)], refused.stderr

    alone = alone_or_not()
    collects = begin("collect", "site=0", "max_digs=8")
    collects.until("started")
    assert alone_or_not() == alone
    assert alone[2] == [0, 0, 1]
    assert alone[0]["results"][0]["mass_g"] == 83.5
    running["Collect"].complete()
    code, stages, _, errors = collects.end()
    assert (code, errors) == (0, "")
    assert stages == [*STAGES, "completed", "result"]  # none was heard: nothing of the weighing is taken for its own


def test_who_holds_the_key_serves_until_what_was_handed_in_has_ended(begin, running, key):
    first = begin("stow")
    first.until("started")
    second = begin("weigh")
    second.until("started")
    running["Stow"].complete()
    first.until("result")
    assert "waits for the end of a telecommand that another send has handed in" in first.process.stderr.readline()
    third = begin("connection_test")
    assert third.end()[0] == 0
    assert first.process.poll() is None
    running["Weigh"].fail(FailureCode.FAILED, StepFailure.STALLED)
    assert second.end()[:2] == (1, [*STAGES, "failed"])
    assert first.end()[:2] == (0, [*STAGES, "completed", "result"])
    assert not socket_path(key).exists()


def test_each_waits_as_long_as_it_was_told(begin, sent, running):
    first = begin("stow")
    first.until("started")
    result = sent("weigh", "--timeout", "1")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("timed out")
    assert first.process.poll() is None
    running["Stow"].complete()
    assert first.end()[0] == 0


def test_ctrl_c_of_the_other_ends_its_waiting_alone(begin, running):
    first = begin("stow")
    first.until("started")
    second = begin("weigh")
    second.until("started")
    second.process.send_signal(signal.SIGINT)
    assert second.end()[0] == 130
    running["Stow"].complete()
    code, stages, _, errors = first.end()
    assert (code, stages, errors) == (0, [*STAGES, "completed", "result"], "")  # nor does it wait for what was left


def test_when_the_holder_is_killed_the_other_says_what_is_known(begin, sent, running, key):
    first = begin("stow")
    first.until("started")
    second = begin("weigh")
    second.until("started")
    first.process.kill()
    code, stages, last, errors = second.end()
    assert (code, stages, errors) == (1, [*STAGES, "timed out"], "")
    assert last.endswith(
        "the session that sends it has ended without a word: the board goes on; last heard of: started"
    )
    assert socket_path(key).exists()
    assert sent("connection_test").exit_code == 0  # by a session of its own, over the socket that was left
    assert not socket_path(key).exists()


def test_ctrl_c_of_the_holder_ends_both_and_the_other_says_so(begin, running):
    first = begin("stow")
    first.until("started")
    second = begin("weigh", "--json")
    while "Weigh" not in running:
        threading.Event().wait(0.01)
    first.process.send_signal(signal.SIGINT)
    assert first.end()[0] == 130
    out, errors = second.process.communicate(timeout=120)
    told = json.loads(out)
    assert (second.process.returncode, told["stage"], errors) == (1, "timed out", "")
    assert told["stages"][-1]["text"].startswith(
        "the session that sent it was ended, the board goes on; last heard of:"
    )


def test_what_was_not_sent_when_the_holder_ends_is_sent_by_the_next(begin, served, key):
    served.step = lambda: None  # silent
    first = begin("connection_test", "--contact", "60")
    while not socket_path(key).exists():
        threading.Event().wait(0.01)
    second = begin("connection_test", "--contact", "60")
    with pytest.raises(subprocess.TimeoutExpired):
        second.process.wait(1.5)
    first.process.send_signal(signal.SIGINT)
    assert first.end()[0] == 130
    del served.step
    code, stages, _, errors = second.end()
    assert (code, [stage for stage in stages if stage != "report"], errors) == (0, [*STAGES, "completed"], "")
    assert served.dispatcher.received == 1


def test_a_link_that_ends_is_told_by_both(begin, served, running):
    first = begin("stow")
    first.until("started")
    second = begin("weigh")
    second.until("started")
    served.ports.close()
    for code, stages, _, errors in (first.end(), second.end()):
        assert (code, stages) == (2, [*STAGES, "timed out"])
        assert errors == f"saji-ground: link {served.url}: closed by the other end\n"


def test_of_many_at_a_time_each_gets_through_whoever_has_the_key(served, key):
    ends = []

    def test_connection():
        nothing = lambda *_told: None  # noqa: E731
        receiver = Receiver(mission_dictionary())
        order = Order(ConnectionTest(), 60.0, 30.0)
        ends.append(send(order, served.url, key, Timing(), receiver, nothing, nothing, nothing, nothing).stage)

    threads = [threading.Thread(target=test_connection) for _ in range(12)]
    for number, thread in enumerate(threads):
        thread.start()
        threading.Event().wait(0.05 * (number % 4))
    for thread in threads:
        thread.join()
    assert ends == [Stage.COMPLETED] * 12
    assert served.dispatcher.verification.completed == 12


def test_another_link_than_the_sessions_is_refused(begin, run, running, served, key):
    first = begin("stow")
    first.until("started")
    result = run("send", "connection_test", "--link", "socket://localhost:1", "--keys", key)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"saji-ground: the session that commands with this key is on --link {served.url}, not socket://localhost:1\n"
    )


def test_a_key_that_is_used_by_who_takes_in_nothing_is_refused(sent, key, monkeypatch):
    monkeypatch.setattr("ground.sending.PATIENCE_S", 0.2)
    with KeyInUse(key):
        result = sent("connection_test")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "another program commands with this key and takes in no telecommand of others; end it first" in result.stderr


def test_a_session_that_breaks_off_or_talks_nonsense_is_told_in_words(sent, key):
    with KeyInUse(key), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(socket_path(key)))
        listening.listen()

        def talk():
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b'{"taken": true}\n{"stage": "radiated", "tai_ns": null, "text": ""}\n{"stage": 7')
                connection.sendall(b"}\n")

        thread = threading.Thread(target=talk)
        thread.start()
        result = sent("connection_test")
        thread.join()
    assert (result.exit_code, result.stderr) == (1, "")
    assert "the session that sends it tells of a stage without time or words: the board goes on" in result.stdout
