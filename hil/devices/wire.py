"""The line between a host and its devices: time that bytes take, half duplex, and what can go wrong on the way.

A wire knows neither protocol nor physics. The host's end is a port (`memory`, `pty`); the other end is a `Device`.
Everything is computed from the times given: nothing here reads a clock, so a wire behaves alike in real and virtual
time, and the same seed gives the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple, Protocol

from hil.devices.impairments import Impairment, noise

_BITS_A_BYTE_NS = 10 * 1_000_000_000  # start bit, eight data bits, stop bit


class Reply(NamedTuple):
    """A frame a device sends: its bytes, and the silence before it, after the request or after the reply before."""

    data: bytes
    after_ns: int


class Device(Protocol):
    """Whatever sits at the far end of a wire."""

    def receive(self, data: bytes, at_ns: int, baud: int) -> Sequence[Reply]:
        """Take bytes whose last bit arrived at `at_ns`, sent at `baud`; return what is sent in answer, in order.

        A device set to another rate understands nothing of them.
        """


class _InFlight(NamedTuple):
    release_ns: int  # when the host can read it
    data: bytes
    begin_ns: int  # on the line
    end_ns: int


class Wire:
    """One serial line with a host at one end and `device` at the other.

    Frames are paced whole: a request sent at t is with the device at t + 10 len / baud, a reply is with the host a
    silence and 10 len / baud later. With `paced` false bytes take no time, and only the device's own silences remain.
    A host that sends while a reply is on the line spoils both, unless there is a line each way (`full_duplex`). `seed`
    drives the impairments, each direction apart.
    """

    __slots__ = (
        "_answer_ns", "_device", "_every_ns", "_free_ns", "_full_duplex", "_impairments", "_last_end_ns",
        "_last_release_ns", "_late_ns", "_pending", "_plugged", "_to_device", "_to_host", "baud", "paced",
        "plugged_times",
    )  # fmt: skip

    def __init__(
        self, device: Device, baud: int, seed: int | str = 0, *, paced: bool = True, full_duplex: bool = False
    ) -> None:
        self.baud = baud
        """Rate of the host; 0 for one that no device can use."""
        self.plugged_times = 1
        """How often the adapter has been plugged in: a host that opened it earlier has lost it."""
        self._device = device
        self._full_duplex = full_duplex
        self.paced = paced
        """Whether bytes take time."""
        self._plugged = True
        self._impairments: list[Impairment] = []
        self._late_ns = self._answer_ns = 0
        self._every_ns = 1
        self._to_device = Random(f"{seed} to device")
        self._to_host = Random(f"{seed} to host")
        self._pending: deque[_InFlight] = deque()
        self._free_ns = 0
        self._last_end_ns = 0
        self._last_release_ns = 0

    @property
    def plugged(self) -> bool:
        """Whether the host's adapter is plugged in."""
        return self._plugged

    def unplug(self) -> Callable[[], None]:
        """Pull the host's adapter: what was on its way is lost. Returns how to plug it in again."""
        self._plugged = False
        self._pending.clear()
        return self._plug

    def _plug(self) -> None:
        if not self._plugged:
            self._plugged = True
            self.plugged_times += 1

    def impair(self, impairment: Impairment) -> Callable[[], None]:
        """Let `impairment` work on everything that passes from now on. Returns how to end it."""
        self._impairments.append(impairment)
        self._tell_delays()

        def undo() -> None:
            self._impairments.remove(impairment)
            self._tell_delays()

        return undo

    def _tell_delays(self) -> None:
        """Keep at hand what the impairments add up to."""
        active = self._impairments
        self._late_ns = sum(each.late_ns for each in active)
        self._answer_ns = sum(each.answer_ns for each in active)
        self._every_ns = max((each.every_ns for each in active), default=1)

    def send(self, data: bytes, now_ns: int) -> None:
        """The host writes `data` at `now_ns`; it follows on what it wrote before."""
        if not self._plugged:
            return
        byte_time = _BITS_A_BYTE_NS if self.paced and self.baud else 0
        baud = self.baud or 1
        start_ns = now_ns if now_ns > self._free_ns else self._free_ns
        at_ns = start_ns + len(data) * byte_time // baud
        self._free_ns = at_ns
        if start_ns < self._last_end_ns and not self._full_duplex and self._collides(start_ns, at_ns):
            data = noise(data, self._to_device)
        for impairment in self._impairments:
            if impairment.own is not None:
                self._deliver(impairment.own(data, self._to_host), start_ns, at_ns)
            data = impairment.to_device(data, self._to_device)
        if not data:
            return
        end_ns = at_ns
        hesitation_ns = self._answer_ns
        for reply, after_ns in self._device.receive(data, at_ns, self.baud):
            begin_ns = end_ns + after_ns + hesitation_ns
            hesitation_ns = 0  # the other answers follow on the first
            end_ns = begin_ns + len(reply) * byte_time // baud
            arrived = reply
            for impairment in self._impairments:
                arrived = impairment.to_host(arrived, self._to_host)
            if arrived:
                self._deliver(arrived, begin_ns, end_ns)
        self._last_end_ns = max(self._last_end_ns, end_ns)

    def _deliver(self, data: bytes, begin_ns: int, end_ns: int) -> None:
        """Hand the host what was on the line between these times, as soon as its adapter does."""
        every_ns = self._every_ns
        # Bytes never overtake each other within an adapter, even when its delay ends.
        release_ns = max(-(-(end_ns + self._late_ns) // every_ns) * every_ns, self._last_release_ns)
        self._last_release_ns = release_ns
        self._pending.append(_InFlight(release_ns, data, begin_ns, end_ns))

    def _collides(self, start_ns: int, end_ns: int) -> bool:
        """Whether the host talks into replies between these times; their bytes are spoilt from there on."""
        hit = False
        for index, reply in enumerate(self._pending):
            if reply.begin_ns < end_ns and start_ns < reply.end_ns:
                hit = True
                length = len(reply.data)
                intact = length * max(0, start_ns - reply.begin_ns) // max(reply.end_ns - reply.begin_ns, 1)
                spoilt = reply.data[:intact] + noise(reply.data[intact:], self._to_host)
                self._pending[index] = reply._replace(data=spoilt)
        return hit

    def receive(self, now_ns: int) -> bytes:
        """What the host can read at `now_ns`; each byte is given once."""
        pending = self._pending
        if not pending or pending[0].release_ns > now_ns:
            return b""
        data = pending.popleft().data
        while pending and pending[0].release_ns <= now_ns:
            data += pending.popleft().data
        return data

    @property
    def next_ns(self) -> int | None:
        """When the host can next read something; None when nothing is on its way."""
        return self._pending[0].release_ns if self._pending else None

    def discard(self) -> None:
        """Forget what is on its way to the host, as when it flushes its input on opening."""
        self._pending.clear()
