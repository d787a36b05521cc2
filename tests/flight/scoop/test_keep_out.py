"""Keep-out: no part of the arm enters what the lander is made of, wherever the edge is."""

from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.limits import Limit
from flight.icd.platform import KeepOut
from flight.scoop.keep_out import inside_m, intrusion, nearest
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose, ReachError
from flight.scoop.trajectory import EdgeLine, check_trajectory

BOX = KeepOut(name="box", low_m=(0.0, 0.0, 0.0), high_m=(1.0, 2.0, 3.0))
place = st.floats(-1, 4)


@given(st.tuples(place, place, place))
def test_inside_is_what_lies_between_all_six_sides(point):
    within = all(low < value < high for value, low, high in zip(point, BOX.low_m, BOX.high_m, strict=True))
    assert (inside_m(BOX, point) > 0) is within


def test_the_deepest_point_tells_how_far_and_which_box():
    found = intrusion((BOX, BOX), [(9, 9, 9), (0.1, 1, 1), (0.3, 1, 1)])
    assert (found.limit, found.part) == (Limit.KEEP_OUT, 1)
    assert found.wanted == pytest.approx(0.3)
    assert intrusion((BOX,), [(9, 9, 9)]) is None
    assert intrusion((BOX,), [(0.3, 1, 1)], allowed_m=0.3) is None
    assert nearest((BOX,), [(1.5, 2.1, 3.0)]) == (-0.5, 1)


@given(st.tuples(st.floats(-1.4, 1.4), st.floats(-0.7, 1.9), st.floats(-2.7, 0.08), st.floats(-2.6, 1.0)))
def test_the_outline_is_as_far_from_the_base_as_the_joints_put_it(arm, m1, q):
    points = list(arm.outline_m(q))
    x, y, z = m1.arm.base_m
    reach = sum(m1.arm.link_m) + hypot(m1.scoop.length_m, m1.scoop.depth_m, 0.5 * m1.scoop.width_m)
    assert all(hypot(px - x, py - y, pz - z) <= reach for px, py, pz in points)
    edge_x, edge_y, edge_z = arm.position_m(arm.edge(q))
    corners = [p for p in points if hypot(p[0] - edge_x, p[1] - edge_y, p[2] - edge_z) < 0.5 * m1.scoop.width_m + 1e-9]
    assert len(corners) >= 2  # of the edge itself


def test_a_level_scoop_opens_upwards(arm):
    pose = EdgePose(0.3, 0.5, 0.2, LEVEL_PITCH_RAD)
    heights = sorted({round(z, 6) for _, _, z in list(arm.outline_m(arm.inverse(pose)))[-12:]})
    assert heights == [0.2, 0.24]


@pytest.mark.requirement("DIG-4")
@pytest.mark.parametrize(
    ("pose", "box"),
    [
        (EdgePose(0.0, 0.02, 0.25, LEVEL_PITCH_RAD), 1),  # under the deck
        (EdgePose(radians(79), 0.40, 0.50, LEVEL_PITCH_RAD), 2),
        (EdgePose(radians(75), 0.70, 0.30, LEVEL_PITCH_RAD), 3),
        (EdgePose(radians(-75), 0.70, 0.30, LEVEL_PITCH_RAD), 4),
    ],
)
def test_each_part_of_the_lander_is_kept_out_of(arm, pose, box):
    start = EdgePose(0.0, 0.50, 0.50, LEVEL_PITCH_RAD)
    with pytest.raises(ReachError, match=f"keep_out of box {box}:") as refused:
        check_trajectory(EdgeLine(arm, start, pose, 0.08, 0.4), arm, -0.08)
    violation = refused.value.violation
    assert (violation.limit, violation.part) == (Limit.KEEP_OUT, box)
    assert violation.wanted > 0.0


@pytest.mark.requirement("DIG-4")
def test_a_line_that_only_passes_through_is_refused_too(arm, violation):
    from_side, to_side = (EdgePose(radians(a), 0.45, 0.6, LEVEL_PITCH_RAD) for a in (50, 50))
    across = EdgeLine(arm, from_side, to_side._replace(azimuth_rad=radians(79)), 0.08, 0.4)
    assert violation(check_trajectory, EdgeLine(arm, from_side, to_side, 0.08, 0.4), arm, -0.08) is None
    with pytest.raises(ReachError, match="keep_out of box 2"):
        check_trajectory(across, arm, -0.08)


@pytest.mark.requirement("DIG-4")
def test_what_the_sequence_does_stays_out_of_every_box(arm, m1, violation):
    """From the stow to the weighing pose, over each site and down to it, and back."""
    stow, weigh = arm.edge(m1.stow_rad), EdgePose(0.0, m1.weigh.radius_m, m1.weigh.height_m, -pi)
    for radius_m, azimuth_deg in m1.dig.sites:
        above = EdgePose(radians(azimuth_deg), radius_m - arm.scoop_m, m1.contact.start_height_m, -pi)
        low = above._replace(z_m=-m1.contact.overdrive_m)
        for start, goal in ((stow, weigh), (weigh, above), (above, low), (low, weigh), (weigh, stow)):
            assert violation(check_trajectory, EdgeLine(arm, start, goal, 0.08, 0.4), arm, -0.09) is None


def test_a_box_whose_sides_are_swapped_is_refused_with_its_name():
    with pytest.raises(ValueError, match="keep_out deck: low_m must be below high_m in y"):
        KeepOut(name="deck", low_m=(0.0, 1.0, 0.0), high_m=(1.0, 0.5, 1.0))


def test_circles_of_the_azimuth_joint_are_circles_of_the_outline(arm):
    q = arm.inverse(EdgePose(0.0, 0.5, 0.2, LEVEL_PITCH_RAD))
    for (x0, y0, z0), (x1, y1, z1) in zip(arm.outline_m(q), arm.outline_m((0.5, *q[1:])), strict=True):
        dx, dy = x0 - 0.8, y0
        assert (x1 - 0.8, y1) == pytest.approx((dx * cos(0.5) - dy * sin(0.5), dx * sin(0.5) + dy * cos(0.5)))
        assert z0 == z1
