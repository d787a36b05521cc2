"""Contact: when a guarded move has touched the surface.

Two witnesses. The load cell behind the scoop feels the floor being pushed up to millinewtons, but only as often as it
is polled; the joint loads feel it a hundred times a second through a friction that differs from the modelled one.
Each is compared with its own mean over the first part of the move, which is in free space by construction: an error
of model or zero cancels. Either may call contact, on consecutive readings.
"""

from __future__ import annotations


class Baseline:
    """Mean of the first `count` values; complete once it has them."""

    __slots__ = ("_count", "_sum", "_taken")

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = 0
        self._sum = 0.0

    def feed(self, value: float) -> float | None:
        """The mean once complete, else None while `value` is taken into it."""
        if self._taken < self._count:
            self._taken += 1
            self._sum += value
            return None
        return self._sum / self._count


class ContactDetector:
    """Tells when the upward force on the scoop floor rises over its free-space baseline."""

    __slots__ = ("_cell", "_cell_n", "_cell_run", "_consecutive", "_joint_n", "_joint_run", "_joints", "force_n")

    def __init__(self, cell_threshold_n: float, joint_threshold_n: float, consecutive: int) -> None:
        self._cell = Baseline(10)
        self._joints = Baseline(25)
        self._cell_n = cell_threshold_n
        self._joint_n = joint_threshold_n
        self._consecutive = consecutive
        self._cell_run = 0
        self._joint_run = 0
        self.force_n = 0.0

    def feel_cell(self, cell_n: float) -> bool:
        """Take one new load cell force (N, positive pulls the scoop down); True on contact."""
        mean = self._cell.feed(cell_n)
        if mean is None:
            return False
        push_n = mean - cell_n
        self._cell_run = self._cell_run + 1 if push_n > self._cell_n else 0
        if self._cell_run >= self._consecutive:
            self.force_n = push_n
            return True
        return False

    def feel_joints(self, lift_n: float) -> bool:
        """Take one new upward edge force estimated from joint loads (N); True on contact."""
        mean = self._joints.feed(lift_n)
        if mean is None:
            return False
        push_n = lift_n - mean
        self._joint_run = self._joint_run + 1 if push_n > self._joint_n else 0
        if self._joint_run >= self._consecutive:
            self.force_n = push_n
            return True
        return False
