"""Where the lander's camera stands and what it sees from there: the material, and the ground it was taken from."""

from dataclasses import replace
from itertools import product
from math import cos, dist, radians, sin, tan

import numpy as np
import pytest

from flight.config import load_mission
from flight.scoop.kinematics import LEVEL_PITCH_RAD, ArmModel, EdgePose
from hil.bench import Bench
from hil.config import load_bench
from hil.plant.scene.light import GROUND, HEAP
from hil.plant.scene.viewpoint import Viewpoint

WIDTH, HEIGHT = 320, 240
LEAST_M3 = 50e-6 / 1.5
"""Of the 50 g that a buyer takes at least."""
CONFIG = load_mission("m1_lander")
ARM = ArmModel(CONFIG)
WEIGHING = ARM.inverse(EdgePose(0.0, CONFIG.weigh.radius_m, CONFIG.weigh.height_m, LEVEL_PITCH_RAD))


@pytest.fixture(scope="module")
def view():
    platform, config = load_bench("m1_lander")
    return Viewpoint(platform, config, Bench(platform, config, 1).plant, 1)


def radiance(view, q, sample_m3=0.0):
    seen = replace(view.state(), joint_rad=q, joint_rad_s=(0.0,) * 4, sample_m3=sample_m3)
    return view.scene.radiance(seen, WIDTH, HEIGHT)


def pixel(point):
    """Row and column where a point of LANDER is in the picture."""
    camera = CONFIG.camera
    forward = np.subtract(camera.aim_m, camera.position_m)
    right = np.cross(forward, (0.0, 0.0, 1.0))
    down = np.cross(forward, right)
    away, aside, below = (
        np.subtract(point, camera.position_m) @ axis / np.linalg.norm(axis) for axis in (forward, right, down)
    )
    scale = 0.5 * WIDTH / tan(0.5 * radians(camera.fov_deg)) / away
    return int(0.5 * HEIGHT + scale * below), int(0.5 * WIDTH + scale * aside)


def test_no_pose_of_the_arm_comes_near_the_camera_or_its_mast():
    x, y, top_m = CONFIG.camera.position_m
    deck_m = next(box.high_m[2] for box in CONFIG.keep_out if box.name == "body")
    angles = [np.radians(np.linspace(joint.min_deg, joint.max_deg, 9)) for joint in CONFIG.joint]
    nearest_m = min(
        dist(point, (x, y, min(max(point[2], deck_m), top_m))) for q in product(*angles) for point in ARM.outline_m(q)
    )
    assert nearest_m > 0.2


def test_the_least_sample_fills_more_than_half_of_the_opening_seen_and_a_quarter_of_it_is_sunlit(view):
    seen = radiance(view, WEIGHING, LEAST_M3)
    scoop, x, z = CONFIG.scoop, CONFIG.arm.base_m[0] + CONFIG.weigh.radius_m, CONFIG.weigh.height_m
    edge, left, right, back = (
        np.array(pixel((x + along, aside, z)))
        for along, aside in ((0.0, 0.0), (0.0, 0.5 * scoop.width_m), (0.0, -0.5 * scoop.width_m), (scoop.length_m, 0.0))
    )
    floor = abs(np.linalg.det([back - edge, left - right]))
    heap = seen[:, :, 3] == HEAP
    lit = heap & (seen[:, :, 1] > 0.5 * np.median(seen[:, :, 1]))
    assert heap.sum() > 0.5 * floor
    assert lit.sum() > 0.25 * heap.sum()


@pytest.mark.parametrize("q", [CONFIG.stow_rad, WEIGHING], ids=["stowed", "weighing"])
def test_the_arm_hides_no_site_before_and_after_and_while_it_shows_the_material(view, q):
    kinds = radiance(view, q)[:, :, 3]
    x, y, _ = CONFIG.arm.base_m
    for (radius_m, azimuth_deg), back_m, aside_m in product(
        CONFIG.dig.sites, (0.0, CONFIG.dig.length_m), (-0.5 * CONFIG.scoop.width_m, 0.5 * CONFIG.scoop.width_m)
    ):
        r, azimuth = radius_m - back_m, radians(azimuth_deg)
        row, column = pixel(
            (x + r * cos(azimuth) - aside_m * sin(azimuth), y + r * sin(azimuth) + aside_m * cos(azimuth), 0.0)
        )
        assert 0 <= row < HEIGHT
        assert 0 <= column < WIDTH
        assert kinds[row, column] == GROUND
