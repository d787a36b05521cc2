"""Scenes of both missions through the camera's line; what a person gets for wrong input."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from flight.icd.vc0706 import Size
from hil.bench import Bench
from hil.choreography import SCENES, bring_about
from hil.config import load_bench
from hil.picture import PictureError, read_picture, save_picture


def small_picture(mission, scene, seed=1):
    """Luminance of a small picture, and the bench it is of."""
    platform, config = load_bench(mission)
    bench = Bench(platform, config, seed)
    bring_about(scene, platform, bench.plant, bench.advance)
    octets = read_picture(bench, Size.QQVGA)
    return np.asarray(Image.open(io.BytesIO(octets)).convert("L"), float), bench, octets


@pytest.fixture(scope="module", params=["m1_lander", "m2_rover"])
def scenes(request):
    return {scene: small_picture(request.param, scene) for scene in SCENES}


def test_every_scene_is_neither_black_nor_saturated(scenes):
    for picture, _, _ in scenes.values():
        assert picture.shape == (120, 160)
        assert 40.0 < picture.mean() < 200.0
        assert picture.std() > 10.0
        assert (picture > 250.0).mean() < 0.12


def test_the_scenes_are_what_they_are_called(scenes):
    truth = {name: bench.plant.truth for name, (_, bench, _) in scenes.items()}
    assert truth["before"].sample_mass_kg == 0.0
    assert truth["before"].moved_mass_kg == 0.0
    assert truth["digging"].depth_below_surface_m > 0.004
    for name in ("full", "after"):
        assert truth[name].sample_mass_kg > 0.100
        assert abs(truth[name].rake_rad) < 0.1


def test_each_scene_shows_something_else(scenes):
    names = list(scenes)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            changed = np.abs(scenes[one][0] - scenes[other][0]) > 30.0  # far beyond noise and exposure
            assert changed.mean() > 0.02, (one, other)


def test_the_same_seed_gives_the_same_octets(scenes):
    _, bench, octets = scenes["before"]
    mission = bench.plant.truth is not None and ("m2_rover" if len(bench.servo_bus.servos) == 6 else "m1_lander")
    assert small_picture(mission, "before")[2] == octets


@pytest.mark.parametrize(
    ("scene", "name", "said"),
    [
        ("middle", "x.jpg", "scene 'middle': allowed: before, digging, full, after"),
        ("full", "x.gif", "must end in .jpg or .jpeg or .png"),
        ("full", "x", "must end in .jpg or .jpeg or .png"),
        ("full", "folder.jpg/x/x.jpg", "can't be written"),
        ("full", "folder.jpg", "can't be written"),
    ],
)
def test_wrong_input_is_told_before_anything_is_done(tmp_path, scene, name, said):
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "folder.jpg" / "x").touch()
    with pytest.raises(PictureError) as error:
        save_picture("m1_lander", scene, 1, tmp_path / name)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert os.listdir(tmp_path) == ["folder.jpg"]
