"""Telecommand packets to the parts that carry them out, functions of PUS service 8 among them.

Every telecommand ends: refused (1/2, 1/10), or accepted and then completed or failed, by its time-out at the latest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flight.icd.commands.verification import ReportOutcome
from flight.icd.dictionary import Dictionary
from flight.icd.events.comms import CommandTimedOut
from flight.icd.kinds import Command, Emit
from flight.icd.packet import DecodeError, EncodeError
from flight.icd.reports.verification import FailureCode
from flight.icd.space_packet import APID, PacketError, PacketFault, TcPacket, parse_tc
from flight.services.verification import Execution, Report, Verification

C = TypeVar("C", bound=Command)
MAX_RUNNING = 16
_FAULTS = {PacketFault.CRC: FailureCode.BAD_CHECKSUM, PacketFault.LENGTH: FailureCode.BAD_LENGTH}
_REQUEST_SIZE = 4


class Dispatcher:
    """Checks telecommands, hands them to their handlers and sees that each one ends."""

    __slots__ = ("_apid", "_dictionary", "_emit", "_handlers", "_running", "received", "timed_out", "verification")

    def __init__(self, dictionary: Dictionary, report: Report, emit: Emit, apid: int = APID) -> None:
        self.verification = Verification(report)
        self.received = 0
        self.timed_out = 0
        self._dictionary = dictionary
        self._emit = emit
        self._apid = apid
        self._handlers: dict[type[Command], tuple[Callable[[Any, Execution], None], int]] = {}
        self._running: list[Execution] = []
        self.register(ReportOutcome, self.verification.tell_outcome)

    @property
    def running(self) -> int:
        """Telecommands in execution."""
        return len(self._running)

    def register(self, kind: type[C], handler: Callable[[C, Execution], None], timeout_s: float = 5.0) -> None:
        """Have `handler` carry out telecommands of `kind`; raises `ValueError` for one that has a handler already.

        The handler returns at once. It completes or fails the execution, or keeps it and does so within `timeout_s`.
        """
        if kind in self._handlers:
            raise ValueError(f"{kind.__name__} has a handler already")
        self._handlers[kind] = handler, round(timeout_s * 1e9)

    def accept(self, octets: bytes, now_ns: int) -> None:
        """Take a telecommand packet from the uplink, whatever it is."""
        self.received += 1
        try:
            packet = parse_tc(octets)
        except PacketError as error:
            if len(octets) < _REQUEST_SIZE:
                self.verification.refused += 1  # nothing to report on: it has no name
                return
            request = int.from_bytes(octets[:2], "big"), int.from_bytes(octets[2:4], "big")
            self.verification.refuse(
                request, _FAULTS.get(error.fault, FailureCode.BAD_HEADER), len(octets), whole=False
            )
            return
        command, code, detail = self._read(packet)
        if command is None:
            self.verification.refuse(packet.request, code, detail)
            return
        handler, timeout_ns = self._handlers[type(command)]
        execution = Execution(self.verification, packet, command, now_ns, timeout_ns)
        self.verification.accept(packet)
        handler(command, execution)
        if not execution.ended:
            self._running.append(execution)

    def step(self, now_ns: int) -> None:
        """Fail what has run out of time, forget what has ended."""
        if not self._running:
            return
        for execution in self._running:
            if not execution.ended and now_ns >= execution.deadline_ns:
                self._time_out(execution)
        self._running = [execution for execution in self._running if not execution.ended]

    def _read(self, packet: TcPacket) -> tuple[Command | None, FailureCode, int]:
        """The command in `packet`, or None and why it is refused."""
        if packet.apid != self._apid:
            return None, FailureCode.UNKNOWN_APID, packet.apid
        found = self._dictionary.command_of(packet)
        if found is None:
            if self._dictionary.knows_type(packet.service, packet.subtype):
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
        if len(self._running) >= MAX_RUNNING:
            return None, FailureCode.TOO_MANY, len(self._running)
        return command, FailureCode.NONE, 0

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
