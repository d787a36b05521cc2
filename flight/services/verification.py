"""PUS service 1: what becomes of each telecommand, told stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flight.icd.commands.verification import ReportOutcome
from flight.icd.events.services import CommandSource
from flight.icd.kinds import Command, Telemetry
from flight.icd.limits import NOTHING, Violation
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    FailureCode,
    OutcomeUnknown,
    Progressed,
    ProgressFailed,
    RoutingFailed,
    Started,
    StartFailed,
)
from flight.icd.space_packet import TcPacket

ACK_ACCEPTANCE, ACK_START, ACK_PROGRESS, ACK_COMPLETION = 1, 2, 4, 8
OUTCOMES = 256
"""Telecommands whose outcome is kept, the latest."""
Report = Callable[[Telemetry], None]
"""How telemetry leaves a component: it calls what it was given, and never waits for it."""
Request = tuple[int, int]
_Outcome = tuple[type[Telemetry], FailureCode, int, Violation]
_UNKNOWN: _Outcome = OutcomeUnknown, FailureCode.NONE, 0, NOTHING


class Verification:
    """Makes the reports and counts them; successes are reported where the telecommand asks, failures always.

    How far each of the latest telecommands has come is kept, for reports get lost on the way. Of those that ask for it
    (1/128) it is not: on a bad link they are many, and would push out what they ask for.
    """

    __slots__ = ("_outcomes", "accepted", "completed", "failed", "refused", "report")

    def __init__(self, report: Report) -> None:
        self.report = report
        self._outcomes: dict[Request, _Outcome] = {}  # the latest is last
        self.accepted = 0
        self.refused = 0
        self.completed = 0
        self.failed = 0

    def accept(self, packet: TcPacket) -> None:
        """1/1."""
        self.accepted += 1
        if (packet.service, packet.subtype) != (ReportOutcome.service, ReportOutcome.subtype):
            self.keep(packet.request, Accepted)
        if packet.ack & ACK_ACCEPTANCE:
            self.report(_told(packet.request, Accepted))

    def refuse(self, request: Request, code: FailureCode, detail: int = 0, whole: bool = True) -> None:
        """1/2, or 1/10 for an application that is not here; `whole` is whether the name in `request` can be trusted."""
        self.refused += 1
        kind = RoutingFailed if code is FailureCode.UNKNOWN_APID else AcceptanceFailed
        if whole:
            self.keep(request, kind, code, detail)
        self.report(kind(request_packet=request[0], request_sequence=request[1], code=code, detail=detail))

    def keep(
        self, request: Request, kind: type[Telemetry], code: FailureCode = FailureCode.NONE, detail: int = 0,
        violation: Violation = NOTHING,
    ) -> None:  # fmt: skip
        """`kind` is how far the telecommand named `request` has come; the oldest is forgotten for a new one."""
        outcomes = self._outcomes
        outcomes.pop(request, None)
        if len(outcomes) >= OUTCOMES:
            del outcomes[next(iter(outcomes))]
        outcomes[request] = kind, code, detail, violation

    def tell_outcome(self, command: ReportOutcome, execution: Execution) -> None:
        """Handler of 1/128: the latest report of a telecommand once more."""
        execution.start()
        request = command.request_packet, command.request_sequence
        kind, code, detail, violation = self._outcomes.get(request, _UNKNOWN)
        report = _told(request, kind)
        if "code" in kind.fields:
            _give_reason(report, code, detail, violation)
        self.report(report)
        execution.complete()


def _told(request: Request, kind: type[Telemetry]) -> Any:
    return kind(request_packet=request[0], request_sequence=request[1])


def _give_reason(report: Any, code: FailureCode, detail: int, violation: Violation) -> None:
    report.code, report.detail = code, detail
    if isinstance(report, StartFailed):
        report.limit, report.part = violation.limit, violation.part
        report.wanted, report.low, report.high = violation.wanted, violation.low, violation.high


class Execution:
    """A telecommand that was accepted, in the hands of the one who carries it out.

    It ends once, by `complete` or `fail` or its time-out; what is said after its end is not heard. Whoever holds one
    for longer asks `ended`, for the time-out may have come.
    """

    __slots__ = (
        "_verification", "begun_ns", "code", "command", "deadline_ns", "ended", "packet", "source", "started",
        "timeout_ns",
    )  # fmt: skip

    def __init__(
        self,
        verification: Verification,
        packet: TcPacket,
        command: Command,
        source: CommandSource,
        now_ns: int,
        timeout_ns: int,
    ) -> None:
        self._verification = verification
        self.source = source
        self.begun_ns = now_ns
        self.packet = packet
        self.command = command
        self.timeout_ns = timeout_ns
        self.deadline_ns = now_ns + timeout_ns
        self.started = False
        self.ended = False
        self.code = FailureCode.NONE
        """Why it failed, if it has."""

    def start(self) -> None:
        """1/3: execution has begun."""
        if self.ended or self.started:
            return
        self.started = True
        self._keep(Started)
        self._tell(ACK_START, Started)

    def progress(self, step: int) -> None:
        """1/5: step number `step` (0..255) is done."""
        if self.ended:
            return
        self.start()
        if self.packet.ack & ACK_PROGRESS:
            report = _told(self.packet.request, Progressed)
            report.step = step
            self._verification.report(report)

    def progress_failed(self, step: int, code: FailureCode, detail: int = 0) -> None:
        """1/6: step number `step` (0..255) failed, and the execution goes on."""
        if self.ended:
            return
        self.start()
        report = _told(self.packet.request, ProgressFailed)
        report.step, report.code, report.detail = step, code, detail
        self._verification.report(report)

    def report(self, record: Telemetry) -> None:
        """Send what the telecommand asked for."""
        self._verification.report(record)

    def complete(self) -> None:
        """1/7: done as asked."""
        if self.ended:
            return
        self.start()
        self.ended = True
        self._verification.completed += 1
        self._keep(Completed)
        self._tell(ACK_COMPLETION, Completed)

    def fail(self, code: FailureCode, detail: int = 0, violation: Violation = NOTHING) -> None:
        """1/4 when it never started, 1/8 when it did; `detail` (0..2^32-1) belongs to the code.

        A limit that would be violated is told in 1/4 only: what has started was checked before.
        """
        if self.ended:
            return
        self.ended = True
        self.code = code
        self._verification.failed += 1
        kind = CompletionFailed if self.started else StartFailed
        self._keep(kind, code, detail, violation)
        report = _told(self.packet.request, kind)
        _give_reason(report, code, detail, violation)
        self._verification.report(report)

    def _keep(
        self, kind: type[Telemetry], code: FailureCode = FailureCode.NONE, detail: int = 0,
        violation: Violation = NOTHING,
    ) -> None:  # fmt: skip
        if not isinstance(self.command, ReportOutcome):
            self._verification.keep(self.packet.request, kind, code, detail, violation)

    def _tell(self, ack: int, kind: type[Telemetry]) -> None:
        if self.packet.ack & ack:
            self._verification.report(_told(self.packet.request, kind))
