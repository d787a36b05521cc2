"""Kinematics and statics of the rover's scoop: lift and curl, and wheels that are a joint like any other.

What carries the scoop is told in the lander's terms, so that one sequence digs with both: q = (0, wheels, lift, curl),
the wheels' angle being the mean of the four since the start, and the plane (r, z) with r to the rover's REAR, so that
the scoop digs towards decreasing r, as the lander's does. `EdgePose.r_m` is how far the wheels have carried the rover:
moves in z and pitch alone leave it standing. Where the edge is then, follows from lift and curl:
    x = rolled + x_axis + L cos lift + S cos rake        z = z_axis - L sin lift - S sin rake        rake = lift + curl.
Pitch is rake - pi: -pi is level, as it is of the lander's scoop. Heights are above ROVER's plane, of a body taken to
lie level; that it doesn't is among what the surface found and the force felt make up for.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import asin, atan2, cos, degrees, hypot, pi, radians, sin

from flight.icd.limits import JOINT_LIMITS, Limit, Violation
from flight.icd.packet import Quad, Triple
from flight.icd.rover_platform import RoverPlatform
from flight.scoop.keep_out import nearest
from flight.scoop.kinematics import EdgePose, ReachError, check_clear

_ROUNDING_RAD = 1e-9
_ASTRAY_M = 0.0005
"""To the side of where the scoop is: what rounding may make of 0."""
_LINK_SHARES = (0.4, 0.6, 0.8, 1.0)
"""Points of the link, as shares of its length: its axis is on the body."""
_LEAST_LEVER_M = 0.02
"""Of the edge before the lift axis: with less, the lift's load tells nothing of the force upwards."""


