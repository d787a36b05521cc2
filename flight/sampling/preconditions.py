"""What must be so before a command may move anything, beside the limits of its motions.

Mode and custody are asked before: see `flight.services.functions` and `flight.custody.inhibits`.
"""

from __future__ import annotations

from typing import NamedTuple

from flight.icd.commands.functions import Collect, DigArc, DigLinear, FindSurface, Scrape, Tare, Weigh
from flight.icd.kinds import Command
from flight.icd.reports.verification import FailureCode
from flight.sampling.rig import Content, Findings


class Unfit(NamedTuple):
    """Why a command can't be carried out now; `detail` belongs to the code."""

    code: FailureCode
    detail: int = 0


def unfit(command: Command, content: Content, findings: Findings, sites: int, rolls: bool) -> Unfit | None:
    """Why `command` can't be carried out on a platform with so many `sites`, which `rolls` or has an arm; or None."""
    if isinstance(command, Collect | FindSurface | DigLinear | DigArc | Scrape) and command.site >= sites:
        return Unfit(FailureCode.UNKNOWN_OBJECT, command.site)
    if isinstance(command, DigArc) and rolls:
        return Unfit(FailureCode.OTHER_PLATFORM)
    if isinstance(command, DigLinear | DigArc | Scrape) and not (
        findings.surface_known and findings.site == command.site
    ):
        return Unfit(FailureCode.NO_SURFACE, command.site)
    if isinstance(command, Tare) and content.disturbed:
        return Unfit(FailureCode.SCOOP_IN_USE)
    if isinstance(command, Weigh) and content.tare is None:
        return Unfit(FailureCode.NO_TARE)
    return None
