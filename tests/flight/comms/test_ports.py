"""The ports of the link: each lost and regained on its own."""

from flight.icd.events.comms import LinkLost, LinkOpened

S = 1_000_000_000


def test_a_lost_port_is_told_once_and_opened_again_after_a_second(link):
    link.port.fails = True
    link.ports.write(b"x", 0)
    assert link.events == [LinkLost(port=0)]
    for now_ns in range(0, 3 * S, S // 10):
        link.ports.step(now_ns)
    assert link.port.opened == 1 + 2
    assert link.events == [LinkLost(port=0)]
    link.port.fails = False
    link.ports.step(4 * S)
    assert link.events == [LinkLost(port=0), LinkOpened(port=0)]
    assert link.ports.losses == 1


def test_a_port_lost_while_reading_gives_nothing(link):
    link.port.fails = True
    assert link.ports.read(0, 0) == b""
    assert link.ports.read(0, 0) == b""
    assert link.events == [LinkLost(port=0)]


def test_nothing_is_written_to_a_closed_port(link):
    link.ports.close()
    link.ports.write(b"x", 0)
    assert link.port.written == []
