"""Keeps the servos in the exchange: sets them up, notices what happens to them, brings them back.

    SET_UP -> up, in the exchange -> missing, or settings lost -> SET_UP ...

Nobody is given up: a servo that does not answer is looked for every half second, one that can't be set up after a
growing pause.
"""

from __future__ import annotations

from collections.abc import Sequence

from flight.bus.cyclic_frames import STATUS_OVERHEAD
from flight.bus.event_gate import EventGate
from flight.bus.exchange import ANSWER_NS, FRAME_NS, CyclicExchange
from flight.bus.joint_channel import UNDECIDED, Channel, Todo
from flight.bus.joint_setup import MayReboot, arm, restart, set_up
from flight.bus.transaction import Job, Transactor
from flight.icd.dynamixel import Frame
from flight.icd.dynamixel_payload import sync_write
from flight.icd.dynamixel_table import BY_NAME, WATCHDOG_TRIPPED
from flight.icd.events.bus import (
    JointHardwareError,
    JointMissing,
    JointRestarted,
    JointTorqueRefused,
    JointWatchdogTripped,
)
from flight.icd.hk.bus import BusHk
from flight.icd.kinds import Emit

_TORQUE_TRIES = 25
_TORQUE_ENABLE = BY_NAME["torque_enable"].address


