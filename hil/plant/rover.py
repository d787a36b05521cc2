"""The rover's plant put together: body, wheels, links and servos from the mission file and what the seed has drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from flight.icd.rover_platform import RoverPlatform
from hil.config import RoverBench
from hil.plant import rover_step as kernels
from hil.plant.belly import BELLY
from hil.plant.deviation import Deviation
from hil.plant.keep_out import Nearness
from hil.plant.rover_body import BODY
from hil.plant.rover_truth import RoverTruth
from hil.plant.servo import bank_record, new_joint_servo, new_servo
from hil.plant.simulation import Plant, fill_world
from hil.plant.terrain import height_at
from hil.plant.wheel import WHEEL, static_sinkage_m

Records = np.ndarray[Any, Any]


class RoverPlant(Plant):
    """A rover over the ground where its mission begins, with SITE's x as its heading."""

    truth: RoverTruth

    def __init__(self, platform: RoverPlatform, bench: RoverBench, seed: int) -> None:
        super().__init__(platform, bench, seed, (0.0, 0.0))
        true = self.deviation
        self._world = np.zeros(1, kernels.WORLD)
        fill_world(self._world, (0.0, 0.0, 0.0), platform, bench, true)
        self._body = _new_body(platform, true)
        self._wheel = _new_wheels(platform, bench, true)
        self._belly = _new_belly(platform, bench, self._wheel)
        joints = [
            new_joint_servo(joint, bench.servo, stow, true, j)
            for j, (joint, stow) in enumerate(zip(platform.joint, platform.stow_rad, strict=True))
        ]
        wheels = [
            new_servo(wheel, bench.servo, 0.0, true.friction[j], true.current_offset_a[j])
            for j, wheel in enumerate(platform.wheel, start=len(joints))
        ]
        self._servo = np.concatenate(joints + wheels)
        self.nearness = Nearness(platform.keep_out, ("lift", "scoop"), platform.rover.lift_axis_m)
        self._kernel_args = (
            self._world, self._body, self._wheel, self._belly, self._servo, bank_record(self.servos), self._soil,
            self._scoop, self._contact, self._terrain, self._ground, self._rocks, self._cell, self._noise,
            self.nearness.record, self.nearness.boxes,
        )  # fmt: skip
        self.truth = RoverTruth(
            self._world, self._body, self._wheel, self._belly, self._servo, self._soil, self._scoop, self._contact,
            self._terrain, self._ground, self._rocks,
        )  # fmt: skip
        self._set_down()
        self._advance(0)

    def _advance(self, steps: int) -> None:
        kernels.advance(steps, *self._kernel_args)

    def _set_down(self) -> None:
        """Puts the rover on the plane that fits the ground under its wheels best, sunk in by its weight."""
        body, wheel = self._body[0], self._wheel
        height = [height_at(self._terrain, self._ground, body["x_m"] + w["x_m"], body["y_m"] + w["y_m"]) for w in wheel]
        design = np.stack([np.ones(len(wheel)), wheel["x_m"], wheel["y_m"]], axis=1)
        (middle, rise, bank), *_ = np.linalg.lstsq(design, np.array(height), rcond=None)
        load = -float(self._world["gz"][0]) * float(body["mass"] + body["m2"] + body["m3"]) / len(wheel)
        first = wheel[0]
        sunk = static_sinkage_m(load, float(first["radius_m"]), float(first["width_m"]), float(first["bearing_n_m3"]))
        body["pitch"], body["roll"] = -math.atan(rise), math.atan(bank)
        body["z_m"] = middle + float(first["radius_m"] - first["z_m"]) - sunk
        wheel["bearing_n"] = load
        x, y, _ = self.truth.edge_m
        self._world["edge_x"], self._world["edge_y"] = x, y


