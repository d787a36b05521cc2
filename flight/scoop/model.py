"""What a platform's kinematics must offer: all that sampling knows of what carries the scoop."""

from __future__ import annotations

from typing import Protocol

from flight.icd.packet import Quad, Triple
from flight.scoop.kinematics import EdgePose


class ScoopModel(Protocol):
    """Four angles carry the scoop: of the lander those of its arm, of the rover (0, wheels, lift, curl)."""

    scoop_m: float

    def edge(self, q: Quad) -> EdgePose:
        """Pose of the scoop edge at angles `q` (rad)."""
        ...

    def position_m(self, pose: EdgePose) -> Triple:
        """Edge position of `pose` in the platform's frame (LANDER, or SITE by dead reckoning), m."""
        ...

    def pose_at(self, edge_m: Triple, rake_rad: float) -> EdgePose:
        """The pose with the edge at a place (platform's frame) and the floor at `rake_rad`; raises `ReachError`."""
        ...

    def inverse(self, pose: EdgePose) -> Quad:
        """Angles (rad) that put the edge at `pose`; raises `ReachError` naming the limit."""
        ...

    def check(self, q: Quad) -> None:
        """Raise `ReachError` if an angle of `q` is outside its limits."""
        ...

    def clear(self, q: Quad, allowed_m: float = 0.0) -> None:
        """Raise `ReachError` if anything that moves would be inside a keep-out box at `q`, deeper than `allowed_m`."""
        ...

    def inside_m(self, q: Quad) -> tuple[float, int]:
        """How deep the deepest part at `q` is in a keep-out box, negative where all are outside; the box's number."""
        ...

    @property
    def reach_m(self) -> Quad:
        """How far each angle moves anything that may meet a keep-out box, at most: m for each radian."""
        ...

    def gravity_torque(self, q: Quad, sample_kg: float) -> Quad:
        """Torque (N m) each joint must give to hold still at `q` with `sample_kg` in the scoop."""
        ...

    def edge_force(self, q: Quad, load_nm: Quad) -> tuple[float, float]:
        """Force (r, z) in N that the outside puts on the edge, given the joint loads `load_nm`."""
        ...
