"""The catalogue for a person, and for a program."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby

from hil.faults.catalogue import FAULTS
from hil.faults.plan import PHASES

_WIDTH = 118


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
        yield family
        for fault in members:
            place = "/way" if fault.ways else "/id" if fault.of_servo else ""
            first, *rest = textwrap.wrap(fault.meaning, _WIDTH - width - 17)
            yield f"  {fault.name:<{width}} {place:<4} {fault.duration_s:>4g} s  {first}"
            yield from (f"{'':<{width + 16}}{line}" for line in rest)
        yield ""
    yield "NAME[/WHERE]@WHEN[+DURATION]   bit_flip@12.5+2   jammed_servo/3@dig   bit_flip/to_host@weigh+forever"
    yield from textwrap.wrap(
        "WHERE: for /way to_device or to_host, else it is both; for /id the id of a servo, else the seed draws one. "
        "WHEN: seconds, or a phase, which counts from the first time it is entered: "
        f"{', '.join(PHASES)}. DURATION: seconds or forever, else what the table says.", _WIDTH)  # fmt: skip
