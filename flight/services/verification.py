"""PUS service 1: what becomes of each telecommand, told stage by stage."""

from __future__ import annotations

from collections.abc import Callable

from flight.icd.kinds import Command, Telemetry
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    FailureCode,
    Progressed,
    RoutingFailed,
    Started,
    StartFailed,
)
from flight.icd.space_packet import TcPacket

ACK_ACCEPTANCE, ACK_START, ACK_PROGRESS, ACK_COMPLETION = 1, 2, 4, 8
Report = Callable[[Telemetry], None]
"""How telemetry leaves a component: it calls what it was given, and never waits for it."""


class Verification:
    """Makes the reports and counts them; successes are reported where the telecommand asks, failures always."""

    __slots__ = ("accepted", "completed", "failed", "refused", "report")

    def __init__(self, report: Report) -> None:
        self.report = report
        self.accepted = 0
        self.refused = 0
        self.completed = 0
        self.failed = 0

    def accept(self, packet: TcPacket) -> None:
        """1/1."""
        self.accepted += 1
        if packet.ack & ACK_ACCEPTANCE:
            request_packet, request_sequence = packet.request
            self.report(Accepted(request_packet=request_packet, request_sequence=request_sequence))

    def refuse(self, request: tuple[int, int], code: FailureCode, detail: int = 0) -> None:
        """1/2, or 1/10 for an application that is not here."""
        self.refused += 1
        kind = RoutingFailed if code is FailureCode.UNKNOWN_APID else AcceptanceFailed
        self.report(kind(request_packet=request[0], request_sequence=request[1], code=code, detail=detail))


class Execution:
    """A telecommand that was accepted, in the hands of the one who carries it out.

    It ends once, by `complete` or `fail` or its time-out; what is said after its end is not heard. Whoever holds one
    for longer asks `ended`, for the time-out may have come.
    """

    __slots__ = ("_verification", "command", "deadline_ns", "ended", "packet", "started", "timeout_ns")

    def __init__(
        self, verification: Verification, packet: TcPacket, command: Command, now_ns: int, timeout_ns: int
    ) -> None:
        self._verification = verification
        self.packet = packet
        self.command = command
        self.timeout_ns = timeout_ns
        self.deadline_ns = now_ns + timeout_ns
        self.started = False
        self.ended = False

    def start(self) -> None:
        """1/3: execution has begun."""
        if self.ended or self.started:
            return
        self.started = True
        if self.packet.ack & ACK_START:
            request_packet, request_sequence = self.packet.request
            self._verification.report(Started(request_packet=request_packet, request_sequence=request_sequence))

    def progress(self, step: int) -> None:
        """1/5: step number `step` (0..255) is done."""
        if self.ended:
            return
        self.start()
        if self.packet.ack & ACK_PROGRESS:
            request_packet, request_sequence = self.packet.request
            report = Progressed(request_packet=request_packet, request_sequence=request_sequence, step=step)
            self._verification.report(report)

    def complete(self) -> None:
        """1/7: done as asked."""
        if self.ended:
            return
        self.start()
        self.ended = True
        self._verification.completed += 1
        if self.packet.ack & ACK_COMPLETION:
            request_packet, request_sequence = self.packet.request
            self._verification.report(Completed(request_packet=request_packet, request_sequence=request_sequence))

    def fail(self, code: FailureCode, detail: int = 0) -> None:
        """1/4 when it never started, 1/8 when it did; `detail` (0..2^32-1) belongs to the code."""
        if self.ended:
            return
        self.ended = True
        self._verification.failed += 1
        kind = CompletionFailed if self.started else StartFailed
        request_packet, request_sequence = self.packet.request
        self._verification.report(
            kind(request_packet=request_packet, request_sequence=request_sequence, code=code, detail=detail)
        )
