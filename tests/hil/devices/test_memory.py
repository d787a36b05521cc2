"""The port in memory behaves as a real one, also when it fails."""

import errno

import pytest

from hil.devices.memory import MemoryPort
from hil.devices.wire import Reply, Wire


class Echo:
    def receive(self, data, at_ns, baud):
        return [Reply(data, 0)] if baud == 1_000_000 else []


@pytest.fixture
def wire():
    return Wire(Echo(), 9_600)


@pytest.fixture
def port(wire):
    port = MemoryPort("memory://joints", wire, 1_000_000)
    port.open(0)
    return port


def test_opening_sets_the_rate_and_bytes_come_back_at_their_time(port):
    port.write(b"12", 0)
    assert port.read(39_999) == b""
    assert port.read(40_000) == b"12"


def test_a_closed_port_says_so(wire):
    port = MemoryPort("memory://joints", wire, 1_000_000)
    assert not port.is_open
    with pytest.raises(OSError, match="memory://joints") as caught:
        port.read(0)
    assert caught.value.errno == errno.EBADF


def test_an_unplugged_port_is_lost_with_eio_and_can_not_be_opened(port, wire):
    plug = wire.unplug()
    with pytest.raises(OSError, match="memory://joints") as lost:
        port.write(b"1", 0)
    assert lost.value.errno == errno.EIO
    assert not port.is_open
    with pytest.raises(FileNotFoundError):
        port.open(0)
    plug()
    port.open(0)
    port.write(b"1", 0)
    assert port.read(1_000_000) == b"1"


def test_a_port_plugged_out_and_in_again_is_lost_too(port, wire):
    wire.unplug()()
    with pytest.raises(OSError, match="memory://joints"):
        port.read(0)
    port.open(0)
    assert port.is_open


def test_opening_flushes_what_came_before(port):
    port.write(b"old", 0)
    port.close()
    port.open(1_000_000)
    assert port.read(2_000_000) == b""


def test_a_host_that_changes_its_rate_is_understood_no_more(port):
    port.set_baud(57_600)
    port.write(b"1", 0)
    assert (port.baud, port.read(10_000_000)) == (57_600, b"")
    port.set_baud(1_000_000)
    port.write(b"1", 20_000_000)
    assert port.read(30_000_000) == b"1"
