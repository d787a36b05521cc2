"""Functions of custody (PUS service 8): the sample from evidence to hand-over. What is signed: `flight.icd.custody`."""

from __future__ import annotations

from flight.icd.custody import EVIDENCE_SIZE, SAMPLE_SIZE, SIGNATURE_SIZE
from flight.icd.fields import u8, u32
from flight.icd.kinds import Command


class MarkEvidenced(Command, function=32):
    """The ground holds the whole evidence of the collected sample, whose hash is what the buyer will accept."""

    sample: tuple[int, ...] = u8("", "identity of the sample, from custody housekeeping", SAMPLE_SIZE)
    evidence: tuple[int, ...] = u8("", "SHA-256 of the evidence", EVIDENCE_SIZE)


class OfferSample(Command, function=33):
    """Offer the evidenced sample to the buyer: from now on nothing moves what the evidence shows."""


class WithdrawOffer(Command, function=34):
    """The sample is offered no more; the evidence stays."""


class _Authorized(Command):
    sample: tuple[int, ...] = u8("", "identity of the sample, from custody housekeeping", SAMPLE_SIZE)
    counter: int = u32("", "above every counter accepted before")
    signature: tuple[int, ...] = u8("", "of the buyer (Ed25519)", SIGNATURE_SIZE)


class TransferSample(_Authorized, function=35):
    """The buyer accepts the offered sample, by signature: it is the buyer's, and nothing disturbs it."""


class ReleaseSample(_Authorized, function=36):
    """The buyer lets the sample be moved again, by signature."""
