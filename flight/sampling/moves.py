"""Steps that only move: out of the stow, over a site, out of the soil, and back.

All of them keep the scoop level: whatever is in it stays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from flight.icd.modes import Phase, StepFailure
from flight.sampling.step import DONE, ArmStep
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose

_POUR_PITCH_RAD = -1.4
"""Scoop axis a little above straight down: the floor is steeper than any angle of repose."""
_POUR_NS = 3_000_000_000


class Unstow(ArmStep):
    """From wherever the arm is to the weighing pose, the scoop level all the way."""

    phase: ClassVar[Phase] = Phase.UNSTOW

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        rig.motion.start(rig.line_to(rig.weighing_pose, rig.travel_m_s), now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()


class _UpAndOver(ArmStep, ABC):
    """Straight up to a clear height where needed, then in a line to where the step leads."""

    @abstractmethod
    def goal(self) -> EdgePose:
        """Where the step ends."""

    @property
    def clear_m(self) -> float:
        """Height that is clear of the soil."""
        findings = self.rig.findings
        return findings.surface_m + 0.08 if findings.surface_known else self.rig.config.contact.start_height_m

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        up = rig.estimate.pose._replace(z_m=max(rig.estimate.pose.z_m, self.clear_m), pitch_rad=LEVEL_PITCH_RAD)
        rig.motion.start(rig.line_to(up, rig.travel_m_s), now_ns)
        self._over = False

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        arrived = self.arrived()
        if arrived is DONE and not self._over:
            self._over = True
            rig.motion.start(rig.line_to(self.goal(), rig.travel_m_s), now_ns)
            return None
        return arrived


class Approach(_UpAndOver):
    """Above the dig site, the scoop level."""

    phase: ClassVar[Phase] = Phase.APPROACH
    timeout_s = 120.0

    def goal(self) -> EdgePose:
        """See `_UpAndOver`."""
        rig = self.rig
        return rig.places.above(rig.findings.site, self.clear_m, rig.estimate.pose, rig.content.disturbed)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.broken(self.rig.places.broken()) or super().step(now_ns)


class Lift(_UpAndOver):
    """Out of the soil and to the weighing pose, level, without spilling."""

    phase: ClassVar[Phase] = Phase.LIFT

    def goal(self) -> EdgePose:
        """See `_UpAndOver`."""
        return self.rig.weighing_pose


class Secure(ArmStep):
    """Fold the arm, the scoop level all the way."""

    phase: ClassVar[Phase] = Phase.STOW

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        rig.motion.start(rig.line_to(rig.places.stowed(rig.estimate.pose), rig.travel_m_s), now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()


class Pour(_UpAndOver):
    """Empty the scoop over the site: its opening down, a few seconds, and level again."""

    phase: ClassVar[Phase] = Phase.POUR

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        super().begin(now_ns)
        self._poured_ns = -1

    def goal(self) -> EdgePose:
        """See `_UpAndOver`."""
        return self.rig.weighing_pose

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        speed_m_s = rig.travel_m_s
        if self._poured_ns < 0:
            arrived = super().step(now_ns)
            if arrived is DONE:
                rig.motion.start(rig.line_to(rig.weighing_pose._replace(pitch_rad=_POUR_PITCH_RAD), speed_m_s), now_ns)
                rig.content.chain.poured()  # from here on it is no whole sample any more
                self._poured_ns = 0
                return None
            return arrived
        if self._poured_ns == 0:
            arrived = self.arrived()
            if arrived is DONE:
                self._poured_ns = now_ns
                return None
            return arrived
        if self._poured_ns > 0 and now_ns - self._poured_ns < _POUR_NS:
            return None
        rig.content.poured()
        rig.estimate.sample_kg = 0.0
        return DONE
