"""The catalogue for a person, and for a program."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from hil.faults.catalogue import FAULTS
from hil.faults.plan import PHASES

_WIDTH = 112


def as_rows() -> list[dict[str, object]]:
    """One row for each fault: what `saji-hil faults --json` prints."""
    return [
        {
            "name": fault.name,
            "family": fault.family,
            "meaning": fault.meaning,
            "default_s": fault.duration_s,
            "needs": fault.part.value,
            "acts_on": fault.acts_on,
            "alone": fault.alone,
            "where": list(fault.ways) or (["servo id"] if fault.of_servo else []),
        }
        for fault in FAULTS.values()
    ]


def as_text() -> Iterator[str]:
    """The lines of a table by families, and how to plan a fault."""
    width = max(map(len, FAULTS))
    for family, members in groupby(FAULTS.values(), key=lambda fault: fault.family):
        faults = list(members)
        yield family
        for fault in faults:
            first, *rest = textwrap.wrap(fault.meaning + (f" [/{fault.places}]" if fault.places else ""),
                                         _WIDTH - width - 12)  # fmt: skip
            yield f"  {fault.name:<{width}}  {fault.duration_s:>4g} s  {first}"
            yield from (f"{'':<{width + 12}}{line}" for line in rest)
        yield ""
    yield "NAME[/WHERE]@WHEN[+DURATION]   bit_flip@12.5+2   jammed_servo/3@dig   bit_flip/to_host@weigh+forever"
    yield from textwrap.wrap(
        f"WHERE: what is in brackets; else both ways, a servo that the seed draws. WHEN: seconds, or a phase, which "
        f"counts from the first time it is entered: {', '.join(PHASES)}. DURATION: seconds or forever, else what the "
        f"table says.", _WIDTH)  # fmt: skip
