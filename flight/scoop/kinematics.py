"""Kinematics and statics of the lander's arm, closed form.

Frames and joint angles as in `flight.icd.lander_platform`. In the arm plane (r, z) with absolute pitches
a1 = q2, a2 = q2 + q3, a3 = q2 + q3 + q4 the scoop edge lies at
    r = L1 cos a1 + L2 cos a2 + L3 cos a3        z = z_base + L1 sin a1 + L2 sin a2 + L3 sin a3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import acos, atan2, cos, degrees, hypot, pi, radians, sin
from typing import NamedTuple

from flight.icd.lander_platform import LanderPlatform
from flight.icd.limits import JOINT_LIMITS, Limit, Violation
from flight.icd.packet import Quad, Triple
from flight.icd.platform import KeepOut
from flight.scoop.keep_out import intrusion, nearest

_ROUNDING_RAD = 1e-9
LEVEL_PITCH_RAD = -pi
"""Pitch of the scoop axis at which the floor is level and the opening looks up."""
_UPPER_SHARES = (0.5, 0.75, 1.0)
_FORE_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Points of the links, as shares of their lengths: the shoulder itself stands on the deck."""


class ReachError(ValueError):
    """A pose or motion that can't be: `violation` is the limit it would break, and by how much."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.text())
        self.violation = violation


def check_clear(boxes: tuple[KeepOut, ...], points_m: Iterable[Triple], allowed_m: float) -> None:
    """Raise `ReachError` if one of `points_m` is inside a box, and deeper than `allowed_m`."""
    found = intrusion(boxes, points_m, allowed_m)
    if found is not None:
        raise ReachError(found)


class EdgePose(NamedTuple):
    """Pose of the scoop: azimuth, and edge position and axis pitch in the arm plane; `z_m` is a LANDER height."""

    azimuth_rad: float
    r_m: float
    z_m: float
    pitch_rad: float


class ArmModel:
    """The arm as flight believes it to be."""

    __slots__ = (
        "_base", "_com", "_gravity", "_joint_names", "_keep_out", "_link", "_mass", "_scoop", "max_rad", "min_rad",
        "scoop_m",
    )  # fmt: skip

    def __init__(self, platform: LanderPlatform) -> None:
        arm, scoop = platform.arm, platform.scoop
        self._base = arm.base_m
        self._link = arm.link_m
        self.scoop_m = scoop.length_m
        self._scoop = scoop
        self._keep_out = platform.keep_out
        self._mass = (*arm.link_mass_kg, scoop.mass_kg)
        self._com = (*arm.link_com_m, scoop.com_m)
        self._gravity = platform.environment.gravity_m_s2
        self._joint_names = tuple(joint.name for joint in platform.joint)
        self.min_rad = tuple(radians(joint.min_deg) for joint in platform.joint)
        self.max_rad = tuple(radians(joint.max_deg) for joint in platform.joint)

    def edge(self, q: Quad) -> EdgePose:
        """Pose of the scoop edge at joint angles `q` (rad)."""
        a1 = q[1]
        a2 = a1 + q[2]
        a3 = a2 + q[3]
        l1, l2 = self._link
        r = l1 * cos(a1) + l2 * cos(a2) + self.scoop_m * cos(a3)
        z = self._base[2] + l1 * sin(a1) + l2 * sin(a2) + self.scoop_m * sin(a3)
        return EdgePose(q[0], r, z, a3)

    def position_m(self, pose: EdgePose) -> Triple:
        """Edge position of `pose` in the LANDER frame, m."""
        x, y, _ = self._base
        return (x + pose.r_m * cos(pose.azimuth_rad), y + pose.r_m * sin(pose.azimuth_rad), pose.z_m)

    def pose_at(self, edge_m: Triple, rake_rad: float) -> EdgePose:
        """See `ScoopModel`."""
        x, y = edge_m[0] - self._base[0], edge_m[1] - self._base[1]
        return EdgePose(atan2(y, x), hypot(x, y), edge_m[2], rake_rad - pi)

    def inverse(self, pose: EdgePose) -> Quad:
        """Joint angles (rad) that put the edge at `pose`, elbow up; raises `ReachError` naming the limit."""
        l1, l2 = self._link
        r = pose.r_m - self.scoop_m * cos(pose.pitch_rad)
        z = pose.z_m - self._base[2] - self.scoop_m * sin(pose.pitch_rad)
        distance = hypot(r, z)
        if not abs(l1 - l2) < distance < l1 + l2:
            raise ReachError(Violation(Limit.REACH, distance, abs(l1 - l2), l1 + l2))
        inner = acos((l1 * l1 + l2 * l2 - distance * distance) / (2 * l1 * l2))
        elbow = inner - pi
        shoulder = atan2(z, r) + acos((l1 * l1 + distance * distance - l2 * l2) / (2 * l1 * distance))
        q = (pose.azimuth_rad, shoulder, elbow, pose.pitch_rad - shoulder - elbow)
        self.check(q)
        return q

    def check(self, q: Quad) -> None:
        """Raise `ReachError` if a joint angle of `q` is outside its limits."""
        for name, angle, low, high in zip(self._joint_names, q, self.min_rad, self.max_rad, strict=True):
            if not low - _ROUNDING_RAD <= angle <= high + _ROUNDING_RAD:
                raise ReachError(Violation(JOINT_LIMITS[name], degrees(angle), degrees(low), degrees(high)))

    def clear(self, q: Quad, allowed_m: float = 0.0) -> None:
        """Raise `ReachError` if a part of the arm at `q` is inside a keep-out box, and deeper than `allowed_m`."""
        check_clear(self._keep_out, self.outline_m(q), allowed_m)

    def inside_m(self, q: Quad) -> tuple[float, int]:
        """See `ScoopModel`."""
        return nearest(self._keep_out, self.outline_m(q))

    @property
    def reach_m(self) -> Quad:
        """See `ScoopModel`."""
        scoop = self._scoop
        hand = hypot(scoop.length_m, scoop.depth_m, 0.5 * scoop.width_m)
        l1, l2 = self._link
        return (l1 + l2 + hand, l1 + l2 + hand, l2 + hand, hand)

    def outline_m(self, q: Quad) -> Iterator[Triple]:
        """Points of the arm in LANDER, m: along its links but not next to the shoulder, and the scoop's corners.

        The scoop's opening is `depth_m` above its floor; its floor ends in the edge, its back at the scoop joint.
        """
        x, y, z = self._base
        along_x, along_y = cos(q[0]), sin(q[0])
        half = 0.5 * self._scoop.width_m

        def placed(r_m: float, z_m: float, aside_m: float = 0.0) -> Triple:
            return (x + r_m * along_x - aside_m * along_y, y + r_m * along_y + aside_m * along_x, z_m)

        a1, a2 = q[1], q[1] + q[2]
        a3 = a2 + q[3]
        elbow_r, elbow_z = self._link[0] * cos(a1), z + self._link[0] * sin(a1)
        wrist_r, wrist_z = elbow_r + self._link[1] * cos(a2), elbow_z + self._link[1] * sin(a2)
        for share in _UPPER_SHARES:
            yield placed(share * elbow_r, z + share * (elbow_z - z))
        for share in _FORE_SHARES:
            yield placed(elbow_r + share * (wrist_r - elbow_r), elbow_z + share * (wrist_z - elbow_z))
        # The floor's normal points into the scoop: up when the scoop lies level, at a pitch of -180 deg.
        up_r, up_z = self._scoop.depth_m * sin(a3), -self._scoop.depth_m * cos(a3)
        for share in (0.0, 0.5, 1.0):
            r_m, z_m = wrist_r + share * self.scoop_m * cos(a3), wrist_z + share * self.scoop_m * sin(a3)
            for aside_m in (-half, half):
                yield placed(r_m, z_m, aside_m)
                yield placed(r_m + up_r, z_m + up_z, aside_m)

    def gravity_torque(self, q: Quad, sample_kg: float) -> Quad:
        """Torque (N m) each joint must give to hold the arm still at `q` with `sample_kg` in the scoop."""
        a1 = q[1]
        a2 = a1 + q[2]
        c1, c2, c3 = cos(a1), cos(a2), cos(a2 + q[3])
        m1, m2, m3 = self._mass
        k1, k2, k3 = self._com
        l1, l2 = self._link
        g = self._gravity
        scoop = g * (m3 + sample_kg) * k3 * c3
        elbow = g * (m2 * k2 + (m3 + sample_kg) * l2) * c2 + scoop
        shoulder = g * (m1 * k1 + (m2 + m3 + sample_kg) * l1) * c1 + elbow
        return (0.0, shoulder, elbow, scoop)

    def edge_force(self, q: Quad, load_nm: Quad) -> tuple[float, float]:
        """Force (r, z) in N that the outside puts on the edge, given the joint torques `load_nm` that balance it.

        Two equations, shoulder and elbow: torque = -(moment of the force about the joint). The scoop joint carries
        the least of the force and the most of the friction, so it is left out. Near the stretched arm the two
        levers are nearly parallel and the result is worthless: (0, 0) is returned when their cross product is
        under 0.01 m2.
        """
        a1 = q[1]
        a2 = a1 + q[2]
        a3 = a2 + q[3]
        l1, l2 = self._link
        re = l2 * cos(a2) + self.scoop_m * cos(a3)
        ze = l2 * sin(a2) + self.scoop_m * sin(a3)
        rs = l1 * cos(a1) + re
        zs = l1 * sin(a1) + ze
        det = rs * ze - zs * re
        if abs(det) < 0.01:
            return (0.0, 0.0)
        ts, te = -load_nm[1], -load_nm[2]  # moments of the force: r Fz - z Fr
        return ((re * ts - rs * te) / det, (ze * ts - zs * te) / det)
