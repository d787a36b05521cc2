"""What the ground can have in store."""

from __future__ import annotations

import math
from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Part, Undo, present
from hil.plant.disturbance import Disturbances

HARD_FACTOR, HARD_DEPTH_M = 8.0, 0.004
SOFT_SHARE = 0.1
ROCK_M, ROCK_DEPTH_M, ROCK_AHEAD_M = 0.03, 0.002, 0.03
_CUTTING_M = 0.002
_MOVED_M = 1e-4
TRENCH_M, LOOSENED_M = 0.10, 0.02


def _on_plant(turn: Callable[[Disturbances], Undo]) -> Begin:
    return lambda site, _where: turn(present(site.disturbances))


class RockAhead:
    """A rock in the way of the scoop: it lies `ROCK_AHEAD_M` ahead of the edge when that next cuts, and stays there."""

    def __init__(self, disturbances: Disturbances) -> None:
        self._disturbances = disturbances
        self._from = disturbances.edge.edge_m
        self._buried = False

    def step(self, now_ns: int) -> None:
        """Bury the rock once the edge is in the ground and moves along it."""
        edge = self._disturbances.edge
        if self._buried or edge.depth_below_surface_m < _CUTTING_M:
            self._from = edge.edge_m
            return
        x_m, y_m, _ = edge.edge_m
        dx_m, dy_m = x_m - self._from[0], y_m - self._from[1]
        moved_m = math.hypot(dx_m, dy_m)
        if moved_m >= _MOVED_M:
            self._buried = True
            ahead = ROCK_AHEAD_M / moved_m
            self._disturbances.bury_rock(x_m + ahead * dx_m, y_m + ahead * dy_m, ROCK_M, ROCK_DEPTH_M)

    def __call__(self) -> None:
        """What was buried stays; what was not won't be."""


def _fault(name: str, meaning: str, duration_s: float, turn: Callable[[Disturbances], Undo], acts_on: str) -> Fault:
    return Fault(name, "soil", meaning, duration_s, _on_plant(turn), Part.PLANT, acts_on, alone=True)


SOIL_FAULTS: tuple[Fault, ...] = (
    _fault("rock", f"a rock of {200 * ROCK_M:.0f} cm lies {100 * ROCK_AHEAD_M:.0f} cm ahead of the edge, "
           f"{1000 * ROCK_DEPTH_M:.0f} mm deep, when that next cuts, and stays", 20.0, RockAhead, "ground ahead"),
    _fault("hard_layer", f"from {1000 * HARD_DEPTH_M:.0f} mm on down the soil is {HARD_FACTOR:.0f} times as strong",
           20.0, lambda plant: plant.harden(HARD_FACTOR, HARD_DEPTH_M), "strength of the soil"),
    _fault("soft_soil", f"the undisturbed soil has {SOFT_SHARE:.0%} of its strength", 20.0,
           lambda plant: plant.soften(SOFT_SHARE), "strength of the soil"),
    _fault("trench_collapse", f"within {100 * TRENCH_M:.0f} cm of the edge the ground gives way, "
           f"{100 * LOOSENED_M:.0f} cm deep", 1.0, lambda plant: plant.collapse(TRENCH_M, LOOSENED_M), "trench"),
)  # fmt: skip
"""Those of the soil."""
