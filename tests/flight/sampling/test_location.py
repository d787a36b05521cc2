"""A sample's place is followed as it is dug, told as it is collected, and kept through a restart."""

from dataclasses import dataclass

import pytest

from flight.icd.events.location import SampleLocated, SampleNotLocated
from flight.icd.modes import Custody
from flight.icd.moon import Place, apart_m
from flight.sampling.location import Locator
from flight.scoop.location import Stretch
from flight.settings import Settings


@dataclass
class Reckoned:
    x_m: float
    y_m: float
    heading_rad: float
    u95_m: float
    heading_u95_rad: float = 0.0


class Flight:
    def __init__(self, rig, odometry=None):
        self.rig = rig
        self.settings = Settings.of(rig.config).location
        self.locator = Locator(
            self.settings,
            0.015,
            rig.config.scoop.width_m,
            rig.hk,
            rig.estimate,
            rig.findings,
            rig.content,
            rig.events.append,
            odometry,
        )

    def fly(self):
        self.rig.sampling.collect(0, 8, self.rig.outcome, self.rig.now_ns)
        while self.rig.sampling.busy:
            self.rig.step()
            self.locator.step(self.rig.now_ns)
        return self


@pytest.fixture
def flown(ideal):
    return Flight(ideal(gains_g=(80.0,))).fly()


@pytest.mark.requirement("LOC-1")
def test_a_collected_sample_is_told_with_its_place_frame_and_radius(flown):
    (told,) = flown.rig.reported(SampleLocated)
    at, location = Place(told.latitude_deg, told.longitude_deg), flown.rig.config.location
    assert told.sample == flown.rig.content.chain.record.sample
    assert told.frame.name == "ME"
    x, y, _ = told.dug_m
    assert apart_m(at, location.place, location.height_m) == pytest.approx((x * x + y * y) ** 0.5, abs=1e-3)
    assert told.u95_m > location.fix_u95_m


def test_the_place_is_the_middle_of_the_pass(flown):
    (told,) = flown.rig.reported(SampleLocated)
    dig, (base_x, _, _) = flown.rig.config.dig, flown.rig.config.arm.base_m
    radius_m, _ = dig.sites[0]
    x, y, _ = told.dug_m
    assert base_x + radius_m - dig.length_m - 0.1 < x < base_x + radius_m + 0.02
    assert abs(y) < 1e-6
    assert 0.01 < told.u_extent_m < dig.length_m


def test_nothing_is_told_before_anything_is_collected(ideal):
    flight = Flight(ideal(gains_g=(5.0,))).fly()
    assert flight.rig.reported(SampleLocated) == []
    assert flight.locator.told is None


@pytest.mark.requirement("LOC-5")
def test_a_better_fix_is_told_anew(flown):
    flown.settings.latitude_deg += 0.001
    for _ in range(3):
        flown.locator.step(0)
    first, second = flown.rig.reported(SampleLocated)
    assert second.latitude_deg == pytest.approx(first.latitude_deg + 0.001, abs=1e-7)


def test_a_longitude_of_360_is_0(flown):
    flown.settings.longitude_deg = 360.0
    flown.locator.step(0)
    assert flown.locator.told.longitude_deg < 360.0


@pytest.mark.requirement("LOC-4")
def test_after_a_restart_it_is_told_again_from_what_was_kept(flown):
    after = Flight(flown.rig)
    after.locator.step(0)
    first, again = flown.rig.reported(SampleLocated)
    assert first == again


@pytest.mark.requirement("LOC-4")
def test_a_sample_whose_place_was_lost_is_said_to_have_none(flown):
    flown.rig.content.dug = None
    after = Flight(flown.rig)
    after.locator.step(0)
    after.locator.step(0)
    (lost,) = flown.rig.reported(SampleNotLocated)
    assert lost.sample == flown.rig.content.chain.record.sample
    assert after.locator.told is None


def test_a_scoop_that_was_poured_out_comes_from_nowhere(flown):
    flown.rig.content.poured()
    flown.locator.step(0)
    assert flown.rig.content.dug is None
    assert flown.rig.content.custody is Custody.NONE
    assert flown.locator.told is None


@pytest.mark.requirement("LOC-3")
def test_what_dead_reckoning_is_worth_as_it_digs_is_in_the_radius(ideal):
    near, far = (Flight(ideal(gains_g=(80.0,)), Reckoned(0.0, 0.0, 0.0, u95)).fly() for u95 in (0.1, 9.0))
    assert near.locator.told.u_odometry_m < far.locator.told.u_odometry_m
    assert far.locator.told.dug_u95_m > 9.0
    assert far.locator.told.u95_m > near.locator.told.u95_m


def test_the_housekeeping_tells_where_the_edge_is_and_whether_that_is_fresh(flown):
    locator, hk = flown.locator, flown.locator.hk
    locator.refresh(5)
    assert hk.valid
    assert hk.edge_m == flown.rig.estimate.edge_m
    assert hk.dug
    flown.rig.content.dug = replace_low(flown.rig.content.dug)
    flown.rig.estimate.fresh = False
    locator.refresh(6)
    assert not hk.valid
    assert hk.dug_m[0] < 0.0


def replace_low(stretch):
    return Stretch((-9.0, 0.0, 0.0), stretch.high_m)
