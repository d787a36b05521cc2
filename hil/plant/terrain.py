"""The ground of the work area: a height map of undisturbed soil with loose soil on it; mass is neither made nor lost.

Frame: cells along x and y of LANDER; heights above the footpad plane. A cell's surface is `solid` (undisturbed soil,
only ever cut down) plus `loose` (thickness of what was moved there). Cutting takes mass with the density at its depth
below the original surface; what is dropped lies at the loose density. Two further layers say how much stronger and
denser than the soil's mean a place is; undisturbed ground is both, or neither, for what lies denser is stronger.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.soil import column_kg_m2, columns_kg_m2

Record = Any
Floats = np.ndarray[Any, np.dtype[np.float64]]

TERRAIN = np.dtype(
    [
        ("x_m", "f8"), ("y_m", "f8"), ("cell_m", "f8"),  # centre of cell (0, 0); side of a cell
        ("off_map_kg", "f8"),                            # dropped outside the map
        ("disturbed", "f8"),                             # ticks for which the ground may still slump
    ]
)  # fmt: skip
ORIGINAL, SOLID, LOOSE, STRENGTH, DENSITY = range(5)
"""Layers of the ground: heights m (thickness of LOOSE), factors on the soil's mean strength and density."""
_WAVES = 24
_SLUMP_I, _SLUMP_K = (1, 0, 1, 1), (0, 1, 1, -1)  # to four neighbours; the other four come as those cells' own
_SLUMP_WAY = (1.0, 1.0, math.sqrt(2.0), math.sqrt(2.0))  # cells


def new_terrain(x_m: float, y_m: float, size_m: tuple[float, float], cell_m: float) -> np.ndarray[Any, Any]:
    """A `TERRAIN` of `size_m` whose corner of least x and y is (`x_m`, `y_m`)."""
    terrain = np.zeros(1, TERRAIN)
    terrain["x_m"], terrain["y_m"], terrain["cell_m"] = x_m + 0.5 * cell_m, y_m + 0.5 * cell_m, cell_m
    if min(size_m) < 2.0 * cell_m:
        raise ValueError(f"terrain of {size_m} m needs at least 2 cells of {cell_m} m each way")
    return terrain


def waves(
    terrain: np.ndarray[Any, Any], size_m: tuple[float, float], wavelength_m: float, rng: np.random.Generator
) -> Floats:
    """A seeded random field over the map: mean 0, standard deviation 1, no wave shorter than `wavelength_m`."""
    x, y = _coordinates(terrain, size_m)
    field = np.zeros((x.size, y.size))
    for _ in range(_WAVES):
        number = 2.0 * math.pi / (wavelength_m * rng.uniform(1.0, 3.0))
        heading, phase = rng.uniform(0.0, 2.0 * math.pi, 2)
        wave = number * (x * math.cos(heading) + y * math.sin(heading)) + phase
        field += math.sqrt(2.0 / _WAVES) * np.cos(wave)
    return field


def sloping(
    terrain: np.ndarray[Any, Any], size_m: tuple[float, float], height_m: float, slope: float, rng: np.random.Generator
) -> Floats:
    """Heights of a plane at `height_m` in the middle, rising by `slope` towards a seeded heading."""
    x, y = _coordinates(terrain, size_m)
    heading = rng.uniform(0.0, 2.0 * math.pi)
    plane: Floats = height_m + slope * (x * math.cos(heading) + y * math.sin(heading))
    return plane


def _coordinates(terrain: np.ndarray[Any, Any], size_m: tuple[float, float]) -> tuple[Floats, Floats]:
    """x as a column and y as a row, from the middle of the map."""
    cell = float(terrain["cell_m"][0])
    nx, ny = round(size_m[0] / cell), round(size_m[1] / cell)
    return cell * _centred(nx)[:, None], cell * _centred(ny)[None, :]


def _centred(count: int) -> Floats:
    return np.arange(count, dtype=np.float64) - 0.5 * (count - 1)


def undisturbed(height_m: Floats, strength: Floats | float = 1.0, density: Floats | float = 1.0) -> Floats:
    """All layers of ground that nobody has touched."""
    whole = np.ones_like(height_m)
    return np.stack([height_m, height_m, np.zeros_like(height_m), strength * whole, density * whole])


