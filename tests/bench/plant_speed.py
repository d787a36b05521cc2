"""How fast the plant alone runs, in multiples of real time, on one core: `python tests/bench/plant_speed.py`.

Three loads: holding a pose in the air, resting on the ground, dragging through soil; one call for each minor frame.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from flight.icd.dynamixel_table import OperatingMode
from hil.config import load_bench
from hil.plant import plant as plants
from hil.plant.simulation import Plant

FRAME_NS = 10_000_000
FRAMES = 2000
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
        began = time.perf_counter()
        plant.advance(plant.time_ns + FRAME_NS)
        spent += time.perf_counter() - began
    return FRAMES / spent


def report(load: str, rate: float, note: str = "") -> None:
    """One line."""
    print(f"plant, {load:24s} {rate * FRAME_NS * 1e-9:6.0f} x real time, {1e6 / rate:5.1f} us a minor frame  {note}")


def main() -> None:
    """Prints one line for each load."""
    began = time.perf_counter()
    plant = new_plant()
    print(f"first use: {time.perf_counter() - began:.1f} s")
    aim(plant, 0.60, 0.10, LEVEL)
    wait(plant, 10.0)
    report("holding in the air", frames_per_second(plant))
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


if __name__ == "__main__":
    main()
