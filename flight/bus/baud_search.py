"""When no servo answers at all: the port is opened anew, then the servos are looked for at other rates.

A servo that was reset talks at 57600 baud. It is used at the rate it is found at: to give it its rate back, torque
would have to be taken from it, and the arm may be holding a load. An exchange that takes longer than a minor frame at
that rate is given the frames it takes (see `exchange`), so values come less often.
"""

from __future__ import annotations

from flight.bus.exchange import octet_ns
from flight.bus.line import Line
from flight.icd.dynamixel import BROADCAST
from flight.icd.dynamixel_payload import ping
from flight.icd.dynamixel_table import BAUD
from flight.icd.events.bus import JointBaudFound, JointBusSilent
from flight.icd.kinds import Emit

SILENT_NS = 1_000_000_000
"""Silence of all servos after which something is done about it."""
_ANSWER_NS = 45_000_000
"""How long answers to a broadcast Ping are waited for, beside the slots of the identifiers."""
_SLOT_OCTETS = 16
"""The slot of one identifier: a status frame of 14 octets and some silence."""
_ROUND_NS = 10_000_000_000
_PING = ping(BROADCAST)


class BaudSearch:
    """One round after the other: open anew, then one rate after the other, then a pause."""

    __slots__ = ("_bauds", "_configured", "_emit", "_line", "_next_ns", "_slots", "_stage", "_told")

    def __init__(self, line: Line, configured: int, highest_id: int, emit: Emit) -> None:
        self._line = line
        self._emit = emit
        self._configured = configured
        self._slots = highest_id + 1
        self._bauds = tuple(baud for baud in BAUD.values() if baud <= 4_000_000)
        self._stage = 0
        self._next_ns = 0
        self._told = False

    @property
    def running(self) -> bool:
        """Whether a round is under way."""
        return self._stage > 0

    def step(self, now_ns: int, heard_ns: int) -> bool:
        """Nothing has been heard since `heard_ns`: whether a rate is being tried with this frame."""
        if self._stage == 0:
            if now_ns - heard_ns < SILENT_NS or now_ns < self._next_ns:
                return False
            if not self._told:
                self._told = True
                self._emit(JointBusSilent(silent_ms=min((now_ns - heard_ns) // 1_000_000, 0xFFFFFFFF)))
            self._line.recycle(now_ns)
            self._stage = 1
            self._next_ns = now_ns + SILENT_NS  # they may be heard now
            return False
        if now_ns < self._next_ns:
            return False
        if not self._line.baud or self._stage > len(self._bauds):
            self._end(now_ns)
            return False
        baud = self._bauds[self._stage - 1]
        self._stage += 1
        return self._line.set_baud(baud, now_ns) and self._line.write(_PING, now_ns)

    @property
    def answer_ns(self) -> int:
        """How long answers to the frame sent may take: each identifier has its slot."""
        return _ANSWER_NS + self._slots * _SLOT_OCTETS * octet_ns(self._line.baud or self._configured)

    def heard(self) -> None:
        """A servo has answered, at the rate the port has now."""
        if self._told:
            self._told = False
            if self._line.baud not in (0, self._configured):
                self._emit(JointBaudFound(baud=self._line.baud, configured=self._configured))
        self._stage = 0
        self._next_ns = 0

    def _end(self, now_ns: int) -> None:
        self._stage = 0
        self._next_ns = now_ns + _ROUND_NS
        self._line.set_baud(self._configured, now_ns)
