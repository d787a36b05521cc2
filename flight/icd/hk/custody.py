"""Housekeeping of the sample's custody."""

from __future__ import annotations

from flight.icd.custody import EVIDENCE_SIZE, SAMPLE_SIZE
from flight.icd.fields import enum8, f32, u8, u32
from flight.icd.kinds import Housekeeping
from flight.icd.modes import Custody


class CustodyHk(Housekeeping, sid=30, every_s=10.0):
    """Whose the sample is, every ten seconds."""

    state: Custody = enum8(Custody, "state of custody")
    number: int = u32("", "samples collected in this mission")
    sample: tuple[int, ...] = u8("", "identity of the sample; zeros for none", SAMPLE_SIZE)
    evidence: tuple[int, ...] = u8("", "SHA-256 its evidence was marked with; zeros for none", EVIDENCE_SIZE)
    counter: int = u32("", "highest counter accepted from the buyer: the next must be above")
    mass_g: float = f32("g", "mass as it was collected")
    u95_g: float = f32("g", "half-width of its 95 % interval")
    has_key: bool = u8("", "1 when the mission file names the buyer's key")
    handed_over: bool = u8("", "1 when the recorder has taken what is in force")
