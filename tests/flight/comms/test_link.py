"""Ports of the space link by URL."""

import socket

import pytest

from flight.bus.ports import PortError
from flight.comms.link import MAX_CLIENTS, FilePort, ListenPort, make_link_port


@pytest.fixture
def server():
    port = make_link_port("listen://127.0.0.1:0")
    port.open(0)
    yield port
    port.close()


def client_of(server: ListenPort) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port_number), timeout=5)
    before = server.clients
    for _ in range(100_000):
        if server.clients != before:
            break
        server.read(0)
    return client


def read_until(server, size):
    octets = b""
    while len(octets) < size:
        octets += server.read(0)
    return octets


def test_telemetry_goes_to_every_client(server):
    with client_of(server) as one, client_of(server) as other:
        server.write(b"frame", 0)
        assert one.recv(10) == other.recv(10) == b"frame"


def test_telecommands_come_from_any_client(server):
    with client_of(server) as one, client_of(server) as other:
        one.sendall(b"abc")
        assert read_until(server, 3) == b"abc"
        other.sendall(b"de")
        assert read_until(server, 2) == b"de"


def test_without_clients_nothing_happens(server):
    server.write(b"frame", 0)
    assert server.read(0) == b""
    assert server.is_open


def test_a_client_that_leaves_is_forgotten(server):
    client_of(server).close()
    while server.clients:
        server.read(0)
    assert server.dropped == 0


def test_a_client_that_does_not_take_its_telemetry_is_cut_off_and_the_others_are_not(server):
    with client_of(server) as slow, client_of(server) as quick:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        frame = bytes(60_000)
        for _ in range(10_000):
            server.write(frame, 0)
            taken = 0
            while taken < len(frame):
                taken += len(quick.recv(len(frame) - taken))
            if server.clients == 1:
                break
        assert server.clients == 1
        assert server.dropped == 1


def test_when_there_is_no_room_the_client_silent_for_longest_makes_it(server):
    clients = [client_of(server) for _ in range(MAX_CLIENTS)]
    for now_ns, client in enumerate(clients[1:], start=1):
        client.sendall(b"x")
        received = b""
        for _ in range(1000):
            received = server.read(now_ns)
            if received:
                break
        assert received == b"x"
    with socket.create_connection(("127.0.0.1", server.port_number), timeout=5) as operator:
        for _ in range(1000):
            server.read(MAX_CLIENTS)
            if server.dropped:
                break
        assert server.clients == MAX_CLIENTS
        clients[0].settimeout(5)
        assert clients[0].recv(1) == b""
        server.write(b"telemetry", MAX_CLIENTS)
        operator.settimeout(5)
        assert operator.recv(9) == b"telemetry"
    for client in clients:
        client.close()


def test_a_flood_is_taken_in_at_our_own_pace_and_starves_nobody(server):
    with client_of(server) as loud, client_of(server) as quiet:
        loud.sendall(bytes(64 * 1024))
        quiet.sendall(b"q")
        heard = b""
        for now_ns in range(1, 100):
            octets = server.read(now_ns)
            assert len(octets) <= 1024
            heard += octets
            if b"q" in heard:
                break
        assert heard.index(b"q") <= 2 * 1024


def test_a_port_that_is_taken_is_named(server):
    other = make_link_port(f"listen://127.0.0.1:{server.port_number}")
    with pytest.raises(PortError, match=rf"listen://127.0.0.1:{server.port_number}: Address already in use"):
        other.open(0)


def test_it_can_be_opened_again(server):
    with client_of(server):
        server.close()
        assert not server.is_open
        server.open(0)
        assert server.is_open


def test_a_file_is_appended_to(tmp_path):
    path = tmp_path / "tm.bin"
    for part in (b"one", b"two"):
        port = make_link_port(f"file:{path}")
        port.open(0)
        port.write(part, 0)
        assert port.read(0) == b""
        port.close()
    assert path.read_bytes() == b"onetwo"


def test_a_file_that_can_not_be_made_is_named(tmp_path):
    port = FilePort(f"file:{tmp_path}/no/tm.bin")
    with pytest.raises(PortError, match="No such file"):
        port.open(0)
    assert not port.is_open


@pytest.mark.parametrize(
    "url", ["listen://", "listen://host", "listen://h:99999", "listen:5", "tcp://h:1", "", "file:"]
)
def test_what_names_no_link_is_refused_with_what_is_allowed(url):
    with pytest.raises(PortError, match=r"give listen://host:port, socket://host:port"):
        make_link_port(url)
