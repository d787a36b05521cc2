"""Telecommands from the ground: sent in order, and followed through their stages to the end.

`Commander` knows neither clock nor link: records that arrive and the time go in, frames leave by the uplink. Whether a
command reached the board the control word says, and FOP-1 repeats it until it has. What became of it the board's
reports say, and these can be lost: when nothing was heard for a while the ground asks for the outcome (1/128, answered
with the latest report once more), until an end is known. Nothing is ever commanded twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flight.icd.commands.functions import Arm
from flight.icd.commands.housekeeping import ReportHousekeeping
from flight.icd.commands.verification import ReportOutcome
from flight.icd.dictionary import Dictionary
from flight.icd.hk.comms import UplinkHk
from flight.icd.hk.scoop import SystemHk
from flight.icd.kinds import Command
from flight.icd.space_packet import ACK_ALL, APID, encode_tc
from flight.icd.tm_frame import VC_PLAYBACK
from ground.attribution import asker, doer, is_told
from ground.fop import Unit
from ground.issued import Issued, S
from ground.receiver import Received
from ground.results import say
from ground.stages import ENDS, STAGES, Report, Stage, describe
from ground.uplink import Sender, Timing, Uplink

ARMED_S = 10.0
"""An armed function waits so long for the command that fires it; a question in between would disarm it."""
IDENTIFY_S = 5.0
"""A board that has not told its dictionary is asked for it so often."""


class RefusedError(ValueError):
    """Nothing is sent to this board: it holds another dictionary, or its uplink is closed."""


class NumberedSender(Sender, Protocol):
    """A `Sender` that also numbers telecommand packets, as `ground.keys.KeyInUse` does."""

    @property
    def key_ident(self) -> int:
        """The number of the key."""

    @property
    def sequence(self) -> int:
        """The sequence number of the next frame."""

    def packet_count(self) -> int:
        """The sequence count of the next telecommand packet."""

    def resume(self, next_sequence: int) -> None:
        """The board accepts no sequence number of a frame below `next_sequence`."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A unit that asks for the outcome of a command."""

    about: Issued


OnReport = Callable[[Issued, Report], None]
"""Told of each stage of a telecommand, and of its results."""
OnAnswer = Callable[[Issued | None, Received], None]
"""Told of each report that answers a telecommand; None where nobody under way has asked."""


