"""The plant's arm against MuJoCo's: statics, dynamics, free motion, and a dig replayed from its recorded forces."""

import importlib.util
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.dynamixel_table import OperatingMode
from hil.config import load_bench
from hil.plant.arm import equations, load_scoop, new_arm
from hil.plant.plant import new_plant
from hil.plant.simulation import gravity_along

mujoco = pytest.importorskip("mujoco")
_spec = importlib.util.spec_from_file_location("mujoco_arm", Path(__file__).with_name("mujoco_arm.py"))
peer = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(peer)

PLATFORM, BENCH = load_bench("m1_lander")
SAMPLE_KG, HEIGHT_M = 0.2, 0.015
RAD_PER_COUNT = 2.0 * math.pi / 4096.0

angle = st.floats(-math.pi, math.pi)
rate = st.floats(-3.0, 3.0)
poses, rates, accelerations = (st.tuples(*[each] * 4) for each in (angle, rate, st.floats(-20.0, 20.0)))
tilts = st.tuples(st.floats(-15, 15), st.floats(-15, 15))


def loaded_arm():
    arm, scoop = PLATFORM.arm, PLATFORM.scoop
    record = new_arm((*arm.link_m, scoop.length_m), (*arm.link_mass_kg, scoop.mass_kg), (*arm.link_com_m, scoop.com_m))
    load_scoop.py_func(record.view(np.recarray)[0], SAMPLE_KG, HEIGHT_M)
    return record[0]


ARM = loaded_arm()
MODEL = peer.build(ARM, (0.0, 0.0, 0.0), sample_kg=SAMPLE_KG, height_m=HEIGHT_M)
DATA = mujoco.MjData(MODEL)


def ours(pose, speed, acceleration, gravity):
    """Torques of azimuth, shoulder, elbow, scoop that move the arm so; all joints relative."""
    arm = np.array([ARM]).view(np.recarray)[0]
    a, w, d = np.cumsum(pose[1:]), np.cumsum(speed[1:]), np.cumsum(acceleration[1:])
    c, s = math.cos(pose[0]), math.sin(pose[0])
    trig = [f(each) for each in a for f in (math.cos, math.sin)]
    along = (gravity[0] * c + gravity[1] * s, gravity[1] * c - gravity[0] * s, gravity[2])
    m00, m11, m12, m13, m22, m23, m33, *bias = equations.py_func(arm, *trig, speed[0], *w, *along)
    plane = np.array([[m11, m12, m13], [m12, m22, m23], [m13, m23, m33]]) @ d + bias[1:]
    return np.array([m00 * acceleration[0] + bias[0], *np.cumsum(plane[::-1])[::-1]])


def theirs(pose, speed, acceleration, gravity):
    MODEL.opt.gravity[:] = gravity
    DATA.qpos[:], DATA.qvel[:], DATA.qacc[:] = pose, speed, acceleration
    mujoco.mj_inverse(MODEL, DATA)
    return DATA.qfrc_inverse.copy()


@given(poses, tilts)
def test_gravity_takes_the_same_torques_however_the_lander_stands(pose, tilt):
    gravity = gravity_along(1.62, tilt)
    assert ours(pose, (0,) * 4, (0,) * 4, gravity) == pytest.approx(theirs(pose, 0.0, 0.0, gravity), abs=1e-9)


@given(poses, rates, accelerations, tilts)
@pytest.mark.requirement("BEN-3")
def test_inverse_dynamics_with_a_loaded_scoop_are_the_same(pose, speed, acceleration, tilt):
    gravity = gravity_along(1.62, tilt)
    there = theirs(pose, speed, acceleration, gravity)
    assert ours(pose, speed, acceleration, gravity) == pytest.approx(there, rel=1e-9, abs=1e-9)


