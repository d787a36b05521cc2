"""Faults of the servos' supply, and the heat and cold around them."""

from __future__ import annotations

from collections.abc import Callable

from hil.faults.fault import Begin, Fault
from hil.faults.site import Part, Site, Undo, present
from hil.plant.disturbance import Disturbances

SAG_V, OVER_V = 9.2, 16.6
HARNESS_OHM = 0.6
COLD_C, HOT_C = -35.0, 62.0
SUN_K = 40.0


def _on_plant(turn: Callable[[Disturbances], Undo]) -> Begin:
    return lambda site, _where: turn(present(site.disturbances))


def _power_cut(site: Site, _where: str) -> Undo:
    return site.servo_bus.cut_power()


def _thermal(name: str, meaning: str, duration_s: float, turn: Callable[[Disturbances], Undo]) -> Fault:
    return Fault(name, "thermal", meaning, duration_s, _on_plant(turn), Part.PLANT, "servos' temperature", alone=True)


SUPPLY_FAULTS: tuple[Fault, ...] = (
    Fault("supply_sag", "supply", f"the servos' supply sags to {SAG_V} V", 1.0,
          _on_plant(lambda plant: plant.supply(SAG_V)), Part.PLANT, "servos' supply", alone=True),
    Fault("over_voltage", "supply", f"the servos' supply is at {OVER_V} V", 1.0,
          _on_plant(lambda plant: plant.supply(OVER_V)), Part.PLANT, "servos' supply", alone=True),
    Fault("power_cut", "supply", "the servos have no supply; they start anew when it is back", 2.0, _power_cut,
          Part.SERVOS, "servos' supply", alone=True),
    Fault("bad_contact", "supply", f"the harness to the servos has {HARNESS_OHM} ohm more", 20.0,
          _on_plant(lambda plant: plant.harness(HARNESS_OHM)), Part.PLANT, "servos' harness"),
    _thermal("cold_soak", f"the servos are at {COLD_C:.0f} degC, their grease thick", 20.0,
             lambda plant: plant.surroundings(COLD_C)),
    _thermal("hot_soak", f"the servos are at {HOT_C:.0f} degC", 20.0, lambda plant: plant.surroundings(HOT_C)),
    _thermal("sun_on_radiator", f"what the servos cool against is {SUN_K:.0f} K warmer", 59.0,
             lambda plant: plant.shine(SUN_K)),
)  # fmt: skip
"""Those of supply and temperature."""
