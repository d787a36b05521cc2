"""The camera in its place: a platform's tables and its plant in, pictures of the plant as it is out."""

from __future__ import annotations

import math
from collections.abc import Callable

from flight.icd.lander_platform import LanderPlatform
from flight.icd.platform import Platform
from flight.icd.rover_platform import RoverPlatform
from hil.config import BenchConfig
from hil.optics import CameraTruth
from hil.plant.rover_truth import RoverTruth
from hil.plant.scene import sun
from hil.plant.scene.arm import ArmSizes, add_arm, add_leg, scoop_walls
from hil.plant.scene.ground import SurfaceMap
from hil.plant.scene.mesh import Frame, Mesh
from hil.plant.scene.render import Lens
from hil.plant.scene.rover import RoverSizes, add_rover, body_frame, in_site
from hil.plant.scene.scene import Scene, Stage, Staging, State
from hil.plant.scene.sensor import Counts, Sensor
from hil.plant.simulation import Plant
from hil.plant.truth import Truth

Six = tuple[float, float, float, float, float, float]

_FOOT_M, _STRUT_M = (1.02, -0.62, 0.0), (0.55, -0.45, 0.75)  # the lander's nearest leg (assumed)


class Viewpoint:
    """A mission's camera over its plant; the seed draws the land around, grain and noise."""

    def __init__(self, platform: Platform, bench: BenchConfig, plant: Plant, seed: int) -> None:
        self._plant = plant
        self._sun = bench.sun
        self._latitude_deg = platform.location.latitude_deg
        self._heading = math.radians(platform.location.heading_deg) + plant.deviation.heading_error_rad
        scoop = platform.scoop
        self.scene = Scene(
            self._surface(), _stage_of(platform), scoop_walls(scoop.length_m, scoop.width_m, scoop.depth_m),
            plant.deviation.repose_rad, sensor_of(bench.camera), seed,
        )  # fmt: skip

    def expose(self, width: int, height: int, exposure_s: float | None = None) -> Callable[[], Counts]:
        """Takes a picture of the plant as it is now; the counts (height, width, 3) come when that is called, once.

        Without `exposure_s` the picture is exposed for as long as the sensor chooses.
        """
        return self.scene.expose(self.state(), width, height, exposure_s)

    def prepare(self) -> None:
        """Lay the land out and compile what draws it: what the first picture would wait for."""
        self.scene.radiance(self.state(), 8, 6)

    def state(self) -> State:
        """What is to be seen now."""
        truth = self._plant.truth
        pose, pose_s = _pose(truth)
        return State(
            surface=self._surface(),
            joint_rad=truth.joint_rad,
            joint_rad_s=truth.joint_rad_s,
            sample_m3=truth.sample_mass_kg / self._plant.deviation.loose_density_kg_m3,
            to_sun=self.to_sun(),
            rocks=truth.rocks_m.tolist(),
            pose=pose,
            pose_s=pose_s,
        )

    def to_sun(self) -> tuple[float, float, float]:
        """Unit vector to the Sun in the platform's fixed frame, now."""
        hour = sun.hour_after(self._sun.local_hour, self._plant.time_ns * 1e-9)
        elevation, azimuth = sun.position(self._latitude_deg, hour, self._sun.declination_deg)
        return sun.direction(elevation, azimuth, self._heading, self._plant.deviation.tilt_deg)

    def _surface(self) -> SurfaceMap:
        truth = self._plant.truth
        return SurfaceMap(truth.height_map_m, *truth.height_map_origin_m)


def sensor_of(camera: CameraTruth) -> Sensor:
    """The chip that the bench's table describes."""
    return Sensor(
        camera.full_well_e, camera.read_noise_e, camera.exposure_s, camera.target, camera.gamma, camera.vignetting
    )


def _stage_of(platform: Platform) -> Stage:
    fov = math.radians(platform.camera.fov_deg)
    scoop = platform.scoop
    if isinstance(platform, LanderPlatform):
        arm = platform.arm
        sizes = ArmSizes(arm.base_m, arm.link_m, scoop.length_m, scoop.width_m, scoop.depth_m)
        lens = Lens(platform.camera.position_m, platform.camera.aim_m, fov)

        def lander(state: State) -> Staging:
            mesh = Mesh()
            place = add_arm(mesh, sizes, state.joint_rad)
            add_leg(mesh, _FOOT_M, _STRUT_M)
            return Staging(mesh, place, _rake(place), lens)

        return lander
    if isinstance(platform, RoverPlatform):
        rover = platform.rover
        of_rover = RoverSizes(
            rover.wheelbase_m, rover.track_m, rover.wheel_radius_m, rover.wheel_width_m, rover.grouser_m,
            rover.lift_axis_m, rover.lift_m, scoop.length_m, scoop.width_m, scoop.depth_m,
        )  # fmt: skip
        camera = platform.camera

        def driven(state: State) -> Staging:
            mesh = Mesh()
            body = body_frame(state.pose)
            place = add_rover(mesh, of_rover, body, state.joint_rad)
            lens = Lens(in_site(body, camera.position_m), in_site(body, camera.aim_m), fov)
            return Staging(mesh, place, _rake(place), lens)

        return driven
    raise ValueError(f"there is no picture of a {type(platform).__name__}")


def _rake(scoop: Frame) -> float:
    """Angle of the scoop's floor from the x-y plane, edge down positive."""
    return math.atan2(-float(scoop.a[2]), float(scoop.c[2]))


def _pose(truth: Truth) -> tuple[Six, Six]:
    """Pose and its rates of what drives (pitching and rolling are too slow to smear); zeros of what stands."""
    if not isinstance(truth, RoverTruth):
        return (0.0,) * 6, (0.0,) * 6
    heading, (forward, left) = truth.heading_rad, truth.velocity_m_s
    c, s = math.cos(heading), math.sin(heading)
    return (
        (*truth.position_m, heading, truth.pitch_rad, truth.roll_rad),
        (forward * c - left * s, forward * s + left * c, 0.0, truth.yaw_rate_rad_s, 0.0, 0.0),
    )
