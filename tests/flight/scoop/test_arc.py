"""Passes by telecommand: along an arc, with a rake that stays or turns; shallower with the load, never deeper."""

from itertools import pairwise
from math import hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.digging import Arc, ArcPass
from flight.scoop.trajectory import check_trajectory
from flight.settings import Settings

SURFACE_M = 0.01
CHORD = st.floats(0.05, 0.15)
DEPTH = st.floats(0.002, 0.02)


def shares(points=40):
    return [i / points for i in range(points + 1)]


def make(arm, m1, depth_m=0.012, rake_deg=30.0, turning=False):
    settings = Settings.of(m1).dig
    return ArcPass(arm, m1.dig, settings, 0.1, 0.54, SURFACE_M, depth_m, radians(rake_deg), turning)


@given(CHORD, DEPTH, st.booleans())
def test_an_arc_goes_from_surface_to_surface_through_its_depth_on_one_circle(chord_m, depth_m, turning):
    arc = Arc(0.0, 0.5, SURFACE_M, chord_m, depth_m, 0.5, turning)
    first, middle, last = (arc.at(share) for share in (0.0, 0.5, 1.0))
    assert (first.r_m, last.r_m) == pytest.approx((0.5, 0.5 - chord_m))
    assert (first.z_m, last.z_m) == pytest.approx((SURFACE_M, SURFACE_M))
    assert middle.z_m == pytest.approx(SURFACE_M - depth_m)
    centre_r, centre_z = middle.r_m, middle.z_m + arc.radius_m
    assert all(hypot(p.r_m - centre_r, p.z_m - centre_z) == pytest.approx(arc.radius_m) for p in map(arc.at, shares()))


@given(CHORD, DEPTH)
def test_its_length_is_that_of_many_short_chords(chord_m, depth_m):
    arc = Arc(0.0, 0.5, SURFACE_M, chord_m, depth_m, 0.5, False)
    points = [arc.at(share) for share in shares(400)]
    walked = sum(hypot(b.r_m - a.r_m, b.z_m - a.z_m) for a, b in pairwise(points))
    assert arc.length_m == pytest.approx(walked, rel=1e-4)


@given(CHORD, DEPTH)
def test_the_scoop_is_drawn_inwards_all_along(chord_m, depth_m):
    arc = Arc(0.0, 0.5, SURFACE_M, chord_m, depth_m, 0.5, True)
    assert all(b.r_m < a.r_m for a, b in pairwise(map(arc.at, shares())))


def test_a_fixed_rake_stays_and_a_turning_one_keeps_its_angle_to_the_way():
    fixed, turning = (Arc(0.0, 0.5, SURFACE_M, 0.1, 0.015, radians(30), law) for law in (False, True))
    assert {round(fixed.at(share).pitch_rad, 9) for share in shares()} == {round(radians(30) - pi, 9)}
    for share in shares():
        a, b = turning.at(share - 1e-6), turning.at(share + 1e-6)
        down = (a.z_m - b.z_m) / hypot(b.r_m - a.r_m, b.z_m - a.z_m)
        slope = turning.half_rad * (1 - 2 * share)
        assert down == pytest.approx(sin(slope), abs=1e-4)
        assert turning.at(share).pitch_rad + pi - slope == pytest.approx(radians(30))


@pytest.mark.parametrize("turning", [False, True])
def test_a_pass_begins_and_ends_clear_of_the_surface_and_ends_level(arm, m1, turning):
    dig = make(arm, m1, turning=turning)
    assert dig.start.z_m > SURFACE_M + 0.02
    assert dig.end.z_m > SURFACE_M + 0.02
    assert dig.end.pitch_rad == pytest.approx(-pi)


@pytest.mark.parametrize("turning", [False, True])
def test_a_pass_reaches_its_depth_within_the_reach_of_the_arm(arm, m1, turning):
    dig = make(arm, m1, 0.015, turning=turning)
    lowest = min(dig.pose(dig.duration_s * share).z_m for share in shares(400))
    assert lowest == pytest.approx(SURFACE_M - 0.015, abs=1e-4)
    check_trajectory(dig, arm, SURFACE_M - 0.05)


@given(st.lists(st.floats(-20, 60), max_size=40))
def test_load_makes_an_arc_shallower_never_deeper(arm, m1, forces):
    plain, bent = make(arm, m1), make(arm, m1)
    for force in forces:
        bent.feel(force, 0.05)
    for share in shares():
        before, after = plain.pose(plain.duration_s * share), bent.pose(bent.duration_s * share)
        assert before.z_m - 1e-12 <= after.z_m <= max(before.z_m, SURFACE_M)
