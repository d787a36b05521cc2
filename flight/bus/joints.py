"""The joints: a servo on the motion bus for each, read and commanded in every minor frame.

    receive(now)   first: the answers to what the frame before asked
    ...            estimate, decide, control: read `states`, call `set_goals`
    send(now)      last: goals out, and the next ask directly behind them

Nothing waits and nothing raises. What goes wrong on the wire costs the data of that frame and one event; a servo that
is missing, lost its settings or stopped by itself is brought back while the others go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from flight.bus.baud_search import BaudSearch
from flight.bus.event_gate import EventGate
from flight.bus.exchange import CyclicExchange, octet_ns
from flight.bus.joint_channel import Channel, JointChannel, Todo, WheelChannel
from flight.bus.joint_report import fill_joints_hk, fill_wheels_hk
from flight.bus.joint_setup import MayReboot
from flight.bus.joint_upkeep import JointUpkeep
from flight.bus.line import Line
from flight.bus.ports import Port
from flight.icd.dynamixel import Frame, Parser
from flight.icd.events.bus import Device, JointGoalRefused
from flight.icd.hk.bus import BusHk, JointsHk, WheelsHk
from flight.icd.kinds import Emit
from flight.icd.platform import BusServo, Joint, MotionBus

STALE_NS = 60_000_000
"""Age from which a joint's values are no longer valid."""
_MAX_LENGTH = 512


class _Pending(IntEnum):
    """Whose answer is awaited: the line is theirs until it has come or its deadline is over."""

    NOTHING = 0
    CYCLIC = 1
    JOB = 2
    SEARCH = 3


