"""Pictures of ground and scoop: shadows as long as the Sun makes them, what is in the scoop, noise, exposure, smear."""

import math
from itertools import groupby

import numpy as np
import pytest

from hil.plant.scene.light import GROUND, HARDWARE, HEAP
from hil.plant.scene.scene import Scene
from hil.plant.scene.sensor import Sensor

from .conftest import REPOSE, SENSOR, WALLS, Stage, ground, state

WIDTH, HEIGHT = 240, 180
PIXEL_M = 2.0 * 0.5 * math.tan(math.radians(20.0)) / WIDTH  # on the ground, seen from above


def sun(elevation_deg):
    """To the left of x: shadows fall along -y."""
    elevation = math.radians(elevation_deg)
    return 0.0, math.cos(elevation), math.sin(elevation)


def dark_m(green, at_row):
    """Length of the longest dark stretch along a row of the picture, averaged over its neighbours."""
    row = green[at_row - 6 : at_row + 7].mean(axis=0)
    dark = row < 0.5 * np.median(row)
    return max(len(list(run)) for is_dark, run in groupby(dark.tolist()) if is_dark) * PIXEL_M


@pytest.mark.parametrize(("depth_m", "elevation_deg"), [(0.02, 20.0), (0.02, 35.0), (0.015, 25.0), (0.03, 40.0)])
def test_a_trenchs_wall_casts_a_shadow_of_depth_over_tangent_of_elevation(bare, depth_m, elevation_deg):
    trench = ground(lambda x, y: np.where((np.abs(x) < 0.08) & (np.abs(y) < 0.07), -depth_m, 0.0))
    seen = bare.radiance(state(trench, sun(elevation_deg)), WIDTH, HEIGHT)
    length_m = depth_m / math.tan(math.radians(elevation_deg))
    # The wall between two cells of the map stands on half a cell of ground.
    assert dark_m(seen[:, :, 1], HEIGHT // 2) == pytest.approx(length_m, abs=0.003 + 2.0 * PIXEL_M)


def test_a_heap_casts_its_shadow_away_from_the_sun(bare):
    heap = ground(lambda x, y: np.maximum(0.03 - np.hypot(x, y), 0.0))
    plain, heaped = (bare.radiance(state(s, sun(15.0)), WIDTH, HEIGHT)[:, :, 1] for s in (ground(), heap))
    darker = np.argwhere(heaped < 0.3 * plain)
    assert len(darker) > 200
    # Up in the picture is x, left is y: the shadow lies to the right of the heap.
    assert darker[:, 1].mean() > 0.5 * WIDTH + 0.01 / PIXEL_M


def test_a_rock_that_sticks_out_is_seen_and_one_that_is_buried_is_not(bare):
    plain = bare.radiance(state(to_sun=sun(30.0)), WIDTH, HEIGHT)
    out = bare.radiance(state(to_sun=sun(30.0), rocks=[(0.0, 0.0, 0.005, 0.02)]), WIDTH, HEIGHT)
    buried = bare.radiance(state(to_sun=sun(30.0), rocks=[(0.0, 0.0, -0.05, 0.02)]), WIDTH, HEIGHT)
    assert (np.abs(out - plain)[:, :, 1] > 0.01).sum() > 400
    assert np.array_equal(buried, plain)


def test_at_night_there_is_next_to_nothing_to_see(bare):
    day, night = (bare.radiance(state(to_sun=sun(at)), 80, 60)[:, :, 1].mean() for at in (30.0, -5.0))
    assert night < 0.03 * day


def test_soil_in_the_scoop_shows_where_the_scoop_is_and_nowhere_else(with_scoop):
    empty, full = (with_scoop.radiance(state(sample_m3=v, to_sun=sun(50.0)), WIDTH, HEIGHT) for v in (0.0, 1.4e-4))
    assert not (empty[:, :, 3] == HEAP).any()
    heap = full[:, :, 3] == HEAP
    assert heap.sum() > 2000
    floor = empty[:, :, 3][heap]
    assert (floor >= HARDWARE).mean() > 0.98
    assert np.abs(full - empty)[:, :, 1][heap].mean() > 0.01
    far = np.zeros_like(heap)
    far[:, :40] = True  # towards the Sun, where no shadow of the scoop falls
    assert np.array_equal(full[far & (full[:, :, 3] == GROUND)], empty[far & (empty[:, :, 3] == GROUND)])


def test_the_more_soil_the_more_of_it_is_seen(with_scoop):
    seen = [
        (with_scoop.radiance(state(sample_m3=volume_m3), 120, 90)[:, :, 3] == HEAP).sum()
        for volume_m3 in (0.0, 5e-6, 3e-5, 1.5e-4)
    ]
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[1] > 0


def blur(seen):
    """How many columns of the scoop's row lie between dark and bright of its front edge, on average."""
    row = seen[:, :, 1].astype(float)
    return np.abs(np.diff(row, axis=0)).max(axis=0)[WIDTH // 2 - 20 : WIDTH // 2 + 20].mean()


def test_the_faster_the_scoop_the_longer_its_smear(with_scoop):
    sharpness = [blur(with_scoop.radiance(state(x_m_s=speed), WIDTH, HEIGHT, 0.03)) for speed in (0.0, 0.1, 0.3)]
    assert sharpness[0] > 1.2 * sharpness[1] > 1.2 * 1.2 * sharpness[2]


def test_what_stands_still_is_not_smeared(with_scoop):
    assert np.array_equal(with_scoop.radiance(state(), 80, 60, exposure_s=0.03), with_scoop.radiance(state(), 80, 60))


def test_exposure_follows_the_light_within_its_limits():
    bright, dim, dark = (np.full((4, 4, 3), value) for value in (0.1, 0.01, 0.0))
    assert SENSOR.exposure_for(dim) == pytest.approx(10.0 * SENSOR.exposure_for(bright))
    assert SENSOR.exposure_for(dark) == SENSOR.exposure_s[1]
    assert SENSOR.exposure_for(1e4 * bright) == SENSOR.exposure_s[0]


def test_noise_is_that_of_counted_photons_and_of_reading():
    linear = Sensor(full_well_e=1e6, read_noise_e=20.0, exposure_s=(1e-6, 1.0), target=0.5, gamma=1.0, vignetting=0.0)
    light = np.full((200, 200, 3), 0.005)
    electrons = linear.read_out(light, 0.5, np.random.default_rng(1)).astype(float) * 1e6 / 255.0
    assert electrons.mean() == pytest.approx(0.005 * 1.004 * 0.5 * 1e8, rel=0.01)
    small = Sensor(2000.0, 20.0, (1e-6, 1.0), 0.5, 1.0, 0.0)
    counts = small.read_out(light, 0.002, np.random.default_rng(1)).astype(float) * 2000.0 / 255.0
    assert counts.std() == pytest.approx(math.sqrt(1004.0 + 20.0**2 + (2000.0 / 255.0) ** 2 / 12.0), rel=0.02)


def test_corners_are_darker():
    counts = SENSOR.read_out(np.full((60, 80, 3), 0.05), 1e-3, np.random.default_rng(1))
    assert counts[:6, :6].mean() < counts[27:33, 37:43].mean() - 8.0


def test_the_same_scene_gives_the_same_picture_and_the_next_another_noise(from_above):
    def pictures():
        scene = Scene(ground(), Stage(from_above, 0.10), WALLS, REPOSE, SENSOR, 7)
        return [scene.expose(state(sample_m3=1e-4), 80, 60)() for _ in range(2)]

    one, other = pictures(), pictures()
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
    assert not np.array_equal(one[0], one[1])


def test_a_picture_is_of_the_state_it_was_exposed_in(with_scoop):
    """Developing late changes nothing but the noise that was drawn."""
    before, moved = state(x_m=0.0), state(x_m=0.05)
    late = with_scoop.expose(before, 80, 60, 1e-3)
    with_scoop.expose(moved, 80, 60, 1e-3)()
    at_once = with_scoop.expose(before, 80, 60, 1e-3)()
    assert np.abs(late().astype(float) - at_once).mean() < 4.0
