"""The one sequence on a rover: it goes ahead, never back, and leaves what its wheels can't bear."""

from itertools import pairwise

import pytest

from flight.icd.events.rover import PassMade, WheelsLimited
from flight.icd.events.sampling import ContactFound, DigDone, PhaseBegan, StepFailed
from flight.icd.modes import Phase, StepFailure


def collect(rig, site=0, max_digs=8):
    """Fly a collection; gives how far ahead the wheels had carried the rover at each frame."""
    rig.sampling.collect(site, max_digs, rig.outcome, rig.now_ns)
    ahead_m = []
    while rig.sampling.busy and rig.frame < 120_000:
        rig.step()
        ahead_m.append(-rig.estimate.pose.r_m)
    return ahead_m


@pytest.mark.requirement("COL-7")
def test_one_good_pass_is_a_collection(ideal_rover):
    rig = ideal_rover(gains_g=(90.0,))
    collect(rig)
    assert rig.outcome.result == "complete"
    assert len(rig.reported(DigDone)) == len(rig.reported(PassMade)) == 1
    phases = [event.phase for event in rig.reported(PhaseBegan)]
    assert phases.index(Phase.FIND_SURFACE) < phases.index(Phase.DIG) < phases.index(Phase.STOW)


@pytest.mark.requirement("TRA-2")
def test_it_never_goes_back_over_used_ground(ideal_rover):
    rig = ideal_rover(gains_g=(5.0,))
    ahead_m = collect(rig)
    assert rig.outcome.result == StepFailure.TOO_MANY_DIGS
    assert min(b - a for a, b in pairwise(ahead_m)) > -1e-3


def test_each_place_lies_beyond_where_the_pass_before_ended(ideal_rover, m2):
    rig = ideal_rover(gains_g=(5.0,))
    collect(rig)
    touched_m = [event.edge_m[0] for event in rig.reported(ContactFound)]
    passes_m = m2.dig.run_up_m + m2.dig.entry_m + m2.dig.length_m + m2.dig.curl_m
    assert len(touched_m) == 8
    for before_m, next_m in pairwise(touched_m):
        assert next_m - before_m > passes_m + m2.dig.advance_m - 0.005


def test_a_site_further_ahead_is_driven_to(ideal_rover, m2):
    rig = ideal_rover(gains_g=(90.0,))
    collect(rig, site=2)
    assert rig.odometry.rolled_m > m2.dig.ahead_m[2]


@pytest.mark.requirement("TRA-1")
def test_ground_that_holds_the_scoop_up_makes_a_pass_shallower(ideal_rover):
    def depth_m(floor_n):
        rig = ideal_rover(gains_g=(90.0,), floor_n=floor_n)
        collect(rig, max_digs=1)
        return rig.reported(DigDone)[0].yielded_m, min(e.front_least_n for e in rig.reported(PassMade))

    soft, hard = depth_m(60.0), depth_m(500.0)
    assert soft[0] == 0.0
    assert hard[0] > 0.0
    assert hard[1] > 0.0


@pytest.mark.requirement("TRA-2")
def test_wheels_that_stand_in_holes_give_up_the_place_before_the_scoop_is_in_the_ground(ideal_rover):
    rig = ideal_rover(gains_g=(5.0,), rut_n=5.0)
    collect(rig)
    limited = rig.reported(WheelsLimited)
    assert {event.reason for event in limited} == {StepFailure.SLIP}
    assert all(event.value > event.limit for event in limited)
    assert rig.outcome.result == StepFailure.SLIP
    assert len(rig.reported(DigDone)) == 1
    assert rig.sampling.phase is Phase.FAILED


@pytest.mark.requirement("TRA-2")
def test_a_surface_far_above_the_wheels_is_told_as_sunk(ideal_rover, m2):
    rig = ideal_rover(gains_g=(90.0,), surface_m=m2.traction.sunk_m + 0.01)
    collect(rig)
    failed = [event for event in rig.reported(StepFailed) if event.phase is Phase.FIND_SURFACE]
    assert {event.reason for event in failed} == {StepFailure.SUNK}
    assert failed[0].value > m2.traction.sunk_m
    assert not rig.reported(DigDone)
