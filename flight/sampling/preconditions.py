"""What must be so before a command may move anything, beside the limits of its motions: `flight.icd.preconditions`.

Mode and custody are asked before: see `flight.services.functions` and `flight.icd.inhibits`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flight.icd.kinds import Command
from flight.icd.limits import NOTHING, Limit, Violation
from flight.icd.preconditions import BEFORE
from flight.icd.reports.verification import FailureCode
from flight.sampling.rig import Content, Findings


class Unfit(NamedTuple):
    """Why a command can't be carried out now; `detail` belongs to the code."""

    code: FailureCode
    detail: int = 0
    violation: Violation = NOTHING


def unfit(command: Command, content: Content, findings: Findings, sites: int, rolls: bool) -> Unfit | None:
    """Why `command` can't be carried out on a platform with so many `sites`, which `rolls` or has an arm; or None."""
    for code in BEFORE.get(type(command), ()):
        found = _unfit(code, command, content, findings, sites, rolls)
        if found is not None:
            return found
    return None


def _unfit(
    code: FailureCode, command: Any, content: Content, findings: Findings, sites: int, rolls: bool
) -> Unfit | None:
    """Whether that is what forbids `command`."""
    match code:
        case FailureCode.OUTSIDE_LIMIT if command.site >= sites:
            return Unfit(code, Limit.SITE, Violation(Limit.SITE, command.site, 0, sites - 1))
        case FailureCode.OTHER_PLATFORM if rolls:
            return Unfit(code)
        case FailureCode.NO_SURFACE if not (findings.surface_known and findings.site == command.site):
            return Unfit(code, command.site)
        case FailureCode.SCOOP_IN_USE if content.disturbed:
            return Unfit(code)
        case FailureCode.NO_TARE if content.tare is None:
            return Unfit(code)
    return None