def free_plant(pose, rates_rad_s, seed=1):
    """A plant high above the ground, torque off, without friction, play and stops; its couplings nearly rigid."""
    platform = PLATFORM.model_copy(update={"arm": PLATFORM.arm.model_copy(update={"base_m": (0.8, 0.0, 9.0)})})
    plant = new_plant(platform, BENCH, seed)
    servo = plant._servo
    for friction in ("coulomb_ref_nm", "viscous_ref_nms", "grease_ref_nms", "load_share", "half_play_rad"):
        servo[friction] = 0.0
    servo["stiffness"], servo["damping"] = 1e6, 1e3
    servo["stop_low_rad"], servo["stop_high_rad"] = -100.0, 100.0
    servo["link_rad"] = servo["motor_rad"] = pose
    servo["link_rad_s"] = servo["link_was_rad_s"] = servo["motor_rad_s"] = rates_rad_s
    return plant


def gravity_of(plant):
    return tuple(float(plant._world[f"g{axis}"][0]) for axis in "xyz")


@pytest.mark.parametrize(
    ("pose", "speed"),
    [
        ((0.3, 0.5, -1.0, 0.4), (0.1, 0.0, 0.0, 0.0)),
        ((0.0, -1.2, 0.3, -0.2), (0.5, 0.0, 0.0, 0.0)),
        ((-0.5, 0.2, -0.5, -2.0), (0.8, 0.5, -0.4, 0.3)),
    ],
    ids=["let go", "a swing about the vertical", "all joints moving"],
)
def test_a_free_arm_moves_as_theirs_does(pose, speed):
    """Three seconds; of every joint the largest distance, as a share of the way it has swung: below 0.2 %."""
    plant, fine = free_plant(pose, speed), 10
    servo = plant._servo
    model = peer.build(
        plant._arm[0], gravity_of(plant), armature=tuple(servo["inertia"]), step_s=1e-3 / fine, integrator="RK4"
    )
    data = mujoco.MjData(model)
    data.qpos[:], data.qvel[:] = pose, speed
    here, there = [np.array(pose)], [np.array(pose)]
    for _ in range(300):
        plant.advance(plant.time_ns + 10_000_000)
        mujoco.mj_step(model, data, nstep=10 * fine)
        here.append(servo["link_rad"].copy())
        there.append(data.qpos.copy())
    here, there = np.array(here), np.array(there)
    swung = np.abs(np.diff(there, axis=0)).sum(axis=0)
    assert swung.min() > 0.2
    assert (np.abs(here - there).max(axis=0) / swung).max() < 0.002


class Digger:
    """Drives a plant through soil from pose to pose, as `tests/hil/plant/conftest.py` does, and records each step."""

    def __init__(self, seed):
        self.plant = new_plant(PLATFORM, BENCH, seed)
        servos = self.plant.servos
        servos.mode[:] = OperatingMode.CURRENT_BASED_POSITION
        servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
        servos.goal_current_a[:], servos.current_limit_a[:] = (1.5, 2.0, 2.0, 1.0), 4.4
        servos.pwm_limit[:], servos.torque_enable[:] = 1.0, 1.0
        self.steps = []
        self.at = None

    def pose(self, r, z, pitch, azimuth):
        l1, l2 = PLATFORM.arm.link_m
        l3 = PLATFORM.scoop.length_m
        r, z = r - l3 * math.cos(pitch), z - l3 * math.sin(pitch) - PLATFORM.arm.base_m[2]
        elbow = -math.acos((r * r + z * z - l1 * l1 - l2 * l2) / (2 * l1 * l2))
        shoulder = math.atan2(z, r) - math.atan2(l2 * math.sin(elbow), l1 + l2 * math.cos(elbow))
        return azimuth, shoulder, elbow, pitch - shoulder - elbow

    def line(self, end, seconds, record=False):
        """Along a line of edge positions (r, z, pitch, azimuth), or at once to its end where there is no start."""
        start = self.at or end
        for k in range(1, round(100 * seconds) + 1):
            u = k / (100 * seconds)
            u = u * u * (3 - 2 * u)
            goal = self.pose(*[a + (b - a) * u for a, b in zip(start, end, strict=True)])
            for i, joint in enumerate(PLATFORM.joint):
                self.plant.servos.goal_position_rad[i] = joint.zero_counts * RAD_PER_COUNT + joint.direction * goal[i]
            for _ in range(10 if record else 1):
                self.plant.advance(self.plant.time_ns + (1_000_000 if record else 10_000_000))
                if record:
                    self.steps.append(self.now())
        self.at = end

    def now(self):
        """Joint angles, rates and torques, and the soil's wrench, of the step that has just been taken."""
        servo, contact, scoop = self.plant._servo, self.plant._contact[0], self.plant._scoop[0]
        wrench = [float(contact[name]) for name in ("r_n", "across_n", "z_n", "moment_nm")]
        height = float(self.plant._arm["d"][0]) / max(float(scoop["sample_kg"]), 1e-9)
        return [
            *servo["link_rad"],
            *servo["link_rad_s"],
            *servo["torque_nm"],
            *wrench,
            float(scoop["sample_kg"]),
            height,
        ]


