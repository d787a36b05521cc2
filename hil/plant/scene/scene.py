"""A picture of the plant as it is: its state and the view of its camera in, counts out.

Motion smears: while the shutter is open, what moves is drawn at several times and averaged; how many follows from how
many pixels the fastest corner of the hardware moves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from hil.plant.scene.ground import Ground, Maps, Rock, SurfaceMap
from hil.plant.scene.heap import CELL_M, Walls, cells, surface_m
from hil.plant.scene.light import Scenery
from hil.plant.scene.mesh import Frame, Mesh
from hil.plant.scene.relief import roughness
from hil.plant.scene.render import Image, Lens, render
from hil.plant.scene.sensor import Counts, Sensor

Three = tuple[float, float, float]

Laid = tuple[Maps, Any]
"""What `Ground.maps` returns."""

_METER_WIDTH = 80  # of the small picture by which the exposure is set
_MAX_TIMES = 8
_SAME_AIM_M = 0.001
_HEAP_CELLS = 128
_SOIL_DARKER = 0.88  # what is in the scoop, as other soil that was turned over


@dataclass(frozen=True)
class State:
    """What is to be seen at one time; frames and units as in the plant's truth."""

    surface: SurfaceMap
    joint_rad: Sequence[float]
    joint_rad_s: Sequence[float]
    sample_m3: float
    to_sun: Three
    rocks: Sequence[Rock] = ()
    pose: tuple[float, float, float, float, float, float] = (0.0,) * 6
    """Of a platform that drives: x, y, z, then heading, pitch (nose down) and roll (left side up), rad."""
    pose_s: tuple[float, float, float, float, float, float] = (0.0,) * 6

    def after(self, elapsed_s: float) -> State:
        """A moment later, at the rates of now."""
        x, y, z, heading, pitch, roll = (at + rate * elapsed_s for at, rate in zip(self.pose, self.pose_s, strict=True))
        joints = [at + rate * elapsed_s for at, rate in zip(self.joint_rad, self.joint_rad_s, strict=True)]
        return replace(self, joint_rad=joints, pose=(x, y, z, heading, pitch, roll))


class Staging(NamedTuple):
    """Hardware in place: triangles, the scoop's frame and rake (edge down positive), and the camera."""

    mesh: Mesh
    scoop: Frame
    rake: float
    lens: Lens


Stage = Callable[[State], Staging]
"""Puts a platform's hardware where a state says."""


