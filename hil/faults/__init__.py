"""The fault catalogue: what can be made to go wrong on the bench, and when.

    NAME[/WHERE]@WHEN[+DURATION]      bit_flip@12.5+2   missing_servo@dig   unplugged_adapter@30+forever

WHEN is seconds of bench time or a phase, which counts from the first time it is entered; DURATION is seconds or
`forever`, and has a default after which the system is meant to have its sample, or its arm safe.

    wires, servos, load_cell, camera, soil, supply, link, board   one family of faults each, as entries of `catalogue`
    site       what they act on           plan       what a person writes
    fault      what an entry is           schedule   brings them about and ends them
"""

from hil.faults.catalogue import FAULTS
from hil.faults.fault import Fault, PlannedFault
from hil.faults.plan import PHASES, parse_fault, parse_faults
from hil.faults.schedule import FaultSchedule
from hil.faults.site import FaultError, Part, Site
from hil.faults.wires import LATE_NS

__all__ = [
    "FAULTS", "LATE_NS", "PHASES", "Fault", "FaultError", "FaultSchedule", "Part", "PlannedFault", "Site",
    "parse_fault", "parse_faults",
]  # fmt: skip
