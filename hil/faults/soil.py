"""What the ground can have in store."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Part, Undo, present
from hil.plant.disturbance import Disturbances

HARD_FACTOR, HARD_DEPTH_M = 8.0, 0.004
SOFT_SHARE = 0.1
ROCK_M, ROCK_DEPTH_M = 0.03, 0.004
TRENCH_M, LOOSENED_M = 0.10, 0.02


def _on_plant(turn: Callable[[Disturbances], Undo]) -> Begin:
    return lambda site, _where: turn(present(site.disturbances))


def _fault(name: str, meaning: str, duration_s: float, turn: Callable[[Disturbances], Undo], acts_on: str) -> Fault:
    return Fault(name, "soil", meaning, duration_s, _on_plant(turn), Part.PLANT, acts_on, alone=True)


SOIL_FAULTS: tuple[Fault, ...] = (
    _fault("rock", f"a rock of {200 * ROCK_M:.0f} cm lies {1000 * ROCK_DEPTH_M:.0f} mm under the ground, where the "
           "scoop's edge is", 1.0, lambda plant: plant.bury_rock(ROCK_M, ROCK_DEPTH_M), "ground under the edge"),
    _fault("hard_layer", f"from {1000 * HARD_DEPTH_M:.0f} mm on down the soil is {HARD_FACTOR:.0f} times as strong",
           20.0, lambda plant: plant.harden(HARD_FACTOR, HARD_DEPTH_M), "strength of the soil"),
    _fault("soft_soil", f"the undisturbed soil has {SOFT_SHARE:.0%} of its strength", 20.0,
           lambda plant: plant.soften(SOFT_SHARE), "strength of the soil"),
    _fault("trench_collapse", f"within {100 * TRENCH_M:.0f} cm of the edge the ground gives way, "
           f"{100 * LOOSENED_M:.0f} cm deep", 1.0, lambda plant: plant.collapse(TRENCH_M, LOOSENED_M), "trench"),
)  # fmt: skip
"""Those of the soil."""
