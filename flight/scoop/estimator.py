"""What the arm is doing and what it feels, from one set of joint readings.

The load of a joint is its motor torque less gravity and gearbox friction. Friction is the larger part of a servo's
current at small loads and its sign is that of the motion, so a load is trustworthy only while the joint moves; at
rest it may be wrong by twice the friction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from flight.icd.hk.scoop import MotionHk
from flight.icd.packet import Quad, Triple
from flight.scoop.kinematics import EdgePose
from flight.scoop.model import ScoopModel

_SLOW_RAD_S = 0.01
"""Speed at which the friction estimate reaches its full value; a 12-bit encoder's noise stays below it."""

_NEW_SHARE = 0.12
"""Share of a new reading in a load: a low pass of 0.08 s at 100 readings a second, longer than a servo's stick and
slip at slow speeds and short against a guarded move's millimetres."""


class JointReading(Protocol):
    """One joint as the bus read it; see `flight.bus.joint_state`."""

    position_rad: float
    velocity_rad_s: float
    current_a: float
    stamp_ns: int
    valid: bool


class ArmEstimate:
    """Pose, joint loads and edge force; `step` refreshes them in place.

    `load_nm` are torques that hold against the outside (soil, contact); `draft_n` is the soil's force on the edge
    away from the lander, `lift_n` upwards, both in newtons. `torque_nm` are the motors', by their currents; of `taken`
    sets of readings since the start `torque_sum_nm` is the sum, so that whoever looks less often misses none.
    """

    __slots__ = (
        "_friction", "_kt", "_model", "draft_n", "fresh", "hk", "lift_n", "load_nm", "pose", "q", "sample_kg",
        "stamp_ns", "taken", "torque_nm", "torque_sum_nm",
    )  # fmt: skip

    def __init__(
        self, model: ScoopModel, torque_constant_nm_a: Sequence[float], friction_nm: Quad, hk: MotionHk
    ) -> None:
        self._model = model
        self._kt = tuple(torque_constant_nm_a)
        self._friction = friction_nm
        self.hk = hk
        self.q: Quad = (0.0, 0.0, 0.0, 0.0)
        self.pose = EdgePose(0.0, 0.0, 0.0, 0.0)
        self.torque_nm: Quad = (0.0, 0.0, 0.0, 0.0)
        self.load_nm: Quad = (0.0, 0.0, 0.0, 0.0)
        self.draft_n = 0.0
        self.lift_n = 0.0
        self.sample_kg = 0.0
        self.stamp_ns = -1
        self.taken = 0
        self.torque_sum_nm: Quad = (0.0, 0.0, 0.0, 0.0)
        self.fresh = False

    def step(self, readings: Sequence[JointReading]) -> None:
        """Take in the readings of the four joints, if all are good and there is something new among them."""
        a, b, c, d = readings
        self.fresh = a.valid and b.valid and c.valid and d.valid
        stamp_ns = min(a.stamp_ns, b.stamp_ns, c.stamp_ns, d.stamp_ns)
        if not self.fresh or stamp_ns == self.stamp_ns:
            return
        self.stamp_ns = stamp_ns
        q = (a.position_rad, b.position_rad, c.position_rad, d.position_rad)
        kt, friction = self._kt, self._friction
        gravity = self._model.gravity_torque(q, self.sample_kg)
        torque = (kt[0] * a.current_a, kt[1] * b.current_a, kt[2] * c.current_a, kt[3] * d.current_a)
        old, share = self.load_nm, _NEW_SHARE
        load = (
            old[0] + share * (torque[0] - gravity[0] - friction[0] * _sign(a.velocity_rad_s) - old[0]),
            old[1] + share * (torque[1] - gravity[1] - friction[1] * _sign(b.velocity_rad_s) - old[1]),
            old[2] + share * (torque[2] - gravity[2] - friction[2] * _sign(c.velocity_rad_s) - old[2]),
            old[3] + share * (torque[3] - gravity[3] - friction[3] * _sign(d.velocity_rad_s) - old[3]),
        )
        self.q = q
        self.torque_nm = torque
        total = self.torque_sum_nm
        self.torque_sum_nm = (total[0] + torque[0], total[1] + torque[1], total[2] + torque[2], total[3] + torque[3])
        self.taken += 1
        self.load_nm = load
        self.pose = self._model.edge(q)
        self.draft_n, self.lift_n = self._model.edge_force(q, load)

    @property
    def edge_m(self) -> Triple:
        """The scoop's edge in the platform's frame, m."""
        return self._model.position_m(self.pose)

    def report(self, surface_m: float, cell_n: float, goal: Quad) -> None:
        """Fill the motion housekeeping record."""
        hk, q = self.hk, self.q
        hk.edge_m = self._model.position_m(self.pose)
        hk.pitch_rad = self.pose.pitch_rad
        hk.load_nm = self.load_nm
        hk.draft_n = self.draft_n
        hk.lift_n = self.lift_n
        hk.depth_m = surface_m - self.pose.z_m
        hk.cell_n = cell_n
        hk.error_rad = (goal[0] - q[0], goal[1] - q[1], goal[2] - q[2], goal[3] - q[3])
        hk.stamp(self.stamp_ns, self.fresh)


def _sign(rate_rad_s: float) -> float:
    """Sign of a rate with a linear middle: -1..1."""
    return max(-1.0, min(1.0, rate_rad_s / _SLOW_RAD_S))
