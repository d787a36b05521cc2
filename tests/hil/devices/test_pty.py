"""Wires on pseudo-terminals: raw, at a rate, unplugged and plugged in again. Time is given, not waited for."""

import errno
import os
import termios
import tty

import pytest

from hil.devices.pty import LineError, PtyServer, UartServer
from hil.devices.wire import Reply, Wire

MS = 1_000_000


class Echo:
    def __init__(self, baud=1_000_000):
        self.baud = baud

    def receive(self, data, at_ns, baud):
        return [Reply(data, 0)] if baud == self.baud else []


class Host:
    """Opens a terminal as a driver does, at a rate."""

    def __init__(self, path, speed=termios.B1000000):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        settings = termios.tcgetattr(self.fd)
        settings[4] = settings[5] = speed
        termios.tcsetattr(self.fd, termios.TCSANOW, settings)

    def write(self, data):
        os.write(self.fd, data)

    def read(self):
        try:
            return os.read(self.fd, 4096)
        except BlockingIOError:
            return b""

    def hung_up(self):
        try:
            return os.read(self.fd, 1) == b""
        except OSError as error:
            return error.errno == errno.EIO

    def close(self):
        os.close(self.fd)


@pytest.fixture
def wire():
    return Wire(Echo(), 0)


@pytest.fixture
def server(wire, tmp_path):
    server = PtyServer(wire, tmp_path / "joints")
    yield server
    server.close()


@pytest.fixture
def host(server):
    host = Host(server.url)
    yield host
    host.close()


def test_bytes_pass_unchanged_both_ways_at_their_time(server, host):
    data = bytes(range(256))  # no echo, no translation, no control characters
    host.write(data)
    server.step(0)
    assert host.read() == b""
    server.step(4 * MS)
    assert host.read() == b""
    server.step(6 * MS)
    assert host.read() == data


def test_a_host_at_the_wrong_rate_gets_no_answer_until_it_sets_the_right_one(server, wire):
    wrong = Host(server.url, termios.B57600)
    wrong.write(b"12")
    server.step(0)
    server.step(100 * MS)
    assert (wrong.read(), wire.baud) == (b"", 57_600)
    wrong.close()
    right = Host(server.url)
    right.write(b"12")
    server.step(200 * MS)
    server.step(300 * MS)
    assert right.read() == b"12"
    right.close()


def test_the_line_outlives_its_hosts(server):
    for _ in range(3):
        host = Host(server.url)
        host.write(b"12")
        server.step(0)
        server.step(MS)
        assert host.read() == b"12"
        host.close()
        server.step(2 * MS)


def test_unplugging_hangs_up_and_plugging_in_serves_the_same_name_again(server, host, wire):
    plug = wire.unplug()
    server.step(0)
    assert server.fileno() == -1
    assert not os.path.exists(server.url)
    assert host.hung_up()
    plug()
    server.step(MS)
    again = Host(server.url)
    again.write(b"12")
    server.step(2 * MS)
    server.step(3 * MS)
    assert again.read() == b"12"
    again.close()


def test_a_host_that_does_not_read_never_blocks_the_bench(server, host):
    for frame in range(200):
        host.write(bytes(500))
        server.step(frame * 20 * MS)
        server.step(frame * 20 * MS + 11 * MS)
    got = b""
    for ms in range(4000, 4200):
        server.step(ms * MS)
        got += host.read()
    assert 4096 <= len(got) < 200 * 500, "what the line can't hold is lost"
    host.write(b"12")
    server.step(4200 * MS)
    server.step(4220 * MS)
    assert host.read() == b"12"


def test_closing_withdraws_the_name(server):
    server.close()
    assert not os.path.lexists(server.url)


def test_a_name_that_can_not_be_made_is_told(wire, tmp_path):
    with pytest.raises(LineError, match="no/such/joints: No such file"):
        PtyServer(wire, tmp_path / "no" / "such" / "joints")


@pytest.fixture
def device():
    """The two ends of a line that stands in for a UART."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_the_bench_sits_on_a_real_device(device):
    far_end, path = device
    server = UartServer(Wire(Echo(), 1_000_000, paced=False), path)
    os.write(far_end, b"12")
    server.step(0)
    server.step(1)
    assert os.read(far_end, 10) == b"12"
    server.close()


def test_a_device_in_use_is_refused(device):
    _, path = device
    first = UartServer(Wire(Echo(), 1_000_000), path)
    with pytest.raises(LineError, match=f"{path}: in use"):
        UartServer(Wire(Echo(), 1_000_000), path)
    first.close()
    UartServer(Wire(Echo(), 1_000_000), path).close()


@pytest.mark.parametrize(
    ("path", "reason"), [("/dev/no_such_device", "No such file"), ("/dev/null", "not a serial device")]
)
def test_a_device_that_is_none_is_refused_with_the_reason(path, reason):
    with pytest.raises(LineError, match=f"{path}: {reason}"):
        UartServer(Wire(Echo(), 1_000_000), path)