def height_at(terrain: np.ndarray[Any, Any], ground: Floats, x: float, y: float) -> float:
    """`surface_m` from Python."""
    i, k, u, v = place.py_func(terrain.view(np.recarray)[0], ground, x, y)  # type: ignore[attr-defined]
    surface = ground[SOLID] + ground[LOOSE]
    near, far = ((1.0 - v) * surface[n, k] + v * surface[n, k + 1] for n in (i, i + 1))
    return float((1.0 - u) * near + u * far)


def moved_kg(terrain: np.ndarray[Any, Any], ground: Floats, soil: np.ndarray[Any, Any]) -> float:
    """Mass the ground has gained since it was undisturbed: loose soil and what fell off the map, less what was cut."""
    area = float(terrain["cell_m"][0]) ** 2
    loose = float(ground[LOOSE].sum()) * float(soil["loose_kg_m3"][0])
    depth = ground[ORIGINAL] - ground[SOLID]
    was_cut = float(soil["density_factor"][0]) * float((ground[DENSITY] * columns_kg_m2(depth)).sum())
    return area * (loose - was_cut) + float(terrain["off_map_kg"][0])


@inlined
def place(terrain: Record, ground: Any, x: float, y: float) -> tuple[int, int, float, float]:
    """The cell (i, k) before (x, y) and how far it is on the way to the next, 0..1; beyond the map, as at its edge."""
    u = min(max((x - terrain.x_m) / terrain.cell_m, 0.0), ground.shape[1] - 1.000001)
    v = min(max((y - terrain.y_m) / terrain.cell_m, 0.0), ground.shape[2] - 1.000001)
    i, k = int(u), int(v)
    return i, k, u - i, v - k


@inlined
def between(g: Any, i: int, k: int, u: float, v: float) -> float:
    """Bilinear between the centres of four cells of one layer."""
    near = (1.0 - v) * g[i, k] + v * g[i, k + 1]
    return float((1.0 - u) * near + u * ((1.0 - v) * g[i + 1, k] + v * g[i + 1, k + 1]))


@inlined
def layer(terrain: Record, ground: Any, which: int, x: float, y: float) -> float:
    """One layer at (x, y)."""
    i, k, u, v = place(terrain, ground, x, y)
    return between(ground[which], i, k, u, v)


@inlined
def surface_m(terrain: Record, ground: Any, x: float, y: float) -> float:
    """Height of the surface at (x, y)."""
    i, k, u, v = place(terrain, ground, x, y)
    return between(ground[SOLID], i, k, u, v) + between(ground[LOOSE], i, k, u, v)


@inlined
def cut(
    terrain: Record, soil: Record, ground: Any, base_x: float, base_y: float, c: float, s: float,
    r_from: float, r_to: float, edge_z: float, half_width: float,
) -> float:  # fmt: skip
    """Takes away what lies above a level edge drawn inwards from `r_from` to `r_to` along azimuth (c, s); kg taken.

    A cell gives by the fraction of it that the edge has passed, so the mass grows smoothly.
    """
    if r_to >= r_from:
        return 0.0
    nx, ny = ground.shape[1], ground.shape[2]
    cell = terrain.cell_m
    middle = 0.5 * (r_from + r_to)
    reach = half_width + cell + 0.5 * (r_from - r_to)
    x_mid, y_mid = base_x + middle * c, base_y + middle * s
    span_x = abs(s) * reach + abs(c) * (cell + 0.5 * (r_from - r_to))
    span_y = abs(c) * reach + abs(s) * (cell + 0.5 * (r_from - r_to))
    i0 = max(math.floor((x_mid - span_x - terrain.x_m) / cell), 0)
    i1 = min(math.ceil((x_mid + span_x - terrain.x_m) / cell), nx - 1)
    k0 = max(math.floor((y_mid - span_y - terrain.y_m) / cell), 0)
    k1 = min(math.ceil((y_mid + span_y - terrain.y_m) / cell), ny - 1)
    area = cell * cell
    mass = 0.0
    for i in range(i0, i1 + 1):
        dx = terrain.x_m + i * cell - base_x
        for k in range(k0, k1 + 1):
            dy = terrain.y_m + k * cell - base_y
            r = dx * c + dy * s
            across = (half_width - abs(dy * c - dx * s)) / cell + 0.5
            if across <= 0.0:
                continue
            before = min(max((r - r_from) / cell + 0.5, 0.0), 1.0)
            after = min(max((r - r_to) / cell + 0.5, 0.0), 1.0)
            if after <= before:
                continue
            across = min(across, 1.0)
            share = across * (after - before) / (1.0 - across * before)
            solid, loose = ground[SOLID, i, k], ground[LOOSE, i, k]
            if edge_z >= solid + loose:
                continue
            if edge_z >= solid:
                taken = share * (solid + loose - edge_z)
            else:
                taken = share * loose
                top = ground[ORIGINAL, i, k] - solid
                deeper = top + share * (solid - edge_z)
                density = soil.density_factor * ground[DENSITY, i, k]
                mass += area * density * (column_kg_m2(deeper) - column_kg_m2(top))
                ground[SOLID, i, k] = ground[ORIGINAL, i, k] - deeper
            ground[LOOSE, i, k] = loose - taken
            mass += area * soil.loose_kg_m3 * taken
    if mass > 0.0:
        terrain.disturbed = 100.0
    return mass


