"""Missions flown by single commands: each completes with its reports, is refused with values, or is aborted."""

from importlib import resources

import pytest

from flight.icd.commands.functions import (
    Abort,
    Arm,
    Collect,
    DigArc,
    DigLinear,
    Discard,
    FindSurface,
    GoToPose,
    Scrape,
    Stow,
    Tare,
    Unstow,
    Vibrate,
    Weigh,
)
from flight.icd.events.custody import SequenceResumed
from flight.icd.events.sampling import SampleCollected, SamplingEnded, ShakeDone, WeighingDone
from flight.icd.modes import Custody, Mode, RakeLaw, StepFailure
from ground.stages import Stage

DONE = (Stage.COMPLETED, "")
LINE = {
    "m1_lander": {"aside_deg": 0.0, "depth_m": 0.010, "length_m": 0.08, "rake_deg": 30.0, "speed_m_s": 0.02},
    "m2_rover": {"aside_deg": 0.0, "depth_m": 0.006, "length_m": 0.14, "rake_deg": 30.0, "speed_m_s": 0.01},
}
ARC = {"aside_deg": 5.0, "depth_m": 0.012, "chord_m": 0.12, "rake_deg": 30.0, "speed_m_s": 0.02}


def line(mission):
    return DigLinear(site=0, **LINE[mission])


@pytest.mark.requirement("CMD-5")
@pytest.mark.parametrize("mission", list(LINE))
def test_a_mission_is_flown_by_hand_and_emptied_again(operator, mission):
    board = operator(mission)
    for command, steps in (
        (Unstow(), ["step 1: UNSTOW"]),
        (Tare(), ["step 1: UNSTOW", "step 2: TARE"]),
        (FindSurface(site=0), ["step 1: UNSTOW", "step 3: APPROACH", "step 4: FIND_SURFACE"]),
        (line(mission), ["step 19: DIG_LINEAR"]),
        (Unstow(), ["step 1: UNSTOW"]),
        (Weigh(), ["step 6: LIFT", "step 7: WEIGH"]),
        (Stow(), ["step 8: STOW", "step 16: CONFIRM"]),
    ):
        request = board.begin(command)
        assert board.end_of(request) == DONE
        assert board.steps(request) == steps
        assert board.scoop.modes.mode is Mode.STANDBY
    _, confirmed = board.of(WeighingDone)
    assert abs(confirmed.mass_g - 1e3 * board.flown.bench.plant.truth.sample_mass_kg) < 1.5 * confirmed.u95_g
    assert len(board.of(SampleCollected)) == 1
    assert board.scoop.content.custody is Custody.COLLECTED
    assert board.send(Arm(target=Discard.ident)) == DONE
    assert board.send(Discard()) == DONE
    assert board.flown.bench.plant.truth.sample_mass_kg < 1e-3
    assert board.scoop.content.custody is Custody.NONE


def test_the_lander_cuts_arcs_scrapes_shakes_and_goes_where_it_is_told(operator):
    board = operator("m1_lander")
    assert board.send(Unstow()) == DONE
    assert board.send(Tare()) == DONE
    assert board.send(GoToPose(x_m=1.25, y_m=0.15, z_m=0.30, rake_deg=15.0, speed_m_s=0.05)) == DONE
    assert board.edge_m == pytest.approx((1.25, 0.15, 0.30), abs=0.01)
    assert board.send(FindSurface(site=0)) == DONE
    assert board.send(Scrape(site=0, aside_deg=-8.0, depth_m=0.003, length_m=0.10, speed_m_s=0.02)) == DONE
    assert board.send(DigArc(site=0, rake_law=RakeLaw.TURNING, **ARC)) == DONE
    before_kg = board.flown.bench.plant.truth.sample_mass_kg
    assert before_kg > 0.03
    assert board.send(Unstow()) == DONE
    assert board.send(Vibrate(swing_deg=1.5, hz=8.0, seconds=3.0)) == DONE
    assert board.flown.bench.plant.truth.sample_mass_kg <= before_kg


