"""Telecommands from the ground: sent, and followed through their verification stages to the end.

`Commander` knows neither clock nor link: octets to send come out of it, records that arrive and the time go in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from flight.icd import cltu, tc_frame
from flight.icd.dictionary import Dictionary, packet_name
from flight.icd.kinds import Command, Telemetry
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    FailureCode,
    Progressed,
    ProgressFailed,
    RoutingFailed,
    Started,
    StartFailed,
)
from flight.icd.space_packet import ACK_ALL, APID, encode_tc
from flight.icd.tc_frame import TcFrame
from ground.receiver import Received


class Stage(StrEnum):
    """How far a telecommand has come."""

    RADIATED = "radiated"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed out"


ENDS = frozenset({Stage.REFUSED, Stage.COMPLETED, Stage.FAILED, Stage.TIMED_OUT})
_STAGES: dict[type[Telemetry], Stage] = {
    Accepted: Stage.ACCEPTED,
    AcceptanceFailed: Stage.REFUSED,
    RoutingFailed: Stage.REFUSED,
    Started: Stage.STARTED,
    StartFailed: Stage.FAILED,
    Progressed: Stage.PROGRESS,
    ProgressFailed: Stage.PROGRESS,
    Completed: Stage.COMPLETED,
    CompletionFailed: Stage.FAILED,
}


@dataclass(frozen=True, slots=True)
class Report:
    """One stage that was reached: when, by the board's clock (None when the ground says so), and what was said."""

    stage: Stage
    tai_ns: int | None
    text: str = ""


@dataclass(slots=True)
class Issued:
    """A telecommand on its way; `reports` grow until one of them is an end."""

    command: Command
    request: tuple[int, int]
    deadline_s: float
    reports: list[Report] = field(default_factory=list)

    @property
    def stage(self) -> Stage:
        """The latest stage."""
        return self.reports[-1].stage

    @property
    def ended(self) -> bool:
        """Whether nothing more can come."""
        return self.stage in ENDS


class Commander:
    """Issues telecommands and follows them. `sequence` is the first packet sequence count, 0..16383."""

    def __init__(
        self, dictionary: Dictionary, sequence: int, on_report: Callable[[Issued, Report], None] = lambda _i, _r: None
    ) -> None:
        self._dictionary = dictionary
        self._sequence = sequence
        self._frame_sequence = 0
        self._on_report = on_report
        self._issued: dict[tuple[int, int], Issued] = {}

    def issue(self, command: Command, now_s: float, timeout_s: float) -> tuple[bytes, Issued]:
        """The octets to radiate for `command`, and the handle that follows it for `timeout_s` at most.

        Raises `EncodeError` when a value is not allowed.
        """
        packet = encode_tc(command, self._sequence, ACK_ALL)
        frame = tc_frame.build(TcFrame(packet, self._frame_sequence))
        issued = Issued(command, (0x1800 | APID, 0xC000 | self._sequence), now_s + timeout_s)
        self._issued[issued.request] = issued
        self._sequence = (self._sequence + 1) & 0x3FFF
        self._frame_sequence = (self._frame_sequence + 1) & 0xFF
        self._note(issued, Report(Stage.RADIATED, None))
        return cltu.encode(frame), issued

    def hear(self, received: Received) -> None:
        """Take a record from the board; all but verification reports of commands issued here are left alone."""
        record = received.record
        stage = _STAGES.get(type(record))
        if stage is None:
            return
        request = getattr(record, "request_packet", -1), getattr(record, "request_sequence", -1)
        issued = self._issued.get(request)
        if issued is not None:
            self._note(issued, Report(stage, received.packet.tai_ns, _text(issued.command, record)))

    def step(self, now_s: float) -> None:
        """End what has run out of time."""
        for issued in list(self._issued.values()):
            if now_s >= issued.deadline_s:
                self._note(issued, Report(Stage.TIMED_OUT, None, f"last heard of: {issued.stage}"))

    def _note(self, issued: Issued, report: Report) -> None:
        issued.reports.append(report)
        if report.stage in ENDS:
            del self._issued[issued.request]
        self._on_report(issued, report)


def _text(command: Command, record: Telemetry) -> str:
    """What a verification report says beyond its stage."""
    words = []
    if isinstance(record, Progressed | ProgressFailed):
        words.append(f"step {record.step}")
    if isinstance(record, AcceptanceFailed | RoutingFailed | StartFailed | CompletionFailed | ProgressFailed):
        words.append(f"{record.code.name} (code {record.code.value}){_detail(command, record.code, record.detail)}")
    return " ".join(words)


def _detail(command: Command, code: FailureCode, detail: int) -> str:
    names = list(command.fields)
    match code:
        case FailureCode.BAD_VALUE if detail < len(names):
            return f": {names[detail]}, allowed {command.fields[names[detail]].allowed()}"
        case FailureCode.UNKNOWN_FUNCTION | FailureCode.UNKNOWN_TYPE | FailureCode.NOT_AVAILABLE:
            return f": the board does not serve {packet_name(type(command))}"
        case FailureCode.TIME_OUT:
            return f": not done within {detail / 1000:g} s"
        case _:
            return f": {detail}" if detail else ""