ANGLE, RATE, TORQUE, WRENCH, SAMPLE, HEIGHT = slice(0, 4), slice(4, 8), slice(8, 12), slice(12, 16), 16, 17


@pytest.fixture(scope="module", params=[1, 2])
def recorded(request):
    """A plant and what each millisecond of a drag and a lift was; the azimuth turns while it drags."""
    digger = Digger(request.param)
    digger.line((0.60, 0.10, -math.pi, 0.0), 4.0)
    ground = digger.plant.truth.surface_m
    cutting = math.radians(-135.0)
    digger.line((0.66, ground + 0.03, cutting, 0.0), 2.0)
    digger.line((0.66, ground - 0.01, cutting, 0.0), 2.0)
    digger.line((0.58, ground - 0.01, cutting, 0.02), 4.0, record=True)
    digger.line((0.55, ground + 0.05, -math.pi, 0.02), 2.0, record=True)
    return digger.plant, np.array(digger.steps)


def test_the_recording_has_a_dig_in_it(recorded):
    _, steps = recorded
    assert steps[:, WRENCH][:, 0].max() > 1.0
    assert np.abs(steps[:, WRENCH][:, 1]).max() > 0.05
    assert 0.02 < steps[-1, SAMPLE] < 0.2


def replay(plant, steps, with_soil=True):
    """The worst window of MuJoCo's arm under the recorded torques and soil, from the recorded state at its start.

    Windows of a quarter of a second, since a drive's stiffness is not in its recorded torque and an open chain falls
    away from any error by itself. The norm is the distance of the edge from the recorded one at the end of a window
    over the way it has gone there; a millimetre counts as the least way.
    """
    model = peer.build(plant._arm[0], gravity_of(plant), step_s=2.5e-4, integrator="RK4")
    data, window, worst = mujoco.MjData(model), 250, 0.0

    def edge(pose):
        data.qpos[:] = pose
        mujoco.mj_kinematics(model, data)
        return data.site("edge").xpos.copy()

    for start in range(0, len(steps) - window, window):
        path = [edge(steps[k, ANGLE]) for k in range(start, start + window + 1, 10)]
        way = sum(np.linalg.norm(b - a) for a, b in pairwise(path))
        data.qpos[:], data.qvel[:] = steps[start, ANGLE], steps[start, RATE]
        for k in range(start + 1, start + window + 1):
            peer.load(model, steps[k, SAMPLE], steps[k, HEIGHT])
            mujoco.mj_kinematics(model, data)
            mujoco.mj_comPos(model, data)
            data.qfrc_applied[:] = steps[k, TORQUE]
            if with_soil:
                data.qfrc_applied[:] += peer.push(model, data, data.qpos[0], *steps[k, WRENCH])
            mujoco.mj_step(model, data, nstep=4)
        worst = max(worst, np.linalg.norm(edge(data.qpos.copy()) - path[-1]) / max(way, 1e-3))
    return worst


@pytest.mark.requirement("BEN-3")
def test_the_forces_of_a_dig_move_their_arm_as_ours(recorded):
    """What soil and gearboxes did to the links, step by step, done to MuJoCo's arm."""
    assert replay(*recorded) < 0.01


def test_without_the_soil_the_same_torques_lead_elsewhere(recorded):
    assert replay(*recorded, with_soil=False) > 1.0