REFUSED = [
    ("m1_lander", Weigh(), "NO_TARE (code 44): the empty scoop was not tared"),
    ("m1_lander", line("m1_lander"), "NO_SURFACE (code 42): find_surface site=0 must come before"),
    ("m1_lander", FindSurface(site=7), "OUTSIDE_LIMIT (code 40): site 7, allowed 0 .. 2"),
    ("m1_lander", GoToPose(x_m=1.9, y_m=0, z_m=0.3, speed_m_s=0.05), "reach 1.204 m, allowed 0.05 .. 0.85 m"),
    ("m1_lander", GoToPose(x_m=1.3, y_m=0, z_m=0.01, speed_m_s=0.05), "height 0.05"),
    ("m1_lander", GoToPose(x_m=1.3, y_m=0, z_m=0.3, speed_m_s=0.1), "speed 0.1 m/s, allowed 0 .. 0.08 m/s"),
    ("m1_lander", GoToPose(x_m=0.95, y_m=0.57, z_m=0.3, speed_m_s=0.05), "keep_out of box 3: 0.0"),
    ("m1_lander", Vibrate(swing_deg=5, hz=15, seconds=2), "rate of joint 4: 490 deg/s, allowed 0 .. 100 deg/s"),
    ("m2_rover", DigArc(site=0, **ARC), "OTHER_PLATFORM (code 41): this platform has no dig_arc"),
    ("m2_rover", GoToPose(x_m=0.5, y_m=0.1, z_m=0.12, speed_m_s=0.03), "aside 24.44 deg, allowed 0 deg"),
    ("m2_rover", GoToPose(x_m=2.0, y_m=0.0, z_m=0.12, speed_m_s=0.03), "roll 1.611 m, allowed -0.3 .. 0.3 m"),
]  # fmt: skip


@pytest.mark.requirement("CMD-6")
@pytest.mark.parametrize("mission", list(LINE))
def test_what_can_not_be_is_refused_in_words_before_anything_moves(operator, mission):
    board = operator(mission)
    assert board.send(Unstow()) == DONE
    edge_m, told = board.edge_m, []
    for command, said in ((command, said) for on, command, said in REFUSED if on == mission):
        stage, text = board.send(command)
        told.append((said in text, text))
        assert stage is Stage.FAILED
        assert board.edge_m == pytest.approx(edge_m, abs=2e-3)
    assert all(as_said for as_said, _ in told), told


@pytest.mark.parametrize("mission", list(LINE))
def test_each_is_aborted_in_the_middle_and_the_scoop_stays_where_it_is(operator, mission):
    board = operator(mission)
    cuts = [line(mission), Scrape(site=0, depth_m=0.003, length_m=0.1, speed_m_s=0.01)]
    for command in (
        Unstow(), FindSurface(site=0), Tare(), Vibrate(swing_deg=1, hz=5, seconds=10), Stow(), *cuts, Weigh(),
    ):  # fmt: skip
        if isinstance(command, Vibrate):
            assert board.send(Tare()) == DONE
        elif command in cuts:
            assert board.send(FindSurface(site=0)) == DONE
        elif isinstance(command, Weigh):
            assert board.send(Unstow()) == DONE
        request = board.begin(command)
        board.wait(seconds=2.5)
        assert board.stage(request)[0] is Stage.PROGRESS, command
        assert board.send(Abort()) == DONE
        assert board.stage(request) == (Stage.FAILED, "ABORTED (code 14): ABORTED")
        still_m = board.edge_m
        board.wait(seconds=1.0)
        assert board.edge_m == pytest.approx(still_m, abs=3e-3)
        assert board.scoop.modes.mode is Mode.STANDBY


@pytest.mark.requirement("COL-3")
def test_what_is_too_much_is_shaken_off_until_it_fits(operator, tmp_path):
    text = (resources.files("flight") / "missions" / "m1_lander.toml").read_text()
    assert "max_g = 500.0" in text
    small = tmp_path / "small.toml"
    small.write_text(text.replace("max_g = 500.0", "max_g = 90.0"))
    board = operator(small, seed=4)
    assert board.send(Collect(site=0, max_digs=8)) == DONE
    assert len(board.of(ShakeDone)) >= 1
    before, after, _ = board.of(WeighingDone)[-3:]
    assert before.mass_g + before.u95_g > 90.0 >= after.mass_g + after.u95_g
    assert after.mass_g - after.u95_g >= 50.0
    assert abs(after.mass_g - 1e3 * board.flown.bench.plant.truth.sample_mass_kg) < 1.5 * after.u95_g


def test_after_a_power_cut_a_cut_is_not_made_with_other_figures(operator):
    board = operator("m1_lander")
    for command in (Unstow(), Tare(), FindSurface(site=0)):
        assert board.send(command) == DONE
    board.begin(line("m1_lander"))
    board.wait(lambda: board.scoop.content.disturbed)
    board.wait(seconds=1.0)
    board.flown.restart(100)
    board.wait(seconds=5.0)
    assert [event.reason for event in board.of(SamplingEnded)] == [StepFailure.RESTARTED]
    assert board.scoop.modes.mode is Mode.SAFE
    assert board.scoop.content.disturbed
    assert board.scoop.content.tare is not None


def test_after_a_power_cut_a_tare_is_taken_all_the_same(operator):
    board = operator("m1_lander")
    assert board.send(Unstow()) == DONE
    board.begin(Tare())
    board.wait(seconds=2.0)
    board.flown.restart(100)
    board.wait(lambda: board.scoop.content.tare is not None, 60)
    assert board.scoop.content.tare is not None
    assert len(board.of(SequenceResumed)) == 1
    board.wait(lambda: not board.scoop.sampling.busy, 10)
    assert board.scoop.modes.mode is Mode.STANDBY
