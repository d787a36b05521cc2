"""The rover as triangles: body, wheels, lift link and scoop, from its pose and the angles of its joints.

Lengths are those of the platform's tables; what they don't tell (shapes of body and housings) is assumed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hil.plant.scene.arm import add_scoop
from hil.plant.scene.materials import Material
from hil.plant.scene.mesh import Floats, Frame, Mesh

_LUGS = 14


class RoverSizes(NamedTuple):
    """What the tables say, m; `lift_axis_m` is x and z in ROVER."""

    wheelbase_m: float
    track_m: float
    wheel_radius_m: float
    wheel_width_m: float
    grouser_m: float
    lift_axis_m: tuple[float, float]
    lift_m: float
    length_m: float
    width_m: float
    depth_m: float


def body_frame(pose: Sequence[float]) -> Frame:
    """ROVER in SITE: heading about z, then nose down by pitch, then left side up by roll."""
    x, y, z, heading, pitch, roll = pose
    ch, sh, cp, sp, cr, sr = (f(angle) for angle in (heading, pitch, roll) for f in (math.cos, math.sin))
    forward = np.array((ch * cp, sh * cp, -sp))
    level_left = np.array((-sh, ch, 0.0))
    level_up = np.array((ch * sp, sh * sp, cp))
    return Frame(np.array((x, y, z)), forward, cr * level_left + sr * level_up, cr * level_up - sr * level_left)


def _turned(place: Frame, angle: float) -> Frame:
    """The same place with its front turned down by `angle`."""
    c, s = math.cos(angle), math.sin(angle)
    return Frame(place.origin, c * place.a - s * place.c, place.b, s * place.a + c * place.c)


def _wheel(mesh: Mesh, hub: Frame, sizes: RoverSizes, turn: float) -> None:
    radius, half = sizes.wheel_radius_m, 0.5 * sizes.wheel_width_m
    mesh.tube(hub.at(0.0, -half, 0.0), hub.at(0.0, half, 0.0), radius, Material.ALUMINIUM, sides=28)
    mesh.tube(hub.at(0.0, -half - 0.002, 0.0), hub.at(0.0, half + 0.002, 0.0), 0.35 * radius, Material.SERVO)
    for lug in range(_LUGS):
        spoke = _turned(hub, turn + 2.0 * math.pi * lug / _LUGS)
        mesh.box(spoke.moved(radius + 0.5 * sizes.grouser_m, 0.0, 0.0),
                 (sizes.grouser_m, sizes.wheel_width_m, 0.003), Material.ALUMINIUM)  # fmt: skip


def add_rover(mesh: Mesh, sizes: RoverSizes, body: Frame, joint_rad: Sequence[float]) -> Frame:
    """Adds the rover; `joint_rad`: lift, curl, then the four wheels. Returns the scoop's frame."""
    axis_x, axis_z = sizes.lift_axis_m
    rear, front = -0.5 * sizes.wheelbase_m - 0.05, axis_x - 0.035
    inside = sizes.track_m - sizes.wheel_width_m - 0.02
    mesh.box(body.moved(0.5 * (rear + front), 0.0, axis_z + 0.015), (front - rear, inside, 0.15), Material.CARBON)
    mesh.box(body.moved(0.5 * (rear + front) - 0.02, 0.0, axis_z + 0.095), (front - rear - 0.06, 0.26, 0.006),
             Material.FOIL)  # fmt: skip
    places = [
        (0.5 * along * sizes.wheelbase_m, 0.5 * across * sizes.track_m) for along in (1, -1) for across in (1, -1)
    ]
    for (x, y), turn in zip(places, (*joint_rad[2:6], 0.0, 0.0, 0.0, 0.0), strict=False):
        _wheel(mesh, body.moved(x, y, sizes.wheel_radius_m), sizes, turn)
    link = _turned(body.moved(axis_x, 0.0, axis_z), joint_rad[0])
    mesh.box(link, (0.030, 0.050, 0.036), Material.SERVO)
    for across in (-0.031, 0.031):
        mesh.box(link.moved(0.5 * sizes.lift_m, across, 0.0), (sizes.lift_m + 0.02, 0.004, 0.018), Material.ALUMINIUM)
    curl = link.moved(sizes.lift_m, 0.0, 0.0)
    mesh.tube(curl.at(0.0, -0.036, 0.0), curl.at(0.0, 0.036, 0.0), 0.008, Material.STEEL)
    scoop = _turned(curl, joint_rad[1])
    add_scoop(mesh, scoop, sizes.length_m, sizes.width_m, sizes.depth_m)
    return scoop


def in_site(body: Frame, point_m: Sequence[float]) -> tuple[float, float, float]:
    """A point of ROVER in SITE."""
    at: Floats = body.at(point_m[0], point_m[1], point_m[2])
    return float(at[0]), float(at[1]), float(at[2])
