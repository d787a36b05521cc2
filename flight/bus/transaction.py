"""Questions to a single servo, one at a time: ask, wait, ask again, give up.

What has to be asked is written down as a job: a generator that yields each `Ask`, is sent the answer (None when there
was none), and returns how long to wait before it is to be begun anew, 0 when it is done.

An answer that overstays its time is still taken while nothing else has been asked: the line is given back to the
others meanwhile. So a servo behind a slow adapter is found, and one that is absent costs the others next to nothing.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from flight.bus.joint_channel import Channel
from flight.icd.dynamixel import Frame
from flight.icd.dynamixel_payload import ping, read, reboot, sync_write, write
from flight.icd.dynamixel_table import Register
from flight.icd.hk.bus import BusHk

_QUIET_NS = 30_000_000
"""After an answer that did not come in its time: it may come until then, so nothing is asked that it might answer."""
_TRIES = 3
_PING_SIZE = 3


class Ask(NamedTuple):
    """A frame to one servo, and the answer it calls for: so many octets of data, from that servo.

    The answer may take `frames` minor frames; without one the ask is repeated until there were `tries`.
    """

    frame: bytes
    id: int
    size: int
    frames: int = 2
    tries: int = _TRIES


Job = Generator[Ask, Frame | None, int]


def ask_ping(servo_id: int) -> Ask:
    """Whether the servo is there: one try, at the cost of one frame of the others' data."""
    return Ask(ping(servo_id), servo_id, _PING_SIZE, frames=1, tries=1)


def ask_read(servo_id: int, register: Register) -> Ask:
    """One register."""
    return ask_read_span(servo_id, register.address, register.size)


def ask_read_span(servo_id: int, address: int, size: int) -> Ask:
    """A stretch of the control table."""
    return Ask(read(servo_id, address, size), servo_id, size)


def ask_write(servo_id: int, address: int, data: bytes, first: bytes = b"", tries: int = _TRIES) -> Ask:
    """Write a stretch of the control table; directly before it `first` is written there, in a frame of its own."""
    before = sync_write(address, len(first), [(servo_id, first)]) if first else b""
    return Ask(before + write(servo_id, address, data), servo_id, 0, tries=tries)


def ask_reboot(servo_id: int) -> Ask:
    """Restart the servo."""
    return Ask(reboot(servo_id), servo_id, 0, tries=1)


class Transactor:
    """Runs one job, for one servo, at a time."""

    __slots__ = ("_hk", "_job", "_quiet_until_ns", "_tries", "ask", "channel", "outcome", "overdue")

    def __init__(self, hk: BusHk) -> None:
        self._hk = hk
        self._job: Job | None = None
        self._tries = 0
        self._quiet_until_ns = 0
        self.ask: Ask | None = None
        """What is to be asked next, or has been asked; None when no job is under way."""
        self.channel: Channel | None = None
        self.outcome: int | None = None
        """What the job for `channel` returned; None until it is over."""
        self.overdue = False
        """The answer to what was asked last has not come in its time, and may still come."""

    def begin(self, channel: Channel, job: Job) -> None:
        """Take on a job."""
        self.channel = channel
        self.outcome = None
        self.overdue = False
        self._job = job
        self._advance(None, begin=True)

    def abort(self) -> None:
        """Let go of the job under way."""
        if self._job is not None:
            self._job.close()
        self._job = None
        self.ask = None
        self.channel = None
        self.outcome = None
        self.overdue = False

    def give_up(self, now_ns: int) -> None:
        """Let the job go on without an answer, when there were tries enough and the last one's can't come any more."""
        if self.overdue and self._tries <= 0 and now_ns >= self._quiet_until_ns:
            self._advance(None)

    def frame(self, now_ns: int) -> bytes:
        """What to send now; b"" while an answer that did not come may still come."""
        ask = self.ask
        if ask is None or now_ns < self._quiet_until_ns:
            return b""
        self.overdue = False
        self._hk.transactions += 1
        return ask.frame

    def offer(self, frame: Frame) -> bool:
        """Whether `frame` is the answer to what was asked; then the job goes on. One that refuses carries no data."""
        ask = self.ask
        if ask is None or frame.id != ask.id or len(frame.params) < 1:
            return False
        if len(frame.data) != ask.size and not frame.error & 0x7F:
            return False
        if self.overdue:
            self._quiet_until_ns = 0
        self._advance(frame)
        return True

    def expire(self, now_ns: int) -> None:
        """The time for the answer is over."""
        self._hk.unanswered += 1
        self._quiet_until_ns = now_ns + _QUIET_NS
        self._tries -= 1
        self.overdue = True

    def _advance(self, answer: Frame | None, begin: bool = False) -> None:
        job = self._job
        self.overdue = False
        if job is None:
            return
        try:
            self.ask = next(job) if begin else job.send(answer)
            self._tries = self.ask.tries
        except StopIteration as end:
            self._job = None
            self.ask = None
            self.outcome = end.value
