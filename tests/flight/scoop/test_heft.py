import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.scoop.heft import PARTS, Bearing, StrokeMean, Strokes, coarse_mass, strokes_of

SHOULDER = Bearing(1, 1.5, 0.22)
LEVER = 0.73


def stroke(torque_of):
    mean = StrokeMean()
    for step in range(60):
        progress = (step + 0.5) / 60
        mean.feed(2.0 * torque_of(progress), 2, progress)
    return mean


def strokes(mass_kg, friction_nm=0.3, zero_nm=0.0, links_nm=0.6, lever=LEVER, share=1.5):
    """Both strokes of a servo whose links weigh less the higher they are."""

    def gravity(progress):
        return links_nm * (1.0 - 0.1 * progress) + lever * mass_kg

    up = stroke(lambda progress: (gravity(progress) + friction_nm) / share + zero_nm)
    down = stroke(lambda progress: (gravity(progress) - friction_nm) / share + zero_nm)
    return strokes_of(up, down)


@given(
    mass_g=st.floats(0, 400), tared_nm=st.floats(0.05, 0.5), loaded_nm=st.floats(0.05, 0.5),
    zero_nm=st.floats(-0.1, 0.1), links_nm=st.floats(0.1, 2.0),
)  # fmt: skip
def test_friction_links_and_the_sensors_zero_cancel(mass_g, tared_nm, loaded_nm, zero_nm, links_nm):
    tare = strokes(0.0, tared_nm, zero_nm, links_nm)
    loaded = strokes(mass_g * 1e-3, loaded_nm, zero_nm, links_nm)
    coarse = coarse_mass(SHOULDER, tare, loaded, LEVER)
    assert coarse.mass_g == pytest.approx(mass_g, abs=1e-6)
    assert loaded.friction_nm * 1.5 == pytest.approx(loaded_nm, abs=1e-9)


def test_a_joint_that_bears_in_the_negative_sense_gives_the_same():
    tare, loaded = (
        Strokes(tuple(-gravity for gravity in each.gravity_nm), each.friction_nm)
        for each in (strokes(0.0), strokes(0.08))
    )
    assert coarse_mass(SHOULDER, tare, loaded, -LEVER).mass_g == pytest.approx(80.0, abs=1e-6)


def test_its_interval_is_ten_times_that_of_the_cell_and_grows_with_what_is_not_known():
    tare, loaded = strokes(0.0), strokes(0.08)
    usual = coarse_mass(SHOULDER, tare, loaded, LEVER)
    assert 8.0 < usual.u95_g < 25.0
    assert coarse_mass(SHOULDER._replace(friction_nm=0.5), tare, loaded, LEVER).u95_g > usual.u95_g
    assert coarse_mass(SHOULDER, tare, strokes(0.3), LEVER).u95_g > usual.u95_g
    uneven = Strokes(tuple(g + 0.01 * (-1) ** i for i, g in enumerate(loaded.gravity_nm)), loaded.friction_nm)
    assert coarse_mass(SHOULDER, tare, uneven, LEVER).u95_g > usual.u95_g


def test_a_stroke_with_a_gap_is_none():
    whole, gap = stroke(lambda progress: 1.0), StrokeMean()
    gap.feed(5.0, 5, 0.1)
    assert whole.means_nm == pytest.approx((1.0,) * PARTS)
    assert strokes_of(whole, gap) is None
