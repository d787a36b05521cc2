from math import cos, radians, sin, sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.budget import K95, Loads, Mass, Reading, Scale
from flight.scoop.weighing import Averager

COMPONENTS = [name for name in Mass._fields if name.startswith("u_")]
NOTHING = Loads(0.0, 0.0)
LEVEL_N_PER_G = 1.62e-3
SCOOP_N = 0.15 * 1.62


def reading(force_n, taken_s=0.0, noise_n=0.002, readings=60):
    return Reading(force_n, noise_n, readings, int(taken_s * 1e9))


@pytest.fixture
def scale(m1):
    """Makes a scale of M1; keyword arguments change its `[weigh]`, `cell` its data sheet."""

    def make(cell=None, **weigh):
        sheet = m1.weigh.cell.model_copy(update=cell or {})
        return Scale(m1.model_copy(update={"weigh": m1.weigh.model_copy(update=weigh | {"cell": sheet})}))

    return make


def weigh(scale, mass_g, wait_s=80.0, loads=NOTHING, tilt=0.0, tare_tilt=0.0):
    """A mass of so many grams by the nominal scale."""
    tare = reading(SCOOP_N * cos(tare_tilt))
    loaded = reading((SCOOP_N + mass_g * LEVEL_N_PER_G) * cos(tilt), wait_s)
    return scale.mass(tare, loaded, tilt, tare_tilt, loads)


@given(mass_g=st.floats(0, 600), zero_n=st.floats(-1, 1))
def test_mass_is_force_over_local_gravity_whatever_the_zero(m1, mass_g, zero_n):
    level = Scale(m1.model_copy(update={"weigh": m1.weigh.model_copy(update={"tilt_max_deg": 0.0})}))
    tare, loaded = reading(zero_n), reading(zero_n + mass_g * LEVEL_N_PER_G)
    assert level.mass(tare, loaded, 0.0, 0.0, NOTHING).mass_g == pytest.approx(mass_g, abs=1e-9)


@pytest.mark.requirement("WGH-9")
@given(tilt=st.floats(-0.15, 0.15), tare_tilt=st.floats(-0.15, 0.15), mass_g=st.floats(0, 500))
def test_a_pose_off_level_is_corrected_for_scoop_and_sample(m1, tilt, tare_tilt, mass_g):
    level = Scale(m1.model_copy(update={"weigh": m1.weigh.model_copy(update={"tilt_max_deg": 0.0})}))
    assert weigh(level, mass_g, tilt=tilt, tare_tilt=tare_tilt).mass_g == pytest.approx(mass_g, abs=1e-6)


def test_the_mean_of_the_cosine_error_is_corrected_and_its_spread_is_a_component(scale):
    """JCGM 100, F.2.4.4. A platform rolled and pitched anywhere within 3.5 deg each."""
    random, scale = Random(3), scale()
    masses = []
    for _ in range(4000):
        upright = cos(radians(random.uniform(-3.5, 3.5))) * cos(radians(random.uniform(-3.5, 3.5)))
        tare, loaded = reading(SCOOP_N * upright), reading((SCOOP_N + 400 * LEVEL_N_PER_G) * upright)
        masses.append(scale.mass(tare, loaded, 0.0, 0.0, NOTHING))
    u_g = masses[0].u_tilt_g
    mean = sum(mass.mass_g for mass in masses) / 4000
    spread = sqrt(sum((mass.mass_g - mean) ** 2 for mass in masses) / 3999)
    assert mean == pytest.approx(400.0, abs=4 * u_g / sqrt(4000))
    assert spread == pytest.approx(u_g, rel=0.05)


