from itertools import pairwise
from math import pi, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.digging import DigPass
from flight.scoop.trajectory import check_trajectory
from flight.settings import Settings

SURFACE_M = 0.01


@pytest.fixture
def dig(arm, m1):
    return DigPass(arm, m1.dig, Settings.of(m1).dig, 0.0, 0.54, SURFACE_M, 0.010)


def poses(dig, points=400):
    return [dig.pose(dig.duration_s * i / points) for i in range(points + 1)]


def test_a_pass_begins_and_ends_clear_of_the_surface(dig):
    assert dig.start.z_m > SURFACE_M + 0.02
    assert dig.end.z_m > SURFACE_M + 0.02


@pytest.mark.requirement("DIG-1")
def test_a_pass_reaches_its_depth_and_no_more(dig):
    assert min(pose.z_m for pose in poses(dig)) == pytest.approx(SURFACE_M - 0.010)


def test_the_scoop_is_drawn_towards_the_lander_throughout(dig):
    radii = [pose.r_m for pose in poses(dig)]
    assert all(b <= a + 1e-12 for a, b in pairwise(radii))


def test_a_pass_ends_level(dig):
    assert dig.end.pitch_rad == pytest.approx(-pi)


def test_the_rake_never_exceeds_that_of_the_entry(dig, m1):
    steepest = max(pose.pitch_rad + pi for pose in poses(dig))
    assert steepest == pytest.approx(radians(m1.dig.entry_rake_deg))


def test_every_site_of_the_mission_can_be_reached_at_every_depth_used(arm, m1, violation):
    for radius, azimuth_deg in m1.dig.sites:
        for surface_m in (-0.04, 0.0, 0.04):
            for passes in range(3):
                depth = m1.dig.depth_m + passes * m1.dig.deepen_m
                dig = DigPass(arm, m1.dig, Settings.of(m1).dig, radians(azimuth_deg), radius, surface_m, depth)
                assert violation(check_trajectory, dig, arm, surface_m - 0.05) is None


@pytest.mark.requirement("DIG-1")
@given(st.lists(st.floats(-20, 60), max_size=60))
def test_load_makes_a_pass_shallower_never_deeper(arm, m1, drafts):
    plain, bent = (DigPass(arm, m1.dig, Settings.of(m1).dig, 0.0, 0.54, SURFACE_M, 0.010) for _ in range(2))
    for draft in drafts:
        bent.feel(draft, 0.05)
    for before, after in zip(poses(plain, 60), poses(bent, 60), strict=True):
        assert after.z_m >= before.z_m - 1e-12
        assert after.z_m <= max(before.z_m, SURFACE_M)


@pytest.mark.requirement("DIG-1")
def test_load_that_goes_away_lets_the_pass_return_to_its_depth(dig):
    for _ in range(20):
        dig.feel(30.0, 0.05)
    assert dig.yielded_m > 0.01
    for _ in range(2000):
        dig.feel(0.0, 0.05)
    assert dig.yielded_m == 0.0
