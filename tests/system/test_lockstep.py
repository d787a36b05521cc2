"""Whole missions in lockstep, through the command line as a user or a CI system flies them."""

import json
import subprocess
import sys

import pytest

from flight.icd.commands.functions import Collect
from flight.icd.modes import Phase, SafeReason
from hil.lockstep import Lockstep


def fly(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "hil", "fly", "--chart", "--json", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def first():
    return fly("--mission", "m1_lander", "--seed", "1")


@pytest.mark.requirement("COL-1")
def test_the_lander_mission_ends_collected(first):
    code, result = first
    assert code == 0
    assert result["result"] == "collected"
    assert result["custody_state"] == "COLLECTED"


def test_the_result_has_the_keys_others_build_on(first):
    assert set(first[1]) == {
        "result", "reason", "custody_state", "mass_true_g", "mass_est_g", "mass_u95_g", "sim_s", "wall_s", "frames",
        "overruns", "tm_sha256", "faults", "latitude_deg", "longitude_deg", "location_u95_m", "location_error_m",
        "dug_u95_m", "dug_error_m",
    }  # fmt: skip


@pytest.mark.requirement("WGH-1")
def test_the_truth_lies_within_the_interval_and_above_what_was_asked(first):
    result = first[1]
    assert abs(result["mass_est_g"] - result["mass_true_g"]) <= result["mass_u95_g"]
    assert result["mass_est_g"] - result["mass_u95_g"] >= 50
    assert result["mass_true_g"] >= 50


@pytest.mark.requirement("BEN-1")
def test_the_same_seed_gives_the_same_telemetry(first):
    again = fly("--mission", "m1_lander", "--seed", "1")[1]
    assert again["tm_sha256"] == first[1]["tm_sha256"]


def test_another_seed_gives_another_mission(first):
    other = fly("--mission", "m1_lander", "--seed", "2")[1]
    assert other["tm_sha256"] != first[1]["tm_sha256"]
    assert other["mass_true_g"] != first[1]["mass_true_g"]


@pytest.mark.requirement("MIS-2")
@pytest.mark.requirement("ROV-1")
@pytest.mark.parametrize("seed", [11, 16])
def test_the_rover_collects_as_it_creeps_and_never_overstates(seed):
    with Lockstep("m2_rover", seed) as mission:
        for _ in mission.run():
            pass
        result, truth = mission.result(), mission.bench.plant.truth
        assert result.result == "collected"
        assert result.mass_est_g - result.mass_u95_g >= 50
        assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g
        assert result.mass_est_g + result.mass_u95_g <= 500
        assert mission.app.executive.failures == 0
        assert truth.burial < 0.3
        assert not truth.front_is_lifted


@pytest.mark.requirement("ROV-2")
def test_a_rover_that_stops_leaves_its_wheels_standing():
    with Lockstep("m2_rover", 1) as mission:
        while mission.phase is not Phase.DIG and mission.now_ns < 60e9:
            mission.step()
            if mission.app.joints.ready and mission.phase is Phase.IDLE:
                mission.link.command(Collect(site=0, max_digs=1))
        for _ in range(500):
            mission.step()
        wheels = mission.app.joints.wheels_hk
        assert all(goal > 0.0 for goal in wheels.goal_rad_s)
        mission.app.scoop.modes.safe(SafeReason.TASK_FAULT)
        for _ in range(20):
            mission.step()
        assert all(abs(state.velocity_rad_s) < 0.03 for state in mission.app.joints.states)
        assert wheels.goal_rad_s == (0.0, 0.0, 0.0, 0.0)