@given(
    mass_g=st.floats(-50, 500), wait_s=st.floats(0, 7200), span_n=st.floats(0, 20), mean_n=st.floats(0, 5),
    tilt=st.floats(-0.1, 0.1),
)  # fmt: skip
def test_components_combine_in_quadrature_and_none_is_left_out(m1, mass_g, wait_s, span_n, mean_n, tilt):
    mass = weigh(Scale(m1), mass_g, wait_s, Loads(span_n, mean_n), tilt)
    parts = [getattr(mass, name) for name in COMPONENTS]
    assert min(parts) >= 0.0
    assert mass.u95_g == pytest.approx(K95 * sqrt(sum(part**2 for part in parts)))
    assert mass.u95_g == pytest.approx(K95 * sqrt(mass.u_offset_g**2 + mass.u_scale_g**2))
    assert mass.low_g <= mass.mass_g <= mass.high_g


@pytest.mark.requirement("WGH-9")
@given(
    wait_s=st.floats(1, 3000), more_s=st.floats(1, 3000), span_n=st.floats(0.1, 10), mass_g=st.floats(1, 400),
)  # fmt: skip
def test_more_of_what_makes_it_worse_never_narrows_the_interval(m1, wait_s, more_s, span_n, mass_g):
    scale = Scale(m1)
    near = weigh(scale, mass_g, wait_s, Loads(span_n, 0.0))
    assert weigh(scale, mass_g, wait_s + more_s, Loads(span_n, 0.0)).u95_g > near.u95_g
    assert weigh(scale, mass_g, wait_s, Loads(2 * span_n, 0.0)).u95_g > near.u95_g
    assert weigh(scale, mass_g, wait_s, Loads(span_n, 0.5)).u95_g > near.u95_g
    assert weigh(scale, mass_g + 50, wait_s, Loads(span_n, 0.0)).u95_g > near.u95_g


@pytest.mark.requirement("WGH-5")
def test_each_component_has_the_size_its_data_sheet_figure_says(scale):
    """By hand, for 100 g weighed 900 s after the tare, the cell having borne 4 N, in the mean 0.1 N."""
    mass = weigh(scale(tilt_max_deg=0.0), 100.0, 900.0, Loads(4.0, 0.1))
    root3 = sqrt(3.0)
    by_hand = {
        "u_noise_g": sqrt(2.0) * 0.002 / sqrt(60.0) / LEVEL_N_PER_G,
        "u_resolution_g": sqrt(2.0) * 0.0001 / sqrt(12.0) / LEVEL_N_PER_G,
        "u_drift_g": 0.005 * sqrt(0.25) / LEVEL_N_PER_G,
        "u_hysteresis_g": 0.0002 * 4.0 / sqrt(18.0) / LEVEL_N_PER_G,  # b / sqrt(18): see the next test
        "u_creep_g": 0.000245 * (0.162 + 0.1) / root3 / LEVEL_N_PER_G,
        "u_zero_temperature_g": 0.00014 * 9.81 * 2.5 / 10.0 / root3 / LEVEL_N_PER_G,
        "u_gain_g": 100.0 * 0.005 / 1.96,
        "u_linearity_g": 100.0 * 4.0 * 0.0002 / root3,
        "u_span_temperature_g": 100.0 * 0.000175 * 6.0 / root3,
        "u_cross_g": 100.0 * 0.015 * 0.05 / root3,
        "u_gravity_g": 100.0 * 0.0005,
        "u_tilt_g": 0.0,
    }
    for name, value in by_hand.items():
        assert getattr(mass, name) == pytest.approx(value, rel=1e-6), name


def test_hysteresis_has_the_spread_of_two_readings_anywhere_in_a_loop_of_any_width_up_to_the_bound(scale):
    random = Random(5)
    differences = []
    for _ in range(20_000):
        width_n = random.random() * 0.0002 * 4.0
        differences.append(width_n * (random.random() - 0.5) - width_n * (random.random() - 0.5))
    spread_n = sqrt(sum(difference**2 for difference in differences) / 20_000)
    mass = weigh(scale(tilt_max_deg=0.0), 0.0, 0.0, Loads(4.0, 0.0))
    assert mass.u_hysteresis_g == pytest.approx(spread_n / LEVEL_N_PER_G, rel=0.02)


