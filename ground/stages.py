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
from flight.icd.kinds import Command, Telemetry
from flight.icd.limits import Limit, Violation
from flight.icd.modes import Phase
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    OutcomeUnknown,
    Progressed,
    ProgressFailed,
    RoutingFailed,
    Started,
    StartFailed,
)
from ground.refusals import refusal


class Stage(StrEnum):
    """How far a telecommand has come."""

    WAITING = "waiting"
    RADIATED = "radiated"
    FRAME_ACCEPTED = "frame accepted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"
    PROGRESS = "progress"
    RESULT = "result"
    """Something it brought about: no stage of its own, and kept in `Issued.results`."""
    COMPLETED = "completed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The board has no record of it: it never came, or was forgotten in a restart. It is not sent again."""
    TIMED_OUT = "timed out"
    NOT_SENT = "not sent"


ENDS = frozenset({Stage.REFUSED, Stage.COMPLETED, Stage.FAILED, Stage.UNKNOWN, Stage.TIMED_OUT, Stage.NOT_SENT})
EXECUTED = frozenset({Stage.FRAME_ACCEPTED, Stage.ACCEPTED, Stage.STARTED, Stage.PROGRESS})
"""The board has it: what now comes about may be its doing. Reports of its start may be lost."""
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
        said = _violation(record) or refusal(command, record.code, record.detail)
        words.append(f"{record.code.name} (code {record.code.value})" + (f": {said}" if said else ""))
    if isinstance(record, OutcomeUnknown):
        words.append("the board has no record of it; it is not sent again")
    return " ".join(words)


def _violation(record: Telemetry) -> str:
    """The limit that a motion would have violated, if `record` tells of one."""
    if not isinstance(record, StartFailed) or record.limit is Limit.NONE:
        return ""
    return Violation(record.limit, record.wanted, record.low, record.high, record.part).text()


def _step(command: Command, step: int) -> str:
    if isinstance(command, _SAMPLING) and step in list(Phase):
        return f": {Phase(step).name}"
    return ""
