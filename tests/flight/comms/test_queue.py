"""The bounded queue of packets."""

from hypothesis import given
from hypothesis import strategies as st

from flight.comms.queue import PacketQueue


@given(st.lists(st.binary(min_size=1, max_size=50)))
def test_it_keeps_order_and_never_holds_more_than_its_capacity(packets):
    queue, kept = PacketQueue(100), []
    for now_ns, packet in enumerate(packets):
        before = queue.dropped
        queue.offer(packet, now_ns)
        assert queue.octets <= 100
        if queue.dropped == before:
            kept.append((now_ns, packet))
    assert queue.octets == sum(len(packet) for _, packet in kept)
    assert queue.oldest_ns == (kept[0][0] if kept else None)
    assert [queue.take() for _ in range(len(queue))] == kept
    assert queue.dropped == len(packets) - len(kept)
    assert queue.octets == 0
