"""The look through a JPEG, against pictures that another's encoder made and decoder reads."""

import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from flight.bus.jpeg import BRIGHTEST, DARKEST, LEAST_CONTRAST, JpegCheck
from flight.icd.imaging import PictureFlaw

STEPS = 10_000


def picture(width, height, seed=1, mode="RGB"):
    draw = Random(seed)
    image = Image.new("L", (width // 8, height // 8))
    image.putdata([draw.randint(60, 220) for _ in range((width // 8) * (height // 8))])
    return image.resize((width, height), Image.Resampling.BILINEAR).convert(mode)


def encoded(image, **kw):
    octets = io.BytesIO()
    image.save(octets, "JPEG", **kw)
    return octets.getvalue()


def look(jpeg, width, height):
    check = JpegCheck(jpeg, width, height)
    for _ in range(STEPS):
        flaw = check.step(24)
        if flaw is not None:
            return flaw, check
    raise AssertionError("no end")


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("kw", [{}, {"optimize": True}, {"quality": 30}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("size", [(320, 240), (168, 120)])
def test_every_baseline_jpeg_of_another_encoder_passes(subsampling, kw, size):
    jpeg = encoded(picture(*size), subsampling=subsampling, **kw)
    assert look(jpeg, *size)[0] is PictureFlaw.NONE


def test_one_of_grey_passes_too():
    assert look(encoded(picture(160, 120, mode="L")), 160, 120)[0] is PictureFlaw.NONE


def test_brightness_and_contrast_are_those_of_the_picture():
    image = picture(320, 240)
    _, check = look(encoded(image, quality=90), 320, 240)
    stat = ImageStat.Stat(image.convert("L").reduce(8))
    assert check.mean == pytest.approx(stat.mean[0], abs=1.0)
    assert check.contrast == pytest.approx(stat.stddev[0], rel=0.05)


def test_a_progressive_jpeg_is_none_that_this_camera_makes():
    assert look(encoded(picture(160, 120), progressive=True), 160, 120)[0] is PictureFlaw.STRUCTURE


def test_a_jpeg_of_another_size_is_told():
    assert look(encoded(picture(160, 120)), 320, 240)[0] is PictureFlaw.FORMAT


@given(cut=st.floats(0.0, 0.999))
@settings(max_examples=60)
def test_no_jpeg_that_ends_early_passes_with_or_without_an_end_marker(cut):
    jpeg = encoded(picture(160, 120))
    short = jpeg[: int(cut * (len(jpeg) - 3))]
    assert look(short, 160, 120)[0] is not PictureFlaw.NONE
    assert look(short + b"\xff\xd9", 160, 120)[0] is not PictureFlaw.NONE


@given(octets=st.binary(max_size=2000))
@settings(max_examples=100)
def test_octets_of_any_kind_end_with_a_flaw_and_never_raise(octets):
    assert look(octets, 160, 120)[0] is not PictureFlaw.NONE
    assert look(b"\xff\xd8" + octets + b"\xff\xd9", 160, 120)[0] is not PictureFlaw.NONE


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60)
def test_a_jpeg_with_many_wrong_octets_does_not_pass(seed):
    draw = Random(seed)
    jpeg = bytearray(encoded(picture(160, 120)))
    for last in (600, len(jpeg)):
        for _ in range(24):
            jpeg[draw.randrange(last)] ^= draw.randrange(1, 256)
    assert look(bytes(jpeg), 160, 120)[0] is not PictureFlaw.NONE


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60)
def test_wrong_octets_anywhere_end_with_a_flaw_or_a_picture_that_shows_something(seed):
    draw = Random(seed)
    jpeg = bytearray(encoded(picture(160, 120)))
    for _ in range(draw.randrange(1, 6)):
        jpeg[draw.randrange(len(jpeg))] = draw.randrange(256)
    flaw, check = look(bytes(jpeg), 160, 120)
    shows = DARKEST <= check.mean <= BRIGHTEST and check.contrast >= LEAST_CONTRAST
    assert shows == (flaw is PictureFlaw.NONE)
