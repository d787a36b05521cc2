"""Supply, heat and measurements: what all servos and the load cell share, 100 times a second.

`world` is the platform's record of that name; used of it are tick, ambient_c (at tick 0), ambient_k_s, supply_v,
harness_ohm, voltage_v, current_noise_a.
`noise` has a row for each tick: a column for each servo's current, then two for the load cell (white, walk).
"""

from __future__ import annotations

from typing import Any

from hil.plant.compiled import inlined
from hil.plant.load_cell import read_out
from hil.plant.servo_heat import warm

Record = Any

NOISE_ROWS = 256


def noise_columns(servos: int) -> int:
    """Columns of the noise for so many servos."""
    return servos + 2


@inlined
def tick_electrics(world: Record, servo: Any, cell: Record, noise: Any, tick_s: float) -> None:
    """One tick; counts it."""
    power_a = 0.0
    count = len(servo)
    ambient_c = world.ambient_c + world.ambient_k_s * world.tick * tick_s
    for j in range(count):
        warm(servo[j], ambient_c, tick_s)
        power_a += abs(servo[j].pwm * servo[j].current_a)
    world.voltage_v = world.supply_v - world.harness_ohm * power_a
    for j in range(count):
        servo[j].supply_v = world.voltage_v
    row = world.tick % NOISE_ROWS
    read_out(cell, ambient_c, noise[row, count], noise[row, count + 1], tick_s)
    world.tick += 1


@inlined
def measure(world: Record, servo: Any, bank: Record, noise: Any) -> None:
    """Leaves the servos' measurements in `bank`."""
    row = (world.tick - 1) % NOISE_ROWS
    for j in range(len(servo)):
        s = servo[j]
        bank.position_rad[j] = s.zero_rad + s.direction * s.encoder * s.link_rad
        bank.velocity_rad_s[j] = s.direction * s.encoder * s.link_rad_s
        bank.current_a[j] = s.current_a + s.current_offset_a + world.current_noise_a * noise[row, j]
        bank.pwm[j] = s.pwm
        bank.voltage_v[j] = world.voltage_v
        bank.temperature_c[j] = s.case_c
        bank.trajectory_position_rad[j] = s.trajectory_rad
        bank.trajectory_velocity_rad_s[j] = s.trajectory_rad_s
