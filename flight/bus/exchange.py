"""The cyclic exchange: one ask to all servos in a minor frame, their answers by the next.

At a low rate octets take longer than that: then the next ask waits until the answers are there, frames later.

Normally they answer in one chain (Fast Sync Read). The chain breaks at a servo that is missing, so after a broken one
each is asked for an answer of its own (Sync Read), which shows who is missing. When all answer it was an accident, and
the chain is used again; when not, or when chains break again and again, only after a while without a loss.

Every ask is over with its deadline: what has come is used, what has not is lost. The next asks have other forms (see
`cyclic_frames`), so that an answer that comes late is not taken for theirs. Before the same form has its turn again
without any answer, there is a pause for whatever an adapter may hold back. When answers come late again and again, they
are given more time.
"""

from __future__ import annotations

from collections.abc import Sequence

from fastcrc import crc16

from flight.bus.cyclic_frames import BLOCK, FORMS, CyclicFrames, Form
from flight.bus.event_gate import EventGate
from flight.bus.joint_channel import Channel
from flight.icd.dynamixel import BROADCAST, Frame
from flight.icd.dynamixel_payload import parse_fast_status
from flight.icd.events.bus import ExchangeFault, JointExchangeFailed, PatienceChanged, ReadModeChanged
from flight.icd.hk.bus import BusHk
from flight.icd.kinds import Emit

FRAME_NS = 10_000_000
ANSWER_NS = 5_000_000
"""Earliest an answer can be overdue, beside its time on the line; the rest of the minor frame is left for it anyway."""
_PAUSE_NS = 60_000_000
"""After as many asks without an answer as there are forms but one, nothing is asked for so long."""
_BROKEN_CHAINS = 3
_MISSES = 10
"""Points that make a servo missing: two for each exchange in which others answered, one for each with no answer."""
_CLEAN = 100
"""Exchanges without a loss before the chain is tried again."""
_LATE = 3
_MAX_PATIENCE = 4
_PATIENT = 1000
"""Exchanges without a loss before less time is given again."""
_MAX_RAW = 2048
_crc = crc16.umts


def octet_ns(baud: int) -> int:
    """What an octet takes on the line: start bit, eight data bits, stop bit."""
    return 10_000_000_000 // baud


