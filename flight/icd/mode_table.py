"""Which functions each mode allows: one table, asked for every telecommand whoever released it.

A function that is in no row could move anything: it is allowed where motions are, but not in CHECKOUT, let alone SAFE.
Whether it may begin there is up to the entry conditions (`flight.fdir.conditions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flight.icd.commands.custody import MarkEvidenced, OfferSample, ReleaseSample, TransferSample, WithdrawOffer
from flight.icd.commands.fdir import ClearFault, EnterCheckout, EnterStandby, RetestSensors
from flight.icd.commands.functions import (
    Abort,
    Arm,
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    Image,
    RebootServo,
    Recover,
    Scrape,
    Stow,
    Tare,
    TorqueOff,
    TorqueOn,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.kinds import Command
from flight.icd.modes import Mode

_FUNCTIONS = 8
"""Service of the functions: no other moves anything."""

_ALWAYS = frozenset(Mode)
_OPERATION = frozenset({Mode.STANDBY, Mode.OPERATE})
"""From STANDBY it enters OPERATE; in OPERATE it waits for nobody and is refused as busy."""
_MOTION = _OPERATION | {Mode.CHECKOUT}

ALLOWED: Mapping[type[Command], frozenset[Mode]] = MappingProxyType(
    {
        # digs, or pours out
        Collect: _OPERATION,
        DigLinear: _OPERATION,
        DigArc: _OPERATION,
        Scrape: _OPERATION,
        Discard: _OPERATION,
        # a single motion
        Unstow: _MOTION,
        GoToPose: _MOTION,
        FindSurface: _MOTION,
        Tare: _MOTION,
        Weigh: _MOTION,
        Vibrate: _MOTION,
        Stow: _MOTION,
        # repairs the joints, and lets them go; a sequence that runs keeps them
        TorqueOff: _ALWAYS,
        TorqueOn: _ALWAYS,
        RebootServo: _ALWAYS,
        # modes and faults
        EnterCheckout: frozenset({Mode.STANDBY, Mode.CHECKOUT}),
        EnterStandby: frozenset({Mode.STANDBY, Mode.CHECKOUT}),
        ClearFault: _ALWAYS,
        RetestSensors: _ALWAYS,
        Recover: _ALWAYS,
        # stops, or moves nothing
        Abort: _ALWAYS,
        Arm: _ALWAYS,
        Image: _ALWAYS,
        MarkEvidenced: _ALWAYS,
        OfferSample: _ALWAYS,
        WithdrawOffer: _ALWAYS,
        TransferSample: _ALWAYS,
        ReleaseSample: _ALWAYS,
    }
)
"""The modes in which each function may be asked for."""


def allowed_in(kind: type[Command]) -> frozenset[Mode]:
    """The modes in which telecommands of `kind` may be asked for."""
    return _ALWAYS if kind.service != _FUNCTIONS else ALLOWED.get(kind, _OPERATION)


def is_forbidden(kind: type[Command], mode: Mode) -> bool:
    """Whether telecommands of `kind` are refused in `mode`."""
    return mode not in allowed_in(kind)
