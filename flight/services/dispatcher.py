"""Telecommand packets to the parts that carry them out, functions of PUS service 8 among them.

They come from the ground, and from schedule, sequences and event-actions on board; all are treated alike. Every
telecommand ends: refused (1/2, 1/10), or accepted and then completed or failed, by its time-out at the latest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from flight.icd.commands.functions import Arm
from flight.icd.commands.verification import ReportOutcome
from flight.icd.dictionary import Dictionary
from flight.icd.embedded import extract
from flight.icd.events.comms import CommandTimedOut
from flight.icd.events.services import CommandSource
from flight.icd.kinds import Command, Emit
from flight.icd.modes import Custody, Mode
from flight.icd.packet import DecodeError, EncodeError
from flight.icd.reports.verification import FailureCode
from flight.icd.space_packet import APID, PacketError, PacketFault, TcPacket, parse_tc
from flight.services.arming import Arming
from flight.services.verification import Execution, Report, Request, Verification

C = TypeVar("C", bound=Command)
MAX_RUNNING = 16
_FAULTS = {PacketFault.CRC: FailureCode.BAD_CHECKSUM, PacketFault.LENGTH: FailureCode.BAD_LENGTH}
_REQUEST_SIZE = 4


class _Handler(NamedTuple):
    handle: Callable[[Any, Execution], None]
    timeout_ns: int
    urgent: bool


class Dispatcher:
    """Checks telecommands, hands them to their handlers and sees that each one ends."""

    __slots__ = (
        "_apid", "_emit", "_handlers", "_running", "arming", "dictionary", "forbidden", "inhibited", "received",
        "timed_out", "verification",
    )  # fmt: skip

    def __init__(self, dictionary: Dictionary, report: Report, emit: Emit, apid: int = APID) -> None:
        self.verification = Verification(report)
        self.arming = Arming(emit)
        self.dictionary = dictionary
        self.received = 0
        """Telecommand packets from the ground."""
        self.timed_out = 0
        self.inhibited: Callable[[type[Command]], Custody | None] = lambda _kind: None
        """The state of custody that forbids telecommands of a kind now, whoever released them."""
        self.forbidden: Callable[[type[Command]], Mode | None] = lambda _kind: None
        """The mode that forbids them, likewise."""
        self._emit = emit
        self._apid = apid
        self._handlers: dict[type[Command], _Handler] = {}
        self._running: list[Execution] = []
        self.register(ReportOutcome, self.verification.tell_outcome, urgent=True)
        self.register(Arm, self._arm)

    @property
    def has_room(self) -> bool:
        """Whether one more telecommand can be taken in execution."""
        return len(self._running) < MAX_RUNNING

    @property
    def running(self) -> int:
        """Telecommands in execution."""
        return len(self._running)

    def register(
        self, kind: type[C], handler: Callable[[C, Execution], None], timeout_s: float = 5.0, urgent: bool = False
    ) -> None:
        """Have `handler` carry out telecommands of `kind`; raises `ValueError` for one that has a handler already.

        The handler returns at once. It completes or fails the execution, or keeps it and does so within `timeout_s`.
        An `urgent` one always completes at once, and is taken however many run.
        """
        if kind in self._handlers:
            raise ValueError(f"{kind.__name__} has a handler already")
        self._handlers[kind] = _Handler(handler, round(timeout_s * 1e9), urgent)

    def accept(self, octets: bytes, now_ns: int) -> None:
        """Take a telecommand packet from the uplink, whatever it is."""
        self.received += 1
        self.dispatch(octets, now_ns, CommandSource.GROUND)

    def dispatch(self, octets: bytes, now_ns: int, source: CommandSource) -> Execution | None:
        """Begin with the telecommand packet `octets`, whatever it is; None when it was refused."""
        try:
            packet = parse_tc(octets)
        except PacketError as error:
            self.arming.disarm(now_ns)
            if len(octets) < _REQUEST_SIZE:
                self.verification.refused += 1  # nothing to report on: it has no name
                return None
            request = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:4], "big")
            code = _FAULTS.get(error.fault, FailureCode.BAD_HEADER)
            self.verification.refuse(request, code, len(octets), whole=False)
            return None
        command, code, detail = self.examine(packet)
        if command is None:
            self.arming.disarm(now_ns)
            self.verification.refuse(packet.request, code, detail)
            return None
        handler = self._handlers[type(command)]
        if len(self._running) >= MAX_RUNNING and not handler.urgent:
            self.arming.disarm(now_ns)
            self.verification.refuse(packet.request, FailureCode.TOO_MANY, len(self._running))
            return None
        if not self.arming.admit(type(command), source, now_ns):
            self.verification.refuse(packet.request, FailureCode.NOT_ARMED, command.ident or 0)
            return None
        execution = Execution(self.verification, packet, command, source, now_ns, handler.timeout_ns)
        self.verification.accept(packet)
        held, mode = self.inhibited(type(command)), self.forbidden(type(command))
        if held is not None:
            execution.fail(FailureCode.SAMPLE_HELD, held)
        elif mode is not None:
            execution.fail(FailureCode.NOT_ALLOWED, mode)
        else:
            handler.handle(command, execution)
        if not execution.ended:
            self._running.append(execution)
        return execution

    def step(self, now_ns: int) -> None:
        """Fail what has run out of time, forget what has ended."""
        self.arming.step(now_ns)
        if not self._running:
            return
        for execution in self._running:
            if not execution.ended and now_ns >= execution.deadline_ns:
                self._time_out(execution)
        self._running = [execution for execution in self._running if not execution.ended]

    def examine(self, packet: TcPacket) -> tuple[Command | None, FailureCode, int]:
        """The command in `packet`, or None and why it would be refused whenever it came."""
        if packet.apid != self._apid:
            return None, FailureCode.UNKNOWN_APID, packet.apid
        found = self.dictionary.command_of(packet)
        if found is None:
            if self.dictionary.knows_type(packet.service, packet.subtype):
                return None, FailureCode.UNKNOWN_FUNCTION, int.from_bytes(packet.body[:2], "big")
            return None, FailureCode.UNKNOWN_TYPE, packet.service << 8 | packet.subtype
        kind, fields = found
        if len(fields) != kind.size():
            return None, FailureCode.BAD_LENGTH, len(packet.body)
        try:
            command = kind.decode(fields)
            command.check()
        except (DecodeError, EncodeError) as error:
            return None, FailureCode.BAD_VALUE, list(kind.fields).index(error.field) if error.field else 0
        if kind not in self._handlers:
            return None, FailureCode.NOT_AVAILABLE, 0
        return command, FailureCode.NONE, 0

    def unwrap(self, octets: tuple[int, ...], execution: Execution) -> tuple[bytes, Request] | None:
        """The telecommand packet inside another and its name; None, and `execution` failed, when it would be refused
        whenever it was released.
        """
        try:
            inside = extract(octets)
            packet = parse_tc(inside)
        except PacketError as error:
            execution.fail(FailureCode.EMBEDDED, _FAULTS.get(error.fault, FailureCode.BAD_HEADER))
            return None
        command, code, _ = self.examine(packet)
        if command is None:
            execution.fail(FailureCode.EMBEDDED, code)
            return None
        return inside, packet.request

    def _arm(self, command: Arm, execution: Execution) -> None:
        kind = self.dictionary.commands.get((8, 1, command.target))
        if kind is None or not kind.hazardous or kind not in self._handlers:
            execution.fail(FailureCode.UNKNOWN_OBJECT, command.target)
            return
        self.arming.arm(kind, execution.source, execution.begun_ns)
        execution.complete()

    def _time_out(self, execution: Execution) -> None:
        self.timed_out += 1
        execution.fail(FailureCode.TIME_OUT, min(execution.timeout_ns // 1_000_000, 0xFFFFFFFF))
        packet = execution.packet
        ident = execution.command.ident
        self._emit(
            CommandTimedOut(
                request_sequence=packet.request[1],
                packet_type=packet.service << 8 | packet.subtype,
                identifier=0xFFFF if ident is None else ident,
            )
        )
