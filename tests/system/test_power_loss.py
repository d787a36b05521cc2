"""Power cut at a random frame: the mission goes on from the store. `make power-loss` flies many more."""

import pytest

from flight.icd.modes import Custody, Phase
from hil.lockstep import Lockstep
from hil.power_loss import fly

SEEDS = (1, 2, 3, 9, 12)
"""Cut as the surface is looked for, in two digs (one with the servos' power too), at the tare, while lifting."""


@pytest.mark.requirement("RES-1")
@pytest.mark.parametrize("seed", SEEDS)
def test_a_mission_whose_power_is_cut_goes_on_and_loses_nothing(seed):
    row = fly("m1_lander", seed)
    assert row.faulty == ""
    assert row.phase != ""


@pytest.mark.requirement("CUS-2")
def test_the_custody_of_a_sample_is_as_it_was():
    with Lockstep("m1_lander", 1) as flown:
        flown.app.scoop.content.chain.collected(80.0, 9.0)
        for _ in range(20):
            flown.step()
        record = flown.app.scoop.content.chain.record
        flown.restart(100, servos_too=True)
        for _ in range(20):
            flown.step()
        assert flown.app.scoop.content.chain.record == record
        assert flown.app.scoop.content.custody is Custody.COLLECTED
        assert flown.phase is Phase.IDLE
        assert flown.app.executive.failures == 0
