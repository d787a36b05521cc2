"""How fast the rover's plant runs, in multiples of real time, on one core: `python tests/bench/rover_speed.py`.

Three loads: standing, driving, creeping with the scoop in the ground; one call for each minor frame.
"""

from __future__ import annotations

import math
import time

from flight.icd.dynamixel_table import OperatingMode
from hil.config import load_bench
from hil.plant.plant import new_plant
from hil.plant.simulation import Plant

FRAME_NS = 10_000_000
FRAMES = 2000
FORWARD = (1.0, -1.0, 1.0, -1.0)
IN_THE_GROUND_DEG = (78.0, -48.0)  # lift, curl: the edge some centimetre deep
PLATFORM, BENCH = load_bench("m2_rover")


def pose(plant: Plant, lift_deg: float, curl_deg: float) -> None:
    """Goals of lift and curl."""
    for i, angle in enumerate((lift_deg, curl_deg)):
        plant.servos.goal_position_rad[i] = math.pi + PLATFORM.joint[i].direction * math.radians(angle)


def report(plant: Plant, load: str) -> None:
    """One line."""
    spent = time.process_time()
    for _ in range(FRAMES):
        plant.advance(plant.time_ns + FRAME_NS)
    spent = time.process_time() - spent
    rate, each_us = FRAMES * FRAME_NS * 1e-9 / spent, 1e6 * spent / FRAMES
    print(f"rover, {load:24s} {rate:6.0f} x real time, {each_us:5.1f} us a minor frame")


def main() -> None:
    """Prints one line for each load."""
    began = time.process_time()
    plant = new_plant(PLATFORM, BENCH, seed=1)
    print(f"first use: {time.process_time() - began:.1f} s")
    servos = plant.servos
    servos.mode[:2], servos.mode[2:] = OperatingMode.CURRENT_BASED_POSITION, OperatingMode.VELOCITY
    servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
    servos.velocity_p[:], servos.velocity_i[:], servos.velocity_limit_rad_s[:] = 100.0, 1920.0, 5.0
    servos.current_limit_a[:] = servos.goal_current_a[:] = 1.5
    servos.pwm_limit[:] = 1.0
    servos.profile_velocity_rad_s[:2] = 0.3
    servos.torque_enable[:] = 1.0
    pose(plant, -75.0, 75.0)
    report(plant, "standing")
    servos.goal_velocity_rad_s[2:] = [0.3 * way for way in FORWARD]
    report(plant, "driving")
    servos.goal_velocity_rad_s[2:] = [0.1 * way for way in FORWARD]
    pose(plant, *IN_THE_GROUND_DEG)
    plant.advance(plant.time_ns + 15_000_000_000)
    report(plant, "creeping in the ground")
    force_n, grams = plant.truth.soil_force_n, 1e3 * plant.truth.sample_mass_kg
    print(f"soil on the scoop: {force_n[0]:.1f} N to the rear, {force_n[1]:.1f} N up; {grams:.0f} g in it")


if __name__ == "__main__":
    main()
