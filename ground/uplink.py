"""The uplink of one virtual channel: units in order in, command link units out, resynchronised by itself.

`Fop1` keeps the order and repeats what the board lacks; what is here decides when to begin, how to begin again after
an alert, and has each frame protected anew as it leaves. Control words come in from telemetry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flight.icd.cop import Clcw
from flight.icd.tc_frame import VCID
from ground.fop import Alert, Fop1, State, Unit

DOWNLINK_WAIT_S = 3.0
"""Longest time from a change on board until telemetry has told it: frames leave once a second at least."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long answers take: `light_time_s` is one way."""

    light_time_s: float = 0.0

    @property
    def round_trip_ns(self) -> int:
        """Longest time from radiation until the control word tells of it, nothing lost."""
        return round((2 * self.light_time_s + DOWNLINK_WAIT_S) * 1e9)


class Sender(Protocol):
    """Makes what is radiated for each kind of frame, as `flight.icd.tc_sender.TcSender` does."""

    def bd(self, packet: bytes) -> bytes:
        """Expedited service."""

    def ad(self, packet: bytes, ns: int) -> bytes:
        """Sequence-controlled service."""

    def unlock(self) -> bytes:
        """Control command."""

    def set_vr(self, value: int) -> bytes:
        """Control command."""


class Follower(Protocol):
    """Who is told what becomes of the units it offered."""

    def radiated(self, unit: Unit, now_ns: int) -> None:
        """A frame with `unit` was sent: for the first time, or again."""

    def accepted(self, unit: Unit, now_ns: int) -> None:
        """The board has taken the frame of `unit`."""

    def lost(self, unit: Unit, now_ns: int) -> None:
        """The service ended with `unit` outstanding: whether the board has it is not known."""


class Uplink:
    """The channel `vcid`. `radiate` sends octets, one command link unit a call, made by `sender`."""

    def __init__(
        self,
        radiate: Callable[[bytes], object],
        sender: Sender,
        follower: Follower,
        timing: Timing,
        vcid: int = VCID,
        window: int = 16,
        limit: int = 16,
    ) -> None:
        self.fop = Fop1(self, timing.round_trip_ns, window, limit)
        self.last_alert: Alert | None = None
        self.alerts = 0
        self.frames = 0
        self._vcid = vcid
        self._radiate = radiate
        self._sender = sender
        self._follower = follower
        self._queue: deque[Unit] = deque()
        self._quiet_until_ns = 0
        self._now_ns = 0

    @property
    def waiting(self) -> int:
        """Units that no frame was sent for yet."""
        return len(self._queue)

    def offer(self, unit: Unit) -> None:
        """Queue `unit` for the sequence-controlled service."""
        self._queue.append(unit)

    def bypass(self, unit: Unit, now_ns: int) -> None:
        """Send `unit` once, now, whatever the state of the channel; nobody sends it again."""
        self._now_ns = now_ns
        self.fop.bypass(unit)

    def withdraw(self, unit: Unit) -> None:
        """Take back a unit that no frame was sent for."""
        if unit in self._queue:
            self._queue.remove(unit)
        else:
            self.fop.withdraw(unit)

    def hasten(self, now_ns: int) -> None:
        """What is under way will not be taken: send it again now rather than when the timer says so."""
        self._now_ns = now_ns
        self.fop.hasten(now_ns)

    def hear(self, octets: bytes, now_ns: int) -> None:
        """Take an operational control field; all but control words of this channel are left alone."""
        self._now_ns = now_ns
        try:
            word = Clcw.decode(octets)
        except ValueError:
            return
        if word.vcid != self._vcid:
            return
        if self.fop.state is State.INITIAL and now_ns >= self._quiet_until_ns:
            self._begin(word, now_ns)
        self.fop.hear(word, now_ns)
        self._feed(now_ns)

    def step(self, now_ns: int) -> None:
        """Send what is due."""
        self._now_ns = now_ns
        self.fop.step(now_ns)
        self._feed(now_ns)

    def _begin(self, word: Clcw, now_ns: int) -> None:
        """Go on where the board is: V(S) is what it expects; flags that are left of a former session are cleared."""
        self.fop.set_next_sequence(word.report)
        if word.lockout or word.retransmit or word.wait:
            self.fop.initiate_unlocking(now_ns)
        else:
            self.fop.initiate_checked(now_ns)

    def _feed(self, now_ns: int) -> None:
        while self._queue and self.fop.ready:  # bounded: each pass takes a unit
            self.fop.transfer(self._queue.popleft(), now_ns)

    def send_ad(self, unit: Unit, ns: int) -> None:
        """For `Fop1`."""
        self._send(self._sender.ad(unit.data, ns))
        self._follower.radiated(unit, self._now_ns)

    def send_bd(self, unit: Unit) -> None:
        """For `Fop1`."""
        self._send(self._sender.bd(unit.data))
        self._follower.radiated(unit, self._now_ns)

    def send_unlock(self) -> None:
        """For `Fop1`."""
        self._send(self._sender.unlock())

    def send_set_vr(self, value: int) -> None:
        """For `Fop1`."""
        self._send(self._sender.set_vr(value))

    def _send(self, octets: bytes) -> None:
        self.frames += 1
        self._radiate(octets)

    def accepted(self, unit: Unit) -> None:
        """For `Fop1`."""
        self._follower.accepted(unit, self._now_ns)

    def lost(self, unit: Unit) -> None:
        """For `Fop1`."""
        if unit.radiated:
            self._follower.lost(unit, self._now_ns)
        else:
            self._queue.appendleft(unit)

    def alert(self, alert: Alert) -> None:
        """For `Fop1`. What is under way is let arrive before the channel begins again: it would be mistaken for new."""
        self.alerts += 1
        self.last_alert = alert
        self._quiet_until_ns = self._now_ns + self.fop.timeout_ns
