"""Campaigns: what is asked of their rows, and a small one flown."""

from dataclasses import replace

import pyarrow.parquet
import pytest

from hil.campaign import Row, fly, goals, run
from hil.campaign_report import goal_lines, write_report
from hil.faults import FaultError
from hil.lockstep import Lockstep

GOOD = Row(
    1, "collected", "", 80.0, 81.0, 4.0, 120.0, 1.0, 0, 2, 0.5, 0.02, 40.0, "mckyes", "ab", 20.0, 8.0, 0.06, 0.01
)


def reached(rows):
    return {goal.name: goal.met for goal in goals(rows)}


def many(bad=0, **changes):
    """A hundred rows of which 5 miss the truth, as a 95 % interval should, and `bad` are changed."""
    rows = [replace(GOOD, seed=n, mass_est_g=90.0 if n < 5 else 81.0) for n in range(100)]
    return [replace(row, **changes) if n >= 100 - bad else row for n, row in enumerate(rows)]


def test_a_good_campaign_meets_all_goals():
    assert all(reached(many()).values())


@pytest.mark.parametrize(
    ("goal", "bad", "changes"),
    [
        ("collected", 4, {"result": "safe"}),
        ("truth within the 95 % interval", 4, {"mass_est_g": 95.0}),
        ("half-width of the interval, median", 100, {"mass_u95_g": 12.0}),
        ("claims of 50 g with less in the scoop", 1, {"mass_true_g": 49.0}),
        ("unsafe by the truth (torque, burial, heat)", 1, {"torque_share": 1.01}),
        ("unsafe by the truth (torque, burial, heat)", 1, {"deepest_m": 0.11}),
        ("unsafe by the truth (torque, burial, heat)", 1, {"hottest_c": 81.0}),
        ("place on the Moon within its 95 % radius", 9, {"location_error_m": 21.0}),
        ("place on the platform within its 95 % radius", 9, {"dug_error_m": 0.07}),
        ("collected without a place", 1, {"location_u95_m": 0.0}),
        ("ended neither collected nor safe", 1, {"result": "raised"}),
        ("overruns", 1, {"overruns": 1}),
    ],
)
def test_each_goal_can_be_missed(goal, bad, changes):
    assert not reached(many(bad, **changes))[goal]


def test_intervals_that_are_never_wrong_are_too_wide():
    rows = [replace(GOOD, seed=n) for n in range(100)]
    assert not reached(rows)["truth within the 95 % interval"]


def test_a_row_is_what_the_same_mission_flown_alone_gives():
    row = fly("m1_lander", 3)
    with Lockstep("m1_lander", 3) as alone:
        for _ in alone.run():
            pass
        result = alone.result()
    assert (row.result, row.tm_sha256, row.mass_true_g) == (result.result, result.tm_sha256, result.mass_true_g)
    assert 0.0 < row.torque_share < 1.0
    assert 0.0 < row.deepest_m < 0.05


def test_a_mission_that_raises_is_a_row_that_says_so():
    row = fly("no_such_mission", 1)
    assert row.result == "raised"
    assert "no_such_mission" in row.reason


def test_wrong_input_is_told_before_anything_is_flown():
    with pytest.raises(FaultError, match="there is no fault 'nothing'"):
        next(run("m1_lander", range(2), faults=["nothing@3"]))


def test_the_report_has_every_mission_and_every_goal(tmp_path):
    rows = many()
    page = write_report(tmp_path, "a <campaign>", rows, goals(rows))
    table = pyarrow.parquet.read_table(tmp_path / "missions.parquet")
    assert table.num_rows == 100
    assert table.column("seed").to_pylist() == list(range(100))
    text = page.read_text()
    assert "a &lt;campaign&gt;" in text
    assert all(goal.name in text.replace("&gt;", ">") for goal in goals(rows))
    assert all(line.endswith("met") for line in goal_lines(goals(rows)))
