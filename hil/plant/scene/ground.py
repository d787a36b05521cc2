"""The ground as the camera sees it: the plant's height map with the grain it has no cells for, and land to the horizon.

Six square maps lie within each other, coarser from one to the next. The two finest are where the camera looks, the
third holds the plant's whole map; these are laid anew at each picture, with the plant's map as it is then: where the
plant has cut, the ground is smooth from the blade; where it has heaped, it is cloddy; both are darker than what has
lain open (assumed; at Surveyor's and Apollo's sites disturbed soil was some 10 to 20 % darker). Beyond the plant's map
the ground goes on as it was, and each map adds to the next coarser one only what that has no cells for: no edge shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from hil.plant.scene.interpolation import Floats, inwards, linear, resampled, smooth, spread
from hil.plant.scene.relief import crater, rms_m, roughness, sizes, stone

Maps = tuple[np.ndarray[tuple[int, ...], np.dtype[np.float32]], ...]
Rock = Sequence[float]
"""x, y, z of the centre and radius, m."""

HEIGHT, SLOPE_X, SLOPE_Y, ALBEDO = range(4)
"""Layers of a map."""
CELLS = 640
VIEW_CELL_M = 0.00125
_SITE_CELL_M = 0.0025  # or more, for a plant's map that is larger
_FAR_CELLS_M = (0.025, 0.25, 2.5)
_AROUND_M = 0.8  # of the plant's map, that the second map holds
_BLEND_M = 0.06  # over which the plant's map passes into the land around
_EVEN_M = 1.2  # the site was chosen for being even: the land is rougher from about here on
_DISTURBED_M = 0.0008
_DARKER = 0.84
_ROCK_BRIGHTNESS = 1.35
_STONES = 380
_PEBBLES_M2 = 220.0
_PEBBLE_M = (0.0018, 0.0045)
_SITE = 2  # the map that holds the plant's
_STREWN = {3: (260, 0.16), 4: (160, 0.9), 5: (0, 1.0)}
"""Stones of a far map: how many, and the largest radius."""


@dataclass(frozen=True)
class SurfaceMap:
    """A height map of the plant: `height_m[i, k]` at (`x_m` + i `cell_m`, `y_m` + k `cell_m`)."""

    height_m: Floats
    x_m: float
    y_m: float
    cell_m: float

    def points(self) -> tuple[Floats, Floats]:
        """x and y of the cells."""
        n, m = self.height_m.shape
        x, y = np.arange(n, dtype=float), np.arange(m, dtype=float)
        return self.x_m + x * self.cell_m, self.y_m + y * self.cell_m


class Stone(NamedTuple):
    """One that lies about: place, radius, centre above the ground in radii, brightness of the ground's."""

    x_m: float
    y_m: float
    radius_m: float
    above: float
    brightness: float


class Layers(NamedTuple):
    """What land is made of: heights and albedo without grain, the grain everywhere, clods where soil was heaped."""

    height: Floats
    albedo: Floats
    grain: Floats
    clods: Floats


