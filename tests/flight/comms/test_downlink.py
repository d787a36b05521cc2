"""Downlink: urgent first, never above the rate of the link, and nothing lost without being counted."""

import pytest

from flight.comms.downlink import BURST, CAPACITIES, Downlink
from flight.icd.cop import Clcw
from flight.icd.events.comms import LinkOpened, TelemetryDropped, TelemetryUnfit, TmQueue
from flight.icd.hk.comms import CommsHk
from flight.icd.space_packet import parse_tm
from flight.icd.tm_coding import PLAIN, Coding
from flight.icd.tm_frame import ASM, CLCW, HEADER
from flight.icd.tm_stream import TmStream

MS = 1_000_000
S = 1000 * MS
FRAME_BITS = (1115 + 4) * 8


@pytest.fixture
def downlink(link):
    return Downlink(link.ports, link.time, link.control_word, link.events.append)


def run(link, downlink, begin_ns, end_ns, every_ns=10 * MS, each=lambda now_ns: None):
    for now_ns in range(begin_ns, end_ns, every_ns):
        link.time.step(now_ns)
        each(now_ns)
        downlink.step(now_ns)


def test_a_packet_leaves_when_it_has_waited_for_the_latency(link, downlink):
    run(link, downlink, 0, 10 * MS)
    downlink.report(LinkOpened())
    run(link, downlink, 10 * MS, 500 * MS)
    assert link.port.written == []
    run(link, downlink, 500 * MS, 510 * MS)
    assert len(link.port.written) == 1
    assert len(link.received()) == 1