class JointUpkeep:
    """What is done beside the exchange, for each of `channels`."""

    __slots__ = (
        "_channels", "_doing", "_emit", "_exchange", "_hk", "_next", "_torque_gate", "_transactor", "_turn",
        "may_reboot", "torque_due", "unsettled",
    )  # fmt: skip

    def __init__(self, channels: Sequence[Channel], exchange: CyclicExchange, hk: BusHk, emit: Emit) -> None:
        self._channels = tuple(channels)
        self._exchange = exchange
        self._hk = hk
        self._emit = emit
        self._transactor = Transactor(hk)
        self._torque_gate = EventGate()
        self._doing = Todo.NOTHING
        self._next = 0
        self._turn = False
        self.may_reboot: MayReboot = lambda _joint, _bits: True
        self.torque_due = False
        """Some joint may not have the torque that is wanted."""
        self.unsettled = len(self._channels)
        """Servos with which something has to be done."""

    def request(self, channel: Channel, todo: Todo, now_ns: int) -> None:
        """Have something done with a servo, from `now_ns` on."""
        channel.todo = todo
        channel.due_ns = now_ns
        self.unsettled = sum(1 for each in self._channels if each.todo)

    def question(self, now_ns: int) -> bytes:
        """What to ask a single servo in this frame; b"" when there is nothing, or it is the exchange's turn."""
        if self._exchange.channels:
            self._turn = not self._turn
            if not self._turn:
                return b""
        transactor = self._transactor
        if transactor.overdue:
            transactor.give_up(now_ns)
            self._settle(now_ns)
        if transactor.ask is None and not self._begin(now_ns):
            return b""
        return transactor.frame(now_ns)

    def deadline_ns(self, now_ns: int) -> int:
        """Until when the answer to the question sent now may take."""
        ask = self._transactor.ask
        if ask is None:
            return now_ns
        wire_ns = self._exchange.wire_ns(len(ask.frame) + STATUS_OVERHEAD + ask.size)
        return now_ns + ANSWER_NS + wire_ns + (ask.frames - 1 + self._exchange.patience - 1) * FRAME_NS

    def _begin(self, now_ns: int) -> bool:
        """Begin with the next servo in turn that is due; whether there is a question to ask."""
        count = len(self._channels)
        for step in range(count):
            channel = self._channels[(self._next + step) % count]
            if channel.todo and channel.due_ns <= now_ns:
                self._next = (channel.index + 1) % count
                self._doing = channel.todo
                self._transactor.begin(channel, self._job(channel, now_ns))
                self._settle(now_ns)
                return self._transactor.ask is not None
        return False

    def _job(self, channel: Channel, now_ns: int) -> Job:
        if channel.todo == Todo.ARM:
            return arm(channel, self._emit)
        self._leave(channel, now_ns)
        if channel.todo == Todo.REBOOT:
            return restart(channel, self._emit)
        return set_up(channel, self._emit, self.may_reboot)

    @property
    def overdue(self) -> bool:
        """Whether the answer to a question may still come, though its time is over."""
        return self._transactor.overdue

    def offer(self, frame: Frame, now_ns: int) -> bool:
        """Whether `frame` answers the question."""
        if not self._transactor.offer(frame):
            return False
        self._settle(now_ns)
        return True

    def expire(self, now_ns: int) -> None:
        """The answer has not come in time."""
        self._transactor.expire(now_ns)
        self._settle(now_ns)

    def abort(self, now_ns: int) -> None:
        """The port was lost or opened: begin anew with whatever was under way."""
        self._transactor.abort()
        for channel in self._channels:
            if channel.todo:
                channel.due_ns = now_ns

    def _settle(self, now_ns: int) -> None:
        """If the job is over: take the servo in, or wait before the next attempt."""
        channel, delay_ns = self._transactor.channel, self._transactor.outcome
        if channel is None or delay_ns is None:
            return
        self._transactor.abort()
        todo = self._doing
        if channel.todo != todo:  # something else has become due meanwhile
            return
        if delay_ns:
            self.request(channel, Todo.ARM if todo == Todo.ARM else Todo.SET_UP, now_ns + delay_ns)
            return
        self.request(channel, Todo.NOTHING, now_ns)
        channel.failures = 0
        channel.watchdog_read = channel.watchdog
        if todo == Todo.SET_UP:
            channel.up = True
            channel.misses = channel.reboots = channel.torque_tries = channel.looks = 0
            channel.absence_told = False
            self._hk.setups += 1
            self.torque_due = True
            self._regroup()

    def miss(self, channel: Channel, now_ns: int) -> None:
        """A servo does not answer: go on without it, and look for it."""
        self._hk.missing += 1
        self._emit(JointMissing(joint=channel.index))
        channel.absence_told = True
        self._leave(channel, now_ns)
        self.request(channel, Todo.SET_UP, now_ns)

    def _leave(self, channel: Channel, now_ns: int) -> None:
        if channel.up:
            todo = channel.todo
            channel.drop(now_ns)
            channel.todo = todo or Todo.SET_UP
            self._regroup()

    def _regroup(self) -> None:
        self._exchange.regroup([channel for channel in self._channels if channel.up])

    def look(self, now_ns: int) -> None:
        """Something in the values of the exchange asks for it: what happened to whom."""
        self._exchange.attention = False
        for channel in self._exchange.channels:
            if channel.watchdog_read not in (channel.watchdog, WATCHDOG_TRIPPED):
                self._hk.restarts += 1
                self._emit(JointRestarted(joint=channel.index))
                channel.torque_wanted = UNDECIDED
                self._leave(channel, now_ns)
                self.request(channel, Todo.SET_UP, now_ns)
                continue
            if channel.watchdog_read == WATCHDOG_TRIPPED and not channel.todo:
                self._hk.watchdog_trips += 1
                self._emit(JointWatchdogTripped(joint=channel.index))
                channel.hold()
                self.request(channel, Todo.ARM, now_ns)
            error = channel.state.hardware_error
            if error & ~channel.known_error:
                self._emit(JointHardwareError(joint=channel.index, bits=error))
            channel.known_error = error
            if channel.torque_wanted == UNDECIDED:
                channel.torque_wanted = int(channel.state.torque_on)
            self.torque_due = True

    def torque_order(self, now_ns: int) -> bytes:
        """The frame that gives the servos the torque wanted, b"" when they have it. Nobody answers it: the values of
        the next exchange tell, and until then it is repeated, though not for ever.
        """
        items: list[tuple[int, bytes]] = []
        for channel in self._exchange.channels:
            wanted = channel.torque_wanted
            if wanted in (UNDECIDED, int(channel.state.torque_on)):
                channel.torque_tries = 0
                continue
            channel.torque_tries += 1
            if channel.torque_tries > _TORQUE_TRIES:
                channel.torque_wanted = UNDECIDED
                if self._torque_gate.strike(now_ns):
                    self._emit(JointTorqueRefused(joint=channel.index, wanted=wanted))
                continue
            items.append((channel.id, bytes((wanted,))))
        self.torque_due = bool(items)
        return sync_write(_TORQUE_ENABLE, 1, items) if items else b""
