"""What a ray brings back: radiance factor I/F in three colours, by the Sun alone.

The Sun's disc gives half-shadows. There is no sky: what shadows receive is what sunlit ground and the lander scatter
(`_FROM_GROUND`, `_FROM_LANDER`, assumed), so they are nearly but not quite black.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from hil.plant.compiled import inlined
from hil.plant.scene import sun
from hil.plant.scene.photometry import polished, regolith
from hil.plant.scene.rays import (
    FAR_M,
    ground_shade,
    level_at,
    meet_ground,
    meet_heap,
    meet_parts,
    near_parts,
    sample,
    unit,
)

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

SKY, GROUND, HEAP, HARDWARE = range(4)
"""What a ray meets; hardware counts up from there by part."""
_DISC = 4  # rays to the Sun's disc against hardware
_MARGIN_M = 0.01  # by which the disc's rim passes hardware that its middle misses, at 2 m
_FROM_GROUND = 0.045  # I/F of sunlit ground, as a wall sees it
_FROM_LANDER = 0.006
_SOIL_ALBEDO = 0.11
_TINT_RED, _TINT_BLUE = 1.06, 0.90  # the Moon's soil is redder than sunlight


class Scenery(NamedTuple):
    """Everything a ray can meet, as arrays (`ground`, `mesh` and `scene` say of which shapes)."""

    maps: Any
    frames: Floats
    tops: Floats
    triangles: Floats
    parts: Any
    boxes: Floats
    heap: Any
    heap_place: Floats
    heap_spans: Floats


@inlined
def shade(x: float, y: float, z: float, nx: float, ny: float, nz: float, light: Any, turn: float, of: Any) -> float:
    """Share of the Sun's disc seen from a point of a surface with that normal; `turn` rolls the rays to the disc."""
    sx, sy, sz = light[0], light[1], light[2]
    lift = 3e-4
    x, y, z = x + lift * nx, y + lift * ny, z + lift * nz
    seen = ground_shade(of.maps, of.frames, of.tops, x, y, z, sx, sy, sz, sun.RADIUS_RAD)
    if seen <= 0.0 or not near_parts(of.boxes, x, y, z, sx, sy, sz, _MARGIN_M):
        return seen
    ax, ay, az = unit(sy, -sx, 1e-9)
    bx, by, bz = sy * az - sz * ay, sz * ax - sx * az, sx * ay - sy * ax
    hidden = 0
    for k in range(_DISC):
        angle = turn + k * 2.399963
        radius = sun.RADIUS_RAD * math.sqrt((k + 0.5) / _DISC)
        p, q = radius * math.cos(angle), radius * math.sin(angle)
        dx, dy, dz = unit(sx + p * ax + q * bx, sy + p * ay + q * by, sz + p * az + q * bz)
        _, found, _ = meet_parts(of.triangles, of.parts, of.boxes, x, y, z, dx, dy, dz, FAR_M, True)
        if found >= 0 or meet_heap(of.heap, of.heap_place, of.heap_spans, x, y, z, dx, dy, dz, FAR_M) < FAR_M:
            hidden += 1
    return seen * (1.0 - hidden / _DISC)


@inlined
def heap_surface(of: Any, x: float, y: float, z: float) -> tuple[float, float, float, float]:
    """Normal and relative albedo of the heap at a point on it."""
    place, spans, heap = of.heap_place, of.heap_spans, of.heap
    ox, oy, oz = x - place[0, 0], y - place[0, 1], z - place[0, 2]
    u = ox * place[1, 0] + oy * place[1, 1] + oz * place[1, 2]
    v = ox * place[2, 0] + oy * place[2, 1] + oz * place[2, 2] + 0.5 * spans[3]
    p = min(max(u / spans[0], 0.0), heap.shape[1] - 1.001)
    q = min(max(v / spans[1], 0.0), heap.shape[2] - 1.001)
    i, k = int(p), int(q)
    p -= i
    q -= k
    su = (1.0 - p) * ((1.0 - q) * heap[1, i, k] + q * heap[1, i, k + 1])
    su += p * ((1.0 - q) * heap[1, i + 1, k] + q * heap[1, i + 1, k + 1])
    sv = (1.0 - p) * ((1.0 - q) * heap[2, i, k] + q * heap[2, i, k + 1])
    sv += p * ((1.0 - q) * heap[2, i + 1, k] + q * heap[2, i + 1, k + 1])
    nx, ny, nz = unit(
        place[3, 0] - su * place[1, 0] - sv * place[2, 0],
        place[3, 1] - su * place[1, 1] - sv * place[2, 1],
        place[3, 2] - su * place[1, 2] - sv * place[2, 2],
    )
    return nx, ny, nz, heap[3, i, k]


