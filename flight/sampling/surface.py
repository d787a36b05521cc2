"""Finding the surface: a guarded move that ends when the soil pushes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from flight.icd.events.sampling import ContactFound
from flight.icd.modes import Phase, StepFailure
from flight.sampling.step import ArmStep
from flight.scoop.contact import ContactDetector
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose
from flight.scoop.trajectory import Leg


class FindSurface(ArmStep):
    """A guarded move: down with the scoop level until the soil pushes back, then up again."""

    phase: ClassVar[Phase] = Phase.FIND_SURFACE

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`; down as far as is looked for it."""
        yield self.rig.line(here, self._low(here), self.rig.settings.contact.speed_m_s)

    def _low(self, here: EdgePose) -> EdgePose:
        rig = self.rig
        return here._replace(z_m=-rig.config.contact.overdrive_m, pitch_rad=rig.places.touch_pitch_rad)

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        rig, contact = self.rig, self.rig.settings.contact
        rig.findings.surface_known = False
        low = self._low(rig.estimate.pose)
        rig.motion.start(rig.line_to(low, contact.speed_m_s), now_ns)
        self._detector = ContactDetector(contact.cell_threshold_n, contact.joint_threshold_n, contact.consecutive)
        self._cell_sequence = rig.cell.sequence
        self._joint_stamp = rig.estimate.stamp_ns
        self._touched = False

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        if self._touched:
            return self.arrived()
        if self._feels():
            rig.motion.stay()
            self._touched = True
            self._record()
            broken = self.broken(rig.places.surface_broken(rig.findings.surface_m))
            if broken is not None:
                return broken
            up = rig.estimate.pose._replace(z_m=rig.findings.surface_m + 0.05, pitch_rad=LEVEL_PITCH_RAD)
            rig.motion.start(rig.line_to(up, rig.travel_m_s), now_ns)
            return None
        if rig.motion.finished:
            self.value = rig.estimate.pose.z_m
            return StepFailure.NO_CONTACT
        return StepFailure.UNREACHABLE if rig.motion.unreachable else None

    def _feels(self) -> bool:
        rig = self.rig
        felt = False
        if rig.cell.sequence != self._cell_sequence and rig.cell.valid:
            self._cell_sequence = rig.cell.sequence
            felt = self._detector.feel_cell(rig.cell.force_n)
        if rig.estimate.stamp_ns != self._joint_stamp:
            self._joint_stamp = rig.estimate.stamp_ns
            felt = self._detector.feel_joints(rig.estimate.lift_n) or felt
        return felt

    def _record(self) -> None:
        rig = self.rig
        findings, pose = rig.findings, rig.estimate.pose
        findings.surface_m = pose.z_m
        findings.surface_known = True
        findings.passes_here = 0
        rig.emit(
            ContactFound(
                edge_m=rig.model.position_m(pose), force_n=self._detector.force_n, overdrive_m=max(0.0, -pose.z_m)
            )
        )