def _new_body(platform: RoverPlatform, true: Deviation) -> Records:
    """The body as it truly is, its origin at SITE's."""
    rover, scoop = platform.rover, platform.scoop
    x, z = (believed + off for believed, off in zip(rover.com_m, true.body_com_m, strict=True))
    (link_kg,) = true.link_mass_kg
    values = {
        "mass": platform.body_kg * true.body_mass,
        "com_x_m": x,
        "com_z_m": z,
        "axis_r": x - rover.lift_axis_m[0],
        "axis_z": rover.lift_axis_m[1] - z,
        "l2": rover.lift_m,
        "m2": link_kg,
        "p2": link_kg * rover.lift_com_m,
        "j2": link_kg * (rover.lift_m**2 / 12.0 + rover.lift_com_m**2),
        "l3": scoop.length_m,
        "m3": true.scoop_mass_kg,
        "p3": true.scoop_mass_kg * scoop.com_m,
        "j3": true.scoop_mass_kg * (scoop.length_m**2 / 12.0 + scoop.com_m**2),
        "x_m": x,
    }
    body = np.zeros(1, BODY)
    for name, value in values.items():
        body[name] = value
    for name, inertia in zip(("j_roll", "j_pitch", "j_yaw"), rover.inertia_kg_m2, strict=True):
        body[name] = inertia * true.body_mass
    for loaded, empty in (("m", "m3"), ("p", "p3"), ("juu", "j3")):
        body[loaded] = body[empty]
    return body


def _new_wheels(platform: RoverPlatform, bench: RoverBench, true: Deviation) -> Records:
    """The wheels in the order of the mission file, on the soil that the seed has drawn."""
    rover, soil, traction = platform.rover, bench.soil, bench.traction
    wheel = np.zeros(kernels.WHEELS, WHEEL)
    com_x, com_z = (believed + off for believed, off in zip(rover.com_m, true.body_com_m, strict=True))
    half_base, half_track = 0.5 * rover.wheelbase_m, 0.5 * rover.track_m
    wheel["x_m"] = np.array([half_base, half_base, -half_base, -half_base]) - com_x
    wheel["y_m"] = [half_track, -half_track, half_track, -half_track]
    wheel["z_m"] = rover.wheel_radius_m - com_z
    bearing = soil.bearing_cohesive_n_m2 / rover.wheel_width_m + soil.bearing_frictional_n_m3
    load = platform.environment.gravity_m_s2 * rover.mass_kg / kernels.WHEELS
    sunk = static_sinkage_m(load, rover.wheel_radius_m, rover.wheel_width_m, bearing)
    patch_m2 = rover.wheel_width_m * math.sqrt(2.0 * rover.wheel_radius_m * sunk)
    values = {
        "radius_m": rover.wheel_radius_m,
        "width_m": rover.wheel_width_m,
        "grouser_m": rover.grouser_m,
        "inertia": rover.wheel_inertia_kg_m2,
        "bearing_n_m3": bearing,
        "cohesion_share": true.traction_cohesion_pa / true.cohesion_pa if true.cohesion_pa > 0.0 else 0.0,
        "friction_tan": math.tan(true.traction_friction_rad),
        "shear_m": traction.shear_m,
        "dig_in": true.dig_in,
        "unload_n_m": traction.unload_n_m3 * patch_m2,
        "grip_n_m": traction.grip_n_m,
        "damping_n_s_m": traction.damping_n_s_m,
    }
    for name, value in values.items():
        wheel[name] = value
    return wheel


def _new_belly(platform: RoverPlatform, bench: RoverBench, wheel: Records) -> Records:
    """The underside between the wheels: half of it under each axle."""
    rover, traction = platform.rover, bench.traction
    belly = np.zeros(kernels.AXLES, BELLY)
    area_m2 = 0.5 * rover.wheelbase_m * max(rover.track_m - rover.wheel_width_m, 0.1 * rover.track_m)
    belly["x_m"], belly["z_m"] = wheel["x_m"][::2], wheel["z_m"][::2] - rover.wheel_radius_m + rover.clearance_m
    belly["area_m2"], belly["friction_tan"] = area_m2, wheel["friction_tan"][0]
    belly["unload_n_m"] = wheel["unload_n_m"][0]
    belly["grip_n_m"], belly["damping_n_s_m"] = traction.grip_n_m, traction.damping_n_s_m
    return belly
