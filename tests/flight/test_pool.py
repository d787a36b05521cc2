import pytest

from flight.config import load_mission
from flight.icd.hk.scoop import MotionHk
from flight.icd.parameters import DigParameters
from flight.pool import Pool, PoolError, parameters_of
from flight.settings import Settings


@pytest.fixture
def dig():
    return Settings.of(load_mission("m1_lander")).dig


def test_settings_begin_as_the_mission_file_says(m1, dig):
    assert (dig.depth_m, dig.stall_force_n) == (m1.dig.depth_m, m1.dig.stall_force_n)


def test_a_value_is_found_by_group_and_position(dig):
    pool = Pool([dig])
    assert pool.find(0x8000).name == "DigParameters.depth_m"
    assert pool.find(0x8001).value == dig.deepen_m
    assert pool.find(0x80FF) is None


def test_a_value_is_found_by_name(dig):
    pool = Pool([dig])
    assert pool.named("DigParameters.deepen_m").ident == 0x8001
    assert pool.named("DigParameters.deepen") is None


def test_elements_of_an_array_have_identifiers_of_their_own():
    hk = MotionHk(edge_m=(1.0, 2.0, 3.0))
    by_name = {parameter.name: parameter for parameter in parameters_of(hk)}
    assert by_name["MotionHk.edge_m[1]"].value == 2.0
    assert by_name["MotionHk.edge_m[1]"].ident == by_name["MotionHk.edge_m[0]"].ident + 1


def test_setting_changes_what_the_user_of_the_record_reads(dig):
    Pool([dig]).find(0x8000).set(0.012)
    assert dig.depth_m == 0.012


@pytest.mark.parametrize("value", [0.2, -1.0, float("nan"), float("inf")])
def test_a_value_out_of_range_is_refused_and_changes_nothing(dig, value):
    before = dig.depth_m
    with pytest.raises(PoolError, match=r"DigParameters.depth_m = .*; allowed: 0\.001\.\.0\.05"):
        Pool([dig]).find(0x8000).set(value)
    assert dig.depth_m == before


def test_a_fraction_is_no_count():
    sample = Settings.of(load_mission("m1_lander")).sample
    with pytest.raises(PoolError, match=r"max_digs = 2\.5"):
        Pool([sample]).find(0x8302).set(2.5)


def test_a_measured_value_is_not_set():
    with pytest.raises(PoolError, match="is measured, not set"):
        Pool([MotionHk()]).find(MotionHk.ident << 8).set(1.0)


def test_a_measured_value_ages_a_setting_does_not(dig):
    hk = MotionHk()
    hk.stamp(1_000)
    pool = Pool([dig, hk])
    measured, setting = pool.find(MotionHk.ident << 8), pool.find(0x8000)
    assert measured.fresh(2_000, 1_000)
    assert not measured.fresh(2_001, 1_000)
    assert setting.fresh(10**18, 0)


def test_a_value_that_is_not_valid_is_not_fresh():
    hk = MotionHk()
    hk.stamp(1_000, valid=False)
    assert not Pool([hk]).find(MotionHk.ident << 8).fresh(1_000, 10**9)


def test_two_records_of_one_identifier_are_refused(dig):
    with pytest.raises(PoolError, match="are both"):
        Pool([dig, DigParameters()])


@pytest.mark.parametrize(("ident", "value", "said"), [(0x8300, 600.0, "min_g = 600.0 must be below max_g"),
                                                      (0x8004, 25.0, "soft_force_n = 25.0 must be below")])  # fmt: skip
def test_settings_that_contradict_each_other_are_refused(ident, value, said):
    settings = Settings.of(load_mission("m1_lander"))
    parameter = Pool(settings.groups()).find(ident)
    before = parameter.value
    with pytest.raises(PoolError, match=said):
        parameter.set(value)
    assert parameter.value == before
