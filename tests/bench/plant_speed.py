"""How fast the plant alone runs, in multiples of real time, on one core: `python tests/bench/plant_speed.py`.

Three loads: holding a pose in the air, resting on the ground under a commanded force, and dragging through soil.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from hil.config import load_bench
from hil.plant.actuators import OperatingMode
from hil.plant.plant import Plant

FRAME_NS = 10_000_000
FRAMES = 1000


def _plant() -> Plant:
    platform, bench = load_bench("m1_lander")
    plant = Plant(platform, bench, seed=1)
    servos = plant.servos
    servos.mode[:] = OperatingMode.CURRENT_BASED_POSITION
    servos.position_p[:], servos.position_d[:] = 3200.0, 8000.0
    servos.current_limit_a[:] = servos.goal_current_a[:] = 2.0
    servos.pwm_limit[:] = 1.0
    servos.goal_position_rad[:] = servos.position_rad
    servos.profile_velocity_rad_s[:], servos.profile_acceleration_rad_s2[:] = 0.3, 1.0
    servos.torque_enable[:] = 1.0
    return plant


def _go(plant: Plant, pose_deg: tuple[float, float, float, float], seconds: float) -> None:
    platform, _ = load_bench("m1_lander")
    for i, (joint, angle) in enumerate(zip(platform.joint, pose_deg, strict=True)):
        zero = joint.zero_counts * 2.0 * math.pi / 4096.0
        plant.servos.goal_position_rad[i] = zero + joint.direction * math.radians(angle)
    plant.advance(plant.time_ns + int(seconds * 1e9))


def _rate(plant: Plant, each_frame: Callable[[Plant, int], None]) -> float:
    start_ns = plant.time_ns
    began = time.perf_counter()
    for frame in range(FRAMES):
        each_frame(plant, frame)
        plant.advance(plant.time_ns + FRAME_NS)
    return (plant.time_ns - start_ns) * 1e-9 / (time.perf_counter() - began)


def _nothing(_plant: Plant, _frame: int) -> None:
    return


def _drag(plant: Plant, _frame: int) -> None:
    # About 1 cm/s at the edge for ten seconds: shoulder back, elbow in step.
    plant.servos.goal_position_rad[1] += 0.00012
    plant.servos.goal_position_rad[2] += 0.00035


def main() -> None:
    """Prints one line for each load."""
    plant = _plant()
    _go(plant, (0.0, 20.0, -80.0, -120.0), 6.0)
    print(f"plant, holding in the air     {_rate(plant, _nothing):7.0f} x real time")
    _go(plant, (0.0, 8.0, -80.0, -108.0), 4.0)
    print(f"plant, resting on the ground  {_rate(plant, _nothing):7.0f} x real time  ({plant.truth.soil_force_n[1]:.1f} N)")
    _go(plant, (0.0, 15.0, -80.0, -70.0), 4.0)
    _go(plant, (0.0, -2.0, -80.0, -55.0), 4.0)
    before = plant.truth.edge_m[0]
    rate = _rate(plant, _drag)
    print(
        f"plant, dragging in soil       {rate:7.0f} x real time  "
        f"({1e3 * (before - plant.truth.edge_m[0]):.0f} mm, {1e3 * plant.truth.sample_mass_kg:.0f} g)"
    )


if __name__ == "__main__":
    main()
