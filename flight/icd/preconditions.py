"""What must have come before each function, beside mode and custody: one table, asked before anything moves.

Limits of the motions themselves are `flight.icd.limits`; what must hold to enter a mode is `flight.icd.fdir`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flight.icd.commands.functions import Collect, DigArc, DigLinear, FindSurface, Scrape, Tare, Weigh
from flight.icd.kinds import Command
from flight.icd.reports.verification import FailureCode

OUTSIDE, OTHER, SURFACE = FailureCode.OUTSIDE_LIMIT, FailureCode.OTHER_PLATFORM, FailureCode.NO_SURFACE

BEFORE: Mapping[type[Command], tuple[FailureCode, ...]] = MappingProxyType(
    {
        Collect: (OUTSIDE,),
        FindSurface: (OUTSIDE,),
        DigLinear: (OUTSIDE, SURFACE),
        DigArc: (OUTSIDE, OTHER, SURFACE),
        Scrape: (OUTSIDE, SURFACE),
        Tare: (FailureCode.SCOOP_IN_USE,),
        Weigh: (FailureCode.NO_TARE,),
    }
)
"""With what a function is refused, in the order it is looked at; OUTSIDE_LIMIT stands for the number of the site."""
WORDS: Mapping[FailureCode, str] = MappingProxyType(
    {
        FailureCode.OUTSIDE_LIMIT: "the mission has the site",
        FailureCode.OTHER_PLATFORM: "the platform has an arm",
        FailureCode.NO_SURFACE: "`find_surface` found the surface of that site last",
        FailureCode.SCOOP_IN_USE: "nothing was dug since the scoop was emptied (`discard`)",
        FailureCode.NO_TARE: "the empty scoop was weighed (`tare`)",
    }
)
"""What must be so for each of them, as `docs/commanding.md` has it."""
