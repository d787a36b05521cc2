"""Which motions each state of custody inhibits: one table, asked for every telecommand whoever released it.

A function that is in no row could move anything: it is inhibited as soon as there is a sample.
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
from flight.icd.modes import Custody

_FUNCTIONS = 8
"""Service of the functions: no other moves anything."""

_ALWAYS = frozenset(Custody)
_EMPTY = frozenset({Custody.NONE})
_OURS = frozenset({Custody.NONE, Custody.COLLECTED, Custody.EVIDENCED})
"""Nobody has been shown where it lies."""
_ALLOWED_TO_MOVE = _OURS | {Custody.RELEASED}
HELD = frozenset(Custody) - _ALLOWED_TO_MOVE
"""It lies as the buyer was shown it: nothing lets go of it or moves it, by command or by itself."""

ALLOWED: Mapping[type[Command], frozenset[Custody]] = MappingProxyType(
    {
        # digs, or touches the ground with what is in the scoop
        Collect: _EMPTY,
        FindSurface: _EMPTY,
        DigLinear: _EMPTY,
        DigArc: _EMPTY,
        Scrape: _EMPTY,
        # shakes or tilts it, takes it for none, or carries it wherever it is told
        Vibrate: _EMPTY,
        Tare: _EMPTY,
        GoToPose: _EMPTY,
        # carries the sample, keeps it level
        Unstow: _ALLOWED_TO_MOVE,
        Weigh: _ALLOWED_TO_MOVE,
        Stow: _ALLOWED_TO_MOVE,
        # empties the scoop, or lets the arm sag: on purpose only, so they must be armed too
        Discard: _ALLOWED_TO_MOVE,
        TorqueOff: _ALLOWED_TO_MOVE,
        RebootServo: _ALLOWED_TO_MOVE,
        # moves nothing
        TorqueOn: _ALWAYS,
        Abort: _ALWAYS,
        Image: _ALWAYS,
        Recover: _ALWAYS,
        Arm: _ALWAYS,
        EnterCheckout: _ALWAYS,
        EnterStandby: _ALWAYS,
        ClearFault: _ALWAYS,
        RetestSensors: _ALWAYS,
        MarkEvidenced: _ALWAYS,
        OfferSample: _ALWAYS,
        WithdrawOffer: _ALWAYS,
        TransferSample: _ALWAYS,
        ReleaseSample: _ALWAYS,
    }
)
"""The states in which each function may be carried out."""


REQUIRED: Mapping[type[Command], Custody] = MappingProxyType(
    {
        MarkEvidenced: Custody.COLLECTED,
        OfferSample: Custody.EVIDENCED,
        WithdrawOffer: Custody.OFFERED,
        TransferSample: Custody.OFFERED,
        ReleaseSample: Custody.TRANSFERRED,
    }
)
"""The one state that each change of custody by telecommand is from."""


def allowed_in(kind: type[Command]) -> frozenset[Custody]:
    """The states of custody in which telecommands of `kind` are carried out."""
    if kind in REQUIRED:
        return frozenset({REQUIRED[kind]})
    return _ALWAYS if kind.service != _FUNCTIONS else ALLOWED.get(kind, _EMPTY)


def is_inhibited(kind: type[Command], state: Custody) -> bool:
    """Whether telecommands of `kind` are refused in `state`."""
    return kind.service == _FUNCTIONS and state not in ALLOWED.get(kind, _EMPTY)
