"""A rover's pass: over the ground as long as planned, never deeper than asked, shallower with all that is felt."""

from itertools import pairwise
from math import pi, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.config import load_mission
from flight.scoop.rover_digging import CreepPass
from flight.scoop.rover_kinematics import RoverModel
from flight.settings import Settings

CONFIG = load_mission("m2_rover")
MODEL, DIG = RoverModel(CONFIG), Settings.of(CONFIG).dig
SURFACE_M, DEPTH_M = 0.003, 0.006
SLIPS = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20)


class Traction:
    """Says what a test has it say."""

    yield_m_s = CONFIG.traction.yield_m_s

    def __init__(self, slip=0.2, pull_n=0.0, excess=0.0):
        self.slip, self.pull_n, self.excess = slip, pull_n, excess
        self.heard = []

    def begin(self):
        self.heard.append("begin")

    def learn(self, draft_n):
        self.heard.append("free")

    def learned(self, level_as_then):
        self.heard.append("cut" if level_as_then else "curl")

    def end(self):
        self.heard.append("out")


def new(traction, start_r_m=0.0):
    return CreepPass(MODEL, CONFIG.dig, DIG, traction, start_r_m, SURFACE_M, DEPTH_M)


def run(traction, slips=(0.2,), dt_s=0.05):
    """Fly a pass; gives (time, pose) of each look and the way made good."""
    creep, looks, t_s, made_m, last_r = new(traction), [], 0.0, 0.0, 0.0
    while t_s < creep.duration_s:
        traction.slip = slips[int(t_s / 2.0) % len(slips)]
        force_n = creep.resistance_n(0.0, 0.0, t_s)
        creep.feel(force_n, dt_s)
        pose = creep.pose(t_s)
        made_m += (last_r - pose.r_m) * (1.0 - traction.slip)
        last_r = pose.r_m
        looks.append((t_s, pose))
        t_s += dt_s
        assert t_s < 200.0
    return creep, looks, made_m


def planned_m():
    return CONFIG.dig.entry_m + DIG.length_m


def test_it_says_what_it_does_in_order():
    traction = Traction()
    run(traction)
    order = list(dict.fromkeys(traction.heard))
    assert order == ["begin", "free", "cut", "curl", "out"]


def test_it_begins_clear_of_the_ground_and_ends_level_above_it():
    _, looks, _ = run(Traction())
    first, last = looks[0][1], looks[-1][1]
    assert first.z_m > SURFACE_M
    assert first.pitch_rad == pytest.approx(radians(CONFIG.dig.rake_deg) - pi)
    assert last.z_m > SURFACE_M + 0.04
    assert last.pitch_rad == pytest.approx(-pi)


@pytest.mark.parametrize("slip", [0.0, 0.2, 0.5])
def test_entry_and_cut_are_as_long_over_the_ground_whatever_the_slip(slip):
    _, _, made_m = run(Traction(slip=slip), (slip,))
    beside = (CONFIG.dig.run_up_m + CONFIG.dig.curl_m) * (1.0 - slip)
    assert made_m == pytest.approx(planned_m() + beside, abs=0.005)


def test_of_wheels_that_spin_in_place_no_more_way_is_asked_than_is_bounded():
    creep, looks, _ = run(Traction(slip=1.0), (1.0,))
    rolled_m = looks[0][1].r_m - looks[-1][1].r_m
    assert rolled_m <= planned_m() / 0.4 + CONFIG.dig.run_up_m + CONFIG.dig.curl_m + 1e-6
    assert creep.duration_s < 80.0


@pytest.mark.requirement("DIG-1")
@settings(max_examples=30)
@given(SLIPS, st.floats(0.0, 6.0), st.floats(0.0, 1.0))
def test_it_is_never_deeper_than_asked_never_goes_back_and_never_leaps(slips, pull_n, excess):
    _, looks, _ = run(Traction(pull_n=pull_n, excess=excess), slips)
    for (_, before), (_, pose) in pairwise(looks):
        assert pose.z_m >= SURFACE_M - DEPTH_M - 1e-9
        assert pose.r_m <= before.r_m + 1e-9
        assert abs(pose.z_m - before.z_m) < 0.005
        assert abs(pose.r_m - before.r_m) < 0.05 * DIG.speed_m_s * 1.01


@pytest.mark.requirement("TRA-1")
@pytest.mark.parametrize("felt", [{"pull_n": 2.8}, {"excess": 0.3}])
def test_what_it_feels_takes_it_out_of_the_ground(felt):
    def deepest(**kw):
        return SURFACE_M - min(pose.z_m for _, pose in run(Traction(**kw))[1])

    assert deepest() == pytest.approx(DEPTH_M)
    assert deepest(**felt) < 0.5 * DEPTH_M


def test_what_it_yielded_it_gives_back_slowly_and_no_more():
    traction = Traction()
    creep = new(traction)
    creep.resistance_n(0.0, 0.0, 10.0)
    creep.feel(DIG.soft_force_n + 1.0, 1.0)
    yielded = creep.yielded_m
    assert yielded > 0.0
    creep.feel(0.0, 1.0)
    assert 0.0 < creep.yielded_m < yielded
    creep.feel(0.0, 1000.0)
    assert creep.yielded_m == 0.0


def test_yielding_ends_clear_of_the_ground():
    creep = new(Traction(excess=1.0))
    creep.resistance_n(0.0, 0.0, 20.0)
    creep.feel(100.0, 1e6)
    assert creep.pose(20.0).z_m == pytest.approx(creep.start.z_m)


def test_nothing_resists_while_it_learns():
    assert new(Traction(pull_n=5.0)).resistance_n(9.0, 9.0, 2.0) == 0.0
