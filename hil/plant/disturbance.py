"""What can be made to go wrong in the physical world: knobs over the plant's records, each returning how to end it.

A knob changes a value that the kernels take as constant, such as a servo's friction or the supply. Several changes of
one value act in the order they came and end in any; when the last has ended, the value is what it was, to the bit.
States (a temperature, the ground) go on living: what is shifted is shifted back by as much, what collapsed stays.
Joints are counted from 0 in the order of the platform, whatever their number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from hil.plant.rocks import bury
from hil.plant.soil import columns_kg_m2
from hil.plant.terrain import DENSITY, LOOSE, ORIGINAL, SOLID, height_at

Records = np.ndarray[Any, Any]
Undo = Callable[[], None]
Change = Callable[[float], float]

_JAM_NM = 1e6
"""Friction that nothing here moves."""
_SLUMP_TICKS = 300.0


class Edge(Protocol):
    """Where a plant's blade is (`truth`)."""

    @property
    def edge_m(self) -> tuple[float, float, float]:
        """The middle of the blade's edge, in the frame of the terrain."""

    @property
    def depth_below_surface_m(self) -> float:
        """How deep it is in the ground; negative above."""


def nothing_to_undo() -> None:
    """What happened stays."""


class Disturbances:
    """The knobs of one plant; its records are changed in place, between two advances."""

    __slots__ = ("_ground", "_knobs", "_rocks", "_servo", "_soil", "_terrain", "_world", "edge")

    def __init__(
        self, world: Records, servo: Records, soil: Records, terrain: Records, ground: Records, rocks: Records,
        edge: Edge,
    ) -> None:  # fmt: skip
        self.edge = edge
        """Where the blade is."""
        self._world = world
        self._servo = servo
        self._soil = soil
        self._terrain = terrain
        self._ground = ground
        self._rocks = rocks
        self._knobs: dict[tuple[int, str, int], tuple[float, list[Change]]] = {}

    @property
    def joints(self) -> int:
        """How many servos there are."""
        return len(self._servo)

    def _turn(self, records: Records, field: str, change: Change, index: int = 0) -> Undo:
        key = (id(records), field, index)
        base, changes = self._knobs.setdefault(key, (float(records[field][index]), []))
        changes.append(change)

        def apply() -> None:
            value = base
            for each in changes:
                value = each(value)
            records[field][index] = value

        def undo() -> None:
            changes.remove(change)
            apply()
            if not changes:
                del self._knobs[key]

        apply()
        return undo

    # Servos

    def jam(self, joint: int) -> Undo:
        """The gearbox is stuck: the motor can't turn, the link has what play and elasticity leave it."""
        return self._turn(self._servo, "coulomb_ref_nm", lambda _: _JAM_NM, joint)

    def stiffen(self, joint: int, factor: float) -> Undo:
        """Friction of the gearbox, Coulomb and viscous, times `factor`."""
        return together(
            self._turn(self._servo, "coulomb_ref_nm", scaled(factor), joint),
            self._turn(self._servo, "viscous_ref_nms", scaled(factor), joint),
        )

    def weaken(self, joint: int, share: float) -> Undo:
        """The motor gives `share` of its torque for the same current."""
        return self._turn(self._servo, "kt_ref_nm_a", scaled(share), joint)

    def slow(self, joint: int, factor: float) -> Undo:
        """The motor's back-EMF times `factor`: it reaches that much less speed."""
        return self._turn(self._servo, "ke_ref_v_s", scaled(factor), joint)

    def widen_play(self, joint: int, play_rad: float) -> Undo:
        """The gearbox has so much more play, from end to end; it does not heal."""
        self._turn(self._servo, "half_play_rad", shifted(0.5 * play_rad), joint)
        return nothing_to_undo

    def shift_encoder(self, joint: int, by_rad: float) -> Undo:
        """The encoder counts from another zero: its magnet has slipped on the shaft."""
        return self._turn(self._servo, "zero_rad", shifted(by_rad), joint)

    def stick_encoder(self, joint: int) -> Undo:
        """The encoder stays at what it reads now; the servo's own loops believe it."""
        servo = self._servo[joint]
        here_rad = float(servo["direction"] * servo["encoder"] * servo["link_rad"])
        return together(
            self._turn(self._servo, "encoder", lambda _: 0.0, joint),
            self._turn(self._servo, "zero_rad", shifted(here_rad), joint),
        )

    # Supply and temperature

    def supply(self, volt: float) -> Undo:
        """The servos' supply is so high, before the harness."""
        return self._turn(self._world, "supply_v", lambda _: volt)

    def harness(self, ohm: float) -> Undo:
        """So much more resistance on the way to the servos, as of a bad contact."""
        return self._turn(self._world, "harness_ohm", shifted(ohm))

    def surroundings(self, ambient_c: float) -> Undo:
        """All servos have soaked at a temperature; what it does to grease and windings is in `servo_heat`."""
        by_k = ambient_c - float(self._world["ambient_c"][0])
        return together(self.shine(by_k), *(self._warm(joint, by_k) for joint in range(self.joints)))

    def shine(self, by_k: float) -> Undo:
        """The sun gets at the radiator: what servos and load cell cool against is warmer by `by_k`."""
        return self._turn(self._world, "ambient_c", shifted(by_k))

    def _warm(self, joint: int, by_k: float) -> Undo:
        bodies = [self._servo[name] for name in ("winding_c", "case_c")]
        for temperature in bodies:
            temperature[joint] += by_k

        def undo() -> None:
            for temperature in bodies:
                temperature[joint] -= by_k

        return undo

    # Soil

    def harden(self, factor: float, depth_m: float) -> Undo:
        """Below `depth_m` the soil is `factor` times as strong, if it is not anyway."""
        return together(
            self._turn(self._soil, "hard_depth_m", lambda value: min(value, depth_m)),
            self._turn(self._soil, "hard_factor", lambda value: max(value, factor)),
        )

    def soften(self, share: float) -> Undo:
        """Cohesion and bearing strength of all the soil come down to this share: fluff."""
        return together(
            *(
                self._turn(self._soil, field, scaled(share))
                for field in ("cohesion_pa", "bearing_cohesive", "bearing_frictional")
            )
        )

    def bury_rock(self, x_m: float, y_m: float, radius_m: float, top_depth_m: float) -> Undo:
        """A rock lies at (x, y), its top so deep; it stays. The last one makes room if need be."""
        if self._rocks["radius_m"].all():
            self._rocks[-1] = np.zeros(1, self._rocks.dtype)[0]
        bury(self._rocks, x_m, y_m, height_at(self._terrain, self._ground, x_m, y_m) - top_depth_m - radius_m, radius_m)
        return nothing_to_undo

    def collapse(self, radius_m: float, depth_m: float) -> Undo:
        """The trench's walls give way: around the edge the ground is loose to `depth_m`, and slides; mass stays."""
        x_m, y_m, _ = self.edge.edge_m
        terrain, ground, soil = self._terrain[0], self._ground, self._soil[0]
        x = terrain["x_m"] + terrain["cell_m"] * np.arange(ground.shape[1])[:, None] - x_m
        y = terrain["y_m"] + terrain["cell_m"] * np.arange(ground.shape[2])[None, :] - y_m
        near = x * x + y * y <= radius_m * radius_m
        top_m = ground[ORIGINAL] - ground[SOLID]
        density = soil["density_factor"] * ground[DENSITY]
        loosened_kg_m2 = density * (columns_kg_m2(top_m + depth_m) - columns_kg_m2(top_m))
        ground[SOLID][near] -= depth_m
        ground[LOOSE][near] += (loosened_kg_m2 / soil["loose_kg_m3"])[near]
        self._terrain["disturbed"] = _SLUMP_TICKS
        return nothing_to_undo


def scaled(factor: float) -> Change:
    """Times `factor`."""
    return lambda value: value * factor


def shifted(by: float) -> Change:
    """Plus `by`."""
    return lambda value: value + by


def together(*undo: Undo) -> Undo:
    """Ends all of them, the latest first."""

    def end() -> None:
        for each in reversed(undo):
            each()

    return end
