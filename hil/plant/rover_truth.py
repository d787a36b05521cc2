"""What is really the case with the rover: for checks, plots and reports. Flight never sees it."""

from __future__ import annotations

import math

from hil.plant.truth import Floats, Records, Three, Truth

Four = tuple[float, float, float, float]


class RoverTruth(Truth):
    """Truth of a rover; wheels front left, front right, rear left, rear right, frames as in `rover_platform`."""

    def __init__(
        self, world: Records, body: Records, wheel: Records, belly: Records, servo: Records, soil: Records,
        scoop: Records, contact: Records, terrain: Records, ground: Floats, rocks: Records,
    ) -> None:  # fmt: skip
        super().__init__(world, servo, soil, scoop, contact, terrain, ground, rocks)
        self._body = body
        self._wheel = wheel
        self._belly = belly

    def _wheels(self, field: str) -> Four:
        a, b, c, d = self._wheel[field].tolist()
        return a, b, c, d

    @property
    def position_m(self) -> Three:
        """ROVER's origin in SITE."""
        body = self._body[0]
        forward, up = self._at(-float(body["com_x_m"]), -float(body["com_z_m"]))
        heading = body["heading"]
        return (
            float(body["x_m"] + forward * math.cos(heading)),
            float(body["y_m"] + forward * math.sin(heading)),
            float(body["z_m"] + up),
        )

    def _at(self, forward: float, up: float) -> tuple[float, float]:
        """A place in the body, from its centre of mass, as it lies with the present pitch: (forward, up)."""
        pitch = float(self._body["pitch"][0])
        return (
            forward * math.cos(pitch) + up * math.sin(pitch),
            up * math.cos(pitch) - forward * math.sin(pitch),
        )

    @property
    def heading_rad(self) -> float:
        """Angle of ROVER's x about SITE's z, not wrapped."""
        return float(self._body["heading"][0])

    @property
    def pitch_rad(self) -> float:
        """Nose down positive, against SITE's x-y plane."""
        return float(self._body["pitch"][0])

    @property
    def roll_rad(self) -> float:
        """Left side up positive."""
        return float(self._body["roll"][0])

    @property
    def velocity_m_s(self) -> tuple[float, float]:
        """Forward and to the left."""
        return float(self._body["forward_m_s"][0]), float(self._body["left_m_s"][0])

    @property
    def yaw_rate_rad_s(self) -> float:
        """About SITE's z."""
        return float(self._body["yaw_rate"][0])

    @property
    def wheel_load_n(self) -> Four:
        """Normal force of the ground on each wheel."""
        return self._wheels("load_n")

    @property
    def wheel_pull_n(self) -> Four:
        """Thrust less resistance of each wheel, forward."""
        return self._wheels("pull_n")

    @property
    def wheel_slip(self) -> Four:
        """(rim speed - speed over ground) over the faster of the two: 1 spins in place, -1 is dragged, not turning."""
        return self._wheels("slip")

    @property
    def wheel_sinkage_m(self) -> Four:
        """How deep each rim is below the ground around it; negative above it."""
        return self._wheels("sinkage_m")

    @property
    def wheel_dug_m(self) -> Four:
        """Of the sinkage, what the wheel has dug by its own slip."""
        return self._wheels("dug_m")

    @property
    def drawbar_n(self) -> float:
        """What the wheels pull with, beyond their own resistance."""
        return sum(self.wheel_pull_n)

    @property
    def front_is_lifted(self) -> bool:
        """The front wheels carry nothing, or next to nothing: below 1 % of what all do."""
        front = self.wheel_load_n[0] + self.wheel_load_n[1]
        return front < 0.01 * sum(self.wheel_load_n)

    @property
    def belly_load_n(self) -> float:
        """What lies on the underside: more than 0 when the rover is stranded on it, or on a heap."""
        return float(self._belly["load_n"].sum())

    @property
    def burial(self) -> float:
        """Depth of the deepest wheel over the wheels' radius: 0 on the surface, 1 with the hub at the ground."""
        return max(max(self.wheel_sinkage_m) / float(self._wheel["radius_m"][0]), 0.0)

    @property
    def rake_rad(self) -> float:
        """Angle of the scoop floor from SITE's x-y plane: 0 level and open upwards, edge down positive."""
        rake = self.pitch_rad + sum(self.joint_rad[:2])
        return math.atan2(math.sin(rake), math.cos(rake))

    @property
    def edge_m(self) -> Three:
        """The middle of the blade's edge in SITE."""
        body = self._body[0]
        forward, up = self._at(-float(body["axis_r"]), float(body["axis_z"]))
        angle = self.pitch_rad
        for joint, length in zip(self.joint_rad[:2], (body["l2"], body["l3"]), strict=True):
            angle += joint
            forward += length * math.cos(angle)
            up -= length * math.sin(angle)
        heading = self.heading_rad
        x, y = body["x_m"] + forward * math.cos(heading), body["y_m"] + forward * math.sin(heading)
        return float(x), float(y), float(body["z_m"] + up)