def test_a_full_frame_leaves_at_once(link, downlink):
    for _ in range(1103 // (21 + 2 + CommsHk.size()) + 1):
        downlink.report(CommsHk())
    run(link, downlink, 0, 10 * MS)
    assert downlink.frames == 1


def test_the_end_of_a_packet_that_spans_frames_waits_no_longer_than_the_latency(link, downlink):
    count = 1103 // (21 + 2 + CommsHk.size()) + 1
    for _ in range(count):
        downlink.report(CommsHk())
    run(link, downlink, 0, 510 * MS)
    assert len(link.received()) == count


def test_packets_bear_the_time_of_the_running_frame(link, downlink):
    link.time.step(7 * S)
    downlink.report(LinkOpened())
    downlink.flush(8 * S)
    assert parse_tm(link.received()[0]).tai_ns == 10**18 + 7 * S


def test_events_go_before_housekeeping(link, downlink):
    for _ in range(3):
        downlink.report(CommsHk())
    downlink.report(LinkOpened())
    downlink.flush(0)
    assert [parse_tm(packet).service for packet in link.received()] == [5, 3, 3, 3]


@pytest.mark.parametrize("rate_bps", [10_000, 64_000])
def test_the_rate_of_the_link_is_never_exceeded(link, rate_bps):
    downlink = Downlink(link.ports, link.time, link.control_word, link.events.append, rate_bps=rate_bps)

    def flood(_now_ns):
        for _ in range(5):
            downlink.report(CommsHk())

    run(link, downlink, 0, 20 * S, each=flood)
    bits = len(link.port.written) * FRAME_BITS
    assert bits <= 20 * rate_bps + BURST * FRAME_BITS
    assert bits >= 20 * rate_bps - FRAME_BITS


def test_what_does_not_fit_its_queue_is_dropped_counted_and_told(link):
    downlink = Downlink(link.ports, link.time, link.control_word, link.events.append, rate_bps=1000)
    size = 21 + 2 + CommsHk.size()
    fit = CAPACITIES[1] // size
    for _ in range(fit + 3):
        downlink.report(CommsHk())
    assert downlink.queues[1].dropped == 3
    run(link, downlink, 0, 1010 * MS)
    assert [event for event in link.events if isinstance(event, TelemetryDropped)] == [
        TelemetryDropped(channel=TmQueue.HOUSEKEEPING, packets=3)
    ]


def test_a_flood_of_housekeeping_never_drops_an_event(link):
    downlink = Downlink(link.ports, link.time, link.control_word, link.events.append, rate_bps=20_000)

    def both(now_ns):
        for _ in range(3):
            downlink.report(CommsHk())
        if now_ns % (100 * MS) == 0:
            downlink.report(LinkOpened())

    run(link, downlink, 0, 10 * S, each=both)
    assert downlink.queues[0].dropped == 0
    assert downlink.queues[1].dropped > 0
    events = [packet for packet in link.received() if parse_tm(packet).service == 5]
    assert len(events) >= 99 - 5


def test_packets_are_numbered_in_the_order_they_leave(link, downlink):
    for _ in range(5):
        downlink.report(CommsHk())
        downlink.report(LinkOpened())
    downlink.flush(0)
    assert [parse_tm(packet).sequence for packet in link.received()] == list(range(10))


def test_a_dropped_packet_leaves_a_gap_in_the_sequence(link, downlink):
    downlink.report(LinkOpened())
    downlink.flush(0)
    while not downlink.queues[1].dropped:
        downlink.report(CommsHk())
    downlink.flush(0)
    first, second, *_, last = [parse_tm(packet).sequence for packet in link.received()]
    assert (first, second) == (0, 2)
    assert last == len(link.received())


def test_a_record_that_does_not_fit_its_fields_is_told_and_not_sent(link, downlink):
    downlink.report(CommsHk(frames=-1))
    assert downlink.unfit == 1
    run(link, downlink, 0, 1010 * MS)
    assert TelemetryUnfit(packet_type=3 << 8 | 25, identifier=CommsHk.ident) in link.events
    assert link.received() == []


def test_a_silent_link_carries_idle_frames_with_the_control_word(link, downlink):
    link.control_word.show(Clcw(farm_b=3))
    run(link, downlink, 0, 3100 * MS)
    assert downlink.idle_frames == 3
    assert {HEADER.parse(octets[4:]).vcid for octets in link.port.written} == {7}
    assert {CLCW.parse(octets[-6:-2]).farm_b for octets in link.port.written} == {3}


def test_every_frame_is_recorded_as_sent(link):
    recorded = []
    downlink = Downlink(
        link.ports,
        link.time,
        link.control_word,
        link.events.append,
        record=lambda frame, now_ns: recorded.append((frame, now_ns)),
    )
    downlink.report(LinkOpened())
    run(link, downlink, 0, 2 * S)
    assert [frame for frame, _ in recorded] == link.port.written
    assert all(frame.startswith(ASM) for frame, _ in recorded)
    assert recorded[0][1] == 500 * MS


def test_counters_go_on_without_gaps_over_the_wrap(link):
    downlink = Downlink(link.ports, link.time, link.control_word, link.events.append, rate_bps=10**9)
    for second in range(300):
        downlink.report(LinkOpened())
        downlink.flush(second * S)
    stream = TmStream()
    assert len(stream.feed(b"".join(link.port.written)) + stream.close()) == 300
    assert not stream.losses.any


def stored(number, size=200, apid=0x042):
    """A packet as it lies in the store: its number is that of the time it was made."""
    return (
        (0x0800 | apid).to_bytes(2, "big")
        + (0xC000 | number).to_bytes(2, "big")
        + (size - 7).to_bytes(2, "big")
        + bytes([number]) * (size - 6)
    )


def by_channel(link):
    """Virtual channels of the frames sent, and the packets of each."""
    octets = b"".join(link.port.written)
    return [HEADER.parse(frame[4:]).vcid for frame in link.port.written], TmStream().feed(octets)


def test_files_and_playback_have_channels_of_their_own_and_keep_their_numbers(link, downlink):
    downlink.report(LinkOpened())
    assert downlink.playback(stored(77))
    assert downlink.file(stored(5, apid=0x7FD))
    downlink.flush(0)
    channels, packets = by_channel(link)
    assert channels == [0, 1, 2]
    assert packets[1:] == [(1, stored(5, apid=0x7FD)), (2, stored(77))]


def test_a_full_queue_of_files_or_playback_loses_nothing_and_says_so(link, downlink):
    for offer, queue in ((downlink.file, TmQueue.FILES), (downlink.playback, TmQueue.PLAYBACK)):
        taken = 0
        while offer(stored(taken % 256)):
            taken += 1
        assert taken == CAPACITIES[queue] // 200
        assert downlink.queues[queue].dropped == 0
        downlink.flush(0)
        assert offer(stored(0))


@pytest.mark.parametrize("coding", [PLAIN, Coding(reed_solomon=True, randomized=True)])
def test_each_channel_gets_what_the_ones_before_it_leave(link, coding):
    rate_bps = 32_000
    downlink = Downlink(link.ports, link.time, link.control_word, link.events.append, rate_bps=rate_bps, coding=coding)
    late_ns = []

    def load(now_ns):
        if now_ns % (100 * MS) == 0:
            downlink.report(CommsHk())
        while downlink.file(stored(1)):
            pass
        while downlink.playback(stored(2)):
            pass
        oldest = min((queue.oldest_ns for queue in downlink.queues[:2] if queue.oldest_ns is not None), default=now_ns)
        late_ns.append(now_ns - oldest)

    run(link, downlink, 0, 20 * S, each=load)
    stream = TmStream(coding=coding)
    counts = [0, 0, 0]
    for vcid, _ in stream.feed(b"".join(link.port.written)):
        counts[vcid] += 1
    frame_ns = coding.size(1115) * 8 * S // rate_bps
    assert counts[0] >= 200 - 10
    assert counts[1] > 0
    assert counts[2] == 0
    assert max(late_ns) <= 500 * MS + frame_ns + 10 * MS
    assert len(link.port.written) * coding.size(1115) * 8 >= 20 * rate_bps - 8 * coding.size(1115)
    assert not downlink.queues[0].dropped + downlink.queues[1].dropped


def test_playback_flows_as_soon_as_there_are_no_files(link, downlink):
    run(link, downlink, 0, S, each=lambda _: downlink.playback(stored(3)))
    assert {vcid for vcid, _ in by_channel(link)[1]} == {2}


def test_an_event_overtakes_everything_that_waits(link, downlink):
    while downlink.file(stored(1)) or downlink.playback(stored(2)):
        pass
    for _ in range(20):
        downlink.report(CommsHk())
    run(link, downlink, 0, 10 * MS)
    sent = len(link.port.written)
    downlink.report(LinkOpened())
    run(link, downlink, 10 * MS, 2 * S)
    channels, packets = by_channel(link)
    first = channels.index(0, sent)
    assert first - sent <= (500 * MS * 64_000 // S) // FRAME_BITS + 1
    assert any(vcid == 0 and parse_tm(packet).service == 5 for vcid, packet in packets)


def test_coded_frames_are_recorded_without_the_coding(link):
    recorded = []
    coding = Coding(reed_solomon=True, randomized=True)
    downlink = Downlink(
        link.ports, link.time, link.control_word, link.events.append,
        record=lambda frame, now_ns: recorded.append(frame), coding=coding,
    )  # fmt: skip
    downlink.report(LinkOpened())
    downlink.flush(0)
    assert len(link.port.written[0]) == coding.size(1115)
    assert coding.encode(recorded[0][4:]) == link.port.written[0]
    assert len(TmStream().feed(recorded[0])) == 1


def test_every_packet_reported_is_told_to_the_store_whether_there_is_room_or_not(link):
    stored = []
    downlink = Downlink(
        link.ports,
        link.time,
        link.control_word,
        link.events.append,
        store=lambda packet, now_ns: stored.append((parse_tm(packet).tai_ns, now_ns)),
    )
    count = CAPACITIES[TmQueue.HOUSEKEEPING] // CommsHk.size() + 10
    link.time.step(3 * S)
    for _ in range(count):
        downlink.report(CommsHk())
    assert downlink.queues[TmQueue.HOUSEKEEPING].dropped > 0
    assert stored == [(10**18 + 3 * S, 3 * S)] * count
