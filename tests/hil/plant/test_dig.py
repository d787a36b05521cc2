"""A whole dig, told joint by joint: hover, touch, drag, curl, lift; what the truth says of it."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

R_M = 0.60
LEVEL, CUTTING = -math.pi, math.radians(-135.0)


def sample(truth):
    return (
        truth.depth_below_surface_m, *truth.soil_force_n, max(map(abs, truth.joint_torque_nm)),
        max(map(abs, truth.joint_rad_s)), truth.sample_mass_kg,
    )  # fmt: skip


def dig(arm, azimuth=0.0):
    """What was seen, by phase."""
    seen = {}

    def phase(name):
        seen[name] = np.array(arm.frames)
        arm.frames.clear()

    arm.go(arm.reach(R_M, 0.10, LEVEL, azimuth), 4.0)
    arm.hold(2.0, sample)  # on a tilted lander the azimuth joint first finds the downhill flank of its play
    phase("hover")
    z = 0.10
    while arm.truth.soil_force_n[1] < 2.0 and z > -0.06:
        z -= 0.0001
        arm.pose = arm.reach(R_M, z, LEVEL, azimuth)
        arm.frame(sample)
    phase("touch")
    ground = arm.truth.edge_m[2]
    arm.hold(3.0, sample)
    phase("rest")
    arm.line((R_M, z, LEVEL, azimuth), (R_M + 0.06, z + 0.03, CUTTING, azimuth), 2.0)
    arm.line((R_M + 0.06, z + 0.03, CUTTING, azimuth), (R_M + 0.06, ground - 0.01, CUTTING, azimuth), 2.0)
    arm.line((R_M + 0.06, ground - 0.01, CUTTING, azimuth), (R_M - 0.02, ground - 0.01, CUTTING, azimuth), 4.0, sample)
    phase("drag")
    arm.line((R_M - 0.02, ground - 0.01, CUTTING, azimuth), (R_M - 0.05, ground - 0.005, LEVEL, azimuth), 2.0)
    arm.line((R_M - 0.05, ground - 0.005, LEVEL, azimuth), (R_M - 0.05, ground + 0.1, LEVEL, azimuth), 2.0)
    arm.hold(2.0, sample)
    phase("lifted")
    return SimpleNamespace(**seen, arm=arm, ground=ground)


@pytest.fixture(scope="module", params=[(1, 0.0), (2, 0.3), (3, -0.2)], ids=["seed 1", "seed 2", "seed 3"])
def done(request, rig):
    seed, azimuth = request.param
    return dig(rig(seed), azimuth)


DEPTH, DRAUGHT, LIFT, TORQUE, RATE, SAMPLE = range(6)


def test_a_pose_is_held_without_chatter(done):
    for phase in (done.hover, done.lifted):
        assert phase[-1, RATE] < 1e-3


def test_a_touch_is_a_few_newtons_within_a_few_millimetres(done):
    assert 2.0 <= done.touch[-1, LIFT] < 4.0
    touched = np.flatnonzero(done.touch[:, LIFT] > 0.05)[0]
    assert done.touch[-1, DEPTH] - done.touch[touched, DEPTH] < 0.003


def test_the_ground_holds_a_resting_scoop_still(done):
    assert done.rest[-1, RATE] < 1e-3
    assert done.rest[-1, LIFT] == pytest.approx(done.rest[-10, LIFT], rel=1e-4)


def test_the_draught_is_a_few_newtons(done):
    steady = done.drag[100:300, DRAUGHT]
    assert steady.min() > 0.5
    assert steady.max() < 5.0


def test_the_soil_resists_without_jolts(done):
    assert np.abs(np.diff(done.drag[50:350, DRAUGHT])).max() < 0.06 * done.drag[50:350, DRAUGHT].max()


def test_joint_loads_stay_plausible(done):
    assert max(done.arm.truth.joint_peak_nm) < 4.0


def test_the_scoop_comes_up_with_what_the_ground_lost(done):
    truth = done.arm.truth
    assert 0.030 < truth.sample_mass_kg < 0.090
    assert truth.moved_mass_kg == pytest.approx(-truth.sample_mass_kg, abs=1e-12)


def test_a_level_scoop_loses_nothing_on_its_way(done):
    assert done.lifted[0, SAMPLE] == done.lifted[-1, SAMPLE]


def test_the_trench_is_about_as_deep_as_it_was_told(done):
    truth = done.arm.truth
    x0, y0, cell = truth.height_map_origin_m
    base_x = done.arm.platform.arm.base_m[0]
    azimuth = truth.joint_rad[0]
    depths = []
    for r in np.linspace(R_M - 0.01, R_M + 0.03, 9):
        i = round((base_x + r * math.cos(azimuth) - x0) / cell)
        k = round((r * math.sin(azimuth) - y0) / cell)
        depths.append(done.ground - truth.height_map_m[i, k])
    assert 0.003 < np.mean(depths) < 0.014


def test_turned_over_it_empties(rig):
    done = dig(rig(4))
    arm = done.arm
    arm.go([*arm.pose[:3], arm.pose[3] + math.radians(75.0)], 3.0)
    arm.hold(2.0)
    assert arm.truth.sample_mass_kg == 0.0
    assert arm.truth.moved_mass_kg == pytest.approx(0.0, abs=1e-12)