class RoverModel:
    """The rover's scoop as flight believes it to be; see `flight.scoop.model.ScoopModel`."""

    __slots__ = (
        "_axis", "_base_m", "_body", "_com", "_gravity", "_hub_m", "_keep_out", "_lift_m", "_limits", "_mass", "_scoop",
        "roll_m", "scoop_m", "weight_n",
    )  # fmt: skip

    def __init__(self, platform: RoverPlatform) -> None:
        rover, scoop = platform.rover, platform.scoop
        self._axis = rover.lift_axis_m
        self._lift_m = rover.lift_m
        self.scoop_m = scoop.length_m
        self._scoop, self._keep_out = scoop, platform.keep_out
        self.roll_m = rover.wheel_radius_m + rover.grouser_m
        """Way for each radian of a wheel that does not slip, whose lugs the soil holds."""
        self._mass = (rover.lift_mass_kg, scoop.mass_kg)
        self._com = (rover.lift_com_m, scoop.com_m)
        self._gravity = platform.environment.gravity_m_s2
        self._base_m = rover.wheelbase_m
        self._hub_m = rover.wheel_radius_m
        self._body = (platform.body_kg, rover.com_m[0])
        self.weight_n = rover.mass_kg * self._gravity
        self._limits = tuple((joint.name, radians(joint.min_deg), radians(joint.max_deg)) for joint in platform.joint)

    def edge(self, q: Quad) -> EdgePose:
        """Pose of the scoop edge at `q` (rad)."""
        _, wheels, lift, curl = q
        rake = lift + curl
        z = self._axis[1] - self._lift_m * sin(lift) - self.scoop_m * sin(rake)
        return EdgePose(0.0, -self.roll_m * wheels, z, rake - pi)

    def ahead_m(self, q: Quad) -> float:
        """How far the edge is before ROVER's origin at `q`, m."""
        return self._axis[0] + self._lift_m * cos(q[2]) + self.scoop_m * cos(q[2] + q[3])

    def front_n(self, q: Quad, lift_n: float, rolling_n: float = 0.0) -> float:
        """What the front axle carries with `lift_n` up on the edge, by the lever about the rear axle; 0 at the least.

        The pull on the scoop acts at the height of the ground, where the wheels answer it; what rolling takes, at that
        of their hubs.
        """
        _, _, lift, curl = q
        base_m, rear_m = self._base_m, 0.5 * self._base_m
        body_kg, body_m = self._body
        link_kg, scoop_kg = self._mass
        link_com, scoop_com = self._com
        reach_m = rear_m + self._axis[0]
        moment = body_kg * (rear_m + body_m) + link_kg * (reach_m + link_com * cos(lift))
        moment += scoop_kg * (reach_m + self._lift_m * cos(lift) + scoop_com * cos(lift + curl))
        return max(
            (self._gravity * moment - lift_n * (rear_m + self.ahead_m(q)) - rolling_n * self._hub_m) / base_m, 0.0
        )

    def position_m(self, pose: EdgePose) -> Triple:
        """Edge position of `pose` in SITE by dead reckoning, m: slip of the wheels is not in it."""
        return (self.ahead_m(self._solve(pose)) - pose.r_m, 0.0, pose.z_m)

    def pose_at(self, edge_m: Triple, rake_rad: float) -> EdgePose:
        """See `ScoopModel`: what lift and curl do not bring ahead the wheels do; nothing turns to the side."""
        x, y, z = edge_m
        if abs(y) > _ASTRAY_M:
            raise ReachError(Violation(Limit.ASIDE, degrees(atan2(y, self._lift_m + self.scoop_m)), 0.0, 0.0))
        here = EdgePose(0.0, 0.0, z, rake_rad - pi)
        return here._replace(r_m=self.position_m(here)[0] - x)

    def inverse(self, pose: EdgePose) -> Quad:
        """Angles (rad) that put the edge at `pose`, the lift link forward; raises `ReachError` naming the limit."""
        q = self._solve(pose)
        self.check(q)
        return q

    def _solve(self, pose: EdgePose) -> Quad:
        rake = pose.pitch_rad + pi
        fall_m = self._axis[1] - pose.z_m - self.scoop_m * sin(rake)
        if abs(fall_m) > self._lift_m * (1.0 + _ROUNDING_RAD):
            raise ReachError(Violation(Limit.REACH, fall_m, -self._lift_m, self._lift_m))
        lift = asin(max(-1.0, min(1.0, fall_m / self._lift_m)))
        return (0.0, -pose.r_m / self.roll_m, lift, rake - lift)

    def check(self, q: Quad) -> None:
        """Raise `ReachError` if lift or curl of `q` is outside its limits."""
        for (name, low, high), angle in zip(self._limits, q[2:], strict=True):
            if not low - _ROUNDING_RAD <= angle <= high + _ROUNDING_RAD:
                raise ReachError(Violation(JOINT_LIMITS[name], degrees(angle), degrees(low), degrees(high)))

    def clear(self, q: Quad, allowed_m: float = 0.0) -> None:
        """See `ScoopModel`."""
        check_clear(self._keep_out, self.outline_m(q), allowed_m)

    def inside_m(self, q: Quad) -> tuple[float, int]:
        """See `ScoopModel`."""
        return nearest(self._keep_out, self.outline_m(q))

    @property
    def reach_m(self) -> Quad:
        """See `ScoopModel`; the wheels carry the boxes with them."""
        scoop = self._scoop
        hand = hypot(scoop.length_m, scoop.depth_m)
        return (0.0, 0.0, self._lift_m + hand, hand)

    def outline_m(self, q: Quad) -> Iterator[Triple]:
        """Points of link and scoop in ROVER, m: along the link but for its axis, and the scoop's corners."""
        scoop, (x, z) = self._scoop, self._axis
        _, _, lift, curl = q
        rake = lift + curl
        wrist_x, wrist_z = x + self._lift_m * cos(lift), z - self._lift_m * sin(lift)
        for share in _LINK_SHARES:
            yield (x + share * (wrist_x - x), 0.0, z + share * (wrist_z - z))
        up_x, up_z = scoop.depth_m * sin(rake), scoop.depth_m * cos(rake)
        for share in (0.0, 0.5, 1.0):
            at_x, at_z = wrist_x + share * self.scoop_m * cos(rake), wrist_z - share * self.scoop_m * sin(rake)
            for aside_m in (-0.5 * scoop.width_m, 0.0, 0.5 * scoop.width_m):
                yield (at_x, aside_m, at_z)
                yield (at_x + up_x, aside_m, at_z + up_z)

    def gravity_torque(self, q: Quad, sample_kg: float) -> Quad:
        """Torque (N m) each must give to hold the scoop still at `q` with `sample_kg` in it."""
        link_kg, scoop_kg = self._mass
        link_com, scoop_com = self._com
        scoop = self._gravity * (scoop_kg + sample_kg) * scoop_com * cos(q[2] + q[3])
        hung = self._gravity * (link_kg * link_com + (scoop_kg + sample_kg) * self._lift_m) * cos(q[2])
        return (0.0, 0.0, -(hung + scoop), -scoop)

    def edge_force(self, q: Quad, load_nm: Quad) -> tuple[float, float]:
        """Force (r, z) in N that the outside puts on the edge, given the loads (N m) of wheels and lift.

        The wheels drive against what pulls the scoop back: their load, less their rolling resistance where the caller
        knows it, is that force times the radius. The lift then bears the rest of the moment about its axis.
        """
        draft = load_nm[1] / self.roll_m
        rake = q[2] + q[3]
        lever = self._lift_m * cos(q[2]) + self.scoop_m * cos(rake)
        drop = self._lift_m * sin(q[2]) + self.scoop_m * sin(rake)
        if lever < _LEAST_LEVER_M:
            return (draft, 0.0)
        return (draft, (load_nm[2] + draft * drop) / lever)
