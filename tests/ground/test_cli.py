"""The program `saji-ground` over a real TCP link to a board."""

import threading

import pytest

from flight.comms.link import make_link_port
from flight.icd.commands.functions import Stow
from flight.icd.hk.scoop import SystemHk
from flight.icd.reports.verification import FailureCode


@pytest.fixture
def served(make_board):
    """A board behind a TCP port, ten times as fast as real time."""
    board = make_board(make_link_port("listen://127.0.0.1:0"))
    board.step()
    stop = threading.Event()

    def run():
        while not stop.wait(0.001):
            board.step()

    thread = threading.Thread(target=run)
    board.url = f"socket://127.0.0.1:{board.port.port_number}"
    thread.start()
    yield board
    stop.set()
    thread.join()
    board.ports.close()


def stages(result):
    return [line.split()[0] for line in result.stdout.splitlines()]


def test_a_command_is_followed_to_its_completion(run, served):
    result = run("send", "connection_test", "--link", served.url)
    assert stages(result) == ["radiated", "accepted", "started", "completed"]
    assert result.exit_code == 0
    assert "2026-01-01T00:0" in result.stdout


def test_a_failed_command_has_status_1_and_its_reason(run, served):
    def stow(_command, execution):
        execution.start()
        execution.fail(FailureCode.BUSY)

    served.dispatcher.register(Stow, stow)
    result = run("send", "stow", "--link", served.url)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("failed")
    assert result.stdout.splitlines()[-1].endswith("BUSY (code 11)")


def test_a_refused_command_has_status_1(run, served):
    result = run("send", "stow", "--link", served.url)
    assert (result.exit_code, stages(result)[-1]) == (1, "refused")


def test_a_board_with_another_dictionary_is_warned_of_once(run, served):
    served.housekeeping._structures[SystemHk.ident].record.dictionary = 0x1234
    served.dispatcher.register(Stow, lambda _command, _execution: None, timeout_s=4.0)
    result = run("send", "stow", "--link", served.url)
    assert result.stderr.count("the board's dictionary is 0000000000001234") == 1


def test_live_telemetry_is_decoded_for_the_time_asked(run, served, tmp_path):
    result = run("decode", served.url, "--to", tmp_path, "--format", "csv", "--seconds", "0.5")
    assert result.exit_code == 0
    assert (tmp_path / "motion_hk.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("send", "stwo", "--link", "socket://h:1"), "no command 'stwo'; did you mean stow?"),
        (("send", "find_surface", "--link", "socket://h:1"), "find_surface: missing site (0..8)"),
        (("send", "find_surface", "site=9", "--link", "socket://h:1"), "find_surface: site = 9; allowed: 0..8"),
        (("send", "stow", "--link", "tcp://h:1"), "link tcp://h:1: not the name of a link; give socket://host:port"),
        (("commands", "stwo"), "no command 'stwo'; did you mean stow?"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(run, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"saji-ground: {message}")
    assert result.stderr.count("\n") == 1


def test_commands_are_listed_with_what_each_field_may_be(run):
    result = run("commands")
    assert "find_surface  (8/1 function 2)" in result.stdout
    assert "site: dig site; 0..8" in result.stdout
    assert run("commands", "stow").stdout.count("\n") == 2