class CyclicExchange:
    """Asks, and sorts what comes into the channels' states."""

    __slots__ = (
        "_answered", "_asked_ns", "_chain", "_clean", "_cut_off", "_emit", "_failures", "_form", "_frames", "_gates",
        "_hk", "_late_forms", "_late_run", "_open", "_pause_until_ns", "_places", "_raw", "_refused", "_silent_run",
        "_which", "_wire_ns", "attention", "channels", "deadline_ns", "fast", "octet_ns", "patience",
    )  # fmt: skip

    def __init__(self, hk: BusHk, baud: int, emit: Emit) -> None:
        self.octet_ns = octet_ns(baud)
        """Time of an octet at the rate in use; who takes part is settled anew when it has changed."""
        self._wire_ns = {True: 0, False: 0}  # by fast: what goals, ask and answers take on the line
        self._hk = hk
        self._emit = emit
        self._gates = [EventGate() for _ in ExchangeFault]
        self._frames = CyclicFrames(())
        self._form: Form = self._frames.forms[0]
        self._which = 0
        self._places: dict[int, int] = {}
        self._raw = bytearray()
        self._open = False  # an ask is under way
        self._chain = True  # it was for a fast answer
        self._answered = 0  # bit n: channels[n] has answered
        self._refused = False
        self._asked_ns = 0
        self._failures = 0  # broken chains, with no whole one between
        self._cut_off = False  # the chain is out of use, and that has been told
        self._clean = 0
        self._silent_run = 0  # asks without any answer, in a row
        self._pause_until_ns = 0
        self._late_run = 0  # asks whose answers came late, with no whole exchange between
        self._late_forms = 0  # bit n: of the last ask in form n something came late
        self.channels: tuple[Channel, ...] = ()
        """Those that take part."""
        self.deadline_ns = 0
        self.fast = True
        self.patience = 1
        """Minor frames an answer may take."""
        self.attention = False
        """Something in the values needs a closer look; cleared by who has looked."""

    def regroup(self, channels: Sequence[Channel]) -> None:
        """Others take part from now on."""
        self.channels = tuple(channels)
        self._places = {channel.id: place for place, channel in enumerate(channels)}
        self._frames = CyclicFrames(channels)
        self._wire_ns = {fast: self._frames.octets(fast) * self.octet_ns for fast in (True, False)}
        self._failures = 0
        self.abandon()

    def abandon(self) -> None:
        """Forget the ask under way, as when the port was lost."""
        self._open = False
        self._raw.clear()

    def wire_ns(self, octets: int) -> int:
        """What so many octets take on the line, goals before them."""
        return (self._frames.goal_octets + octets) * self.octet_ns

    def goals(self) -> bytes:
        """The frame that writes the goals of those that take part."""
        return self._frames.goals()

    def begin(self, now_ns: int) -> bytes:
        """The ask to be sent now; b"" in the pause that follows when nothing comes."""
        if now_ns < self._pause_until_ns:
            return b""
        self._which = which = (self._which + 1) % FORMS
        self._late_forms &= ~(1 << which)
        self._form = form = self._frames.forms[which]
        self._asked_ns = now_ns
        self.deadline_ns = now_ns + ANSWER_NS + self._wire_ns[self.fast] + (self.patience - 1) * FRAME_NS
        self._answered = 0
        self._refused = False
        self._open = True
        self._chain = self.fast
        self._hk.asked += 1
        return form.fast_ask if self.fast else form.sync_ask

    def whole(self, data: bytes) -> bool:
        """The usual case, made for speed: whether `data` is the fast answer asked for, whole and alone."""
        form = self._form
        if len(data) != form.length or not self._chain or self._raw or not data.startswith(form.lead):
            return False
        if _crc(data[:-2]) != data[-2] | data[-1] << 8:
            return False
        values = form.unpack(data)
        stamp_ns, at, attention = self._asked_ns, 0, False
        for channel in self.channels:
            if values[at] & 0x7F or values[at + 1] != channel.id:
                return False
            if channel.take(values, at + 2, stamp_ns):
                attention = True
            at += 10
        if attention:
            self.attention = True
        self._complete()
        return True

    def hear(self, data: bytes) -> None:
        """Octets that came while a fast answer is awaited: kept, to save of it what can be."""
        if self._open and self._chain and len(self._raw) + len(data) <= _MAX_RAW:
            self._raw += data

    def offer(self, frame: Frame) -> bool:
        """Whether `frame` answers an ask of these, this one or one before."""
        if frame.id == BROADCAST:
            which = self._which_of_fast(len(frame.params))
            if which < 0:
                return False
            if self._open and self._chain and which == self._which:
                self._save()
            else:
                self._late(which)
            return True
        place = self._places.get(frame.id)
        which = len(frame.data) - BLOCK.size
        if place is None or not 0 <= which < FORMS:
            return False
        if self._open and not self._chain and which == self._which:
            self._take(place, frame.error, frame.data)
        else:
            self._late(which)
        return True

    @property
    def finished(self) -> bool:
        """Whether nothing more is to come."""
        return not self._open

    def expire(self, now_ns: int, corrupt: bool, cut_short: bool) -> Channel | None:
        """The deadline is over; a CRC did not hold (`corrupt`), or a frame was begun and not ended (`cut_short`).
        Returns a servo that seems to be gone.
        """
        heard = bool(self._raw) or self._answered != 0
        if self._chain:
            self._save()
            if not self._open:
                return None
        missing = [channel for place, channel in enumerate(self.channels) if not self._answered >> place & 1]
        self._silent_run = 0 if heard or corrupt or cut_short else self._silent_run + 1
        if self._silent_run >= FORMS - 1:
            self._silent_run = 0
            self._pause_until_ns = now_ns + _PAUSE_NS
        self._clean = 0
        self.abandon()
        self._tell(missing, heard, corrupt, now_ns)
        if self._chain:
            self.fast = False
            self._failures += 1
            if self._failures >= _BROKEN_CHAINS:
                self._cut_off_chain()
            return None
        self._cut_off_chain()
        if heard and (corrupt or cut_short):  # it may have answered
            return None
        first = missing[0]  # those behind it may only have waited for it
        first.misses += 2 if heard else 1
        return first if first.misses >= _MISSES else None

    def _tell(self, missing: Sequence[Channel], heard: bool, corrupt: bool, now_ns: int) -> None:
        if heard:
            self._hk.broken += 1
        else:
            self._hk.silent += 1
        fault = ExchangeFault.BROKEN if heard else ExchangeFault.SILENT
        if corrupt:
            fault = ExchangeFault.CORRUPT
        elif self._refused:
            fault = ExchangeFault.REFUSED
        count = self._gates[fault].strike(now_ns)
        if count:
            mask = sum(1 << channel.index for channel in missing)
            self._emit(JointExchangeFailed(fault=fault, missing=mask, count=count))

    def _save(self) -> None:
        """Take those blocks of a fast answer that are good."""
        raw = bytes(self._raw)
        at = raw.find(self._form.lead)
        if at < 0:
            return
        for place, block in enumerate(parse_fast_status(raw[at:], self._form.spans)):
            self._take(place, block.error, block.data)

    def _take(self, place: int, error: int, data: bytes) -> None:
        if error & 0x7F:
            self._refused = True
            return
        if self.channels[place].take(BLOCK.unpack_from(data), 0, self._asked_ns):
            self.attention = True
        self._answered |= 1 << place
        if self._answered == (1 << len(self.channels)) - 1:
            self._complete()

    def _complete(self) -> None:
        """All have answered."""
        self._open = False
        if self._raw:
            self._raw.clear()
        self._hk.answered += 1
        self._silent_run = 0
        self._late_run = 0
        self._clean += 1
        if self._chain:
            self._failures = 0
        elif not self._cut_off:
            self.fast = True
        elif self._clean >= _CLEAN:
            self._cut_off = False
            self.fast = True
            self._tell_mode()
        if self._clean >= _PATIENT and self.patience > 1:
            self._clean = 0
            self._set_patience(self.patience - 1)

    def _late(self, which: int) -> None:
        """An answer to an ask that was given up: not used, but whoever gave it is there."""
        self._hk.late += 1
        if self._late_forms >> which & 1:
            return
        self._late_forms |= 1 << which
        self._failures = 0
        for channel in self.channels:
            channel.misses = 0
        self._late_run += 1
        if self._late_run >= _LATE and self.patience < _MAX_PATIENCE:
            self._late_run = 0
            self._set_patience(self.patience + 1)

    def _which_of_fast(self, params: int) -> int:
        """The form whose fast answer has so many octets of params; -1 when there is none."""
        for which, form in enumerate(self._frames.forms):
            if params == form.length - 10:
                return which
        return -1

    def _cut_off_chain(self) -> None:
        if not self._cut_off:
            self._cut_off = True
            self._tell_mode()

    def _tell_mode(self) -> None:
        mask = sum(1 << channel.index for channel in self.channels)
        self._emit(ReadModeChanged(fast=int(self.fast), joints=mask))

    def _set_patience(self, frames: int) -> None:
        self.patience = frames
        self._emit(PatienceChanged(frames=frames))