class JointBus:
    """Driver of the motion bus. `states` are live records, one for each of `joints` and then of `wheels`, in order."""

    __slots__ = (
        "_channels", "_deadline_ns", "_emit", "_exchange", "_goal_gate", "_heard_ns", "_held", "_line", "_parser",
        "_pending", "_refused", "_search", "_turning", "_upkeep", "_wheels", "hk", "joints_hk", "states", "wheels_hk",
    )  # fmt: skip

    def __init__(
        self, port: Port, joints: Sequence[Joint], bus: MotionBus, emit: Emit, wheels: Sequence[BusServo] = ()
    ) -> None:
        self.hk = BusHk()
        self.joints_hk = JointsHk()
        self._emit = emit
        self.wheels_hk = WheelsHk() if wheels else None
        self._turning = tuple(JointChannel(index, joint, bus) for index, joint in enumerate(joints))
        self._wheels = tuple(WheelChannel(index, wheel, bus) for index, wheel in enumerate(wheels, start=len(joints)))
        self._channels: tuple[Channel, ...] = (*self._turning, *self._wheels)
        self.states = tuple(channel.state for channel in self._channels)
        self._line = Line(port, Device.JOINTS, emit, self._line_changed)
        self._parser = Parser(_MAX_LENGTH)
        self._exchange = CyclicExchange(self.hk, bus.baud, emit)
        self._upkeep = JointUpkeep(self._channels, self._exchange, self.hk, emit)
        self._search = BaudSearch(self._line, bus.baud, max(channel.id for channel in self._channels), emit)
        self._goal_gate = EventGate()
        self._refused: Channel | None = None
        self._pending = _Pending.NOTHING
        self._deadline_ns = 0
        self._heard_ns: int | None = None
        self._held = False

    # What the software asks of the arm.

    def set_goals(self, position_rad: Sequence[float], current_limit_a: Sequence[float]) -> None:
        """Goals to send with the next frame: joint angles, brought within each joint's limits, and motor currents
        that limit the torques. A goal that is no number is refused and counted; the one before stays.
        """
        self._held = False
        for channel, position, current in zip(self._turning, position_rad, current_limit_a, strict=True):
            if not channel.set_goal(position, current):
                self._refused = channel
                self.hk.goals_refused += 1

    def set_speeds(self, rad_s: Sequence[float]) -> None:
        """Speeds of the wheels to send with the next frame; one that is no number is refused and counted."""
        self._held = False
        for channel, speed in zip(self._wheels, rad_s, strict=True):
            if not channel.set_speed(speed):
                self._refused = channel
                self.hk.goals_refused += 1

    def freeze(self) -> None:
        """Stop: present positions become the goals of joints, standing that of wheels; power stays on. Repeated calls
        don't let the arm creep.
        """
        if not self._held:
            self._held = True
            for channel in self._channels:
                channel.hold()

    def torque(self, on: bool) -> None:
        """Torque on all joints, on or off, with the next frame. Where it comes on, the goal is the present position.

        Off lets the arm fall: the last resort.
        """
        for channel in self._channels:
            channel.torque_wanted = int(on)
            channel.torque_tries = 0
        self._upkeep.torque_due = True

    def reboot(self, joint: int) -> None:
        """Restart a servo, which clears its hardware error: it lets go, and is set up again by itself."""
        channel = self._channels[joint]
        channel.reboots = 0
        self._upkeep.request(channel, Todo.REBOOT, 0)

    def may_reboot(self, may: MayReboot) -> None:
        """Have `may(joint, error)` asked before a servo is restarted for an error without a command."""
        self._upkeep.may_reboot = may

    @property
    def ready(self) -> bool:
        """Whether every joint is set up and its values are fresh."""
        return all(channel.up and channel.state.valid for channel in self._channels)

    @property
    def powered(self) -> bool:
        """Whether every joint is ready and has torque."""
        return self.ready and all(state.torque_on for state in self.states)

    # The minor frame.

    def receive(self, now_ns: int) -> None:
        """Take what has arrived."""
        data = self._line.read(now_ns)
        exchange = self._exchange
        if self._pending is _Pending.CYCLIC and exchange.whole(data):
            self._pending = _Pending.NOTHING
            self._heard_ns = now_ns
        else:
            self._receive_piecewise(data, now_ns)
        if exchange.attention:
            self._upkeep.look(now_ns)

    def send(self, now_ns: int) -> None:
        """Send the goals, and behind them the ask for the next values, or a question to a single servo."""
        line = self._line
        if not line.keep_open(now_ns) or self._pending:
            return
        if self._parser.pending:
            self._parser.reset()
        exchange, upkeep = self._exchange, self._upkeep
        if not exchange.channels and self._searching(now_ns):
            return
        question = upkeep.question(now_ns) if upkeep.unsettled else b""
        if question:
            if line.write(self._orders(now_ns) + question, now_ns):
                self._await(_Pending.JOB, upkeep.deadline_ns(now_ns))
        elif exchange.channels:
            ask = exchange.begin(now_ns)
            if line.write(self._orders(now_ns) + ask, now_ns) and ask:
                self._await(_Pending.CYCLIC, exchange.deadline_ns)

    def halt(self, now_ns: int) -> None:
        """The last thing before a program ends: freeze, and write that at once, whatever is awaited."""
        self.freeze()
        if self._line.is_open and self._exchange.channels:
            self._line.write(self._exchange.goals(), now_ns)

    def housekeep(self, now_ns: int) -> None:
        """Bring the housekeeping records up to date."""
        hk, parser, exchange = self.hk, self._parser, self._exchange
        hk.port_open, hk.port_losses = int(self._line.is_open), self._line.losses
        hk.baud = self._line.baud
        hk.fast, hk.patience = int(exchange.fast), exchange.patience
        hk.joints = sum(1 << channel.index for channel in exchange.channels)
        hk.implausible = sum(state.doubted for state in self.states)
        hk.crc_errors, hk.length_errors, hk.garbage = parser.crc_errors, parser.length_errors, parser.garbage
        hk.stamp(now_ns)
        fill_joints_hk(self.joints_hk, self._turning, now_ns)
        if self.wheels_hk is not None:
            fill_wheels_hk(self.wheels_hk, self._wheels, now_ns)

    def _await(self, pending: _Pending, deadline_ns: int) -> None:
        self._pending = pending
        self._deadline_ns = deadline_ns

    def _orders(self, now_ns: int) -> bytes:
        """What goes out without an answer: the goals, and torque behind them, so that it never comes on for others."""
        if self._refused is not None:
            count = self._goal_gate.strike(now_ns)
            if count:
                self._emit(JointGoalRefused(joint=self._refused.index, count=count))
            self._refused = None
        if not self._exchange.channels:
            return b""
        goals = self._exchange.goals()
        return goals + self._upkeep.torque_order(now_ns) if self._upkeep.torque_due else goals

    def _searching(self, now_ns: int) -> bool:
        """Nobody takes part: whether the servos are looked for at another rate in this frame."""
        if self._heard_ns is None:
            self._heard_ns = now_ns
        if self._line.baud:
            self._exchange.octet_ns = octet_ns(self._line.baud)
        if not self._search.step(now_ns, self._heard_ns):
            return False
        self._await(_Pending.SEARCH, now_ns + self._search.answer_ns)
        return True

    def _receive_piecewise(self, data: bytes, now_ns: int) -> None:
        """Octets that are not just the answer asked for, or no octets at all."""
        exchange, parser = self._exchange, self._parser
        crc_errors = parser.crc_errors
        if data:
            exchange.hear(data)
            for frame in parser.feed(data):
                self._sort(frame, now_ns)
        pending = self._pending
        if pending is _Pending.CYCLIC and exchange.finished:
            self._pending = _Pending.NOTHING
        elif pending and now_ns >= self._deadline_ns:
            self._pending = _Pending.NOTHING
            if pending is _Pending.CYCLIC:
                gone = exchange.expire(now_ns, parser.crc_errors != crc_errors, parser.pending > 0)
                if gone is not None:
                    self._upkeep.miss(gone, now_ns)
            elif pending is _Pending.JOB:
                self._upkeep.expire(now_ns)
        for state in self.states:
            if state.valid and now_ns - state.stamp_ns > STALE_NS:
                state.valid = False

    def _sort(self, frame: Frame, now_ns: int) -> None:
        """Give a frame to whoever waits for it."""
        if not frame.is_status:  # an adapter that echoes, or another host
            self.hk.stray += 1
            return
        self._heard_ns = now_ns
        if self._search.running:
            self._search.heard()
        if self._pending is _Pending.JOB and self._upkeep.offer(frame, now_ns):
            self._pending = _Pending.NOTHING
        elif self._upkeep.overdue and self._upkeep.offer(frame, now_ns):
            self.hk.late += 1
        elif self._pending is not _Pending.SEARCH and not self._exchange.offer(frame):
            self.hk.stray += 1

    def _line_changed(self, now_ns: int) -> None:
        """The port was lost or opened: what was under way is void."""
        self._pending = _Pending.NOTHING
        self._heard_ns = None
        self._parser.reset()
        self._exchange.abandon()
        self._upkeep.abort(now_ns)
