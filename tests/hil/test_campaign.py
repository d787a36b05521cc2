"""Campaigns: what is asked of their rows, and a small one flown."""

from dataclasses import replace
from importlib import resources

import pyarrow.parquet
import pytest
from click.testing import CliRunner

from flight.icd.mission_file import MissionError
from hil.campaign import fly, goals, run
from hil.campaign_page import write_campaign
from hil.campaign_report import goal_lines, write_report
from hil.cli import cli
from hil.faults import FaultError
from hil.flown import Row
from hil.lockstep import Lockstep

M1 = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()
GOOD = Row(
    "m1_lander", 1, "collected", "", "COLLECTED", mass_true_g=80.0, mass_est_g=81.0, mass_u95_g=4.0, sim_s=120.0,
    digs=2, torque_share=0.5, torque_joint="elbow", deepest_m=0.02, hottest_c=40.0,
    location_u95_m=20.0, location_error_m=8.0, dug_u95_m=0.06, dug_error_m=0.01,
)  # fmt: skip


def reached(rows):
    return {goal.name: goal.met for goal in goals(rows)}


def many(bad=0, **changes):
    """A hundred rows of which 5 miss the truth, as a 95 % interval should, and `bad` are changed."""
    rows = [replace(GOOD, seed=n, mass_est_g=90.0 if n < 5 else 81.0) for n in range(100)]
    return [replace(row, **changes) if n >= 100 - bad else row for n, row in enumerate(rows)]


def test_a_good_campaign_meets_all_goals():
    assert all(reached(many()).values())


@pytest.mark.requirement("MIS-1")
@pytest.mark.requirement("MIS-2")
@pytest.mark.parametrize(
    ("goal", "bad", "changes"),
    [
        ("collected", 4, {"result": "safe"}),
        ("truth within the 95 % interval", 4, {"mass_est_g": 95.0}),
        ("half-width of the interval, median", 100, {"mass_u95_g": 12.0}),
        ("claims of 50 g with less in the scoop", 1, {"mass_true_g": 49.0}),
        ("unsafe by the truth (torque, burial, heat, keep-out)", 1, {"torque_share": 1.01}),
        ("unsafe by the truth (torque, burial, heat, keep-out)", 1, {"deepest_m": 0.11}),
        ("unsafe by the truth (torque, burial, heat, keep-out)", 1, {"hottest_c": 81.0}),
        ("unsafe by the truth (torque, burial, heat, keep-out)", 1, {"buried": 0.6}),
        ("unsafe by the truth (torque, burial, heat, keep-out)", 1, {"keep_out_m": 0.001}),
        ("of them inside a keep-out box", 1, {"keep_out_m": 0.001}),
        ("place on the Moon within its 95 % radius", 9, {"location_error_m": 21.0}),
        ("95 % of the material from within the radius told", 9, {"dug_error_m": 0.07}),
        ("collected without a place", 1, {"location_u95_m": 0.0}),
        ("ended neither collected nor safe with a reason", 1, {"result": "raised"}),
        ("ended neither collected nor safe with a reason", 1, {"result": "safe", "reason": ""}),
        ("exceptions and overruns", 1, {"overruns": 1}),
        ("exceptions and overruns", 1, {"exceptions": 1}),
    ],
)
def test_each_goal_can_be_missed(goal, bad, changes):
    assert not reached(many(bad, **changes))[goal]


@pytest.mark.requirement("MIS-2")
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


@pytest.mark.requirement("MIS-1")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"result": "unfinished"}, "unfinished"),
        ({"result": "safe", "reason": ""}, "safe without a reason"),
        ({"custody": "NONE"}, "collected, but custody NONE"),
        ({"exceptions": 2}, "2 exceptions or skipped frames, 0 overruns"),
        ({"torque_share": 1.2}, "elbow at 1.20 times its torque limit"),
        ({"deepest_m": 0.12}, "edge 12 cm under the ground"),
        ({"mass_true_g": 49.0, "mass_est_g": 55.0}, "claims 50 g with 49.0 g in the scoop"),
        ({"mass_est_g": 88.1}, "deceived: 88.1 +- 4.0 g told of 80.0 g"),
        ({"result": "safe", "reason": "JOINT_HOT", "mass_est_g": 88.1}, "deceived: 88.1 +- 4.0 g told of 80.0 g"),
        ({"wrong": "product 3 is not in the store"}, "product 3 is not in the store"),
    ],
)
def test_what_must_not_be_is_said(changes, said):
    assert replace(GOOD, **changes).faulty == said


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"mass_est_g": 86.0},
        {"result": "safe", "reason": "JOINT_HOT", "custody": "NONE", "mass_est_g": 0.0, "mass_u95_g": 0.0},
        {"result": "safe", "reason": "JOINT_HOT"},
    ],
)
def test_what_may_be_is_nothing_wrong(changes):
    assert replace(GOOD, **changes).faulty == ""


def test_the_page_has_goals_of_both_missions_and_how_to_repeat_what_missed(tmp_path):
    path = tmp_path / "docs" / "campaign.md"
    write_campaign(path, "make campaign", {"m1_lander": many(1, torque_share=1.5), "m2_rover": many()})
    text = path.read_text()
    assert "Made by `make campaign`" in text
    assert "| collected | >= 97 % | 100.0 %, met | 100.0 %, met |" in text
    assert "| unsafe by the truth (torque, burial, heat, keep-out) | 0 | 1, **MISSED** | 0, met |" in text
    repeated = "saji-hil fly --chart --mission m1_lander --seed 99"
    assert f"- `{repeated}`: collected, 81.0 +- 4.0 g told, 80.0 g in truth. **elbow" in text
    assert text.count("None.") == 4


@pytest.mark.requirement("INP-1")
@pytest.mark.parametrize("command", ["campaign", "fault-campaign", "power-loss"])
def test_a_mission_that_cant_be_flown_and_a_page_that_cant_be_left_are_refused_before_anything_is(command, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(M1.replace("min_g = 50.0", "min_g = -5.0"))
    done = CliRunner().invoke(cli, [command, "--mission", str(file)])
    assert isinstance(done.exception, MissionError)
    assert "[sample] min_g must be greater than 0, got -5" in str(done.exception)
    done = CliRunner().invoke(cli, [command, "--page", str(file / "page.md")])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "give a file in a folder" in done.stderr
