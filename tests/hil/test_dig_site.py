"""Where the material truly comes from."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.moon import apart_m
from hil.config import load_bench
from hil.dig_site import DigSite, level
from hil.plant.deviation import draw, streams
from hil.plant.simulation import gravity_along

tilts = st.floats(-20, 20)


@given(st.tuples(*[st.floats(-5, 5)] * 3), tilts, tilts)
def test_level_axes_are_across_gravity(at_m, roll, pitch):
    """What is left of a place beyond its height along gravity is what lies level."""
    x, y = level(at_m, (roll, pitch))
    gravity = gravity_along(1.62, (roll, pitch))
    height = -sum(a * g for a, g in zip(at_m, gravity, strict=True)) / 1.62
    assert math.hypot(x, y, height) == pytest.approx(math.hypot(*at_m), abs=1e-9)


@pytest.mark.parametrize("mission", ["m1_lander", "m2_rover"])
def test_the_fix_is_off_as_often_as_it_is_said(mission):
    platform, bench = load_bench(mission)
    drawn = [draw(platform, bench, streams(seed)) for seed in range(1000)]
    off = [math.hypot(*each.fix_error_m) <= platform.location.fix_u95_m for each in drawn]
    turned = [abs(math.degrees(each.heading_error_rad)) <= platform.location.heading_u95_deg for each in drawn]
    assert sum(off) / 1000 == pytest.approx(0.95, abs=0.025)
    assert sum(turned) / 1000 == pytest.approx(0.95, abs=0.025)


class Scoop:
    sample_mass_kg, edge_m = 0.0, (0.0, 0.0, 0.0)


class Plant:
    class deviation:  # noqa: N801
        tilt_deg, fix_error_m, heading_error_rad = (0.0, 0.0), (3.0, 4.0), 0.0

    def __init__(self):
        self.truth = Scoop()


def test_what_is_gained_weighs_where_it_was_gained():
    platform, plant = load_bench("m1_lander")[0], Plant()
    location, site = platform.location, DigSite(platform, plant)
    assert site.place is None
    for mass_kg, x in ((0.01, 1.0), (0.04, 2.0), (0.03, 9.0)):
        plant.truth.sample_mass_kg, plant.truth.edge_m = mass_kg, (x, 0.5, 0.0)
        site.see()
    assert site.on_platform_m == pytest.approx((1.75, 0.5))
    half_m = 0.5 * platform.scoop.width_m
    assert site.holds_m((1.0, 0.5), 0.25) == pytest.approx(half_m)
    assert site.holds_m((1.0, 0.5), 1.0) == pytest.approx(math.hypot(1.0, half_m))
    heading = math.radians(location.heading_deg)
    north = 3.0 + 1.75 * math.cos(heading) + 0.5 * math.sin(heading)
    east = 4.0 + 1.75 * math.sin(heading) - 0.5 * math.cos(heading)
    assert apart_m(location.place, site.place, location.height_m) == pytest.approx(math.hypot(north, east), abs=1e-5)
