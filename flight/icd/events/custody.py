"""Custody of the sample, and what is kept of it and of a running sequence through a restart."""

from __future__ import annotations

from flight.icd.custody import EVIDENCE_SIZE, SAMPLE_SIZE, Refusal
from flight.icd.events.recorder import BankState
from flight.icd.fields import enum8, f32, u8, u32, u64
from flight.icd.kinds import Event, Severity
from flight.icd.modes import Custody, Phase


class CustodyChanged(Event, id=0x0C01, severity=Severity.LOW):
    """The sample is in another state of custody."""

    before: Custody = enum8(Custody, "state before")
    state: Custody = enum8(Custody, "state now")
    number: int = u32("", "samples collected in this mission, this one included")
    sample: tuple[int, ...] = u8("", "identity of the sample", SAMPLE_SIZE)
    evidence: tuple[int, ...] = u8("", "SHA-256 of its evidence; zeros before it was marked", EVIDENCE_SIZE)
    counter: int = u32("", "highest counter accepted from the buyer")
    mass_g: float = f32("g", "mass as it was collected")
    u95_g: float = f32("g", "half-width of its 95 % interval")


class CustodyRefused(Event, id=0x0C02, severity=Severity.MEDIUM):
    """An authorization of the buyer was refused; nothing has changed."""

    wanted: Custody = enum8(Custody, "state it was for")
    state: Custody = enum8(Custody, "state now")
    refusal: Refusal = enum8(Refusal, "why")
    counter: int = u32("", "its counter")
    accepted: int = u32("", "highest counter accepted before")


class CustodyLoaded(Event, id=0x0C03):
    """The custody of the last run is in force."""

    state: Custody = enum8(Custody, "state now")
    bank: int = u8("", "bank it was taken from, 0 or 1")
    generation: int = u64("", "how often custody has been stored")


class CustodyUnreadable(Event, id=0x0C04, severity=Severity.HIGH):
    """No bank of custody is whole: as long as nobody can tell, the sample counts as in the state told here.

    Its identity is new, and what the buyer signed before is not good for it.
    """

    state: Custody = enum8(
        Custody, "state now: TRANSFERRED where there is a buyer's key, COLLECTED where there is none"
    )
    bank_0: BankState = enum8(BankState, "what is in bank 0")
    bank_1: BankState = enum8(BankState, "what is in bank 1")


class CustodyNotStored(Event, id=0x0C05, severity=Severity.MEDIUM):
    """The recorder did not take the custody in force; it is handed over again until it does."""

    state: Custody = enum8(Custody, "state in force")


class SequenceResumed(Event, id=0x0C11, severity=Severity.MEDIUM):
    """The board started anew while a sequence ran; it goes on."""

    phase: Phase = enum8(Phase, "step it was at")
    at: Phase = enum8(Phase, "step it goes on with; FAILED when it can't")
    resumes: int = u8("", "how often this sequence went on so far")
    disturbed: bool = u8("", "1 when the scoop may hold soil: it is not tared again")


class TareDropped(Event, id=0x0C12, severity=Severity.MEDIUM):
    """The tare of before the restart is of no use: too old, or its age unknown for the clock was set back."""

    age_s: float = f32("s", "its age; negative when it would be from the future")
    limit_s: float = f32("s", "greatest age ([weigh] tare_max_age_s)")
