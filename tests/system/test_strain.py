"""A lander whose scoop is wedged against a rock: motors tell little of what their gearboxes carry."""

import pytest

from flight.icd.events.sampling import JointStrained
from hil.lockstep import Lockstep

WEDGED = 38


@pytest.mark.requirement("DIG-9")
def test_a_pass_is_given_up_before_a_gearbox_carries_more_than_it_may():
    told = []
    with Lockstep("m1_lander", WEDGED) as flown:
        flown.app.events.subscribe(told.append)
        for _ in flown.run():
            pass
        limits = [joint.max_torque_nm for joint in flown.config.joint]
        peaks = flown.bench.plant.truth.joint_peak_nm
    assert any(isinstance(event, JointStrained) for event in told)
    assert max(peak / limit for peak, limit in zip(peaks, limits, strict=True)) < 1.0
    assert max(peak / limit for peak, limit in zip(peaks, limits, strict=True)) > 0.8
