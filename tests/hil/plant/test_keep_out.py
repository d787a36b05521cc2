"""The bench's own look at keep-out boxes: by true angles and its own geometry, whatever flight believes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.config import load_mission
from flight.icd.platform import KeepOut
from flight.scoop.keep_out import inside_m
from flight.scoop.kinematics import ArmModel
from hil.plant.compiled import kernel
from hil.plant.keep_out import BOX, deepest_m

CUBE = KeepOut(name="cube", low_m=(0.0, 0.0, 0.0), high_m=(1.0, 2.0, 3.0))
place = st.tuples(*[st.floats(-2, 5)] * 3)


@kernel
def deepest(boxes, ax, ay, az, bx, by, bz):
    return deepest_m(boxes[0], ax, ay, az, bx, by, bz)


def at(plant, q):
    """The plant with its joints put at `q`, a millisecond later, its memory of what was nearest cleared."""
    plant._servo["link_rad"][: len(q)] = plant._servo["motor_rad"][: len(q)] = q
    plant._servo["link_rad_s"] = plant._servo["motor_rad_s"] = 0.0
    plant._world["phase"] = 0
    plant.nearness.record["inside_m"] = -math.inf
    plant._advance(1)
    return plant.nearness


@given(place, place)
def test_a_line_is_as_deep_as_its_deepest_point(a, b):
    box = np.array([(*CUBE.low_m, *CUBE.high_m)], BOX)
    points = np.linspace(a, b, 400)
    sampled = max(inside_m(CUBE, tuple(point)) for point in points)
    long_m = math.dist(a, b)
    assert sampled - 1e-4 * long_m <= deepest(box, *a, *b) <= sampled + long_m / 399 + 1e-9


@pytest.mark.requirement("DIG-4")
@pytest.mark.parametrize(
    ("deg", "where"),
    [
        ((0.0, 0.0, -150.0, 0.0), "scoop, body"),
        ((85.0, 60.0, -60.0, -125.0), "fore_arm, mast"),
        ((70.0, 0.0, -5.0, -60.0), "scoop, left_leg"),
        ((-70.0, 0.0, -5.0, -60.0), "scoop, right_leg"),
    ],
)
def test_it_knows_the_part_and_the_box_where_flight_sees_an_intrusion_too(rig, deg, where):
    plant, model = rig().plant, ArmModel(load_mission("m1_lander"))
    q = tuple(map(math.radians, deg))
    seen = at(plant, q)
    outline = list(model.outline_m(q))
    by_flight = max(inside_m(box, point) for box in plant_boxes() for point in outline)
    assert seen.where == where
    assert by_flight - 0.002 < seen.inside_m < by_flight + 0.05  # flight looks at points, this at lines
    assert seen.inside_m > 0.0


@pytest.mark.parametrize("seed", range(20))
def test_wherever_the_arm_is_it_sees_what_flights_outline_would_show(rig, seed):
    plant, model = rig().plant, ArmModel(load_mission("m1_lander"))
    draw = np.random.default_rng(seed)
    q = tuple(draw.uniform(model.min_rad, model.max_rad).tolist())
    outline = list(model.outline_m(q))
    by_flight = max(inside_m(box, point) for box in plant_boxes() for point in outline)
    assert at(plant, q).inside_m > by_flight - 0.002


def plant_boxes():
    return load_mission("m1_lander").keep_out


def test_a_part_that_flies_through_a_box_within_a_tick_is_seen(rig):
    """A thin box, and a shoulder that whips at 8 rad/s: 7 cm at the wrist in a tick."""
    arm = rig()
    tip_m = arm.truth.edge_m
    assert arm.plant.nearness.inside_m < 0.0
    thin = KeepOut(name="wire", low_m=(tip_m[0] + 0.03, -1.0, 0.0), high_m=(tip_m[0] + 0.035, 1.0, 2.0))
    arm.plant.nearness.boxes[0] = (*thin.low_m, *thin.high_m)
    arm.plant.nearness.record["inside_m"] = -math.inf
    arm.plant._servo["link_rad_s"][1] = arm.plant._servo["motor_rad_s"][1] = -8.0
    arm.servos.torque_enable[:] = 0.0
    arm.hold(0.1)
    assert arm.plant.nearness.inside_m > 0.0


def test_the_nearest_is_kept_when_the_arm_has_gone_away(rig):
    arm = rig()
    arm.go([math.radians(70), *arm.pose[1:]], 3.0)
    near_m = arm.plant.nearness.inside_m
    arm.go([0.0, *arm.pose[1:]], 3.0)
    assert arm.plant.nearness.inside_m == near_m


def test_without_boxes_there_is_nothing_near(rig, tables):
    nearness = rig(platform=tables[0].model_copy(update={"keep_out": ()})).plant.nearness
    assert (nearness.inside_m, nearness.where) == (-math.inf, "")


def test_the_rovers_wheels_stand_aside_of_the_plane_in_which_lift_and_scoop_move():
    config = load_mission("m2_rover")
    assert 0.5 * (config.rover.track_m - config.rover.wheel_width_m - config.scoop.width_m) > 0.02
