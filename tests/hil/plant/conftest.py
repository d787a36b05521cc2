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


class RoverRig:
    """A rover holding its stow pose with locked wheels, on flat even ground that is what its mission file says."""

    def __init__(self, platform, bench, seed=1):
        self.platform = platform
        self.plant = new_plant(platform, bench, seed)
        self.truth = self.plant.truth
        servos = self.servos = self.plant.servos
        servos.mode[:2], servos.mode[2:] = OperatingMode.CURRENT_BASED_POSITION, OperatingMode.VELOCITY
        servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
        servos.velocity_p[:], servos.velocity_i[:] = 100.0, 1920.0
        servos.goal_current_a[:], servos.current_limit_a[:] = 1.5, 2.2
        servos.pwm_limit[:], servos.velocity_limit_rad_s[:] = 1.0, 5.0
        servos.torque_enable[:] = 1.0
        self.pose = list(platform.stow_rad)
        self.hold(0.01)

    def hold(self, seconds):
        for i, joint in enumerate(self.platform.joint):
            self.servos.goal_position_rad[i] = joint.zero_counts * RAD_PER_COUNT + joint.direction * self.pose[i]
        self.plant.advance(self.plant.time_ns + round(seconds * 1e9))

    def drive(self, left_rad_s, right_rad_s=None):
        right_rad_s = left_rad_s if right_rad_s is None else right_rad_s
        for i, (wheel, rate) in enumerate(zip(self.platform.wheel, (left_rad_s, right_rad_s) * 2, strict=True)):
            self.servos.goal_velocity_rad_s[2 + i] = wheel.direction * rate

    def go(self, pose, seconds):
        """To joint angles, rad, by a smooth step."""
        start, frames = list(self.pose), round(seconds * 100)
        for k in range(1, frames + 1):
            u = k / frames
            u = u * u * (3 - 2 * u)
            self.pose = [a + (b - a) * u for a, b in zip(start, pose, strict=True)]
            self.hold(0.01)

    def reach(self, depth, rake):
        """The pose of the level rover that puts the edge `depth` under the ground with the floor at `rake`."""
        rover, scoop = self.platform.rover, self.platform.scoop
        down = self.truth.position_m[2] + rover.lift_axis_m[1] + depth - scoop.length_m * math.sin(rake)
        lift = math.asin(min(down / rover.lift_m, 1.0))
        return [lift, rake - lift]

    def tow(self, newtons):
        """Something pulls back at the centre of mass: that much of gravity points to the rear."""
        self.plant._world["gx"] = -newtons / self.platform.rover.mass_kg


@pytest.fixture(scope="session")
def rover_tables():
    return load_bench("m2_rover")


@pytest.fixture(scope="session")
def rover(rover_tables):
    """Makes a `RoverRig`; keyword arguments replace bench tables."""
    platform, bench = rover_tables
    none = {name: 0.0 for name in type(bench.tolerance).model_fields}
    flat = {
        "tolerance": type(bench.tolerance)(**none),
        "terrain": bench.terrain.model_copy(update={"relief_m": 0.0, "slope_deg": 0.0}),
        "rocks": bench.rocks.model_copy(update={"per_m2": (0.0, 0.0)}),
        "soil": bench.soil.model_copy(
            update={
                "variation": 0.0, "cutting_model": "mckyes", "cutting_factor": (1.0, 1.0),
                "cohesion_pa": (520.0, 520.0), "friction_deg": (42.0, 42.0), "adhesion_pa": (100.0, 100.0),
                "tool_friction_deg": (20.0, 20.0), "cohesion_gradient_per_m": (0.0, 0.0),
                "friction_gradient_deg_m": (0.0, 0.0), "density_factor": (1.0, 1.0),
            }
        ),
        "traction": bench.traction.model_copy(
            update={"cohesion_pa": (170.0, 170.0), "friction_deg": (35.0, 35.0), "dig_in": (0.375, 0.375)}
        ),
        "load_cell": bench.load_cell.model_copy(
            update=dict.fromkeys(set(type(bench.load_cell).model_fields) - {"filter_s", "thermal_s", "overload"}, 0.0)
        ),
    }  # fmt: skip

    def make(seed=1, gravity_m_s2=None, **tables):
        used = platform
        if gravity_m_s2:
            used = platform.model_copy(update={"environment": type(platform.environment)(gravity_m_s2=gravity_m_s2)})
        return RoverRig(used, bench.model_copy(update={**flat, **tables}), seed)

    return make
