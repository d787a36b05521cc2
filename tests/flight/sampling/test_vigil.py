"""What happens to a claimed sample is told; the claim stays."""

import pytest

from flight.icd.events.sampling import SampleDisturbed
from flight.icd.modes import Custody
from flight.sampling.vigil import Vigil


@pytest.fixture
def claimed(ideal):
    """A rig with a claimed sample, the sequence over; and how to let the vigil watch for some seconds."""
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    rig.fly()
    assert rig.content.custody is Custody.COLLECTED
    vigil = Vigil(rig.sampling._rig, rig.sampling)

    def watch(seconds):
        for _ in range(round(seconds * 20)):
            for _ in range(5):
                rig.step()
            vigil.step(rig.now_ns)
        return rig.reported(SampleDisturbed)

    return rig, watch


@pytest.mark.requirement("WGH-8")
def test_a_sample_that_lies_still_is_left_in_peace(claimed):
    _, watch = claimed
    assert watch(60) == []


@pytest.mark.requirement("WGH-8")
def test_soil_lost_after_the_claim_is_told_once_and_the_claim_stays(claimed):
    rig, watch = claimed
    watch(10)
    rig.mass_g -= 30.0
    (event,) = watch(20)
    assert event.change_g == pytest.approx(-30.0, abs=1.0)
    assert event.claimed_g == rig.content.chain.record.mass_g == pytest.approx(90.0, abs=0.5)
    assert rig.content.custody is Custody.COLLECTED


def test_soil_lost_before_the_vigil_first_weighed_is_found_too(claimed):
    rig, watch = claimed
    rig.mass_g -= 30.0
    assert len(watch(20)) == 1


@pytest.mark.requirement("WGH-8")
def test_a_jolt_is_told_also_when_nothing_was_lost(claimed):
    rig, watch = claimed
    watch(10)
    q = rig.joints.q
    rig.motion.release()
    rig.joints.q = (q[0], q[1], q[2], q[3] + 0.07)
    watch(1)
    rig.joints.q = q
    (event,) = watch(20)
    assert event.moved_deg == pytest.approx(4.0, abs=0.1)
    assert event.limit_g == 0.0


def test_where_there_is_no_sample_nothing_is_watched(ideal):
    rig = ideal()
    vigil = Vigil(rig.sampling._rig, rig.sampling)
    for _ in range(200):
        rig.step()
        vigil.step(rig.now_ns)
        rig.joints.q = (0.0, rig.joints.q[1] + 0.01, *rig.joints.q[2:])
    assert rig.reported(SampleDisturbed) == []