@inlined
def land_surface(of: Any, x: float, y: float) -> tuple[float, float, float, float]:
    """Normal and relative albedo of the ground."""
    level = level_at(of.frames, of.maps[0].shape[1], x, y)
    frame = of.frames[level]
    nx, ny, nz = unit(-sample(of.maps[level][1], frame, x, y), -sample(of.maps[level][2], frame, x, y), 1.0)
    return nx, ny, nz, sample(of.maps[level][3], frame, x, y)


@inlined
def soil(
    x: float, y: float, z: float, dx: float, dy: float, dz: float, in_heap: bool, turn: float, light: Any, of: Any
) -> float:
    """I/F in green of soil seen along (dx, dy, dz)."""
    if in_heap:
        nx, ny, nz, albedo = heap_surface(of, x, y, z)
    else:
        nx, ny, nz, albedo = land_surface(of, x, y)
    mu0 = nx * light[0] + ny * light[1] + nz * light[2]
    mu = max(-(nx * dx + ny * dy + nz * dz), 0.05)  # a facet that the bilinear surface shows from behind
    value = albedo * _SOIL_ALBEDO * (_FROM_LANDER + _FROM_GROUND * 0.5 * (1.0 - nz))
    if mu0 > 0.0:
        direct = albedo * regolith(mu0, mu, -(dx * light[0] + dy * light[1] + dz * light[2]))
        value += direct * shade(x, y, z, nx, ny, nz, light, turn, of)
    return value


@inlined
def trace(
    px: float, py: float, pz: float, dx: float, dy: float, dz: float, pixel: float, turn: float, light: Any, table: Any,
    of: Any,
) -> tuple[float, float, float, int]:  # fmt: skip
    """I/F in three colours along a ray, and what it meets; `table` as in `materials`."""
    ground_t = meet_ground(of.maps, of.frames, of.tops, px, py, pz, dx, dy, dz, pixel)
    t, triangle, part = meet_parts(of.triangles, of.parts, of.boxes, px, py, pz, dx, dy, dz, ground_t, False)
    heap_t = meet_heap(of.heap, of.heap_place, of.heap_spans, px, py, pz, dx, dy, dz, t)
    in_heap = heap_t < t
    if in_heap:
        t = heap_t
    x, y, z = px + t * dx, py + t * dy, pz + t * dz
    if in_heap or (triangle < 0 and ground_t < FAR_M):
        value = soil(x, y, z, dx, dy, dz, in_heap, turn, light, of)
        return value * _TINT_RED, value, value * _TINT_BLUE, HEAP if in_heap else GROUND
    if triangle < 0:
        return 0.0, 0.0, 0.0, SKY
    sx, sy, sz = light[0], light[1], light[2]
    nx, ny, nz = of.triangles[triangle, 3, 0], of.triangles[triangle, 3, 1], of.triangles[triangle, 3, 2]
    if nx * dx + ny * dy + nz * dz > 0.0:
        nx, ny, nz = -nx, -ny, -nz
    material = of.parts[part, 2]
    # What shines also mirrors its surroundings: sunlit ground when it looks down, the black sky when it looks up.
    mirror_z = dz - 2.0 * nz * (nx * dx + ny * dy + nz * dz)
    shine = 0.5 * table[material, 3] * (_FROM_GROUND if mirror_z < 0.0 else 0.1 * _FROM_GROUND)
    lit = _FROM_LANDER + _FROM_GROUND * (0.5 * (1.0 - nz))
    mu0 = nx * sx + ny * sy + nz * sz
    if mu0 > 0.0:
        seen = shade(x, y, z, nx, ny, nz, light, turn, of) * mu0
        hx, hy, hz = unit(sx - dx, sy - dy, sz - dz)
        lit += seen
        shine += seen * polished(table[material, 3], table[material, 4], nx * hx + ny * hy + nz * hz)
    return (
        table[material, 0] * lit + shine, table[material, 1] * lit + shine, table[material, 2] * lit + shine,
        HARDWARE + part,
    )  # fmt: skip
