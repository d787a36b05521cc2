"""The program `saji-ground` over a real TCP link to a board."""

import json
import threading

import pytest

from flight.icd.commands.functions import Stow, Weigh
from flight.icd.events.sampling import WeighingDone
from flight.icd.keys import create_key
from flight.icd.reports.verification import FailureCode


@pytest.fixture
def send(run, served, key):
    return lambda *arguments: run("send", *arguments, "--link", served.url, "--keys", key)


def stages(result):
    return [line[:15].strip() for line in result.stdout.splitlines() if not line.startswith("report ")]


def test_a_command_is_followed_to_its_completion(send):
    result = send("connection_test")
    assert stages(result) == ["radiated", "frame accepted", "accepted", "started", "completed"]
    assert result.exit_code == 0
    assert "2026-01-01T00:0" in result.stdout
    assert " TAI connection_alive: " in result.stdout


def test_commands_of_one_program_after_another_are_all_taken(send, served):
    assert [send("connection_test").exit_code for _ in range(3)] == [0, 0, 0]
    assert served.dispatcher.verification.completed == 3


def test_a_failed_command_has_status_1_and_its_reason(send, served):
    def stow(_command, execution):
        execution.start()
        execution.fail(FailureCode.BUSY)

    served.dispatcher.register(Stow, stow)
    result = send("stow")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].startswith("failed")
    assert result.stdout.splitlines()[-1].endswith(
        "BUSY (code 11): another function runs, allowed when it has ended; abort ends it"
    )


def test_stages_and_results_come_as_one_json_object(send, served):
    def weigh(_command, execution):
        execution.start()
        served.downlink.report(WeighingDone(mass_g=83.5, u95_g=4.25))
        execution.complete()

    served.dispatcher.register(Weigh, weigh)
    result = send("weigh", "--json")
    told = json.loads(result.stdout)
    assert (told["command"], told["stage"], result.exit_code) == ("weigh", "completed", 0)
    assert [(each["name"], each["mass_g"], each["u95_g"]) for each in told["results"]] == [
        ("weighing_done", 83.5, 4.25)
    ]
    assert "result          2026-01-01T" in send("weigh").stdout


def test_a_refused_command_has_status_1(send):
    result = send("stow")
    assert (result.exit_code, stages(result)[-1]) == (1, "refused")


def test_a_board_with_another_dictionary_is_refused_in_one_line(send, served):
    served.system_hk.dictionary = 0x1234
    changed_ns = served.now_ns
    while served.now_ns < changed_ns + 3_000_000_000:  # what told of the old one is on its way no more
        threading.Event().wait(0.01)
    result = send("connection_test")
    assert (result.exit_code, result.stdout, served.dispatcher.received) == (2, "", 0)
    assert result.stderr.startswith(
        "saji-ground: connection_test is not sent: the board's dictionary is 0000000000001234"
    )
    assert result.stderr.count("\n") == 1


def test_a_board_that_is_silent_is_given_up_in_one_line(send, served):
    served.step = lambda: None
    result = send("connection_test", "--contact", "0.5")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == ("saji-ground: connection_test is not sent: no telemetry of a board of ours within 0.5 s\n")


def test_a_link_that_ends_is_told(send, served):
    served.dispatcher.register(Stow, lambda _command, _execution: served.ports.close(), timeout_s=100.0)
    result = send("stow")
    assert result.exit_code == 2
    assert stages(result)[-1] == "timed out"
    assert result.stderr.endswith("closed by the other end\n")


def test_a_key_of_another_board_gets_nothing_through(run, served, tmp_path):
    create_key(tmp_path / "other.key")
    result = run("send", "connection_test", "--link", served.url, "--keys", tmp_path / "other.key", "--timeout", "1")
    assert (result.exit_code, stages(result)) == (1, ["radiated", "timed out"])
    assert served.dispatcher.received == 0


def test_a_new_key_is_made_once_and_for_its_owner_alone(run, tmp_path):
    assert run("keys", "new", tmp_path / "a.key").exit_code == 0
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    result = run("keys", "new", tmp_path / "a.key")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_key_file_that_is_missing_or_open_to_others_is_refused_in_one_line(run, key):
    for path, mode in ((key.with_name("none"), None), (key, 0o644)):
        if mode is not None:
            path.chmod(mode)
        result = run("send", "connection_test", "--link", "socket://127.0.0.1:1", "--keys", path)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert str(path) in result.stderr


def test_live_telemetry_is_decoded_for_the_time_asked(run, served, tmp_path):
    result = run("decode", served.url, "--to", tmp_path, "--format", "csv", "--seconds", "0.5")
    assert result.exit_code == 0
    assert (tmp_path / "motion_hk.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("send", "stwo", "--link", "socket://h:1"), "no command 'stwo'; did you mean stow?"),
        (("send", "find_surface", "--link", "socket://h:1"), "find_surface: missing site (0..8)"),
        (
            ("send", "find_surface", "site=9", "--link", "socket://h:1"),
            "find_surface: site = 9; allowed: 0..8 in the widest of missions",
        ),
        (
            ("send", "arm", "target=weigh", "--link", "socket://h:1"),
            "arm: target = weigh; allowed: discard (6), torque_off (17), reboot_servo (19)",
        ),
        (("send", "stow", "--link", "tcp://h:1"), "link tcp://h:1: not the name of a link; give socket://host:port"),
        (("commands", "stwo"), "no command 'stwo'; did you mean stow?"),
    ],
)
def test_bad_input_ends_with_status_2_and_one_line(run, key, arguments, message):
    result = run(*arguments, *(("--keys", key) if arguments[0] == "send" else ()))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"saji-ground: {message}")
    assert result.stderr.count("\n") == 1


def test_commands_are_listed_with_what_each_field_may_be(run):
    result = run("commands")
    assert "find_surface  (8/1 function 2)" in result.stdout
    assert "site: dig site; 0..8" in result.stdout
    assert run("commands", "stow").stdout.count("\n") == 2
