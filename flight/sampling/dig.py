"""Digging: one pass at the present site, ended early where the soil does not give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from flight.icd.events.sampling import DigDone, JointStrained
from flight.icd.modes import Phase, StepFailure
from flight.sampling.places import Pass
from flight.sampling.step import DONE, Way
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg

MOST_STRAIN = 0.8
"""Share of what a gearbox may carry at which a pass is given up; in soil alone it stays below 0.75."""


class Cutting(Way, ABC):
    """To where a pass begins, and through the soil."""

    @abstractmethod
    def planned(self) -> Pass:
        """The pass."""

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`; to where the pass begins."""
        return (self._pass.start,)

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        self._pass = self.planned()
        yield from super().plan(here)
        yield self._pass

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self._pass = self.planned()
        self._force_n = 0.0
        self.rig.checked(self._pass)
        self._cutting = False
        self._deepest_m = self.rig.findings.surface_m
        self._felt_ns = now_ns
        super().begin(now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        if not self._cutting:
            arrived = super().step(now_ns)
            if arrived is DONE:
                rig.motion.start(self._pass, now_ns)
                rig.content.disturbed = True
                self._cutting = True
                self._felt_ns = now_ns
                return None
            return arrived
        pose = rig.estimate.pose
        self._deepest_m = min(self._deepest_m, pose.z_m)
        self._force_n = self._pass.resistance_n(rig.estimate.draft_n, rig.estimate.lift_n, rig.motion.elapsed_s)
        self._pass.feel(self._force_n, (now_ns - self._felt_ns) * 1e-9)
        self._felt_ns = now_ns
        broken = self.broken(rig.places.broken())
        if broken is not None:
            return broken
        if self._stalled(pose):
            rig.motion.stay()
            return StepFailure.STALLED
        if rig.motion.finished:
            self._report()
            return DONE
        return StepFailure.UNREACHABLE if rig.motion.unreachable else None

    def _stalled(self, pose: EdgePose) -> bool:
        want = self._pass.pose(self.rig.motion.elapsed_s)
        behind_m = ((pose.r_m - want.r_m) ** 2 + (pose.z_m - want.z_m) ** 2) ** 0.5
        self.value = self._force_n
        strain = self.rig.strain
        if strain.share > MOST_STRAIN:
            self.rig.emit(JointStrained(joint=strain.joint, carried_nm=strain.carried_nm, limit_nm=strain.limit_nm))
            return True
        return behind_m > self.rig.config.dig.stall_error_m or self.value > self.rig.settings.dig.stall_force_n

    def _report(self) -> None:
        rig = self.rig
        rig.findings.digs += 1
        rig.findings.passes_here += 1
        rig.emit(
            DigDone(
                depth_m=rig.findings.surface_m - self._deepest_m,
                length_m=self._pass.length_m,
                peak_force_n=self._pass.peak_n,
                yielded_m=self._pass.yielded_m,
            )
        )


class Dig(Cutting):
    """The pass of the sequence: each at the same site deeper than the one before."""

    phase: ClassVar[Phase] = Phase.DIG
    timeout_s = 90.0

    def planned(self) -> Pass:
        """See `Cutting`."""
        rig = self.rig
        findings, settings = rig.findings, rig.settings.dig
        depth_m = settings.depth_m + findings.passes_here * settings.deepen_m
        return rig.places.dig_pass(findings.site, findings.surface_m, depth_m, settings, rig.estimate.pose)
