"""The stages of a telecommand, and what the board's reports say of them, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flight.icd.commands.functions import (
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    Scrape,
    Stow,
    Tare,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.dictionary import packet_name
from flight.icd.fdir import Condition
from flight.icd.kinds import Command, Telemetry
from flight.icd.limits import Limit, Violation
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
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


class Stage(StrEnum):
    """How far a telecommand has come."""

    WAITING = "waiting"
    RADIATED = "radiated"
    FRAME_ACCEPTED = "frame accepted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The board has no record of it: it never came, or was forgotten in a restart. It is not sent again."""
    TIMED_OUT = "timed out"
    NOT_SENT = "not sent"


ENDS = frozenset({Stage.REFUSED, Stage.COMPLETED, Stage.FAILED, Stage.UNKNOWN, Stage.TIMED_OUT, Stage.NOT_SENT})
STAGES: dict[type[Telemetry], Stage] = {
    Accepted: Stage.ACCEPTED,
    AcceptanceFailed: Stage.REFUSED,
    RoutingFailed: Stage.REFUSED,
    Started: Stage.STARTED,
    StartFailed: Stage.FAILED,
    Progressed: Stage.PROGRESS,
    ProgressFailed: Stage.PROGRESS,
    Completed: Stage.COMPLETED,
    CompletionFailed: Stage.FAILED,
    OutcomeUnknown: Stage.UNKNOWN,
}
"""The stage that a verification report tells of."""
FUNCTIONS = 8
"""PUS service of the functions of the scoop."""
_SAMPLING: tuple[type[Command], ...] = (
    Collect, DigArc, DigLinear, Discard, FindSurface, GoToPose, Scrape, Stow, Tare, Unstow, Vibrate, Weigh,
)  # fmt: skip
"""Commands whose progress and failures are those of the sampling sequence."""


@dataclass(frozen=True, slots=True)
class Report:
    """One stage that was reached: when, by the board's clock (None when the ground says so), and what was said."""

    stage: Stage
    tai_ns: int | None
    text: str = ""


def describe(command: Command, record: Telemetry) -> str:
    """What a verification report of `command` says beyond its stage."""
    words = []
    if isinstance(record, Progressed | ProgressFailed):
        words.append(f"step {record.step}{_step(command, record.step)}")
    if isinstance(record, AcceptanceFailed | RoutingFailed | StartFailed | CompletionFailed | ProgressFailed):
        detail = _violation(record) or _detail(command, record.code, record.detail)
        words.append(f"{record.code.name} (code {record.code.value}){detail}")
    if isinstance(record, OutcomeUnknown):
        words.append("the board has no record of it; it is not sent again")
    return " ".join(words)


def _violation(record: Telemetry) -> str:
    """The limit that a motion would have violated, if `record` tells of one."""
    if not isinstance(record, StartFailed) or record.limit is Limit.NONE:
        return ""
    return f": {Violation(record.limit, record.wanted, record.low, record.high, record.part).text()}"


def _step(command: Command, step: int) -> str:
    if isinstance(command, _SAMPLING) and step in list(Phase):
        return f": {Phase(step).name}"
    return ""


def _detail(command: Command, code: FailureCode, detail: int) -> str:
    names = list(command.fields)
    match code:
        case FailureCode.BAD_VALUE if detail < len(names):
            return f": {names[detail]}, allowed {command.fields[names[detail]].allowed()}"
        case FailureCode.UNKNOWN_FUNCTION | FailureCode.UNKNOWN_TYPE | FailureCode.NOT_AVAILABLE:
            return f": the board does not serve {packet_name(type(command))}"
        case FailureCode.TIME_OUT:
            return f": not done within {detail / 1000:g} s"
        case FailureCode.TOO_LATE:
            return f": by {detail / 1000:g} s"
        case FailureCode.TOO_MANY:
            return f": {detail} commands are in execution"
        case FailureCode.NOT_ALLOWED if command.service == FUNCTIONS and detail in list(Mode):
            return f": in mode {Mode(detail).name}"
        case FailureCode.CONDITION if detail >> 16 in list(Condition):
            return _condition(Condition(detail >> 16), detail & 0xFFFF)
        case FailureCode.SAMPLE_HELD if detail in list(Custody):
            return f": the sample is {Custody(detail).name}"
        case FailureCode.NO_SURFACE:
            return f": find_surface site={detail} must come before"
        case FailureCode.SCOOP_IN_USE:
            return ": it may hold soil; discard it first"
        case FailureCode.NO_TARE:
            return ": the empty scoop was not tared"
        case FailureCode.OTHER_PLATFORM:
            return f": this platform has no {packet_name(type(command))}"
        case FailureCode.FULL:
            return f": {detail} are held already"
        case FailureCode.ENABLED:
            return f": {detail} must be disabled first"
        case FailureCode.UNKNOWN_OBJECT:
            return f": there is no {detail}"
        case FailureCode.NOT_ARMED:
            return f": arm target={detail} must come directly before"
        case FailureCode.FAILED | FailureCode.ABORTED if isinstance(command, _SAMPLING) and detail in list(StepFailure):
            return f": {StepFailure(detail).name}"
        case FailureCode.EMBEDDED if detail in list(FailureCode):
            return f": the telecommand inside would be refused with {FailureCode(detail).name}"
        case _:
            return f": {detail}" if detail else ""


def _condition(condition: Condition, value: int) -> str:
    """Which condition does not hold, and its value in words."""
    match condition:
        case Condition.NO_FAULT if value in list(SafeReason):
            said = f"{SafeReason(value).name} is latched"
        case Condition.CUSTODY if value in list(Custody):
            said = f"the sample is {Custody(value).name}"
        case Condition.JOINTS_HEARD | Condition.JOINTS_SOUND | Condition.SUPPLY:
            said = "servo " + ", ".join(str(bit) for bit in range(16) if value >> bit & 1)
        case _:
            said = str(value)
    return f": {condition.name} does not hold: {said}"