@inlined
def drop(terrain: Record, soil: Record, ground: Any, x: float, y: float, radius: float, mass_kg: float) -> None:
    """Drops `mass_kg` evenly over the cells whose centres lie within `radius` of (x, y)."""
    if mass_kg <= 0.0:
        return
    nx, ny = ground.shape[1], ground.shape[2]
    cell = terrain.cell_m
    i0 = math.ceil((x - radius - terrain.x_m) / cell)
    i1 = math.floor((x + radius - terrain.x_m) / cell)
    k0 = math.ceil((y - radius - terrain.y_m) / cell)
    k1 = math.floor((y + radius - terrain.y_m) / cell)
    cells = 0
    for i in range(i0, i1 + 1):
        for k in range(k0, k1 + 1):
            if (terrain.x_m + i * cell - x) ** 2 + (terrain.y_m + k * cell - y) ** 2 <= radius * radius:
                cells += 1
    if cells == 0:
        terrain.off_map_kg += mass_kg
        return
    share = mass_kg / cells
    thickness = share / (soil.loose_kg_m3 * cell * cell)
    for i in range(i0, i1 + 1):
        for k in range(k0, k1 + 1):
            if (terrain.x_m + i * cell - x) ** 2 + (terrain.y_m + k * cell - y) ** 2 <= radius * radius:
                if 0 <= i < nx and 0 <= k < ny:
                    ground[LOOSE, i, k] += thickness
                else:
                    terrain.off_map_kg += share
    terrain.disturbed = 100.0


@inlined
def slump(terrain: Record, soil: Record, ground: Any, x: float, y: float, radius: float) -> None:
    """One relaxation towards the angle of repose around (x, y): loose soil slides down to the next cells, all eight.

    Undisturbed soil stands: its cohesion holds walls of many centimetres.
    """
    nx, ny = ground.shape[1], ground.shape[2]
    cell = terrain.cell_m
    i0 = max(int((x - radius - terrain.x_m) / cell), 0)
    i1 = min(int((x + radius - terrain.x_m) / cell), nx - 1)
    k0 = max(int((y - radius - terrain.y_m) / cell), 0)
    k1 = min(int((y + radius - terrain.y_m) / cell), ny - 1)
    for i in range(i0, i1 + 1):
        for k in range(k0, k1 + 1):
            for way in range(4):
                i_next, k_next = i + _SLUMP_I[way], k + _SLUMP_K[way]
                if i_next > i1 or not k0 <= k_next <= k1:
                    continue
                steepest = soil.repose_tan * cell * _SLUMP_WAY[way]
                fall = ground[SOLID, i, k] - ground[SOLID, i_next, k_next]
                fall += ground[LOOSE, i, k] - ground[LOOSE, i_next, k_next]
                if fall > steepest:
                    moved = min(0.5 * (fall - steepest), ground[LOOSE, i, k])
                elif fall < -steepest:
                    moved = -min(0.5 * (-fall - steepest), ground[LOOSE, i_next, k_next])
                else:
                    continue
                ground[LOOSE, i, k] -= moved
                ground[LOOSE, i_next, k_next] += moved