class Commander:
    """Issues telecommands over one virtual channel and follows them.

    Nothing is sent before the board has shown that its dictionary is ours, and nothing at all to a board with another.
    """

    def __init__(
        self,
        dictionary: Dictionary,
        radiate: Callable[[bytes], object],
        sender: NumberedSender,
        timing: Timing,
        on_report: OnReport = lambda _issued, _report: None,
        on_answer: OnAnswer = lambda _issued, _received: None,
    ) -> None:
        self.uplink = Uplink(radiate, sender, self, timing)
        self.questions = 0
        self._dictionary = dictionary
        self._sender = sender
        self._on_report = on_report
        self._on_answer = on_answer
        self._issued: dict[tuple[int, int], Issued] = {}
        self._units: dict[tuple[int, int], Unit] = {}
        self._known = False  # whether the board's dictionary is ours
        self._refusals = {"dictionary": "", "key": ""}
        self._identify_ns: int | None = None
        self._armed_until_ns = 0

    @property
    def refusal(self) -> str:
        """Why nothing is sent to this board; empty when there is no reason."""
        return self._refusals["dictionary"] or self._refusals["key"]

    @property
    def under_way(self) -> list[Issued]:
        """Commands without an end, in the order they were issued."""
        return list(self._issued.values())

    def send(
        self, command: Command, now_ns: int, timeout_s: float, bypass: bool = False, sender: object = None
    ) -> Issued:
        """Issue `command` after all others, and follow it for `timeout_s` at most.

        With `bypass` it is sent once, now, out of order and whatever the state of the channel (BD).
        Raises `EncodeError` when a value is not allowed, `RefusedError` when nothing is sent to this board.
        """
        if self.refusal:
            raise RefusedError(self.refusal)
        count = self._sender.packet_count()
        while (0x1800 | APID, 0xC000 | count) in self._issued:  # bounded by the commands under way
            count = self._sender.packet_count()
        packet = encode_tc(command, count, ACK_ALL)
        issued = Issued(command, (0x1800 | APID, 0xC000 | count), now_ns + round(timeout_s * S), bypass, sender)
        self._issued[issued.request] = issued
        self._units[issued.request] = unit = Unit(packet, issued)
        if self._known:
            self._offer(unit, bypass, now_ns)
        return issued

    def hear(self, received: Received, now_ns: int) -> None:
        """Take a record from the board; what is not about commands issued here is left alone.

        So is what the board plays back of its stores: it was said before, maybe to others, and is news no more.
        """
        if received.vcid == VC_PLAYBACK:
            return
        record = received.record
        if isinstance(record, SystemHk):
            self._identify(record.dictionary, now_ns)
        elif isinstance(record, UplinkHk):
            if record.next_sequence > self._sender.sequence:  # all that is under way is too old to be taken
                self._sender.resume(record.next_sequence)
                self.uplink.hasten(now_ns)
            self._refuse("key", self._key_refusal(record.key))
        stage = STAGES.get(type(record))
        if stage is None:
            self._result(received)
            return
        issued = self._issued.get((getattr(record, "request_packet", -1), getattr(record, "request_sequence", -1)))
        if issued is None:
            return
        news = stage is Stage.PROGRESS or all(report.stage is not stage for report in issued.reports)
        if news:
            self._note(issued, Report(stage, received.packet.tai_ns, describe(issued.command, record)))
        if issued.ask_ns is not None:
            issued.hope(now_ns, news)

    def _result(self, received: Received) -> None:
        """Note what a command in execution brought about, or asked for."""
        record, tai_ns = received.record, received.packet.tai_ns
        issued = doer(record, self.under_way)
        if issued is not None:
            issued.results.append((tai_ns, record))
            self._on_report(issued, Report(Stage.RESULT, tai_ns, say(record)))
        if is_told(record):
            self._on_answer(asker(record, self.under_way), received)

    def hear_control_word(self, octets: bytes, now_ns: int) -> None:
        """Take the operational control field of a telemetry frame."""
        self.uplink.hear(octets, now_ns)

    def step(self, now_ns: int) -> None:
        """Send what is due, ask what was not told, end what has run out of time."""
        self.uplink.step(now_ns)
        for issued in self.under_way:
            if now_ns >= issued.deadline_ns:
                self.give_up(issued, f"last heard of: {issued.stage}")
            elif issued.ask_ns is not None and now_ns >= max(issued.ask_ns, self._armed_until_ns):
                self._ask(issued, now_ns)
        if self._issued and not self._known and not self.refusal:
            self._ask_who(now_ns)

    def radiated(self, unit: Unit, now_ns: int) -> None:
        """For `Uplink`."""
        if unit.radiated == 1 and isinstance(unit.tag, Issued):
            self._note(unit.tag, Report(Stage.RADIATED, None))
            if unit.tag.bypass:
                unit.tag.hope(now_ns + self.uplink.fop.timeout_ns, news=True)

    def accepted(self, unit: Unit, now_ns: int) -> None:
        """For `Uplink`."""
        if isinstance(unit.tag, Issued):
            if not unit.tag.ended:
                text = "" if unit.radiated == 1 else f"sent {unit.radiated} times"
                self._note(unit.tag, Report(Stage.FRAME_ACCEPTED, None, text))
            unit.tag.hope(now_ns, news=True)
        elif isinstance(unit.tag, _Question):
            unit.tag.about.hope(now_ns, news=False)

    def lost(self, unit: Unit, now_ns: int) -> None:
        """For `Uplink`: whether it arrived the board can say."""
        if isinstance(unit.tag, Issued):
            unit.tag.hope(now_ns, news=True)
        elif isinstance(unit.tag, _Question):
            unit.tag.about.hope(now_ns, news=False)

    def _offer(self, unit: Unit, bypass: bool, now_ns: int) -> None:
        armed = isinstance(unit.tag, Issued) and isinstance(unit.tag.command, Arm)
        self._armed_until_ns = now_ns + round(ARMED_S * S) + self.uplink.fop.timeout_ns if armed else 0
        if bypass:
            self.uplink.bypass(unit, now_ns)
        else:
            self.uplink.offer(unit)

    def _identify(self, board: int, now_ns: int) -> None:
        """The board's dictionary is `board`: go on, or send nothing more."""
        ours = self._dictionary.hash64
        if board != ours:
            self._known = False
            self._refuse(
                "dictionary", f"the board's dictionary is {board:016x}, ours {ours:016x}; install the same version"
            )
        elif not self._known:
            self._known = True
            self._refuse("dictionary", "")
            for issued in self.under_way:
                unit = self._units[issued.request]
                if not unit.radiated:
                    self._offer(unit, issued.bypass, now_ns)

    def _key_refusal(self, board: int) -> str:
        """Why a board with the key numbered `board` would take nothing from us; empty when it may."""
        ours = self._sender.key_ident
        if board == 0:
            return "the board's uplink is closed: it was started without a key"
        return "" if board == ours else f"the board takes key {board}, ours is key {ours}"

    def _refuse(self, what: str, why: str) -> None:
        """Send nothing because of `why`, or go on when there is no reason any more."""
        self._refusals[what] = why
        if not why:
            return
        for issued in self.under_way:
            if not self._units[issued.request].radiated:
                self.give_up(issued, why)

    def _ask_who(self, now_ns: int) -> None:
        """The board has not told its dictionary: its system housekeeping may be switched off."""
        if self._identify_ns is None:
            self._identify_ns = now_ns + round(IDENTIFY_S * S)
        elif now_ns >= self._identify_ns:
            self._identify_ns = now_ns + round(IDENTIFY_S * S) + self.uplink.fop.timeout_ns
            question = ReportHousekeeping(sid=SystemHk.ident)
            self.uplink.offer(Unit(encode_tc(question, self._sender.packet_count(), ack=0)))

    def _ask(self, issued: Issued, now_ns: int) -> None:
        issued.ask_ns = None
        self.questions += 1
        question = ReportOutcome(request_packet=issued.request[0], request_sequence=issued.request[1])
        unit = Unit(encode_tc(question, self._sender.packet_count(), ack=0), _Question(issued))
        if issued.bypass:
            issued.hope(now_ns, news=False)
        self._offer(unit, issued.bypass, now_ns)

    def give_up(self, issued: Issued, why: str) -> None:
        """End the following of `issued`: unsent it is taken back; sent, the board goes on with it."""
        if issued.ended:
            return
        unit = self._units[issued.request]
        if not unit.radiated:
            self.uplink.withdraw(unit)
        self._note(issued, Report(Stage.TIMED_OUT if unit.radiated else Stage.NOT_SENT, None, why))

    def _note(self, issued: Issued, report: Report) -> None:
        issued.note(report)
        if report.stage in ENDS:
            del self._issued[issued.request]
            del self._units[issued.request]
        try:
            self._on_report(issued, report)
        finally:
            if issued.ended:
                issued.settle()
