"""A rover's slip as flight infers it from currents, beside what its wheels truly do."""

import numpy as np

from hil.lockstep import Lockstep

SECOND = 100
MOVES_M_S = 1e-3


def test_slip_told_in_a_pass_follows_the_wheels():
    told, true = [], []
    with Lockstep("m2_rover", 2) as flown:
        traction, truth = flown.app.scoop.traction, flown.bench.plant.truth
        while not flown.over:
            flown.operate()
            flown.step()
            if traction.working and abs(truth.velocity_m_s[0]) > MOVES_M_S:
                told.append(traction.slip)
                true.append(np.mean(truth.wheel_slip))
    whole = len(told) // SECOND * SECOND
    errors = (np.array(told[:whole]) - np.array(true[:whole])).reshape(-1, SECOND).mean(axis=1)
    assert len(errors) > 20
    assert abs(errors.mean()) < 0.05
    assert np.sqrt((errors**2).mean()) < 0.2
