"""Going to a pose: the scoop's edge along a straight line to where a telecommand says."""

from __future__ import annotations

from collections.abc import Iterator
from math import radians
from typing import ClassVar

from flight.icd.commands.functions import GoToPose
from flight.icd.limits import Limit, Violation, beyond
from flight.icd.modes import Phase, StepFailure
from flight.sampling.step import Commanded
from flight.scoop.kinematics import EdgePose, ReachError
from flight.scoop.trajectory import Leg, check_rates, check_trajectory

LONGEST_S = 600.0
"""A slower command is refused: it would outlive its time-out."""
_MARGIN_S = 20.0


class GoTo(Commanded[GoToPose]):
    """One line, checked against all that limits a free motion: it goes no lower than clear of the surface."""

    phase: ClassVar[Phase] = Phase.GO_TO

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        rig, command = self.rig, self.command
        goal = rig.model.pose_at((command.x_m, command.y_m, command.z_m), radians(command.rake_deg))
        self._check(here, goal)
        rig.model.inverse(goal)  # of a goal that can't be, say what is wrong with the goal, not with the way there
        line = rig.line(here, goal, command.speed_m_s)
        low_m_s = command.speed_m_s * line.duration_s / LONGEST_S
        if low_m_s > command.speed_m_s:
            raise ReachError(Violation(Limit.SPEED, command.speed_m_s, low_m_s, rig.travel_m_s))
        check_trajectory(line, rig.model, min(rig.free_m, here.z_m))
        check_rates(line, radians(rig.settings.motion.joint_rate_deg_s))
        self.timeout_s = line.duration_s + _MARGIN_S
        yield line

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        for line in self.plan(self.rig.estimate.pose):
            self.rig.motion.start(line, now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        return self.arrived()

    def _check(self, here: EdgePose, goal: EdgePose) -> None:
        rig, command, limits = self.rig, self.command, self.rig.config.limits
        most_m_s, most_deg = rig.travel_m_s, limits.laden_rake_deg
        if beyond(command.speed_m_s, 0.0, most_m_s):
            raise ReachError(Violation(Limit.SPEED, command.speed_m_s, 0.0, most_m_s))
        if rig.content.disturbed and beyond(command.rake_deg, -most_deg, most_deg):
            raise ReachError(Violation(Limit.RAKE, command.rake_deg, -most_deg, most_deg))
        ahead_m = here.r_m - goal.r_m
        if rig.rolls and beyond(ahead_m, -limits.roll_m, limits.roll_m):
            raise ReachError(Violation(Limit.ROLL, ahead_m, -limits.roll_m, limits.roll_m))
