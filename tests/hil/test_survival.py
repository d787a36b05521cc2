"""The fault campaign: what it flies, and what it makes of it; `make fault-campaign` flies all of it."""

from collections import Counter
from dataclasses import replace

import pytest

from flight.icd.modes import Phase
from hil.faults import FAULTS, Part, parse_fault
from hil.flown import Row
from hil.survival import Planned, Task, Undisturbed, Visit, each_planned, fly, fly_task, tasks, undisturbed
from hil.survival_page import goals, matrix, sign, write

VISITS = (
    Visit(Phase.IDLE, 0.0, 2.0, False, False),
    Visit(Phase.TARE, 2.0, 12.0, False, False),
    Visit(Phase.DIG, 12.0, 20.0, True, False),
    Visit(Phase.WEIGH, 20.0, 25.0, False, True),
    Visit(Phase.DIG, 25.0, 30.0, True, False),
)
FLOWN = Undisturbed("m1_lander", 1, VISITS, frozenset(Part), (1, 2, 3, 4), Counter())
GOOD = Row("m1_lander", 1, "collected", "", "COLLECTED", 80.0, 81.0, 4.0, what="rock@13.00", phase="dig")


def phases_of(name):
    return [planned.phase for _, planned in each_planned([FLOWN], [name])]


@pytest.mark.requirement("FDI-4")
def test_faults_are_flown_in_the_phases_in_which_they_can_act():
    assert phases_of("bit_flip") == ["idle", "tare", "dig", "weigh"]
    assert phases_of("rock") == ["dig"]
    assert phases_of("camera_mute") == ["idle", "weigh"]
    assert phases_of("link_down") == ["idle", "tare", "dig", "weigh"]


def test_what_is_not_there_can_not_fail():
    without = replace(FLOWN, parts=frozenset(Part) - {Part.CAMERA_LINE})
    assert tasks([without], ["camera_mute"]) == []


@pytest.mark.parametrize("phase", [Phase.TARE, Phase.DIG, Phase.WEIGH])
def test_a_fault_comes_within_its_phase_and_always_at_the_same_moment(phase):
    for fault in FAULTS.values():
        plan = FLOWN.plan(fault, phase)
        if plan is not None:
            at_s = parse_fault(plan).at_s
            assert any(v.begin_s <= at_s < v.end_s for v in VISITS if v.phase is phase), plan
            assert FLOWN.plan(fault, phase) == plan


def test_moments_are_spread_over_all_visits():
    at_s = [parse_fault(FLOWN.plan(fault, Phase.DIG)).at_s for fault in FAULTS.values() if FLOWN.plan(fault, Phase.DIG)]
    assert 20 < sum(at < 20.0 for at in at_s) < len(at_s) - 10


def test_every_servo_has_its_turn():
    flown = [planned for _, planned in each_planned([FLOWN], ["jammed_servo"])]
    assert [parse_fault(planned.fault).where for planned in flown] == ["1", "2", "3", "4"]


def test_seeds_take_turns():
    other = replace(FLOWN, seed=2)
    assert [each.seed for each, _ in each_planned([FLOWN, other], ["bit_flip"])] == [1, 2, 1, 2]


def test_tasks_have_every_fault_once_and_each_its_faults_in_order_of_time():
    other = replace(FLOWN, seed=2)
    flown = tasks([FLOWN, other], FAULTS)
    in_tasks = [(task.seed, planned) for task in flown for planned in task.planned]
    assert sorted(in_tasks, key=str) == sorted(((u.seed, p) for u, p in each_planned([FLOWN, other], FAULTS)), key=str)
    for task in flown:
        at_s = [planned.at_s for planned in task.planned]
        assert at_s == sorted(at_s)


def test_a_mission_that_shares_its_beginning_is_the_same_as_one_flown_alone():
    planned = (Planned("storage_error@4.5", "unstow"), Planned("jammed_servo/2@30.61", "find_surface"))
    together = fly_task(Task("m1_lander", 1, planned))
    alone = [fly("m1_lander", 1, each.fault, each.phase) for each in planned]
    assert [replace(row, wall_s=0.0) for row in together] == [replace(row, wall_s=0.0) for row in alone]


def test_the_undisturbed_mission_tells_where_the_scoop_is_in_the_ground():
    flown = undisturbed("m1_lander", 1)
    assert flown.phases[0] is Phase.IDLE
    assert {visit.phase for visit in flown.visits if visit.in_soil} >= {Phase.DIG}
    assert not any(visit.in_soil for visit in flown.visits if visit.phase is Phase.WEIGH)
    assert all(a.end_s == b.begin_s for a, b in zip(flown.visits, flown.visits[1:], strict=False))


def test_what_flight_told_of_a_fault_is_noted():
    row = fly("m1_lander", 1, "servo_restart/2@20", "approach")
    assert (row.faulty, row.result) == ("", "collected")
    assert "JointMissing" in row.told
    assert "joints.missing" in row.told


def test_signs():
    safe = replace(GOOD, result="safe", reason="JOINT_HOT", custody="NONE", mass_u95_g=0.0)
    assert [sign(GOOD), sign(replace(GOOD, told="JointMissing")), sign(safe)] == ["c", "C", "S"]
    assert sign(replace(GOOD, overruns=1)) == "!"
    assert sign(replace(GOOD, torque_share=1.5)) == "!"
    assert sign(replace(GOOD, torque_share=1.5, harms=True)) == "H"


@pytest.mark.requirement("FDI-4")
def test_goals_are_missed_by_what_must_not_be():
    assert all(goal.met for goal in goals([GOOD] * 20))
    missed = [goal.name for goal in goals([GOOD, replace(GOOD, mass_est_g=95.0, torque_share=1.1)]) if not goal.met]
    assert missed == [
        "silent: a claim that is wrong beyond chance",
        "unsafe by the truth, but by what a fault itself does",
        "not as it should be, all reasons",
        "collected with the truth outside the 95 % interval",
    ]


def test_the_page_has_a_matrix_and_how_to_repeat_what_is_wrong(tmp_path):
    rows = [GOOD, replace(GOOD, what="rock@3.00", phase="approach", result="unfinished")]
    assert "| rock | ! | c |" in matrix(rows)
    write(tmp_path / "faults.md", "make fault-campaign", rows)
    text = (tmp_path / "faults.md").read_text()
    assert "`saji-hil fly --chart --mission m1_lander --seed 1 --fault rock@3.00` in approach: unfinished" in text
    assert "| not as it should be, all reasons | 0 | 1, **MISSED** |" in text
