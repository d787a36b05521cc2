"""What the gearboxes carry, by current and by which way a joint gives.

A servo's gearbox takes a share of the torque it passes on as friction. While the motor drives, that is lost, and the
output has the data sheet's torque per ampere. When the load turns the joint back against its motor, friction helps to
hold: at the same current the gearbox carries about three times as much. Currents alone, and so current limits, don't
tell the one from the other; a joint that moves against its own torque does. Before it moves a joint may carry more than
what is told here, up to what turns it back.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import radians
from typing import Protocol

_NEW_SHARE = 0.3
"""Share of a new current in the mean: a low pass of 0.03 s at 100 readings a second."""
_LOOK_BACK = 25
"""Readings over which a joint is seen to move: a quarter of a second."""
_MOVED_RAD = radians(0.2)
"""More than two counts of the encoder."""


class JointReading(Protocol):
    """One joint as the bus read it; see `flight.bus.joint_state`."""

    position_rad: float
    current_a: float


@dataclass(frozen=True, slots=True)
class Gear:
    """A joint's gearbox: torque per ampere while it drives, friction at rest, loss by load, and what it may carry."""

    torque_constant_nm_a: float
    friction_nm: float
    loss: float
    limit_nm: float

    def carried_nm(self, current_a: float, moved_rad: float) -> float:
        """Magnitude of the torque it carries at `current_a`, having moved by `moved_rad`."""
        driven_nm = self.torque_constant_nm_a * abs(current_a)
        if abs(moved_rad) <= _MOVED_RAD or moved_rad * current_a >= 0.0:
            return driven_nm
        return (driven_nm * (1.0 + self.loss) + self.friction_nm) / (1.0 - self.loss)


class Strain:
    """How near each joint is to what its gearbox may carry; `step` takes in its readings when they are new.

    `readings` are live records, those of the gears first. Without any, nothing is ever strained.
    """

    __slots__ = (
        "_before", "_current_a", "_gears", "_readings", "_stamp_ns", "carried_nm", "joint", "limit_nm", "share",
    )  # fmt: skip

    def __init__(self, readings: Sequence[JointReading] = (), gears: Sequence[Gear] = ()) -> None:
        self._gears = tuple(gears)
        self._readings = tuple(readings[: len(self._gears)])
        self._current_a = [0.0] * len(self._gears)
        self._before: deque[tuple[float, ...]] = deque(maxlen=_LOOK_BACK)
        self._stamp_ns = -1
        self.joint = 0
        self.carried_nm = self.limit_nm = self.share = 0.0
        """Of the joint that is nearest to its limit."""

    def step(self, stamp_ns: int) -> None:
        """Take in readings that are good and of `stamp_ns`."""
        if stamp_ns == self._stamp_ns:
            return
        self._stamp_ns = stamp_ns
        at_rad = tuple(reading.position_rad for reading in self._readings)
        before_rad = self._before[0] if self._before else at_rad
        self._before.append(at_rad)
        mean_a = self._current_a
        self.share = 0.0
        for joint, (gear, reading) in enumerate(zip(self._gears, self._readings, strict=True)):
            mean_a[joint] += _NEW_SHARE * (reading.current_a - mean_a[joint])
            carried_nm = gear.carried_nm(mean_a[joint], at_rad[joint] - before_rad[joint])
            if carried_nm > self.share * gear.limit_nm:
                self.joint, self.carried_nm, self.limit_nm = joint, carried_nm, gear.limit_nm
                self.share = carried_nm / gear.limit_nm
