"""A bounded queue of telemetry packets."""

from __future__ import annotations

from collections import deque


class PacketQueue:
    """First in, first out; holds at most `capacity` octets.

    What does not fit is dropped and counted: of a burst of events the first tell the cause.
    """

    __slots__ = ("_packets", "capacity", "dropped", "octets")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.octets = 0
        self.dropped = 0
        self._packets: deque[tuple[int, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._packets)

    @property
    def oldest_ns(self) -> int | None:
        """When the first in line was put in."""
        return self._packets[0][0] if self._packets else None

    def offer(self, packet: bytes, now_ns: int) -> bool:
        """Put `packet` in line, or drop it; whether it is in."""
        if self.octets + len(packet) > self.capacity:
            self.dropped += 1
            return False
        self._packets.append((now_ns, packet))
        self.octets += len(packet)
        return True

    def take(self) -> tuple[int, bytes]:
        """The first in line with the time it was put in; raises `IndexError` when there is none."""
        now_ns, packet = self._packets.popleft()
        self.octets -= len(packet)
        return now_ns, packet
