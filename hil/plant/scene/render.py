"""A picture's light: one ray a pixel, more where neighbours differ."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from hil.plant.compiled import background_kernel, inlined
from hil.plant.scene.light import Floats, Scenery, trace
from hil.plant.scene.materials import TABLE
from hil.plant.scene.rays import unit

Image = np.ndarray[tuple[int, ...], np.dtype[np.float32]]

_CONTRAST = 0.12  # of two neighbours, from which a pixel is looked at closer
_CLOSER = 4  # rays a pixel that is looked at closer
_BANDS = 2


@dataclass(frozen=True)
class Lens:
    """A pinhole at `position`, looking at `aim` with up as near to z as can be; `fov` across the picture, rad."""

    position: tuple[float, float, float]
    aim: tuple[float, float, float]
    fov: float

    def axes(self) -> Floats:
        """(4, 3): position, right, down, forward."""
        position = np.asarray(self.position, float)
        forward = np.asarray(self.aim, float) - position
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        right /= np.linalg.norm(right)
        return np.stack([position, right, np.cross(forward, right), forward])


def render(scenery: Scenery, lens: Lens, to_sun: tuple[float, float, float], width: int, height: int) -> Image:
    """(height, width, 4): I/F in red, green and blue, and what is seen (as in `light`)."""
    image = np.zeros((height, width, 4), np.float32)
    scale = 2.0 * math.tan(0.5 * lens.fov) / width
    axes, light = lens.axes(), np.array(to_sun)
    bands = list(pairwise(np.linspace(0, height, _BANDS + 1).astype(int)))
    wanted: Any = np.ones((height, width), bool)
    with ThreadPoolExecutor(_BANDS) as pool:
        for rays in (1, _CLOSER):
            seen = [pool.submit(look, image, wanted, rays, *band, axes, scale, light, TABLE, scenery) for band in bands]
            for each in seen:
                each.result()
            wanted = _unlike(image)
    return image


def _unlike(image: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Pixels that show another thing than a neighbour, or the same in another light."""
    kind, green = image[:, :, 3], image[:, :, 1]
    unlike = np.zeros(kind.shape, bool)
    for one, other in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:, :], np.s_[:-1, :])):
        gap = np.abs(green[one] - green[other]) > _CONTRAST * (green[one] + green[other]) + 1e-3
        step = (kind[one] != kind[other]) | gap
        unlike[one] |= step
        unlike[other] |= step
    return unlike


@inlined
def grain(x: int, y: int, salt: int) -> float:
    """A number in 0..1 for a pixel that looks random and is always the same."""
    n = (x * 374761393 + y * 668265263 + salt * 2147483647) & 0xFFFFFFFF
    n = ((n ^ (n >> 13)) * 1274126177) & 0xFFFFFFFF
    return float(((n ^ (n >> 16)) & 0xFFFFFF) / 16777216.0)


@background_kernel
def look(
    image: Any, wanted: Any, rays: int, first: int, end: int, axes: Any, scale: float, light: Any, table: Any,
    scenery: Any,
) -> None:  # fmt: skip
    """Averages `rays` rays into each `wanted` pixel of the rows `first` to `end`; `scale`: its side at distance 1."""
    height, width = image.shape[0], image.shape[1]
    for row in range(first, end):
        for column in range(width):
            if not wanted[row, column]:
                continue
            red, green, blue, kind = 0.0, 0.0, 0.0, 0
            for k in range(rays):
                # One ray goes through the middle, more are spread evenly (the golden ratio's lattice).
                a = column + (0.5 if rays == 1 else (0.31 + 0.618034 * k) % 1.0) - 0.5 * width
                b = row + (k + 0.5) / rays - 0.5 * height
                dx, dy, dz = unit(
                    axes[3, 0] + scale * (a * axes[1, 0] + b * axes[2, 0]),
                    axes[3, 1] + scale * (a * axes[1, 1] + b * axes[2, 1]),
                    axes[3, 2] + scale * (a * axes[1, 2] + b * axes[2, 2]),
                )
                turn = 2.0 * math.pi * grain(column, row, k)
                more_red, more_green, more_blue, kind = trace(
                    axes[0, 0], axes[0, 1], axes[0, 2], dx, dy, dz, scale, turn, light, table, scenery
                )
                red += more_red
                green += more_green
                blue += more_blue
            image[row, column, 0] = red / rays
            image[row, column, 1] = green / rays
            image[row, column, 2] = blue / rays
            image[row, column, 3] = kind
