"""What a step of the sampling sequence is.

A step is begun once and stepped until it gives a result: `StepFailure.NONE` when done, a reason when failed, None while
it runs. Its motions are checked whole before they start: where one is impossible, `begin` or `step` raises `ReachError`
and nothing more moves. A single command has all the motions of its steps checked before the first begins: `plan` gives
them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from math import degrees
from typing import ClassVar, Generic, Protocol, TypeVar

from flight.icd.events.rover import WheelsLimited
from flight.icd.kinds import Command
from flight.icd.modes import Phase, StepFailure
from flight.sampling.rig import Rig
from flight.scoop.kinematics import EdgePose
from flight.scoop.rover_traction import Broken
from flight.scoop.trajectory import Leg

DONE = StepFailure.NONE
_TRACKING_S = 0.5
_LAG_S = 1.0
"""For so long the plan waits for a joint that is hindered."""


class Step(Protocol):
    """One step; `value` is the number that decided a failure."""

    timeout_s: float
    value: float

    @property
    def moves(self) -> bool:
        """Whether it needs the joints, which are given torque before it begins."""
        ...

    @property
    def phase(self) -> Phase:
        """The phase it is."""
        ...

    def plan(self, here: EdgePose) -> Iterable[Leg]:
        """Its motions, one after the other, were it begun at `here`; raises `ReachError` where a limit forbids them.

        What it will only learn on the way is taken to be as now.
        """
        ...

    def begin(self, now_ns: int) -> None:
        """Start; raises `ReachError` when the motion it needs is impossible."""
        ...

    def step(self, now_ns: int) -> StepFailure | None:
        """One decision; None while running."""
        ...


class ArmStep:
    """A step that moves the arm."""

    phase: ClassVar[Phase]

    timeout_s = 60.0
    moves = True

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.value = 0.0

    def broken(self, broken: Broken | None) -> StepFailure | None:
        """Tell of the limit that is broken, if one is; the motion then ends where it is."""
        if broken is None:
            return None
        self.value = broken.value
        self.rig.motion.stay()
        self.rig.emit(WheelsLimited(phase=self.phase, reason=broken.reason, value=broken.value, limit=broken.limit))
        return broken.reason

    def arrived(self) -> StepFailure | None:
        """Whether the running motion has settled, with the reasons it may not have."""
        motion = self.rig.motion
        if motion.unreachable:
            return StepFailure.UNREACHABLE
        worst_deg = degrees(max(map(abs, motion.error_rad)))
        astray = worst_deg > self.rig.config.motion.tracking_deg and motion.elapsed_s > _TRACKING_S
        if astray or motion.lag_s > _LAG_S:
            self.value = worst_deg
            return StepFailure.TRACKING
        return DONE if motion.settled else None


class Way(ArmStep, ABC):
    """A step that goes from place to place in lines; what it does at their end, if anything, it adds to `step`."""

    @abstractmethod
    def goals(self, here: EdgePose) -> Sequence[EdgePose]:
        """The places, from `here`."""

    def plan(self, here: EdgePose) -> Iterator[Leg]:
        """See `Step`."""
        for goal in self.goals(here):
            yield self.rig.line(here, goal, self.rig.travel_m_s)
            here = goal

    def begin(self, now_ns: int) -> None:
        """See `Step`."""
        self._goals = iter(self.goals(self.rig.estimate.pose))
        self._next(now_ns)

    def step(self, now_ns: int) -> StepFailure | None:
        """See `Step`."""
        arrived = self.arrived()
        return None if arrived is DONE and self._next(now_ns) else arrived

    def _next(self, now_ns: int) -> bool:
        goal = next(self._goals, None)
        if goal is None:
            return False
        rig = self.rig
        rig.motion.start(rig.line_to(goal, rig.travel_m_s), now_ns)
        return True


C = TypeVar("C", bound=Command)


class Commanded(ArmStep, Generic[C]):
    """A step that does what a telecommand says: it is given its `command` before it is planned."""

    command: C
