"""The line: time, half duplex, rates and spoilt bytes."""

from hypothesis import given
from hypothesis import strategies as st

from hil.devices.impairments import (
    TO_DEVICE,
    TO_HOST,
    Impairment,
    collide,
    drop_byte,
    duplicate_byte,
    duplicate_frame,
    flip_bit,
    insert_byte,
    low,
    noise,
    nothing,
    sometimes,
    truncate,
    unchanged,
)
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


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_a_duplicated_byte_is_one_of_those_there(data, rng):
    doubled = duplicate_byte(data, rng)
    assert any(doubled == data[: at + 1] + data[at:] for at in range(len(data)))


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_an_inserted_byte_leaves_the_others_in_order(data, rng):
    longer = insert_byte(data, rng)
    assert len(longer) == len(data) + 1
    assert any(longer[:at] + longer[at + 1 :] == data for at in range(len(longer)))


@given(st.binary(min_size=2), st.randoms(use_true_random=False))
def test_a_truncated_frame_is_a_beginning_and_never_the_whole(data, rng):
    beginning = truncate(data, rng)
    assert 0 < len(beginning) < len(data)
    assert data.startswith(beginning)


@given(st.binary(min_size=1), st.randoms(use_true_random=False))
def test_a_collision_is_as_long_as_the_longer_of_two_talks(data, rng):
    assert len(data) <= len(collide(data, rng)) <= len(data) + 3


def both(impairment, request=b"12345"):
    """What device and host hear of one exchange."""
    device = Echo()
    wire = Wire(device, 1_000_000)
    wire.impair(impairment)
    wire.send(request, 0)
    heard = device.heard[0][0] if device.heard else b""
    return heard, wire.receive(1_000_000 * US)


def test_each_way_is_impaired_alone():
    assert both(Impairment.one_way(duplicate_frame, TO_DEVICE)) == (b"1234512345", b"1234512345")
    assert both(Impairment.one_way(duplicate_frame, TO_HOST)) == (b"12345", b"1234512345")
    assert both(Impairment.one_way(duplicate_frame, "")) == (b"1234512345", b"12345123451234512345")


def test_a_line_held_low_reads_zeros_at_both_ends_and_one_held_high_nothing():
    held_low = both(Impairment(to_device=low, to_host=low, own=low))
    assert held_low == (bytes(5), bytes(10))
    assert both(Impairment.both_ways(nothing)) == (b"", b"")


def test_a_mute_line_is_heard_and_says_nothing():
    wire = Wire(Echo(), 1_000_000)
    wire.impair(Impairment(to_host=nothing))
    wire.send(b"12345", 0)
    assert wire.next_ns is None


def test_an_echo_comes_when_the_request_has_ended_and_before_the_answer():
    wire = Wire(Echo(after_ns=10 * US), 1_000_000)
    wire.impair(Impairment(own=unchanged))
    wire.send(b"12345", 0)
    assert wire.receive(5 * BYTE_NS) == b"12345"
    assert wire.next_ns == 10 * BYTE_NS + 10 * US


def test_a_slow_device_begins_later_and_its_answers_follow_each_other_as_ever():
    wire = Wire(Echo(repeat=2), 1_000_000)
    wire.impair(Impairment(answer_ns=7_000 * US))
    wire.send(b"12", 0)
    first_ns = 4 * BYTE_NS + 7_000 * US
    assert wire.next_ns == first_ns
    wire.receive(first_ns)
    assert wire.next_ns == first_ns + 2 * BYTE_NS


def test_a_slow_device_s_answer_is_spoilt_by_a_host_that_does_not_wait():
    wire = Wire(Echo(), 1_000_000)
    wire.impair(Impairment(answer_ns=100 * US))
    wire.send(b"0123456789", 0)
    wire.send(b"abcdefghij", 250 * US)
    assert wire.receive(300 * US) != b"0123456789"


def test_an_adapter_with_a_latency_timer_hands_over_at_its_ticks():
    wire = Wire(Echo(), 1_000_000)
    undo = wire.impair(Impairment(every_ns=16_000 * US))
    wire.send(b"a", 0)
    wire.send(b"b", 15_000 * US)
    wire.send(b"c", 16_001 * US)
    assert wire.receive(16_000 * US - 1) == b""
    assert wire.receive(16_000 * US) == b"ab"
    undo()
    wire.send(b"d", 20_000 * US)
    assert wire.receive(31_999 * US) == b""  # behind what the adapter still holds
    assert wire.receive(32_000 * US) == b"cd"
