"""Rays against what there is: height maps within each other, the heap in the scoop, triangles."""

from __future__ import annotations

import math
from typing import Any

from hil.plant.compiled import inlined

FAR_M = 1e9
_STEPS = 220
_CAREFUL = 0.45  # share of the clearance that a ray may advance: slopes up to about 60 deg are never leapt over
_HASTY = 0.75  # the same towards the Sun, where a little less shadow is no harm


@inlined
def level_at(frames: Any, size: int, x: float, y: float) -> int:
    """The finest map that holds (x, y); the number of maps when none does."""
    for level in range(frames.shape[0]):
        u = (x - frames[level, 0]) * frames[level, 3]
        v = (y - frames[level, 1]) * frames[level, 3]
        if 1.0 <= u < size - 2.0 and 1.0 <= v < size - 2.0:
            return level
    return int(frames.shape[0])


@inlined
def sample(layer: Any, frame: Any, x: float, y: float) -> float:
    """Bilinear value of one layer of the map with that frame."""
    u = (x - frame[0]) * frame[3]
    v = (y - frame[1]) * frame[3]
    i, k = int(u), int(v)
    u -= i
    v -= k
    near = layer[i, k] + u * (layer[i + 1, k] - layer[i, k])
    far = layer[i, k + 1] + u * (layer[i + 1, k + 1] - layer[i, k + 1])
    return float(near + v * (far - near))


@inlined
def meet_ground(
    maps: Any, frames: Any, tops: Any, px: float, py: float, pz: float, dx: float, dy: float, dz: float, pixel: float
) -> float:
    """Distance along the ray to the ground, `FAR_M` for none; `pixel`: the angle that is told apart."""
    size = maps[0].shape[1]
    count = frames.shape[0]
    t = 0.0
    before = 0.0
    for _ in range(_STEPS):
        x, y, z = px + t * dx, py + t * dy, pz + t * dz
        level = level_at(frames, size, x, y)
        if level == count:
            return FAR_M
        clear = z - sample(maps[level][0], frames[level], x, y)
        if clear < 0.0:
            for _ in range(12):
                middle = 0.5 * (before + t)
                x, y, z = px + middle * dx, py + middle * dy, pz + middle * dz
                level = level_at(frames, size, x, y)
                if z < sample(maps[level][0], frames[level], x, y):
                    t = middle
                else:
                    before = middle
            return t
        if dz > 0.0 and z > tops[count - 1]:
            return FAR_M
        before = t
        t += max(_CAREFUL * clear, 0.4 * frames[level, 2], 0.7 * pixel * t)
    return FAR_M


@inlined
def ground_shade(
    maps: Any, frames: Any, tops: Any, px: float, py: float, pz: float, sx: float, sy: float, sz: float,
    sun_radius: float,
) -> float:  # fmt: skip
    """Share of the Sun that the ground leaves to be seen from a point just above it."""
    size = maps[0].shape[1]
    count = frames.shape[0]
    start = level_at(frames, size, px, py)
    if start == count:
        return 1.0
    seen = 1.0
    t = 0.8 * frames[start, 2]
    for _ in range(_STEPS):
        x, y, z = px + t * sx, py + t * sy, pz + t * sz
        level = level_at(frames, size, x, y)
        if level == count or z > tops[min(level + 1, count - 1)]:
            return seen
        if z > tops[level]:  # nothing more on this map: on to where the next begins
            reach = (size - 3.0) * frames[level, 2]
            ahead_x = (frames[level, 0] + (reach if sx > 0.0 else 0.0) - px) / (sx + 1e-12)
            ahead_y = (frames[level, 1] + (reach if sy > 0.0 else 0.0) - py) / (sy + 1e-12)
            t = max(t, min(ahead_x, ahead_y)) + 2.0 * frames[level, 2]
            continue
        clear = z - sample(maps[level][0], frames[level], x, y)
        # The lowest ray from the disc's rim is dark at -radius, the highest free at +radius.
        seen = min(seen, 0.5 + 0.5 * clear / (t * sun_radius))
        if seen <= 0.0:
            return 0.0
        t += max(_HASTY * clear, 0.6 * frames[level, 2])
    return seen


@inlined
def near_parts(boxes: Any, px: float, py: float, pz: float, dx: float, dy: float, dz: float, margin: float) -> bool:
    """Whether the ray passes any part's box within `margin`."""
    ix, iy, iz = 1.0 / (dx + 1e-12), 1.0 / (dy + 1e-12), 1.0 / (dz + 1e-12)
    for part in range(boxes.shape[0]):
        a, b = (boxes[part, 0, 2] - margin - pz) * iz, (boxes[part, 1, 2] + margin - pz) * iz
        enter, leave = min(a, b), max(a, b)
        if leave < 0.0:
            continue
        a, b = (boxes[part, 0, 0] - margin - px) * ix, (boxes[part, 1, 0] + margin - px) * ix
        enter, leave = max(enter, min(a, b)), min(leave, max(a, b))
        if enter > leave:
            continue
        a, b = (boxes[part, 0, 1] - margin - py) * iy, (boxes[part, 1, 1] + margin - py) * iy
        if max(enter, min(a, b)) <= min(leave, max(a, b)):
            return True
    return False


