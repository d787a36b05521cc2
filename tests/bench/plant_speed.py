"""How fast the plant alone runs on one core, beside MuJoCo: `python tests/bench/plant_speed.py`. Times are of the CPU.

Three loads: holding a pose in the air, resting on the ground, dragging through soil; one call for each minor frame.
MuJoCo steps the same arm at the same rate in the same run, without soil, servos, play and friction: less than what is
asked of the plant, by an engine that is known to be fast. Its arm is that of `tests/peers/mujoco_arm.py`.
"""

from __future__ import annotations

import importlib.util
import math
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import mujoco

from flight.icd.dynamixel_table import OperatingMode
from hil.config import load_bench
from hil.plant import plant as plants
from hil.plant.simulation import Plant

FRAME_NS = 10_000_000
FRAMES = 2000
REQUIRED = 500.0
"""Multiples of real time, each load."""
ROUNDS = 5
RAD_PER_COUNT = 2.0 * math.pi / 4096.0
LEVEL, CUTTING = -math.pi, math.radians(-135.0)
PLATFORM, BENCH = load_bench("m1_lander")


def new_plant() -> Plant:
    """A plant that holds its stow pose."""
    plant = plants.new_plant(PLATFORM, BENCH, seed=1)
    servos = plant.servos
    servos.mode[:] = OperatingMode.CURRENT_BASED_POSITION
    servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
    servos.current_limit_a[:] = servos.goal_current_a[:] = 2.0
    servos.pwm_limit[:] = 1.0
    servos.goal_position_rad[:] = servos.position_rad
    servos.profile_velocity_rad_s[:], servos.profile_acceleration_rad_s2[:] = 0.4, 1.0
    servos.torque_enable[:] = 1.0
    return plant


def aim(plant: Plant, r_m: float, z_m: float, pitch_rad: float) -> None:
    """Sets the goals that bring the blade's edge to (r, z), r from the arm's base and z in LANDER, elbow up."""
    l1, l2 = PLATFORM.arm.link_m
    r = r_m - PLATFORM.scoop.length_m * math.cos(pitch_rad)
    z = z_m - PLATFORM.scoop.length_m * math.sin(pitch_rad) - PLATFORM.arm.base_m[2]
    elbow = -math.acos((r * r + z * z - l1 * l1 - l2 * l2) / (2.0 * l1 * l2))
    shoulder = math.atan2(z, r) - math.atan2(l2 * math.sin(elbow), l1 + l2 * math.cos(elbow))
    for i, angle in enumerate((0.0, shoulder, elbow, pitch_rad - shoulder - elbow)):
        joint = PLATFORM.joint[i]
        plant.servos.goal_position_rad[i] = joint.zero_counts * RAD_PER_COUNT + joint.direction * angle


def wait(plant: Plant, seconds: float) -> None:
    """Lets the plant go on as it is commanded."""
    plant.advance(plant.time_ns + round(seconds * 1e9))


def frames_per_second(plant: Plant, each_frame: Callable[[float], None] = lambda share: None) -> float:
    """Minor frames of the plant a second of wall time; `each_frame` gets the share that is done and is not timed."""
    spent = 0.0
    for frame in range(FRAMES):
        each_frame(frame / FRAMES)
        began = time.process_time()
        plant.advance(plant.time_ns + FRAME_NS)
        spent += time.process_time() - began
    return FRAMES / spent


def peer() -> ModuleType:
    """The module that builds the arm for MuJoCo."""
    path = Path(__file__).parent.parent / "peers" / "mujoco_arm.py"
    spec = importlib.util.spec_from_file_location("mujoco_arm", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def mujoco_frames_per_second(plant: Plant, integrator: str) -> float:
    """Minor frames a second of MuJoCo with the plant's arm, swinging freely, ten steps a call; best of some runs."""
    record = plant._servo
    model = peer().build(
        plant._arm[0], (0.0, 0.0, -1.62), armature=tuple(record["inertia"]), step_s=1e-3, integrator=integrator
    )
    best = 0.0
    for _ in range(ROUNDS):
        data = mujoco.MjData(model)
        data.qpos[:] = record["link_rad"]
        began = time.process_time()
        for _ in range(FRAMES):
            mujoco.mj_step(model, data, nstep=10)
        best = max(best, FRAMES / (time.process_time() - began))
    return best


def report(load: str, rate: float, note: str = "") -> None:
    """One line."""
    times = rate * FRAME_NS * 1e-9
    verdict = "met" if times >= REQUIRED else "MISSED"
    print(f"plant, {load:24s} {times:6.0f} x real time, {1e6 / rate:5.1f} us a minor frame, {verdict}  {note}")


def main() -> None:
    """Prints one line for each load, then the ratio to MuJoCo."""
    print(f"required of the plant: {REQUIRED:.0f} x real time")
    began = time.process_time()
    plant = new_plant()
    print(f"first use: {time.process_time() - began:.1f} s")
    aim(plant, 0.60, 0.10, LEVEL)
    wait(plant, 10.0)
    in_air = frames_per_second(plant)
    report("holding in the air", in_air)
    surface = plant.truth.surface_m
    aim(plant, 0.60, surface - 0.008, LEVEL)
    wait(plant, 5.0)
    report("resting on the ground", frames_per_second(plant), f"({plant.truth.soil_force_n[1]:.1f} N)")
    aim(plant, 0.66, surface + 0.03, CUTTING)
    wait(plant, 8.0)
    aim(plant, 0.66, surface - 0.015, CUTTING)
    wait(plant, 3.0)
    before = plant.truth.edge_m[0]
    rate = frames_per_second(plant, lambda share: aim(plant, 0.66 - 0.08 * share, surface - 0.015, CUTTING))
    way, mass = before - plant.truth.edge_m[0], plant.truth.sample_mass_kg
    report("dragging through soil", rate, f"({1e3 * way:.0f} mm, {1e3 * mass:.0f} g)")
    for integrator in ("implicitfast", "RK4"):
        theirs = mujoco_frames_per_second(plant, integrator)
        print(
            f"MuJoCo {mujoco.__version__}, bare arm, {integrator:12s} {theirs * FRAME_NS * 1e-9:6.0f} x real time, "
            f"{1e6 / theirs:5.1f} us a minor frame; plant / MuJoCo: {in_air / theirs:.2f} in the air, "
            f"{rate / theirs:.2f} in the soil"
        )


if __name__ == "__main__":
    main()
