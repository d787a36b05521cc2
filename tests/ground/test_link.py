"""The ground's end of the link."""

import socket

import pytest

from ground.link import LinkError, SocketLink


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        yield listening


@pytest.fixture
def ends(server):
    link = SocketLink(f"socket://127.0.0.1:{server.getsockname()[1]}")
    other, _ = server.accept()
    yield link, other
    link.close()
    other.close()


def test_octets_go_both_ways(ends):
    link, other = ends
    link.write(b"up")
    assert other.recv(10) == b"up"
    other.sendall(b"down")
    assert link.read(5) == b"down"


def test_silence_and_the_end_are_told_apart(ends):
    link, other = ends
    assert link.read(0.0) == b""
    other.close()
    assert link.read(5) is None


def test_writing_to_a_lost_link_is_an_error_that_names_it(ends):
    link, other = ends
    other.close()
    with pytest.raises(LinkError, match=r"link socket://127\.0\.0\.1"):
        link.write(bytes(100_000_000))


def test_a_link_that_nobody_serves_is_named(server):
    port = server.getsockname()[1]
    server.close()
    with pytest.raises(LinkError, match=f"link socket://127.0.0.1:{port}: Connection refused"):
        SocketLink(f"socket://127.0.0.1:{port}", patience_s=0.0)


@pytest.mark.parametrize("url", ["socket://", "socket://host", "socket://h:x", "socket://h:99999", "host:1", ""])
def test_what_names_no_link_is_refused_with_what_is_allowed(url):
    with pytest.raises(LinkError, match="not the name of a link; give socket://host:port"):
        SocketLink(url)
