"""The force on a scoop as the sum of passive pressures on its plates: face, blunt edge, and two side plates.

After Balovnev (1983), derived anew, for the published formulas differ in a bracket and in the limit between their
branches. With all stresses shifted by c cot(phi), soil at failure under a load p0 = g (gamma z + q) + c cot(phi) has
Mohr circles with centre s and radius s sin(phi).

At the free surface the major stress is horizontal and p0 the minor one, so s0 = p0 / (1 - sin phi). A wall on which
soil slides at the angle delta sees the normal stress s cos(delta) (cos(delta) + sqrt(sin2 phi - sin2 delta)), its
normal turned from the major stress by psi = (delta + asin(sin delta / sin phi)) / 2. For a wall at rake beta the major
stress turns by theta = beta + psi - pi/2 between surface and wall, and through such a fan s grows by
exp(2 theta tan phi).
Where theta would be negative there is no fan: the wall sees Rankine's field, s0 (1 - sin(phi) cos(2 beta)). At
theta = 0 both are the same, so the pressure is continuous in rake:

    sigma(beta) = A(beta) p0 - c cot(phi)

A smooth vertical wall gives Rankine's K_p gamma g z + 2 c sqrt(K_p). The fan is exact without weight; with it, it is a
known approximation. Wall friction follows the same shift, so adhesion is c tan(delta) / tan(phi).
"""

from __future__ import annotations

import math

from hil.plant.compiled import inlined, kernel


@inlined
def pressure_factor(beta: float, phi: float, delta: float) -> float:
    """A: pressure on a wall at rake `beta` over the load p0, both shifted; angles rad, delta < phi."""
    sin_phi, sin_delta, cos_delta = math.sin(phi), math.sin(delta), math.cos(delta)
    theta = beta + 0.5 * (delta + math.asin(sin_delta / sin_phi)) - 0.5 * math.pi
    if theta < 0.0:
        return (1.0 - sin_phi * math.cos(2.0 * beta)) / (1.0 - sin_phi)
    wall = cos_delta * (cos_delta + math.sqrt(sin_phi * sin_phi - sin_delta * sin_delta))
    return wall / (1.0 - sin_phi) * math.exp(2.0 * theta * math.tan(phi))


@inlined
def plate_forces_n(
    width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float, cohesion: float,
    surcharge: float, blade: float, side_m2: float, side_edge: float,
) -> tuple[float, float, float]:  # fmt: skip
    """(T of the face, force on the blunt edges, friction on the side plates), N; angles rad, lengths m.

    T as in `mckyes`: normal force over cos(delta), H = T sin(rake + delta). `blade` is the thickness of the edge,
    `side_m2` what of one side plate is buried, `side_edge` its thickness. All four faces of the side plates rub under
    the passive pressure of a vertical wall, as Balovnev has it: an upper bound.
    """
    if depth <= 0.0:
        return 0.0, 0.0, 0.0
    delta = min(delta, 0.95 * phi)
    shift = cohesion * math.cos(phi) / math.sin(phi)
    mean = gravity * (0.5 * density * depth + surcharge) + shift
    deep = gravity * (density * depth + surcharge) + shift
    wall = pressure_factor(0.5 * math.pi, phi, delta)
    normal = (pressure_factor(rake, phi, delta) * mean - shift) * width * depth / math.sin(rake)
    edges = (wall * deep - shift) * width * blade + 2.0 * (wall * mean - shift) * depth * side_edge
    rubbing = 4.0 * math.tan(delta) * (wall * mean - shift) * side_m2
    return normal / math.cos(delta), edges, rubbing


@kernel
def plate_forces(
    width: float, depth: float, rake: float, phi: float, delta: float, density: float, gravity: float, cohesion: float,
    surcharge: float, blade: float, side_m2: float, side_edge: float,
) -> tuple[float, float, float]:  # fmt: skip
    """`plate_forces_n` from Python."""
    return plate_forces_n(
        width, depth, rake, phi, delta, density, gravity, cohesion, surcharge, blade, side_m2, side_edge
    )
