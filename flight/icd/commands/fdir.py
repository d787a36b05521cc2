"""Functions of fault handling (PUS service 8): modes changed, latched faults cleared, sensors tested anew."""

from __future__ import annotations

from flight.icd.fields import enum8
from flight.icd.kinds import Command
from flight.icd.modes import SafeReason


class EnterCheckout(Command, function=20):
    """From STANDBY to CHECKOUT, for commissioning: single motions, slower than in operation."""


class EnterStandby(Command, function=21):
    """From CHECKOUT back to STANDBY."""


class ClearFault(Command, function=22):
    """Clear one latched fault whose cause is gone; the mode stays. `recover` clears all of them and leaves SAFE.

    BOOTS is cleared with the count of starts.
    """

    fault: SafeReason = enum8(SafeReason, "which")


class RetestSensors(Command, function=23):
    """Forget all votes on sensors: each is believed again until it is voted out anew, as after a change of site."""
