from random import Random

import pytest

from flight.scoop.contact import ContactDetector


def falling_cell(detector, *, contact_at, slope_n, zero_n, noise_n=0.002, readings=200):
    """Feeds a cell that loses `slope_n` a reading from `contact_at` on; the index at which contact was called."""
    random = Random(3)
    for i in range(readings):
        force = zero_n + random.gauss(0, noise_n) - max(0, i - contact_at) * slope_n
        if detector.feel_cell(force):
            return i
    return None


@pytest.mark.requirement("DIG-5")
def test_contact_is_called_soon_after_the_cell_loses_load():
    at = falling_cell(ContactDetector(0.3, 6.0, 2), contact_at=100, slope_n=0.2, zero_n=0.24)
    assert 101 <= at <= 104


def test_a_wrong_zero_of_the_cell_does_not_matter():
    detectors = [ContactDetector(0.3, 6.0, 2) for _ in range(2)]
    here = falling_cell(detectors[0], contact_at=100, slope_n=0.2, zero_n=0.24)
    there = falling_cell(detectors[1], contact_at=100, slope_n=0.2, zero_n=-3.0)
    assert here == there


@pytest.mark.requirement("DIG-5")
def test_noise_alone_never_calls_contact():
    assert (
        falling_cell(ContactDetector(0.3, 6.0, 2), contact_at=10_000, slope_n=0.2, zero_n=0.24, readings=9000) is None
    )


@pytest.mark.requirement("DIG-5")
@pytest.mark.requirement("FDI-2")
def test_one_spike_is_not_contact():
    detector = ContactDetector(0.3, 6.0, 2)
    forces = [0.24] * 30 + [-5.0] + [0.24] * 30
    assert not any(detector.feel_cell(force) for force in forces)


@pytest.mark.requirement("DIG-5")
def test_joint_loads_call_contact_when_the_cell_is_silent():
    detector = ContactDetector(0.3, 6.0, 2)
    lifts = [1.5] * 40 + [2.0, 5.0, 8.0, 9.0]
    assert [detector.feel_joints(lift) for lift in lifts].index(True) == 43


def test_the_force_felt_is_reported_relative_to_free_space():
    detector = ContactDetector(0.3, 6.0, 1)
    for force in [0.2] * 12:
        detector.feel_cell(force)
    assert detector.feel_cell(-0.8)
    assert abs(detector.force_n - 1.0) < 1e-12
