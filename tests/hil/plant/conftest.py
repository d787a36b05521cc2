"""An arm that is told where to go: servo goals from poses or from a line of the blade's edge, in virtual time."""

import math

import pytest

from flight.icd.dynamixel_table import OperatingMode
from hil.config import load_bench
from hil.plant.cutting import MCKYES
from hil.plant.plant import new_plant
from hil.plant.soil import new_soil

FRAME_NS = 10_000_000
RAD_PER_COUNT = 2 * math.pi / 4096


@pytest.fixture(scope="session")
def tables():
    return load_bench("m1_lander")


class Rig:
    """A plant with gentle gains in current-based position mode, holding its stow pose."""

    def __init__(self, platform, bench, seed=1):
        self.platform = platform
        self.plant = new_plant(platform, bench, seed)
        self.truth = self.plant.truth
        servos = self.servos = self.plant.servos
        servos.mode[:] = OperatingMode.CURRENT_BASED_POSITION
        servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
        servos.velocity_p[:], servos.velocity_i[:] = 100.0, 1920.0
        servos.goal_current_a[:] = (1.5, 2.0, 2.0, 1.0)
        servos.current_limit_a[:] = 4.4
        servos.pwm_limit[:] = 1.0
        servos.velocity_limit_rad_s[:] = 5.0
        servos.torque_enable[:] = 1.0
        self.pose = [math.radians(angle) for angle in platform.arm.stow_deg]
        self.frames = []
        self.frame()

    def frame(self, record=None):
        """One minor frame; `record` of the truth is kept in `frames`."""
        for i, joint in enumerate(self.platform.joint):
            self.servos.goal_position_rad[i] = joint.zero_counts * RAD_PER_COUNT + joint.direction * self.pose[i]
        self.plant.advance(self.plant.time_ns + FRAME_NS)
        if record:
            self.frames.append(record(self.truth))

    def hold(self, seconds, record=None):
        for _ in range(round(seconds * 100)):
            self.frame(record)

    def go(self, pose, seconds):
        """To a pose, rad, by a smooth step."""
        start, frames = list(self.pose), round(seconds * 100)
        for k in range(1, frames + 1):
            u = k / frames
            u = u * u * (3 - 2 * u)
            self.pose = [a + (b - a) * u for a, b in zip(start, pose, strict=True)]
            self.frame()

    def reach(self, r, z, pitch, azimuth=0.0):
        """The pose, elbow up, that puts the edge at (r, z), r from the arm's base and z in LANDER, scoop at `pitch`."""
        l1, l2 = self.platform.arm.link_m
        l3 = self.platform.scoop.length_m
        r, z = r - l3 * math.cos(pitch), z - l3 * math.sin(pitch) - self.platform.arm.base_m[2]
        elbow = -math.acos((r * r + z * z - l1 * l1 - l2 * l2) / (2 * l1 * l2))
        shoulder = math.atan2(z, r) - math.atan2(l2 * math.sin(elbow), l1 + l2 * math.cos(elbow))
        return [azimuth, shoulder, elbow, pitch - shoulder - elbow]

    def line(self, start, end, seconds, record=None):
        """The edge along a line from (r, z, pitch, azimuth) to another."""
        frames = round(seconds * 100)
        for k in range(1, frames + 1):
            u = k / frames
            u = u * u * (3 - 2 * u)
            self.pose = self.reach(*[a + (b - a) * u for a, b in zip(start, end, strict=True)])
            self.frame(record)


@pytest.fixture(scope="session")
def rig(tables):
    """Makes a `Rig`; keyword arguments replace bench tables."""

    def make(seed=1, platform=None, **bench):
        return Rig(platform or tables[0], tables[1].model_copy(update=bench), seed)

    return make


@pytest.fixture(scope="session")
def exact(tables):
    """Bench tables under which the truth is what flight believes."""
    bench = tables[1]
    tolerance = type(bench.tolerance)(tilt_deg=0, surface_m=0, link_mass=0, scoop_mass=0, friction=0, joint_zero_deg=0)
    still = {"current_offset_a": 0.0, "current_noise_a": 0.0, "harness_ohm": 0.0, "ambient_k_h": 0.0}
    servo = bench.servo.model_copy(update=still)
    return {"tolerance": tolerance, "servo": servo}


@pytest.fixture(scope="session")
def soil():
    """Intercrater soil, 0-15 cm."""
    return new_soil(
        cohesion_pa=520.0,
        cohesion_gradient_per_m=0.0,
        friction_rad=math.radians(42.0),
        friction_gradient_rad_m=0.0,
        hard_depth_m=math.inf,
        hard_factor=1.0,
        cutting_model=MCKYES,
        cutting_factor=1.0,
        tool_friction_rad=math.radians(20.0),
        adhesion_pa=100.0,
        bearing_cohesive=1400.0,
        bearing_frictional=820e3,
        density_factor=1.0,
        loose_kg_m3=1250.0,
        repose_tan=math.tan(math.radians(37.0)),
        unload_n_m3=4e6,
        grip_n_m=20e3,
        damping_n_s_m=10.0,
        gravity=1.62,
    )
