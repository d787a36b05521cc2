"""Ports: URLs that can and can't be meant, and real ones that are lost, locked, full or not there."""

import errno
import os
import pty
import socket
import termios
import tty

import pytest

from flight.bus.device_port import DevicePort
from flight.bus.port_urls import make_port, open_at_start
from flight.bus.ports import Port, PortError, TunablePort
from flight.bus.socket_port import SocketPort


class Memory:
    url = "memory://joints"
    is_open = True


@pytest.fixture
def terminal():
    """(master descriptor, path) of a raw pseudo-terminal."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    ends = {"master": master, "slave": slave}
    ends["path"] = os.ttyname(slave)
    yield ends
    for end in ("master", "slave"):
        if ends[end] is not None:
            os.close(ends[end])


@pytest.fixture
def device(terminal):
    port = DevicePort(terminal["path"], 1_000_000)
    port.open(0)
    yield port
    port.close()


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def connect(listener):
    host, port = listener.getsockname()
    client = SocketPort(f"socket://{host}:{port}", host, port)
    for now in range(1000):
        client.open(now)
        if client.is_open:
            break
    return client, listener.accept()[0]


def read_all(port, size):
    data = b""
    for now in range(100_000):
        data += port.read(now)
        if len(data) >= size:
            break
    return data


def fill(port):
    for _ in range(10_000):
        port.write(bytes(4096), 0)


@pytest.mark.parametrize(
    "url",
    ["", "COM1", "tty0", "socket://", "socket://host", "socket://:5", "socket://h:99999", "http://h:1", "memory://"],
)
def test_what_names_no_port_is_refused_and_says_what_does(url):
    with pytest.raises(PortError, match=r"/dev/ttyUSB0, socket://host:port or memory://name") as error:
        make_port(url, 9600)
    assert str(error.value).startswith(f"port {url}: ")
    assert "\n" not in str(error.value)


def test_urls_make_the_ports_they_name():
    assert isinstance(make_port("/dev/ttyUSB0", 9600), DevicePort)
    assert isinstance(make_port("socket://127.0.0.1:5000", 9600), SocketPort)
    port = Memory()
    assert make_port("memory://joints", 9600, {"joints": port}) is port


def test_a_port_in_memory_that_is_not_there_says_which_are():
    with pytest.raises(PortError, match="there are: camera, joints"):
        make_port("memory://arm", 9600, {"joints": Memory(), "camera": Memory()})


def test_port_errors_are_os_errors_with_the_systems_number():
    error = PortError.of("/dev/x", OSError(errno.EACCES, "denied"))
    assert isinstance(error, OSError)
    assert (error.errno, str(error)) == (errno.EACCES, "port /dev/x: Permission denied")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/dev/no_such_port", "No such file or directory"),
        ("/dev/null", "not a serial device"),
        ("/", "Is a directory"),
    ],
)
def test_a_device_that_can_t_be_opened_says_which_and_why(path, reason):
    with pytest.raises(PortError, match=reason) as error:
        open_at_start(make_port(path, 9600))
    assert str(error.value) == f"port {path}: {reason}"


def test_a_device_passes_octets_both_ways_unchanged(device, terminal):
    every = bytes(range(256))
    device.write(every, 0)
    assert os.read(terminal["master"], 1000) == every
    os.write(terminal["master"], every)
    assert read_all(device, 256) == every


def test_a_device_with_nothing_to_read_is_open_and_gives_nothing(device):
    assert device.read(0) == b""
    assert device.is_open


def test_the_rate_reaches_the_terminal(device, terminal):
    assert termios.tcgetattr(terminal["master"])[5] == termios.B1000000
    device.set_baud(57600)
    assert termios.tcgetattr(terminal["master"])[5] == termios.B57600
    assert device.read(0) == b""
    assert isinstance(device, TunablePort)


def test_an_adapter_that_is_pulled_is_a_port_error(device, terminal):
    os.close(terminal["master"])
    terminal["master"] = None
    with pytest.raises(PortError, match="hung up"):
        device.read(0)
    assert not device.is_open
    with pytest.raises(PortError):
        device.write(b"x", 0)
    device.close()


def test_a_device_that_does_not_drain_is_a_port_error_not_a_wait(device):
    with pytest.raises(PortError, match="does not drain"):
        fill(device)
    assert not device.is_open


def test_a_device_is_locked_against_others(device, terminal):
    with pytest.raises(PortError, match="in use"):
        DevicePort(terminal["path"], 9600).open(0)


def test_a_device_can_be_opened_again(device):
    device.close()
    device.close()
    device.open(0)
    device.open(0)
    assert device.is_open


def test_a_rate_that_the_device_can_t_do_is_a_port_error(terminal):
    with pytest.raises(PortError):
        DevicePort(terminal["path"], -1).open(0)


def test_a_socket_passes_octets_both_ways(listener):
    client, peer = connect(listener)
    with peer:
        client.write(b"ask", 0)
        assert peer.recv(10) == b"ask"
        peer.send(b"answer")
        assert read_all(client, 6) == b"answer"
        assert client.read(0) == b""
    client.close()


def test_a_socket_whose_other_end_goes_is_a_port_error(listener):
    client, peer = connect(listener)
    peer.close()
    with pytest.raises(PortError, match="closed by the other end"):
        read_all(client, 1)
    assert not client.is_open
    with pytest.raises(PortError, match="not open"):
        client.write(b"x", 0)


def test_a_socket_that_does_not_drain_is_a_port_error_not_a_wait(listener):
    client, peer = connect(listener)
    with peer, pytest.raises(PortError):
        fill(client)
    assert not client.is_open


def test_a_refused_connection_says_so(listener):
    host, port = listener.getsockname()
    listener.close()
    with pytest.raises(PortError, match=f"port socket://{host}:{port}: Connection refused"):
        open_at_start(make_port(f"socket://{host}:{port}", 0))


def test_a_connection_that_does_not_come_about_is_given_up(listener, monkeypatch):
    host, port = listener.getsockname()
    client = SocketPort("socket://far:1", host, port)
    monkeypatch.setattr(socket.socket, "connect_ex", lambda *_: errno.EINPROGRESS)
    monkeypatch.setattr("flight.bus.socket_port.select.poll", NeverReady)
    client.open(0)
    client.open(2_000_000_000)
    assert not client.is_open
    with pytest.raises(PortError, match="timed out"):
        client.open(4_000_000_000)


class NeverReady:
    def register(self, *_):
        pass

    def poll(self, timeout):
        assert timeout == 0
        return []


def test_a_host_that_is_not_known_is_a_port_error(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(PortError, match="host nowhere: Name or service not known"):
        make_port("socket://nowhere:1", 0)


def test_the_ports_are_ports():
    def needs(port: Port) -> Port:
        return port

    assert needs(DevicePort("/dev/x", 9600)).url == "/dev/x"
