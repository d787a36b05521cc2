"""Stops a joint that is about to carry something into a keep-out box, whatever the plan was.

A plan is checked before it begins, but a joint that jams, slips or runs away leaves it, and the others go on. So where
the joints will be a moment from now, by their readings and rates, is looked at with every estimate. That is cheap: once
all is known to be so far from every box, nothing can be inside one until the joints have moved it as far.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import degrees
from typing import Protocol

from flight.fdir.modes import Modes
from flight.icd.events.fdir import KeepOutNear
from flight.icd.kinds import Emit
from flight.icd.modes import SafeReason
from flight.icd.packet import Quad
from flight.scoop.model import ScoopModel

HORIZON_S = 0.15
"""How long a joint at full speed takes to be stopped, a late reading and the frame of the goals included."""
DEEPER_M = 0.005
"""After it has been told, only what goes deeper by more is told again, until everything is out."""


class Reading(Protocol):
    """One joint as the bus read it; see `flight.bus.joint_state`."""

    velocity_rad_s: float


class Estimate(Protocol):
    """What is needed of `flight.scoop.estimator.ArmEstimate`."""

    q: Quad
    fresh: bool
    taken: int


class Plan(Protocol):
    """What is needed of the motion: how far the joints are off their plan."""

    error_rad: Quad


class KeepOutWatch:
    """`step` is one look; what is about to be inside leads to SAFE, which freezes the joints. Inhibits nothing else."""

    __slots__ = ("_allowed_m", "_emit", "_estimate", "_known_m", "_known_q", "_model", "_modes", "_plan", "_reach",
                 "_readings", "_taken")  # fmt: skip

    def __init__(
        self, model: ScoopModel, estimate: Estimate, readings: Sequence[Reading], plan: Plan, modes: Modes, emit: Emit
    ) -> None:
        self._model, self._estimate, self._plan = model, estimate, plan
        self._readings, self._modes, self._emit = readings, modes, emit
        self._reach = model.reach_m
        self._known_q: Quad = (0.0, 0.0, 0.0, 0.0)
        self._known_m = 0.0  # how far all was from every box at `_known_q`
        self._allowed_m = 0.0
        self._taken = 0

    def step(self) -> None:
        """One look, if there is a new estimate."""
        estimate = self._estimate
        if not estimate.fresh or estimate.taken == self._taken:
            return
        self._taken = estimate.taken
        q, (a, b, c, d) = estimate.q, self._readings
        ahead = (
            q[0] + HORIZON_S * a.velocity_rad_s,
            q[1] + HORIZON_S * b.velocity_rad_s,
            q[2] + HORIZON_S * c.velocity_rad_s,
            q[3] + HORIZON_S * d.velocity_rad_s,
        )
        known, reach = self._known_q, self._reach
        moved_m = (
            reach[0] * abs(ahead[0] - known[0]) + reach[1] * abs(ahead[1] - known[1])
            + reach[2] * abs(ahead[2] - known[2]) + reach[3] * abs(ahead[3] - known[3])
        )  # fmt: skip
        if moved_m < self._known_m:
            return
        inside_m, box = self._model.inside_m(ahead)
        self._known_q, self._known_m = ahead, -inside_m
        if inside_m <= 0.0:
            self._allowed_m = 0.0
        elif inside_m > self._allowed_m:
            self._allowed_m = inside_m + DEEPER_M
            self._stop(inside_m, self._model.inside_m(q)[0], box)

    def _stop(self, inside_m: float, now_m: float, box: int) -> None:
        errors = self._plan.error_rad
        joint = max(range(len(errors)), key=lambda index: abs(errors[index]))
        self._emit(
            KeepOutNear(box=box, inside_m=inside_m, now_m=now_m, joint=joint, off_plan_deg=degrees(errors[joint]))
        )
        self._modes.safe(SafeReason.KEEP_OUT, value=inside_m)
