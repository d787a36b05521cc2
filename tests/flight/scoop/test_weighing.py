import statistics
from math import cos, exp, sin
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.weighing import Averager, Reading, Scale, SettleDetector

SCALE = Scale(
    gravity_m_s2=1.62, gravity_u_relative=5e-4, gain_u95=0.005, drift_n_per_sqrt_s=4e-4, pose_u_deg=0.3, tilt_u_deg=4.0,
    resolution_n=1e-4, scoop_kg=0.15, hysteresis_n=0.002,
)  # fmt: skip


def reading(force_n, taken_s=0.0, noise_n=0.002, readings=60):
    return Reading(force_n, noise_n, readings, int(taken_s * 1e9))


@given(st.floats(0, 600), st.floats(-1, 1))
def test_mass_is_force_over_local_gravity_whatever_the_zero(mass_g, zero_n):
    tare, loaded = reading(zero_n), reading(zero_n + mass_g * 1.62e-3)
    assert SCALE.mass(tare, loaded, 0.0, 0.0).mass_g == pytest.approx(mass_g, abs=1e-9)


@pytest.mark.requirement("WGH-6")
@given(st.floats(-0.15, 0.15), st.floats(-0.15, 0.15), st.floats(0, 500))
def test_a_pose_off_level_is_corrected_for_scoop_and_sample(tilt, tare_tilt, mass_g):
    scoop_n = 0.15 * 1.62
    tare = reading(scoop_n * cos(tare_tilt))
    loaded = reading((scoop_n + mass_g * 1.62e-3) * cos(tilt))
    assert SCALE.mass(tare, loaded, tilt, tare_tilt).mass_g == pytest.approx(mass_g, abs=1e-6)


@given(st.floats(0, 500), st.floats(1, 3000))
def test_components_combine_in_quadrature(mass_g, wait_s):
    mass = SCALE.mass(reading(0.24), reading(0.24 + mass_g * 1.62e-3, wait_s), 0.01, 0.01)
    parts = (mass.u_noise_g, mass.u_drift_g, mass.u_gain_g, mass.u_pose_g, mass.u_hysteresis_g)
    assert mass.u95_g == pytest.approx(1.96 * sum(part**2 for part in parts) ** 0.5)
    assert mass.low_g <= mass.mass_g <= mass.high_g


@pytest.mark.requirement("WGH-6")
def test_waiting_longer_after_the_tare_widens_the_interval():
    near, far = (SCALE.mass(reading(0.24), reading(0.4, wait), 0.0, 0.0) for wait in (10, 1000))
    assert far.u95_g > near.u95_g


def test_hysteresis_counts_whatever_the_load_and_is_half_a_loop_each_for_tare_and_weighing():
    for mass_g in (0.0, 400.0):
        mass = SCALE.mass(reading(0.24), reading(0.24 + mass_g * 1.62e-3), 0.0, 0.0)
        assert mass.u_hysteresis_g == pytest.approx(2**0.5 * 0.001 / 3**0.5 / 1.62e-3)


def test_noise_component_has_the_coverage_it_claims():
    """2,000 weighings with reading noise alone: 95 % lie within 1.96 standard uncertainties (binomial, 4 sigma)."""
    random = Random(1)
    inside = 0
    for _ in range(2000):
        means = []
        for true_n in (0.24, 0.24 + 80 * 1.62e-3):
            average = Averager(60)
            result = None
            while result is None:
                result = average.feed(random.gauss(true_n, 0.002), 0)
            means.append(result)
        mass = SCALE.mass(*means, 0.0, 0.0)
        inside += abs(mass.mass_g - 80) <= 1.96 * mass.u_noise_g
    assert abs(inside / 2000 - 0.95) < 4 * (0.95 * 0.05 / 2000) ** 0.5


@given(st.lists(st.floats(-1, 1), min_size=12, max_size=40))
def test_averager_agrees_with_the_textbook(values):
    average = Averager(len(values))
    result = [average.feed(value, 7) for value in values][-1]
    assert result.force_n == pytest.approx(statistics.fmean(values), abs=1e-12)
    assert result.noise_n == pytest.approx(statistics.stdev(values), abs=1e-9)


@pytest.mark.requirement("WGH-6")
def test_settling_waits_for_the_swing_to_end():
    detector = SettleDetector(0.006)
    settled = [detector.feed(0.3 + 0.2 * exp(-i / 20) * sin(i)) for i in range(200)]
    assert 40 < settled.index(True) < 130


@pytest.mark.requirement("WGH-6")
def test_a_steady_creep_is_not_settled():
    detector = SettleDetector(0.006)
    assert not any(detector.feed(0.001 * i) for i in range(100))
