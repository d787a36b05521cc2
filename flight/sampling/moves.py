"""Steps that only move: out of the stow, over a site, out of the soil, and back.

All of them keep the scoop level: whatever is in it stays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from flight.icd.modes import Phase, StepFailure
from flight.sampling.step import DONE, ArmStep
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose


class Unstow(ArmStep):
    """Torque on, and from wherever the arm is to the weighing pose, the scoop level all the way."""

    phase: ClassVar[Phase] = Phase.UNSTOW

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self._moving = False
        self.rig.joints.torque(True)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        if self._moving:
            return self.arrived()
        if self.rig.joints.powered:
            self.rig.motion.start(
                self.rig.line_to(self.rig.weighing_pose, self.rig.settings.motion.edge_speed_m_s), now_ns
            )
            self._moving = True
        return None


class _UpAndOver(ArmStep, ABC):
    """Straight up to a clear height where needed, then in a line to where the step leads."""

    @abstractmethod
    def goal(self) -> EdgePose:
        """Where the step ends."""

    @property
    def clear_m(self) -> float:
        """Height in LANDER that is clear of the soil."""
        findings = self.rig.findings
        return findings.surface_m + 0.08 if findings.surface_known else self.rig.config.contact.start_height_m

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        up = rig.estimate.pose._replace(z_m=max(rig.estimate.pose.z_m, self.clear_m), pitch_rad=LEVEL_PITCH_RAD)
        rig.motion.start(rig.line_to(up, rig.settings.motion.edge_speed_m_s), now_ns)
        self._over = False

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        arrived = self.arrived()
        if arrived is DONE and not self._over:
            self._over = True
            rig.motion.start(rig.line_to(self.goal(), rig.settings.motion.edge_speed_m_s), now_ns)
            return None
        return arrived


class Approach(_UpAndOver):
    """Above the dig site, the scoop level."""

    phase: ClassVar[Phase] = Phase.APPROACH

    def goal(self) -> EdgePose:
        """See `_UpAndOver`."""
        radius, azimuth_rad = self.rig.site
        return EdgePose(azimuth_rad, radius - self.rig.model.scoop_m, self.clear_m, LEVEL_PITCH_RAD)


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
        stow = rig.model.edge(rig.stow)
        rig.motion.start(rig.line_to(stow, rig.settings.motion.edge_speed_m_s), now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()