class Scene:
    """Everything that stays between pictures. Same seed and states: same pictures, bit for bit."""

    def __init__(
        self, untouched: SurfaceMap, stage: Stage, walls: Walls, repose: float, sensor: Sensor, seed: int
    ) -> None:
        self._untouched = untouched
        self._seed = seed
        self._stage = stage
        self._walls = walls
        self._repose = repose
        self._sensor = sensor
        self._last: tuple[tuple[Any, Any, Any], Laid] | None = None
        self._noise = np.random.Generator(np.random.PCG64([seed, 0xCA3E6A]))
        grain = roughness(self._noise, _HEAP_CELLS, CELL_M, 2.5 * CELL_M, 0.03) * 1.3
        u, v = cells(walls)
        self._grain = grain[np.arange(u.shape[0]) % _HEAP_CELLS][:, np.arange(v.shape[1]) % _HEAP_CELLS]

    @cached_property
    def _ground(self) -> Ground:
        """Laid out when the first picture is developed: it takes most of a second."""
        return Ground(self._untouched, self._seed)

    def expose(self, state: State, width: int, height: int, exposure_s: float | None = None) -> Callable[[], Counts]:
        """Takes a picture of `state`; (height, width, 3) counts come when what is returned is called, once.

        It is exposed for `exposure_s`, or for as long as the sensor chooses.

        Pictures of one scene must be developed one after the other.
        """
        rng, sensor = self._noise.spawn(1)[0], self._sensor

        def develop() -> Counts:
            laid = self._laid(state)
            scenery, lens = self._scenery(state, laid)
            open_s = exposure_s
            if open_s is None:
                open_s = sensor.exposure_for(render(scenery, lens, state.to_sun, *_metered_size(width, height)))
            return sensor.read_out(self._exposed(state, laid, width, height, open_s)[:, :, :3], open_s, rng)

        return develop

    def radiance(self, state: State, width: int, height: int, exposure_s: float = 0.0) -> Image:
        """(height, width, 4): mean I/F in red, green, blue while the shutter is open, and what is seen as it closes."""
        return self._exposed(state, self._laid(state), width, height, exposure_s)

    def _laid(self, state: State) -> Laid:
        """The maps of a state; those of the last one again where the ground and what is looked at are the same."""
        aim = self._stage(state).lens.aim
        key = (np.round(np.array(aim[:2]) / _SAME_AIM_M), state.surface.height_m, np.array(state.rocks))
        if self._last is None or not all(map(np.array_equal, key, self._last[0])):
            self._last = key, self._ground.maps(state.surface, (aim[0], aim[1]), state.rocks)
        return self._last[1]

    def _exposed(self, state: State, laid: Laid, width: int, height: int, exposure_s: float) -> Image:
        times = self._times(state, exposure_s, width)
        total = np.zeros((height, width, 4), np.float32)
        for k in range(times):
            scenery, lens = self._scenery(state.after(exposure_s * (k + 0.5) / times), laid)
            seen = render(scenery, lens, state.to_sun, width, height)
            total[:, :, :3] += seen[:, :, :3]
            total[:, :, 3] = seen[:, :, 3]
        total[:, :, :3] /= times
        return total

    def _times(self, state: State, exposure_s: float, width: int) -> int:
        """At how many times the hardware is to be drawn: about once for each pixel it moves."""
        if exposure_s <= 0.0 or not any((*state.joint_rad_s, *state.pose_s)):
            return 1
        before, after = self._stage(state), self._stage(state.after(exposure_s))
        moved = _pixels(after.lens, after.mesh.corners(), width) - _pixels(before.lens, before.mesh.corners(), width)
        aim = np.array([before.lens.aim])
        passed = _pixels(after.lens, aim, width) - _pixels(before.lens, aim, width)
        return min(max(math.ceil(float(max(np.abs(moved).max(), np.abs(passed).max()))), 1), _MAX_TIMES)

    def _scenery(self, state: State, laid: Laid) -> tuple[Scenery, Lens]:
        staging = self._stage(state)
        triangles, parts, boxes = staging.mesh.arrays()
        heap, place, spans = self._heap(staging, state.sample_m3)
        maps, tops = laid
        return Scenery(maps, self._ground.frames(), tops, triangles, parts, boxes, heap, place, spans), staging.lens

    def _heap(self, staging: Staging, volume_m3: float) -> tuple[Any, Any, Any]:
        """The soil in the scoop: its layers as those of a map, its axes, and cells, sizes and top."""
        walls = self._walls
        u, v = cells(walls)
        cell_u, cell_v = u[1, 0] - u[0, 0], v[0, 1] - v[0, 0]
        height = (
            surface_m(walls, volume_m3, staging.rake, self._repose) if volume_m3 > 0.0 else np.zeros(self._grain.shape)
        )
        height = np.maximum(height + self._grain * np.clip(height / 0.004, 0.0, 1.0), 0.0)
        slope_u, slope_v = np.gradient(height, cell_u, cell_v)
        layers = np.stack([height, slope_u, slope_v, np.full(height.shape, _SOIL_DARKER)]).astype(np.float32)
        spans = np.array((cell_u, cell_v, walls.length_m, walls.width_m, float(height.max())))
        return layers, np.stack(staging.scoop), spans


def _metered_size(width: int, height: int) -> tuple[int, int]:
    return _METER_WIDTH, max(1, round(_METER_WIDTH * height / width))


def _pixels(lens: Lens, points: Any, width: int) -> Any:
    """(n, 2) where points are in a picture of that width, from its middle; what is behind the lens is taken nearby."""
    position, right, down, forward = lens.axes()
    away = np.asarray(points) - position
    depth = np.maximum(away @ forward, 0.05)
    scale = width / (2.0 * math.tan(0.5 * lens.fov))
    return np.stack([away @ right, away @ down], axis=1) / depth[:, None] * scale
