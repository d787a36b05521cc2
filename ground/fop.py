"""FOP-1: the ground's half of COP-1 (CCSDS 232.1-B-2, clause 5), one instance for each virtual channel.

The machine knows neither clock nor link: time and control words come in, frames go out by `Lower`. Event names (E1 ...)
are those of the standard's state table 5-1. The timeout type is always 0 (alert, not suspend), and the lower
layer takes every frame at once, so suspension (E18, E30..E34) and its answers (E41..E46) have no place here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

from flight.icd.cop import MODULO, POSITIVE_WINDOW, Clcw, ahead


class State(IntEnum):
    """States of the main state variable (5.1.2)."""

    ACTIVE = 1
    RETRANSMIT = 2
    RETRANSMIT_WAIT = 3
    INITIALISING = 4
    INITIALISING_BC = 5
    INITIAL = 6


class Alert(StrEnum):
    """Why the sequence-controlled service ended."""

    SYNCH = "board and ground disagree on what is outstanding"
    CLCW = "the control word contradicts itself"
    LIMIT = "a frame was sent as often as allowed"
    NNR = "the board expects a frame that was not sent next"
    LOCKOUT = "the board has locked the channel"
    T1 = "no answer to a frame sent as often as allowed"
    TERM = "ended by the ground"


@dataclass(slots=True, eq=False)
class Unit:
    """What one frame carries: `data` before security, and what whoever sends it knows it by."""

    data: bytes
    tag: object = None
    radiated: int = 0
    """Times it was sent."""


class Lower(Protocol):
    """Who sends the frames and is told what becomes of units."""

    def send_ad(self, unit: Unit, ns: int) -> None:
        """Send a frame of the sequence-controlled service with N(S) = `ns`."""

    def send_bd(self, unit: Unit) -> None:
        """Send a frame of the expedited service."""

    def send_unlock(self) -> None:
        """Send the control command Unlock."""

    def send_set_vr(self, value: int) -> None:
        """Send the control command Set V(R)."""

    def accepted(self, unit: Unit) -> None:
        """The board has taken `unit`."""

    def lost(self, unit: Unit) -> None:
        """The service ended with `unit` outstanding: whether the board took it is not known."""

    def alert(self, alert: Alert) -> None:
        """The service ended."""


@dataclass(slots=True)
class _Sent:
    unit: Unit
    sequence: int
    again: bool = False


class Fop1:
    """Sends units in order, again and again until the control word says that the board has them.

    `window` is the greatest number of units outstanding (K); `timeout_ns` is T1, longer than a round trip; a frame is
    sent `limit` times at most.
    """

    def __init__(self, lower: Lower, timeout_ns: int, window: int = 16, limit: int = 16) -> None:
        if not (1 <= window <= POSITIVE_WINDOW and limit >= 1 and timeout_ns > 0):
            raise ValueError(f"window {window} (1..{POSITIVE_WINDOW}), limit {limit} (1..) or time-out {timeout_ns} ns")
        self.window = window
        self.timeout_ns = timeout_ns
        self.limit = limit
        self.state = State.INITIAL
        self._lower = lower
        self._next_sequence = 0  # V(S)
        self._expected = 0  # NN(R): the oldest frame outstanding
        self._sent: deque[_Sent] = deque()
        self._waiting: Unit | None = None
        self._set_vr: int | None = None  # what a control command under way sets; None: it unlocks
        self._deadline_ns: int | None = None
        self._count = 1

    @property
    def outstanding(self) -> int:
        """Units sent and not acknowledged."""
        return len(self._sent)

    @property
    def ready(self) -> bool:
        """Whether `transfer` would take a unit."""
        return self._waiting is None and self.state <= State.RETRANSMIT_WAIT

    def transfer(self, unit: Unit, now_ns: int) -> bool:
        """Take `unit` for the sequence-controlled service; False when it can't be taken now (E19, E20)."""
        if not self.ready:
            return False
        self._waiting = unit
        if self.state is not State.RETRANSMIT_WAIT:
            self._send_next(now_ns)
        return True

    def withdraw(self, unit: Unit) -> None:
        """Take back `unit` if it waits for its first frame."""
        if self._waiting is unit:
            self._waiting = None

    def bypass(self, unit: Unit) -> None:
        """Send `unit` once, outside the sequence and in any state (BD, E21)."""
        unit.radiated += 1
        self._lower.send_bd(unit)

    def set_next_sequence(self, value: int) -> None:
        """V(S) := `value`, possible while the service is not active (E35); raises `ValueError` otherwise."""
        self._only_initial()
        self._next_sequence = self._expected = value % MODULO

    def initiate(self) -> None:
        """Begin with V(S) as it is, without a check (E23)."""
        self._only_initial()
        self._initialise()
        self.state = State.ACTIVE

    def initiate_checked(self, now_ns: int) -> None:
        """Begin when a control word agrees with V(S) (E24)."""
        self._only_initial()
        self._initialise()
        self._deadline_ns = now_ns + self.timeout_ns
        self.state = State.INITIALISING

    def initiate_unlocking(self, now_ns: int) -> None:
        """Unlock the board, then begin (E25)."""
        self._only_initial()
        self._initialise()
        self._send_control(None, now_ns)

    def initiate_setting(self, value: int, now_ns: int) -> None:
        """Have the board expect frame `value` next, then begin with it (E27)."""
        self.set_next_sequence(value)
        self._initialise()
        self._send_control(value, now_ns)

    def terminate(self) -> None:
        """End the service (E29)."""
        if self.state is not State.INITIAL:
            self._alert(Alert.TERM)

    def hasten(self, now_ns: int) -> None:
        """Have the timer, if it runs, expire now."""
        if self._deadline_ns is not None:
            self._deadline_ns = now_ns

    def step(self, now_ns: int) -> None:
        """Look at the timer (E16, E17)."""
        if self._deadline_ns is None or now_ns < self._deadline_ns:
            return
        self._deadline_ns = None
        if self.state is State.INITIALISING or self._count >= self.limit:
            self._alert(Alert.T1)
        elif self.state is State.INITIALISING_BC:
            self._count += 1
            self._radiate_control(now_ns)
        elif self.state is not State.RETRANSMIT_WAIT:
            self._retransmit(now_ns)

    def hear(self, word: Clcw, now_ns: int) -> None:
        """Take a control word of this channel (E1..E14, E101..E103)."""
        if self.state is State.INITIAL:
            return
        if word.lockout:  # E14
            if self.state is not State.INITIALISING_BC:
                self._alert(Alert.LOCKOUT)
            return
        acknowledged = ahead(word.report, self._expected)
        outstanding = ahead(self._next_sequence, self._expected)
        if acknowledged > outstanding:  # E13
            if self.state is not State.INITIALISING_BC:
                self._alert(Alert.NNR)
        elif acknowledged == outstanding:
            self._hear_all(word, acknowledged, now_ns)
        elif word.retransmit:
            self._hear_retransmit(word, acknowledged, now_ns)
        else:
            self._hear_some(word, acknowledged, now_ns)

    def _hear_all(self, word: Clcw, acknowledged: int, now_ns: int) -> None:
        """Nothing is outstanding on board (E1..E4)."""
        if word.retransmit:  # E4
            if self.state is not State.INITIALISING_BC:
                self._alert(Alert.SYNCH)
        elif word.wait:  # E3
            self._alert(Alert.CLCW)
        elif self.state in (State.INITIALISING, State.INITIALISING_BC):  # E1
            self._deadline_ns = None
            self.state = State.ACTIVE
        elif acknowledged:  # E2
            self._deadline_ns = None
            self._acknowledge(acknowledged)
            self.state = State.ACTIVE
            self._send_next(now_ns)
        elif self.state is not State.ACTIVE:  # E1
            self._alert(Alert.SYNCH)

    def _hear_some(self, word: Clcw, acknowledged: int, now_ns: int) -> None:
        """Some are outstanding and none is asked for again (E5..E7)."""
        if word.wait:  # E7
            self._alert(Alert.CLCW)
        elif acknowledged:  # E6
            self._acknowledge(acknowledged)
            self.state = State.ACTIVE
            self._send_next(now_ns)
        elif self.state is not State.ACTIVE:  # E5
            self._alert(Alert.SYNCH)

    def _hear_retransmit(self, word: Clcw, acknowledged: int, now_ns: int) -> None:
        """Some are outstanding and asked for again (E8..E12, E101..E103)."""
        if acknowledged:
            self._acknowledge(acknowledged)
        if self.limit == 1:  # E101, E102
            self._alert(Alert.LIMIT)
        elif word.wait:  # E9, E11, E103
            self.state = State.RETRANSMIT_WAIT
        elif acknowledged or (self.state is not State.RETRANSMIT and self._count < self.limit):  # E8, E10
            self.state = State.RETRANSMIT
            self._retransmit(now_ns)
        else:  # E10 while it goes on, E12
            self.state = State.RETRANSMIT

    def _only_initial(self) -> None:
        if self.state is not State.INITIAL:
            raise ValueError(f"FOP-1 is {self.state.name}; this is possible in INITIAL alone")

    def _initialise(self) -> None:
        self._purge()
        self._deadline_ns = None
        self._count = 1

    def _purge(self) -> None:
        units = [sent.unit for sent in self._sent]
        if self._waiting is not None:
            units.append(self._waiting)
        self._sent.clear()
        self._waiting = None
        self._expected = self._next_sequence
        for unit in units:
            self._lower.lost(unit)

    def _alert(self, alert: Alert) -> None:
        self.state = State.INITIAL
        self._deadline_ns = None
        self._purge()
        self._lower.alert(alert)

    def _acknowledge(self, number: int) -> None:
        self._count = 1
        for _ in range(number):
            self._expected = (self._expected + 1) % MODULO
            self._lower.accepted(self._sent.popleft().unit)

    def _retransmit(self, now_ns: int) -> None:
        self._count += 1
        for sent in self._sent:
            sent.again = True
        self._send_next(now_ns)

    def _send_next(self, now_ns: int) -> None:
        """Send what is to be sent again, then what waits if the window lets it (look for FDU, 5.2.2)."""
        for sent in self._sent:
            if sent.again:
                sent.again = False
                self._radiate_in_order(sent, now_ns)
        if self._waiting is not None and len(self._sent) < self.window:
            unit, self._waiting = self._waiting, None
            if not self._sent:
                self._count = 1
            sent = _Sent(unit, self._next_sequence)
            self._next_sequence = (self._next_sequence + 1) % MODULO
            self._sent.append(sent)
            self._radiate_in_order(sent, now_ns)

    def _radiate_in_order(self, sent: _Sent, now_ns: int) -> None:
        self._deadline_ns = now_ns + self.timeout_ns
        sent.unit.radiated += 1
        self._lower.send_ad(sent.unit, sent.sequence)

    def _send_control(self, set_vr: int | None, now_ns: int) -> None:
        self._set_vr = set_vr
        self.state = State.INITIALISING_BC
        self._radiate_control(now_ns)

    def _radiate_control(self, now_ns: int) -> None:
        self._deadline_ns = now_ns + self.timeout_ns
        if self._set_vr is None:
            self._lower.send_unlock()
        else:
            self._lower.send_set_vr(self._set_vr)
