"""A tare counts only once the zero of the load cell has been the same for a while."""

import pytest

from flight.icd.events.sampling import SampleCollected, StepFailed, TareDone, ZeroMoved
from flight.icd.modes import Phase, StepFailure
from flight.scoop.zero import SPAN_S

GRAM_N = 1.62e-3


def collect(rig):
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    rig.fly()
    return rig


def until(rig, phase):
    while rig.sampling.phase is not phase:
        rig.step()
    return rig


def test_a_steady_zero_is_tared_without_a_word_of_it(ideal):
    rig = collect(ideal(gains_g=(90.0,)))
    (tare,) = rig.reported(TareDone)
    assert tare.zero_s >= SPAN_S
    assert rig.reported(ZeroMoved) == []


@pytest.mark.requirement("WGH-10")
@pytest.mark.parametrize("change_g", [31.0, 4.0, -4.0])
def test_a_zero_that_is_off_for_twenty_seconds_around_the_tare_does_no_harm(ideal, change_g):
    rig = ideal(gains_g=(90.0,))
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    began_ns = until(rig, Phase.TARE).now_ns
    rig.zero_n = lambda now_ns: change_g * GRAM_N if now_ns < began_ns + 20_000_000_000 else 0.0
    rig.fly()
    changes_g = [event.change_g for event in rig.reported(ZeroMoved)]  # a reading may have been half of each
    assert changes_g[0] == pytest.approx(change_g, abs=0.1)
    assert sum(changes_g) == pytest.approx(0.0, abs=0.1)
    (claimed,) = rig.reported(SampleCollected)
    assert claimed.mass_g == pytest.approx(90.0, abs=0.5)


@pytest.mark.requirement("WGH-10")
def test_a_zero_that_drifts_on_and_on_ends_with_that_reason(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.zero_n = lambda now_ns: 0.0002 * 1e-9 * now_ns
    collect(rig)
    assert {event.reason for event in rig.reported(StepFailed)} == {StepFailure.ZERO_UNSTEADY}
    assert rig.outcome.result == StepFailure.ZERO_UNSTEADY
    assert rig.reported(TareDone) == []


def test_a_dead_cell_keeps_no_arm_in_the_stow(ideal):
    rig = ideal(gains_g=(90.0,))
    rig.cell.valid = False
    rig.sampling.collect(0, 8, rig.outcome, rig.now_ns)
    until(rig, Phase.TARE)
    rig.cell.valid = True
    rig.fly()
    assert rig.outcome.result == "complete"
