"""A power cut of a laden scoop; cuts at random frames are flown by `test_samples`."""

import pytest

from flight.icd.modes import Custody, Phase
from hil.lockstep import Lockstep


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
