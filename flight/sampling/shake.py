"""Shaking: a surplus is shed over the scoop's edge, or soil is settled where the scoop is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import radians
from typing import ClassVar

from flight.icd.commands.functions import Vibrate as VibrateCommand
from flight.icd.events.sampling import ShakeDone
from flight.icd.modes import Phase, StepFailure
from flight.sampling.step import DONE, Commanded, Way
from flight.scoop.kinematics import EdgePose
from flight.scoop.trajectory import Leg
from flight.scoop.vibration import Vibration


class Shake(Way):
    """Shed some of what is too much: tilt the scoop's edge down over the weighing place, shake it, and level it.

    Nobody knows at what slope this soil stays, so the tilt begins small and grows from attempt to attempt.
    """

    phase: ClassVar[Phase] = Phase.SHAKE

    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """See `Way`; where it is still level."""
        return self.rig.up(here), self.rig.places.weighing(here)

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        rig = self.rig
        yield from super().plan(here)
        level = rig.places.weighing(here)
        tilted = self._tilted(level)
        yield rig.line(level, tilted, rig.travel_m_s)
        yield self._vibration(tilted)
        yield rig.line(tilted, level, rig.travel_m_s)

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        super().begin(now_ns)
        self._stage = 0

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        rig = self.rig
        arrived = super().step(now_ns)
        if arrived is not DONE:
            return arrived
        self._stage += 1
        if self._stage == 1:
            rig.motion.start(rig.line_to(self._tilted(rig.weighing_pose), rig.travel_m_s), now_ns)
        elif self._stage == 2:
            rig.motion.start(self._vibration(rig.estimate.pose), now_ns)
            rig.content.mass = None  # nobody knows what is left until it is weighed
        elif self._stage == 3:
            rig.motion.start(rig.line_to(rig.weighing_pose, rig.travel_m_s), now_ns)
        else:
            rig.emit(ShakeDone(attempt=rig.findings.shakes + 1, tilt_deg=self.tilt_deg))
            rig.findings.shakes += 1
            return DONE
        return None

    @property
    def tilt_deg(self) -> float:
        """Tilt of this attempt."""
        shake = self.rig.config.shake
        return shake.tilt_deg + self.rig.findings.shakes * shake.tilt_more_deg

    def _tilted(self, level: EdgePose) -> EdgePose:
        return level._replace(pitch_rad=level.pitch_rad + radians(self.tilt_deg))

    def _vibration(self, at: EdgePose) -> Vibration:
        rig, shake = self.rig, self.rig.config.shake
        vibration = Vibration(rig.model, rig.model.inverse(at), radians(shake.swing_deg), shake.hz, shake.seconds)
        vibration.check(rig.config, rig.estimate.sample_kg, rig.free_m)
        return vibration


class Vibrate(Commanded[VibrateCommand]):
    """Swing the scoop's joint where it is, clear of the ground, as a telecommand says."""

    phase: ClassVar[Phase] = Phase.VIBRATE

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        rig, command = self.rig, self.command
        vibration = Vibration(rig.model, rig.estimate.q, radians(command.swing_deg), command.hz, command.seconds)
        vibration.check(rig.config, rig.estimate.sample_kg, rig.free_m)
        yield vibration

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        for vibration in self.plan(self.rig.estimate.pose):
            self.rig.motion.start(vibration, now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()
