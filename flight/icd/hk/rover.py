"""Housekeeping of the rover's wheels in the ground; a lander has none."""

from __future__ import annotations

from flight.icd.fields import f32, u8
from flight.icd.kinds import Housekeeping


class TractionHk(Housekeeping, sid=17, every_s=0.5):
    """What the wheels bear and where they have carried the rover, twice a second; see `flight.scoop.rover_traction`."""

    working: int = u8("", "1 while a pass digs: pull and lift are told from what its free stretch took")
    pull_n: float = f32("N", "pull of the scoop on the wheels, by their currents")
    lift_n: float = f32("N", "force of the soil up on the scoop, by the load cell")
    front_n: float = f32("N", "load left on the front axle, by the lever")
    slip: float = f32("1", "share of the wheels' way that is lost, by what they push; 1 spins in place")
    slip_worst: float = f32("1", "the same on ground as weak as may be", warn=(0, 0.8))
    dug_m: float = f32("m", "how deep the wheels have dug themselves in at most, by slip and way", warn=(0, 0.015))
    position_m: tuple[float, float] = f32("m", "ROVER's origin in SITE by dead reckoning, x and y", 2)
    position_u95_m: float = f32("m", "radius about it that holds the truth in 95 % of cases")
    heading_rad: float = f32("rad", "heading in SITE by dead reckoning")
    heading_u95_rad: float = f32("rad", "half-width of its 95 % interval")
