"""Steps that only move: out of the stow, over a site, out of the soil, and back.

All of them keep the scoop level: whatever is in it stays.
"""

from __future__ import annotations

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
                self.rig.line_to(self.rig.weighing_pose, self.rig.config.motion.edge_speed_m_s), now_ns
            )
            self._moving = True
        return None


class Approach(ArmStep):
    """Above the dig site, the scoop level."""

    phase: ClassVar[Phase] = Phase.APPROACH

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        radius, azimuth_rad = rig.site
        height = rig.config.contact.start_height_m
        if rig.findings.surface_known:
            height = rig.findings.surface_m + 0.05
        goal = EdgePose(azimuth_rad, radius - rig.model.scoop_m, height, LEVEL_PITCH_RAD)
        rig.motion.start(rig.line_to(goal, rig.config.motion.edge_speed_m_s), now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()


class Lift(ArmStep):
    """Straight up out of the soil, level, and to the weighing pose without spilling."""

    phase: ClassVar[Phase] = Phase.LIFT

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        pose = rig.estimate.pose
        clear = max(pose.z_m, rig.findings.surface_m + 0.08)
        rig.motion.start(
            rig.line_to(pose._replace(z_m=clear, pitch_rad=LEVEL_PITCH_RAD), rig.config.motion.edge_speed_m_s), now_ns
        )
        self._clear = False

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        arrived = self.arrived()
        if arrived is DONE and not self._clear:
            self._clear = True
            rig.motion.start(rig.line_to(rig.weighing_pose, rig.config.motion.edge_speed_m_s), now_ns)
            return None
        return arrived


class Secure(ArmStep):
    """Fold the arm, the scoop level all the way."""

    phase: ClassVar[Phase] = Phase.STOW

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig = self.rig
        stow = rig.model.edge(rig.stow)
        rig.motion.start(rig.line_to(stow, rig.config.motion.edge_speed_m_s), now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()
