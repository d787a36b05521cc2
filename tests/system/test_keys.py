"""Keys as a person meets them: without one that can be used the uplink is closed, and one line says why."""

import os
import signal
import socket
import subprocess
import sys

import pytest


def program(*arguments, **kw):
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kw
    )


def run(*arguments):
    process = program(*arguments)
    printed, _ = process.communicate(timeout=60)
    return process.returncode, printed.splitlines()


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "uplink.key"
    assert run("ground", "keys", "new", path)[0] == 0
    return path


@pytest.fixture
def device():
    """A TCP port that takes connections and says nothing, in place of a device."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"socket://127.0.0.1:{server.getsockname()[1]}"


def first_lines_of_flight(device, tmp_path, *options):
    flight = program(
        "flight", "run", "--joints", device, "--load-cell", device, "--link", "listen://127.0.0.1:0",
        "--store", tmp_path / "store", *options,
    )  # fmt: skip
    try:
        lines = []
        while not lines or "flies" not in lines[-1]:
            lines.append(flight.stdout.readline())
            assert lines[-1], lines
        flight.send_signal(signal.SIGINT)
        assert flight.wait(20) == 0
        return lines
    finally:
        if flight.poll() is None:
            flight.kill()
        flight.communicate()


def test_a_new_key_is_for_its_owner_alone(key):
    assert os.stat(key).st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(key):
    before = key.read_bytes()
    code, lines = run("ground", "keys", "new", key)
    assert (code, len(lines)) == (2, 1)
    assert "never overwritten" in lines[0]
    assert key.read_bytes() == before


def test_with_its_key_the_uplink_is_open(key, device, tmp_path):
    assert "uplink open for key 1" in first_lines_of_flight(device, tmp_path, "--keys", key)[-1]


@pytest.mark.requirement("SEC-2")
def test_without_a_key_the_uplink_is_closed(device, tmp_path):
    first, last = first_lines_of_flight(device, tmp_path)
    assert "no --keys; the uplink is closed" in first
    assert "uplink closed" in last


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda key: key.chmod(0o644), "has mode 0644; allowed: 0600"),
        (lambda key: key.unlink(), "No such file"),
        (lambda key: key.write_text("id = 1\n"), "has id; allowed: id, key"),
        (lambda key: key.write_text("not a key"), "is not TOML"),
    ],
)
@pytest.mark.requirement("SEC-2")
def test_a_key_file_that_cant_be_used_closes_the_uplink_and_refuses_to_command(key, device, tmp_path, spoil, why):
    spoil(key)
    first, last = first_lines_of_flight(device, tmp_path, "--keys", key)
    assert str(key) in first
    assert why in first
    assert "uplink closed" in last
    code, lines = run("ground", "send", "connection_test", "--link", device, "--keys", key)
    assert (code, len(lines)) == (2, 1)
    assert why in lines[0]