@inlined
def meet_parts(
    triangles: Any, parts: Any, boxes: Any, px: float, py: float, pz: float, dx: float, dy: float, dz: float,
    nearest: float, any_one: bool,
) -> tuple[float, int, int]:  # fmt: skip
    """(distance, triangle, part) of the first triangle nearer than `nearest`; the triangle is -1 for none.

    With `any_one` the first that is found will do.
    """
    found, in_part = -1, -1
    ix, iy, iz = 1.0 / (dx + 1e-12), 1.0 / (dy + 1e-12), 1.0 / (dz + 1e-12)
    for part in range(parts.shape[0]):
        a, b = (boxes[part, 0, 0] - px) * ix, (boxes[part, 1, 0] - px) * ix
        enter, leave = min(a, b), max(a, b)
        a, b = (boxes[part, 0, 1] - py) * iy, (boxes[part, 1, 1] - py) * iy
        enter, leave = max(enter, min(a, b)), min(leave, max(a, b))
        a, b = (boxes[part, 0, 2] - pz) * iz, (boxes[part, 1, 2] - pz) * iz
        enter, leave = max(enter, min(a, b)), min(leave, max(a, b))
        if enter > leave or leave < 0.0 or enter > nearest:
            continue
        for i in range(parts[part, 0], parts[part, 1]):
            corner, first, second = triangles[i, 0], triangles[i, 1], triangles[i, 2]
            hx = dy * second[2] - dz * second[1]
            hy = dz * second[0] - dx * second[2]
            hz = dx * second[1] - dy * second[0]
            det = first[0] * hx + first[1] * hy + first[2] * hz
            if abs(det) < 1e-14:
                continue
            inverse = 1.0 / det
            ox, oy, oz = px - corner[0], py - corner[1], pz - corner[2]
            u = inverse * (ox * hx + oy * hy + oz * hz)
            if u < 0.0 or u > 1.0:
                continue
            qx = oy * first[2] - oz * first[1]
            qy = oz * first[0] - ox * first[2]
            qz = ox * first[1] - oy * first[0]
            v = inverse * (dx * qx + dy * qy + dz * qz)
            if v < 0.0 or u + v > 1.0:
                continue
            t = inverse * (second[0] * qx + second[1] * qy + second[2] * qz)
            if 1e-5 < t < nearest:
                nearest, found, in_part = t, i, part
                if any_one:
                    return nearest, found, in_part
    return nearest, found, in_part


@inlined
def meet_heap(
    heap: Any, place: Any, spans: Any, px: float, py: float, pz: float, dx: float, dy: float, dz: float, nearest: float
) -> float:
    """Distance to the heap if nearer than `nearest`, else `FAR_M`.

    `heap` (4, n, m) as a map over `place` (4, 3: origin, axes u, v, w); `spans`: cells along u and v, sizes, top.
    """
    top = spans[4]
    if top <= 0.0:
        return FAR_M
    ox, oy, oz = px - place[0, 0], py - place[0, 1], pz - place[0, 2]
    u = ox * place[1, 0] + oy * place[1, 1] + oz * place[1, 2]
    v = ox * place[2, 0] + oy * place[2, 1] + oz * place[2, 2]
    w = ox * place[3, 0] + oy * place[3, 1] + oz * place[3, 2]
    du = dx * place[1, 0] + dy * place[1, 1] + dz * place[1, 2] + 1e-12
    dv = dx * place[2, 0] + dy * place[2, 1] + dz * place[2, 2] + 1e-12
    dw = dx * place[3, 0] + dy * place[3, 1] + dz * place[3, 2] + 1e-12
    a, b = -u / du, (spans[2] - u) / du
    enter, leave = min(a, b), max(a, b)
    a, b = (-0.5 * spans[3] - v) / dv, (0.5 * spans[3] - v) / dv
    enter, leave = max(enter, min(a, b)), min(leave, max(a, b))
    a, b = -w / dw, (top - w) / dw
    enter, leave = max(enter, min(a, b), 1e-5), min(leave, max(a, b), nearest)
    if enter >= leave:
        return FAR_M
    n, m = heap.shape[1], heap.shape[2]
    step = 0.5 * spans[0]
    t, before, above = enter, enter, 1e-9
    for _ in range(1000):
        p = min(max((u + t * du) / spans[0], 0.0), n - 1.0001)
        q = min(max((v + t * dv + 0.5 * spans[3]) / spans[1], 0.0), m - 1.0001)
        i, k = int(p), int(q)
        p -= i
        q -= k
        layer = heap[0]
        soil = (1.0 - p) * ((1.0 - q) * layer[i, k] + q * layer[i, k + 1])
        soil += p * ((1.0 - q) * layer[i + 1, k] + q * layer[i + 1, k + 1])
        clear = w + t * dw - soil
        if clear <= 0.0 and soil > 1e-5:
            # The surface is straight enough between two steps to say where it was passed.
            return float(before + (t - before) * above / (above - clear))
        if t >= leave:
            return FAR_M
        before, above = t, max(clear, 0.0)
        t = min(t + max(step, 0.5 * clear), leave)
    return FAR_M


@inlined
def unit(x: float, y: float, z: float) -> tuple[float, float, float]:
    """The vector with length 1."""
    scale = 1.0 / math.sqrt(x * x + y * y + z * z)
    return x * scale, y * scale, z * scale
