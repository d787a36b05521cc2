"""Samples of the campaigns that CI flies: seeds, faults and power cuts, drawn once and for all by a fixed seed.

The whole of them are `make campaign`, `make fault-campaign` and `make power-loss`. What fails here says the command
that flies it again.
"""

from random import Random

import pytest

from hil import campaign, power_loss, survival
from hil.faults import FAULTS

MISSIONS = ("m1_lander", "m2_rover")
SEEDS, FAULTY, CUTS = 8, 6, 3
"""Of each mission; 34 missions in all, and a minute of one core."""
MOST_NOT_COLLECTED = 1
"""Of `SEEDS`: with 97 % that collect, 2 in 8 that end safe would come about once in 50 draws."""
LEAST_INSIDE = 6
"""Of `SEEDS`: with intervals that hold in 95 %, 3 in 8 outside would come about once in 170 draws."""


def again(row):
    """The command that flies it again."""
    faults = "".join(f" --fault {fault}" for fault in row.what.split())
    return f"{row.faulty}: saji-hil fly --chart --mission {row.mission} --seed {row.seed}{faults}"


@pytest.mark.parametrize("mission", MISSIONS)
@pytest.mark.requirement("COL-1")
@pytest.mark.requirement("MIS-2")
@pytest.mark.requirement("WGH-1")
def test_seeds_end_collected_or_safe_within_the_limits_of_the_hardware_and_claim_nothing_false(mission):
    seeds = Random(f"seeds of {mission}").sample(range(1, 100_000), SEEDS)
    rows = [campaign.fly(mission, seed) for seed in seeds]
    assert [again(row) for row in rows if row.faulty] == []
    collected = [row for row in rows if row.result == "collected"]
    assert len(collected) >= SEEDS - MOST_NOT_COLLECTED, [(row.seed, row.result, row.reason) for row in rows]
    assert sum(row.inside for row in collected) >= LEAST_INSIDE, [
        (row.seed, row.mass_est_g, row.mass_u95_g, row.mass_true_g) for row in rows
    ]


@pytest.mark.parametrize("mission", MISSIONS)
@pytest.mark.requirement("FDI-4")
def test_faults_in_any_phase_end_collected_or_safe(mission):
    flown = survival.undisturbed_from(mission, 1, count=1)
    drawn = Random(f"faults of {mission}").sample(list(survival.each_planned(flown, FAULTS)), FAULTY)
    rows = [survival.fly(mission, when.seed, planned.fault, planned.phase) for when, planned in drawn]
    assert [again(row) for row in rows if row.faulty] == []


@pytest.mark.parametrize("mission", MISSIONS)
@pytest.mark.requirement("RES-1")
@pytest.mark.requirement("RES-3")
def test_missions_whose_power_is_cut_go_on_or_end_safe_and_lose_nothing(mission):
    seeds = Random(f"power cuts of {mission}").sample(range(1, 100_000), CUTS)
    rows = [power_loss.fly(mission, seed) for seed in seeds]
    said = [f"{row.faulty}: hil.power_loss.fly({row.mission!r}, {row.seed})" for row in rows if row.faulty]
    assert said == []
