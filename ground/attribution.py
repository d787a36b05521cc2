"""Whose doing a report is, with several telecommands under way: results and answers name no telecommand.

The board reports in the order in which things happen, and runs one sequence at a time; what is asked it answers before
it takes the next telecommand. So what was heard last of each telecommand tells to which of them a report belongs. What
may be of another is nobody's: a result that is missing is told as missing, one of somebody else would be believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from flight.icd.commands.functions import Arm
from flight.icd.kinds import Command, Telemetry
from flight.icd.reports.monitoring import MonitorTransition
from ground.issued import Issued
from ground.results import is_change_of_custody, is_result
from ground.stages import EXECUTED, Stage

_FUNCTIONS = 8
_UNASKED = (1, 3, 5, 9)
"""Services whose reports come by themselves, or are told as stages."""
_STARTED = frozenset({Stage.STARTED, Stage.PROGRESS})
_NO_OBJECT = frozenset({"count", "value"})
"""Fields of questions and answers that do not say what is asked about."""


def is_told(record: Telemetry) -> bool:
    """Whether `record` is an answer, or something else to be told: no verification, housekeeping, event or time."""
    return record.service not in _UNASKED


def asker(record: Telemetry, under_way: Sequence[Issued]) -> Issued | None:
    """Of the telecommands `under_way`, in the order they were issued, the one that `record` answers."""
    if not is_told(record) or isinstance(record, MonitorTransition):
        return None
    asking = [each for each in under_way if each.stage in EXECUTED and _answers(each.command, record)]
    return _latest(asking)


def doer(record: Telemetry, under_way: Sequence[Issued]) -> Issued | None:
    """Of the telecommands `under_way`, in the order they were issued, the one that `record` is a result of."""
    doing = [each for each in under_way if each.stage in EXECUTED and is_result(each.command, record)]
    started = [each for each in doing if _heard(each, _STARTED)]
    if started:
        return started[-1]
    at_once = [each for each in doing if is_change_of_custody(each.command)]
    if at_once:
        return _latest(at_once)
    if any(_heard(each, _STARTED) and _is_sequence(each.command) for each in under_way):
        return None  # those that have not started will be refused: a sequence runs
    return _latest(doing)


def _latest(candidates: Sequence[Issued]) -> Issued | None:
    """The last that the board was heard to have taken; if it was heard of none, the first that it has."""
    taken = [each for each in candidates if _heard(each, _STARTED | {Stage.ACCEPTED})]
    if taken:
        return taken[-1]
    return candidates[0] if candidates else None


def _heard(issued: Issued, stages: frozenset[Stage]) -> bool:
    return any(report.stage in stages for report in issued.reports)


def _is_sequence(command: Command) -> bool:
    return command.service == _FUNCTIONS and not isinstance(command, Arm) and not is_change_of_custody(command)


def _answers(command: Command, record: Telemetry) -> bool:
    """Whether `record` is of the service of `command`, and about the same parameter, monitor, store or the like."""
    objects = (command.fields.keys() & record.fields.keys()) - _NO_OBJECT
    return command.service == record.service and all(getattr(command, n) == getattr(record, n) for n in objects)