class Ground:
    """Land around an untouched `SurfaceMap`; the same seed gives the same land."""

    def __init__(self, untouched: SurfaceMap, seed: int) -> None:
        self._untouched = untouched
        self._map_x, self._map_y = untouched.points()
        self._middle = np.array([0.5 * (each[0] + each[-1]) for each in (self._map_x, self._map_y)])
        self._half = np.array([0.5 * (each[-1] - each[0]) for each in (self._map_x, self._map_y)])
        site_cell = max(_SITE_CELL_M, 2.0 * (float(self._half.max()) + _AROUND_M) / CELLS)
        self._cells = (VIEW_CELL_M, math.sqrt(VIEW_CELL_M * site_cell), site_cell, *_FAR_CELLS_M)
        self._axes = [self._axes_around(self._middle, cell) for cell in self._cells]
        self._maps = [np.zeros((4, CELLS, CELLS), np.float32) for _ in self._cells]
        rng = np.random.Generator(np.random.PCG64([seed, 0x5CE7E]))
        land: tuple[Floats, Floats] | None = None
        for level in reversed(range(_SITE, len(self._cells))):
            land = self._land(level, rng, land)
            _store(self._maps[level], *land, self._cells[level])
        assert land is not None  # noqa: S101  # for the type checker: there are far maps
        self._site_height, self._site_albedo = land
        longest = max(0.03, 4.0 * untouched.cell_m, 5.0 * site_cell)
        self._grain = [
            roughness(rng, CELLS, cell, 2.5 * cell, longest if level == _SITE else 2.5 * self._cells[level + 1])
            for level, cell in enumerate(self._cells[: _SITE + 1])
        ]
        self._clods = [
            3.5 * roughness(rng, CELLS, cell, 3.0 * cell, max(0.02, 4.0 * cell) if level else 3.0 * self._cells[1])
            for level, cell in enumerate(self._cells[:_SITE])
        ]
        self._stones = self._lie_about(rng)

    def frames(self) -> Floats:
        """(maps, 4): x and y of each map's first cell, its cell and the inverse of that; of the last picture's maps."""
        return np.array([(x[0], y[0], cell, 1.0 / cell) for (x, y), cell in zip(self._axes, self._cells, strict=True)])

    def maps(
        self, surface: SurfaceMap, looked_at: tuple[float, float], rocks: Sequence[Rock] = ()
    ) -> tuple[Maps, Floats]:
        """The maps with the plant's `surface` and rocks in them, finest around `looked_at`; the highest point of each.

        A later call writes to the same arrays.
        """
        change = surface.height_m - self._untouched.height_m
        laid = Layers(self._site_height, self._site_albedo, *np.zeros((2, CELLS, CELLS)))
        for level in reversed(range(_SITE + 1)):
            if level < _SITE:
                cell = self._cells[level]
                self._axes[level] = self._axes_around(np.round(np.array(looked_at) / cell) * cell, cell)
                laid = self._finer(level, laid)
            self._lay(level, laid, surface.height_m, change, rocks)
        return tuple(self._maps), np.array([float(each[HEIGHT].max()) for each in self._maps])

    @staticmethod
    def _axes_around(middle: Floats, cell: float) -> tuple[Floats, Floats]:
        steps = (np.arange(CELLS) - CELLS // 2) * cell
        return middle[0] + steps, middle[1] + steps

    def _land(self, level: int, rng: np.random.Generator, below: tuple[Floats, Floats] | None) -> tuple[Floats, Floats]:
        """Heights and albedo of a map, given those of the next coarser one."""
        x, y = self._axes[level]
        cell = self._cells[level]
        dx, dy = x[:, None] - self._middle[0], y[None, :] - self._middle[1]
        away = np.hypot(dx, dy)
        longest = 2.5 * self._cells[level + 1] if below is not None else 100.0 * cell
        height = roughness(rng, CELLS, cell, 2.5 * cell, longest)
        albedo = 1.0 + 0.05 * roughness(rng, CELLS, cell, 2.0 * cell, longest) / rms_m(longest)
        if level == _SITE + 1:
            height *= 1.0 - 0.75 * np.exp(-((away / _EVEN_M) ** 2))
        if below is not None:
            height = resampled(below[0], self._axes[level + 1], (x, y)) + height * inwards(CELLS)
            albedo += 0.5 * (resampled(below[1], self._axes[level + 1], (x, y)) - 1.0)
        if level == _SITE + 1:  # level land farther out leans as the plant's map does around it
            reach = np.exp(-((away / 5.0) ** 2))
            core = away < float(self._half.max())
            mean, lean_x, lean_y = _plane(self._untouched)
            height += (lean_x * dx + lean_y * dy - float(height[core].mean())) * reach + mean
        if level == _SITE:  # brought to the height of the plant's map where it adjoins
            over = linear(x, self._map_x) @ height @ linear(y, self._map_y).T
            gap = self._untouched.height_m - over
            height += (spread(self._map_x, x) @ gap @ spread(self._map_y, y).T) * inwards(CELLS)
        else:
            self._strew(level, rng, height, albedo)
        return height, albedo

    def _strew(self, level: int, rng: np.random.Generator, height: Floats, albedo: Floats) -> None:
        """Craters and stones of a size for a far map, none in or near the plant's."""
        x, y = self._axes[level]
        cell = self._cells[level]
        reach = 0.5 * CELLS * cell
        for radius in sizes(rng, 60, 5.0 * cell, 0.12 * reach).tolist():
            at = rng.uniform(-0.9 * reach, 0.9 * reach, 2)
            wear = float(rng.uniform(0.2, 0.9))
            if self._is_clear(at, 0.4 + 2.5 * radius):
                crater(height, x, y, (float(self._middle[0] + at[0]), float(self._middle[1] + at[1])), radius, wear)
        count, largest = _STREWN[level]
        for radius in sizes(rng, count, 1.6 * cell, max(largest, 2.0 * cell)).tolist():
            at = rng.uniform(-0.95 * reach, 0.95 * reach, 2)
            above, bright = float(rng.uniform(-0.3, 0.7)), float(rng.uniform(1.0, _ROCK_BRIGHTNESS))
            if self._is_clear(at, 0.4 + radius):
                px, py = (self._middle + at).tolist()
                _put(Stone(px, py, radius, above, bright), height, albedo, x, y)

    def _is_clear(self, at: Floats, by_m: float) -> bool:
        """Whether a place, from the middle, is farther than that from the plant's map."""
        return bool(np.any(np.abs(at) > self._half + by_m))

    def _lie_about(self, rng: np.random.Generator) -> list[Stone]:
        """Small stones around the plant's map, and pebbles on it where they are too small to be felt."""
        stones = []
        reach = 0.48 * CELLS * self._cells[_SITE]
        for radius in sizes(rng, _STONES, 0.004, 0.016).tolist():
            at = rng.uniform(-reach, reach, 2)
            above, bright = float(rng.uniform(-0.3, 0.7)), float(rng.uniform(1.0, _ROCK_BRIGHTNESS))
            if self._is_clear(at, 0.03 + radius):
                px, py = (self._middle + at).tolist()
                stones.append(Stone(px, py, radius, above, bright))
        count = round(_PEBBLES_M2 * float(4.0 * self._half.prod()))
        for radius in sizes(rng, count, *_PEBBLE_M).tolist():
            x, y = (self._middle + rng.uniform(-1.0, 1.0, 2) * self._half).tolist()
            stones.append(Stone(x, y, radius, float(rng.uniform(-0.3, 0.5)), float(rng.uniform(0.9, 1.25))))
        return stones

    def _finer(self, level: int, coarser: Layers) -> Layers:
        """Layers of a map from those of the next coarser one, with what that has no cells for."""
        axes = self._axes[level]
        cell = self._cells[level]
        i, k = (np.round(each / cell).astype(int) % CELLS for each in axes)
        own = inwards(CELLS)
        layers = Layers(*(resampled(each, self._axes[level + 1], axes) for each in coarser))
        return layers._replace(
            grain=layers.grain + own * self._grain[level][i][:, k],
            clods=layers.clods + own * self._clods[level][i][:, k],
        )

    def _lay(self, level: int, land: Layers, plant_m: Floats, change_m: Floats, rocks: Sequence[Rock]) -> None:
        """Makes one of the finest maps: land, the plant's map, grain, stones, rocks."""
        x, y = self._axes[level]
        moved = linear(self._map_x, x) @ change_m @ linear(self._map_y, y).T
        cut = np.clip(-moved / _DISTURBED_M - 0.5, 0.0, 1.0)
        heaped = np.clip(moved / _DISTURBED_M - 0.5, 0.0, 1.0)
        beyond = [
            np.maximum(np.maximum(each[0] - points, points - each[-1]), 0.0)
            for each, points in ((self._map_x, x), (self._map_y, y))
        ]
        share = np.clip(1.0 - np.hypot(beyond[0][:, None], beyond[1][None, :]) / _BLEND_M, 0.0, 1.0)
        share = share * share * (3.0 - 2.0 * share)
        plant = smooth(self._map_x, x) @ plant_m @ smooth(self._map_y, y).T
        grain = land.grain
        if level == _SITE:  # the land has this grain already
            grain += share * self._grain[_SITE]
        height = share * plant + (1.0 - share) * land.height + grain * (1.0 - 0.6 * cut) + land.clods * heaped
        albedo = land.albedo * (1.0 - (1.0 - _DARKER) * np.maximum(cut, heaped))
        for each in self._stones:
            if each.radius_m > 1.5 * self._cells[level] and not _touched(moved, x, y, each):
                _put(each, height, albedo, x, y)
        for rx, ry, rz, radius in rocks:
            stone(height, albedo, x, y, (rx, ry, rz), radius, _ROCK_BRIGHTNESS)
        _store(self._maps[level], height, albedo, self._cells[level])


def _index(axis: Floats, at: float) -> int:
    return round((at - float(axis[0])) / float(axis[1] - axis[0]))


def _touched(moved: Floats, x: Floats, y: Floats, one: Stone) -> bool:
    """Whether the plant has moved the ground under a stone, or the stone is not on this map."""
    i, k = _index(x, one.x_m), _index(y, one.y_m)
    return not (0 <= i < len(x) and 0 <= k < len(y)) or bool(abs(moved[i, k]) > 0.5 * _DISTURBED_M)


def _put(one: Stone, height: Floats, albedo: Floats, x: Floats, y: Floats) -> None:
    """Puts a stone on the ground that is there."""
    i = min(max(_index(x, one.x_m), 0), len(x) - 1)
    k = min(max(_index(y, one.y_m), 0), len(y) - 1)
    centre = (one.x_m, one.y_m, float(height[i, k]) + one.above * one.radius_m)
    stone(height, albedo, x, y, centre, one.radius_m, one.brightness)


def _plane(surface: SurfaceMap) -> tuple[float, float, float]:
    """Mean height of the map, and its slopes along x and y."""
    x, y = surface.points()
    dx, dy = x - x.mean(), y - y.mean()
    lean_x = float((surface.height_m.mean(axis=1) * dx).sum() / (dx * dx).sum())
    lean_y = float((surface.height_m.mean(axis=0) * dy).sum() / (dy * dy).sum())
    return float(surface.height_m.mean()), lean_x, lean_y


def _store(
    layers: np.ndarray[tuple[int, ...], np.dtype[np.float32]], height: Floats, albedo: Floats, cell: float
) -> None:
    layers[HEIGHT] = height
    layers[SLOPE_X], layers[SLOPE_Y] = np.gradient(layers[HEIGHT], cell)
    layers[ALBEDO] = albedo
