"""What a scoop's face, edge and side plates yield at, by the cutting model that the mission has chosen.

Two models that share nothing but the soil's numbers, and a calibration factor on both: `mckyes` (a wedge that shears
off, with Bekker's bearing pressure on the blunt edge) and `plates` (passive pressures, with side plates). For a small
scoop they differ by a factor of three and more; which of them is right is the main uncertainty of a dig.
"""

from __future__ import annotations

import math
from typing import Any

from hil.plant.compiled import inlined
from hil.plant.mckyes import cutting_force_n
from hil.plant.plates import plate_forces_n
from hil.plant.soil import bearing_pa, density_kg_m3, mean_cohesion_pa, mean_friction_rad

Record = Any

MCKYES, PLATES = 0.0, 1.0
MODELS = {"mckyes": MCKYES, "plates": PLATES}
"""Cutting models by their names in mission files."""


@inlined
def yields_n(
    soil: Record, width: float, depth: float, loose: float, rake: float, strength: float, speed: float, blade: float,
    side_m2: float,
) -> tuple[float, float, float]:  # fmt: skip
    """(T of the face, force on the edge, friction on the side plates), N, of a scoop with its edge `depth` deep.

    `loose` m of disturbed soil lie on top: a surcharge on the firm soil below, and alone cut without cohesion at the
    friction of its repose. `strength` is the place's factor on cohesion and bearing; `side_m2` what of one plate is in.
    """
    firm = depth - loose
    if firm > 0.0:
        phi, density = mean_friction_rad(soil, firm), soil.density_factor * density_kg_m3(0.5 * firm)
        cohesion, adhesion = strength * mean_cohesion_pa(soil, firm), soil.adhesion_pa
        height, surcharge = firm, soil.loose_kg_m3 * loose
    else:
        phi, density = math.atan(soil.repose_tan), soil.loose_kg_m3
        cohesion, adhesion, height, surcharge = 0.0, 0.0, depth, 0.0
    delta = soil.tool_friction_rad
    if soil.cutting_model == PLATES:
        face, edge, sides = plate_forces_n(
            width, height, rake, phi, delta, density, soil.gravity, cohesion, surcharge, blade, side_m2, blade
        )
    else:
        face = cutting_force_n(
            width, height, rake, phi, delta, density, soil.gravity, cohesion, adhesion, surcharge, speed
        )
        edge, sides = strength * bearing_pa(soil, depth, blade) * blade * width, 0.0
    factor = soil.cutting_factor
    return factor * face, factor * edge, factor * sides
