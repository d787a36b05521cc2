"""What flight makes of faults, one and several; samples of the catalogue are flown by `test_samples`."""

import contextlib
from random import Random

import pytest

from flight.icd.modes import Phase
from hil.faults import FAULTS, PHASES, FaultError, parse_faults
from hil.lockstep import Lockstep
from hil.survival import fly, undisturbed


@pytest.fixture(scope="module")
def when():
    return undisturbed("m1_lander", 1)


def cutting_s(when):
    """Some way into the first cut."""
    return next(visit.begin_s for visit in when.visits if visit.phase is Phase.DIG) + 5.0


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("jammed_servo/2", "collected"),
        ("overload_shutdown/2", "collected"),
        ("supply_sag", "collected"),
        ("brown_out", "collected"),
    ],
)
def test_what_flight_makes_of_a_fault(when, name, result):
    row = fly("m1_lander", 1, f"{name}@{cutting_s(when):g}")
    assert (row.faulty, row.result) == ("", result)


def scenario(number, when):
    """Six faults at any time in any phase, for any time, that do not exclude each other."""
    draw = Random(f"scenario {number}")
    able = [fault for fault in FAULTS.values() if fault.part in when.parts and not fault.deceives]
    chosen = []
    while len(chosen) < 6:
        moment = draw.choice((*PHASES[1:9], f"{draw.uniform(0, 100):.1f}"))
        another = f"{draw.choice(able).name}@{moment}+{draw.choice((0.1, 1, 5, 20))}"
        with contextlib.suppress(FaultError):
            parse_faults([*chosen, another])
            chosen.append(another)
    return chosen


@pytest.mark.parametrize("number", range(3))
@pytest.mark.requirement("FDI-4")
def test_six_faults_in_one_mission_end_collected_or_safe(when, number):
    with Lockstep("m1_lander", 1 + number, parse_faults(scenario(number, when))) as flown:
        for _ in flown.run():
            pass
        result, executive = flown.result(), flown.app.executive
    assert result.result in ("collected", "safe")
    assert (executive.failures, executive.skipped, result.overruns) == (0, 0, 0)
    if result.result == "collected":
        assert abs(result.mass_est_g - result.mass_true_g) <= result.mass_u95_g


def test_telecommands_that_are_lost_are_sent_again():
    row = fly("m1_lander", 1, "link_down@0+10")
    assert (row.faulty, row.result) == ("", "collected")


def test_an_uplink_that_never_comes_ends_the_mission_where_it_was():
    with Lockstep("m1_lander", 1, parse_faults(["link_down@0+forever"])) as flown:
        for _ in flown.run():
            pass
        result = flown.result()
    assert (result.result, result.custody_state) == ("unfinished", "NONE")
    assert result.sim_s < 120
    assert flown.app.executive.failures == 0


@pytest.mark.requirement("BEN-1")
def test_the_same_seed_gives_the_same_bytes_with_faults_of_every_kind(when):
    faults = [
        "collision@3+5", "cell_inserted_byte@5+9", "downlink_dropouts@2+30", "corrupt_downlink@40+20", "storage_slow@9",
        f"sticky_brake@{cutting_s(when):g}", f"rock@{cutting_s(when):g}", "cell_spikes@weigh", "clock_forward@8+4",
    ]  # fmt: skip

    def flown(seed):
        with Lockstep("m1_lander", seed, parse_faults(faults)) as mission:
            for _ in mission.run(max_s=60):
                pass
            return mission.result()

    first, again, other = flown(1), flown(1), flown(2)
    assert (first.tm_sha256, first.mass_true_g, first.faults) == (again.tm_sha256, again.mass_true_g, again.faults)
    assert first.tm_sha256 != other.tm_sha256
