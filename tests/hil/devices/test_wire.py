"""The line: time, half duplex, rates and spoilt bytes."""

from hypothesis import given
from hypothesis import strategies as st

from hil.devices.impairments import Impairment, drop_byte, flip_bit, noise, sometimes
from hil.devices.wire import Reply, Wire

US = 1_000
BYTE_NS = 10_000  # at 1 Mbit/s


class Echo:
    """Answers with what it got, `after_ns` later, at one rate only."""

    def __init__(self, after_ns=0, baud=1_000_000, repeat=1):
        self.after_ns, self.baud, self.repeat, self.heard = after_ns, baud, repeat, []

    def receive(self, data, at_ns, baud):
        if baud != self.baud:
            return []
        self.heard.append((data, at_ns))
        return [Reply(data, self.after_ns)] * self.repeat


def test_a_request_is_heard_when_its_last_bit_has_arrived():
    device = Echo()
    Wire(device, 1_000_000).send(b"12345", 100)
    assert device.heard == [(b"12345", 100 + 5 * BYTE_NS)]


def test_a_reply_is_there_after_request_silence_and_its_own_bytes_and_not_before():
    wire = Wire(Echo(after_ns=250 * US), 1_000_000)
    wire.send(b"12345", 0)
    due_ns = 5 * BYTE_NS + 250 * US + 5 * BYTE_NS
    assert wire.next_ns == due_ns
    assert wire.receive(due_ns - 1) == b""
    assert wire.receive(due_ns) == b"12345"
    assert wire.receive(due_ns) == b""


def test_replies_follow_each_other():
    wire = Wire(Echo(after_ns=10 * US, repeat=2), 1_000_000)
    wire.send(b"12", 0)
    first = 4 * BYTE_NS + 10 * US
    assert wire.receive(first) == b"12"
    assert wire.next_ns == first + 10 * US + 2 * BYTE_NS


def test_what_a_host_writes_at_once_is_sent_one_after_the_other():
    device = Echo()
    device.receive = lambda data, at_ns, baud: device.heard.append((data, at_ns)) or []
    wire = Wire(device, 1_000_000)
    wire.send(b"123", 0)
    wire.send(b"45", 0)
    assert device.heard == [(b"123", 3 * BYTE_NS), (b"45", 5 * BYTE_NS)]


def test_unpaced_bytes_take_no_time_but_the_device_still_does():
    wire = Wire(Echo(after_ns=250 * US), 1_000_000, paced=False)
    wire.send(b"12345", 0)
    assert wire.next_ns == 250 * US


def test_a_host_at_another_rate_gets_no_answer():
    wire = Wire(Echo(), 57_600)
    wire.send(b"12345", 0)
    assert wire.next_ns is None


def test_talking_into_a_reply_spoils_both():
    device = Echo()
    wire = Wire(device, 1_000_000)
    wire.send(b"0123456789", 0)  # the reply is on the line from 100 to 200 us
    wire.send(b"abcdefghij", 150 * US)
    assert device.heard[1][0] != b"abcdefghij"
    first = wire.receive(200 * US)
    assert first[:5] == b"01234"
    assert first[5:] != b"56789"


def test_a_late_adapter_delays_and_never_reorders():
    wire = Wire(Echo(), 1_000_000)
    undo = wire.impair(Impairment(late_ns=16_000 * US))
    wire.send(b"a", 0)
    undo()
    wire.send(b"b", 1_000 * US)
    assert wire.receive(16_000 * US) == b""
    assert wire.receive(16_020 * US) == b"ab"


def test_unplugging_loses_what_is_under_way_and_plugging_in_is_counted():
    wire = Wire(Echo(), 1_000_000)
    wire.send(b"a", 0)
    plug = wire.unplug()
    wire.send(b"b", 0)
    assert wire.next_ns is None
    plug()
    assert (wire.plugged, wire.plugged_times) == (True, 2)
    wire.send(b"c", 0)
    assert wire.receive(1_000 * US) == b"c"


def test_an_ended_impairment_leaves_no_trace():
    wire = Wire(Echo(), 1_000_000)
    wire.impair(Impairment.both_ways(noise))()
    wire.send(b"12345", 0)
    assert wire.receive(1_000 * US) == b"12345"


def spoilt(seed):
    wire = Wire(Echo(), 1_000_000, seed)
    wire.impair(Impairment.both_ways(sometimes(flip_bit, 0.5)))
    for frame in range(50):
        wire.send(bytes(range(20)), frame * 10_000 * US)
    return wire.receive(1_000_000 * US)


def test_the_same_seed_spoils_the_same_bits():
    assert spoilt(1) == spoilt(1)
    assert spoilt(1) != spoilt(2)


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_a_flip_changes_exactly_one_bit(data, rng):
    flipped = flip_bit(data, rng)
    assert len(flipped) == len(data)
    assert sum((a ^ b).bit_count() for a, b in zip(data, flipped, strict=True)) == 1


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_a_dropped_byte_leaves_the_others_in_order(data, rng):
    dropped = drop_byte(data, rng)
    assert any(dropped == data[:at] + data[at + 1 :] for at in range(len(data)))
