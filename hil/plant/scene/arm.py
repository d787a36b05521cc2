"""The lander's arm, scoop and nearest leg as triangles, from the angles of the joints.

Shapes beyond the platform's tables (tube radii, housings, the leg) are assumed; links and scoop have the lengths of the
tables, so what the picture shows is where the plant has it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from hil.plant.scene.heap import Walls
from hil.plant.scene.materials import Material
from hil.plant.scene.mesh import Frame, Mesh, frame

_SHEET_M = 0.0018  # thickness of the scoop's walls
_FRONT_SHARE = 0.35  # height of the side walls at the edge, of that at the back


class ArmSizes(NamedTuple):
    """What the tables say: base in LANDER, links, scoop's floor and depth."""

    base_m: tuple[float, float, float]
    link_m: tuple[float, float]
    length_m: float
    width_m: float
    depth_m: float


def scoop_walls(length_m: float, width_m: float, depth_m: float) -> Walls:
    """The inside of a scoop drawn by `add_scoop`."""
    return Walls(length_m, width_m - 2.0 * _SHEET_M, depth_m, _FRONT_SHARE * depth_m)


def plane_frames(sizes: ArmSizes, joint_rad: Sequence[float]) -> list[Frame]:
    """Frames of upper arm, fore arm and scoop: along the link, across, and the scoop's opening side for the last."""
    azimuth = joint_rad[0]
    out = np.array((math.cos(azimuth), math.sin(azimuth), 0.0))
    up = np.array((0.0, 0.0, 1.0))
    frames, at, angle = [], np.asarray(sizes.base_m, float), 0.0
    for turn, length in zip(joint_rad[1:], (*sizes.link_m, sizes.length_m), strict=True):
        angle += turn
        along = math.cos(angle) * out + math.sin(angle) * up
        normal = math.sin(angle) * out - math.cos(angle) * up
        frames.append(Frame(at, along, np.cross(normal, along), normal))
        at = at + length * along
    return frames


def add_scoop(mesh: Mesh, place: Frame, length: float, width: float, depth: float) -> None:
    """A box that is open above (the third axis) and in front, its floor in the plane of the first two; a worn blade."""
    half, t = 0.5 * width, _SHEET_M
    blade = 0.18 * length
    mesh.prism(place, [(0.0, -half), (length - blade, -half), (length - blade, half), (0.0, half)], (-t, 0.0),
               Material.ALUMINIUM)  # fmt: skip
    mesh.prism(place, [(length - blade, -half), (length, -half), (length, half), (length - blade, half)],
               (-0.5 * t, 0.0), Material.STEEL)  # fmt: skip
    mesh.prism(place, [(-t, -half), (0.0, -half), (0.0, half), (-t, half)], (-t, depth), Material.ALUMINIUM)
    side = Frame(place.origin, place.a, place.c, -place.b)
    outline = [(-t, -t), (0.96 * length, -t), (0.96 * length, _FRONT_SHARE * depth), (0.80 * length, 0.62 * depth),
               (0.35 * length, depth), (-t, depth)]  # fmt: skip
    for inner, outer in ((half - t, half), (-half, t - half)):
        mesh.prism(side, outline, (inner, outer), Material.ALUMINIUM)


def add_arm(mesh: Mesh, sizes: ArmSizes, joint_rad: Sequence[float]) -> Frame:
    """Adds turret, links, servos and scoop; returns the scoop's frame."""
    upper, fore, scoop = plane_frames(sizes, joint_rad)
    base = upper.origin
    mesh.tube(base - (0.0, 0.0, 0.11), base - (0.0, 0.0, 0.03), 0.045, Material.ALUMINIUM)
    mesh.box(frame(base - (0.18, 0.0, 0.13), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (0.46, 0.16, 0.03), Material.WHITE)
    for link, length, radius, servo in ((upper, sizes.link_m[0], 0.019, 0.062), (fore, sizes.link_m[1], 0.016, 0.056)):
        mesh.box(link, (servo, servo, servo), Material.SERVO)
        end = length - (0.03 if link is upper else 0.075)
        mesh.tube(link.at(0.03, 0.0, 0.0), link.at(end, 0.0, 0.0), radius, Material.CARBON)
        for at in (0.045, end - 0.015):
            mesh.tube(link.at(at - 0.012, 0.0, 0.0), link.at(at + 0.012, 0.0, 0.0), radius + 0.004, Material.ALUMINIUM)
    mesh.tube(fore.at(0.55 * sizes.link_m[1], 0.0, 0.0), fore.at(0.62 * sizes.link_m[1], 0.0, 0.0), 0.0168,
              Material.MARK)  # fmt: skip
    wrist = sizes.link_m[1]
    mesh.box(fore.moved(wrist - 0.062, 0.0, 0.0), (0.034, 0.047, 0.030), Material.SERVO)
    for across in (-0.026, 0.026):
        mesh.box(fore.moved(wrist - 0.032, across, 0.0), (0.075, 0.004, 0.020), Material.ALUMINIUM)
    mesh.tube(fore.at(wrist, -0.032, 0.0), fore.at(wrist, 0.032, 0.0), 0.009, Material.STEEL)
    add_scoop(mesh, scoop, sizes.length_m, sizes.width_m, sizes.depth_m)
    return scoop


def add_leg(mesh: Mesh, foot_m: tuple[float, float, float], body_m: tuple[float, float, float]) -> None:
    """A footpad with the strut that carries it."""
    x, y, z = foot_m
    ankle = (x, y, z + 0.03)
    side = (body_m[0] - 0.1, body_m[1] + math.copysign(0.25, -y), body_m[2] - 0.25)
    mesh.tube((x, y, z), (x, y, z + 0.018), 0.13, Material.ALUMINIUM, sides=40)
    mesh.tube((x, y, z + 0.018), (x, y, z + 0.04), 0.10, Material.FOIL, sides=40)
    mesh.tube(ankle, body_m, 0.022, Material.FOIL)
    mesh.tube(ankle, side, 0.010, Material.ALUMINIUM)