def test_noise_component_has_the_coverage_it_claims(scale):
    """2,000 weighings with reading noise alone: 95 % lie within 1.96 standard uncertainties (binomial, 4 sigma)."""
    random, level = Random(1), scale(tilt_max_deg=0.0)
    inside = 0
    for _ in range(2000):
        means = []
        for true_n in (SCOOP_N, SCOOP_N + 80 * LEVEL_N_PER_G):
            average = Averager(60)
            result = None
            while result is None:
                result = average.feed(random.gauss(true_n, 0.002), 0)
            means.append(result)
        mass = level.mass(*means, 0.0, 0.0, NOTHING)
        inside += abs(mass.mass_g - 80) <= K95 * mass.u_noise_g
    assert abs(inside / 2000 - 0.95) < 4 * (0.95 * 0.05 / 2000) ** 0.5


@pytest.mark.requirement("WGH-1")
def test_the_interval_holds_what_a_batch_of_cells_within_the_sheet_may_do(m1):
    """6,000 platforms and cells drawn from what `[weigh]` states, each weighing once: 95 % of the intervals hold.

    Not a word of the budget's own arithmetic: forces are made from the errors, one by one.
    """
    random, scale, sheet = Random(7), Scale(m1), m1.weigh.cell

    def within(bound):
        return random.uniform(-bound, bound)

    inside = 0
    for _ in range(6000):
        true_g, age_s, span_n = random.uniform(40.0, 150.0), random.uniform(40.0, 200.0), random.uniform(1.0, 6.0)
        gain = 1.0 + random.gauss(0.0, 0.005 / 1.96) + within(4 * sheet.nonlinearity)
        gain += within(0.1 * sheet.span_per_10k * sheet.calibrated_k)
        gain *= 1.0 + random.gauss(0.0, m1.weigh.gravity_u_relative)
        leans, rolls = (within(radians(m1.weigh.tilt_max_deg)) for _ in range(2))
        upright = cos(leans) * cos(rolls)
        off = random.gauss(0.0, radians(m1.weigh.pose_u_deg))
        loop_n = random.random() * sheet.hysteresis * span_n
        weight_n = (SCOOP_N + true_g * LEVEL_N_PER_G) * (upright * cos(off) - sin(leans) * off)
        tare_n = SCOOP_N * upright + loop_n * (random.random() - 0.5)
        loaded_n = gain * (weight_n - SCOOP_N * upright) + SCOOP_N * upright + loop_n * (random.random() - 0.5)
        loaded_n += random.gauss(0.0, sheet.drift_n_sqrt_h * sqrt(age_s / 3600.0))
        noise = [random.gauss(0.0, 0.002 / sqrt(60.0)) for _ in range(2)]
        mass = scale.mass(reading(tare_n + noise[0]), reading(loaded_n + noise[1], age_s), 0.0, 0.0, Loads(span_n, 0.0))
        inside += mass.low_g <= true_g <= mass.high_g
    assert 0.94 < inside / 6000 < 0.97


@given(before_g=st.floats(10, 400), fall_g=st.floats(0, 9))
def test_a_change_is_known_better_than_the_masses_for_the_gain_is_the_same(m1, before_g, fall_g):
    scale = Scale(m1)
    before, after = weigh(scale, before_g), weigh(scale, before_g - fall_g)
    limit_g = after.u95_of_change_g(before)
    assert K95 * sqrt(after.u_offset_g**2 + before.u_offset_g**2) <= limit_g * (1 + 1e-9)
    assert limit_g < sqrt(after.u95_g**2 + before.u95_g**2)


def test_a_scoop_at_another_angle_of_a_leaning_platform_is_in_the_pose_component(scale):
    assert weigh(scale(pose_u_deg=1.0), 80.0).u_pose_g > 3 * weigh(scale(pose_u_deg=0.3), 80.0).u_pose_g
    assert weigh(scale(tilt_max_deg=10.0), 80.0).u_pose_g > 1.9 * weigh(scale(tilt_max_deg=5.0), 80.0).u_pose_g
