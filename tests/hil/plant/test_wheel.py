"""One wheel on regolith, moved by hand: what bears, drives, resists and buries it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from hil.plant.wheel import WHEEL, roll, static_sinkage_m

RADIUS, WIDTH, GROUSER = 0.088, 0.08, 0.012
K_C, K_PHI, SHEAR, COHESION, PHI = 1400.0, 820e3, 0.0178, 170.0, math.radians(35.0)
DIG_IN = 0.375
DT = 1e-3


@njit
def move(wheel, work, hub_z, vx, vy, vz, rate, dt):
    """Steps of given velocities; returns the hub's height; `work` gets what the wheel has done on the ground, J."""
    w = wheel[0]
    done = 0.0
    for i in range(len(vx)):
        roll(w, hub_z, vx[i], vy[i], vz[i], rate[i], dt)
        done -= (w.forward_n * vx[i] + w.left_n * vy[i] + w.up_n * vz[i] + w.moment_nm * rate[i]) * dt
        hub_z += vz[i] * dt
        work[i] = done
    return hub_z


class Wheel:
    """A wheel above flat ground at height 0."""

    def __init__(self, dig_in=DIG_IN, strength=1.0):
        self.record = np.zeros(1, WHEEL)
        for name, value in {
            "radius_m": RADIUS, "width_m": WIDTH, "grouser_m": GROUSER,
            "bearing_n_m3": strength * (K_C / WIDTH + K_PHI),
            "cohesion_pa": strength * COHESION, "friction_tan": math.tan(PHI), "shear_m": SHEAR, "dig_in": dig_in,
            "unload_n_m": 7000.0, "grip_n_m": 4000.0, "damping_n_s_m": 0.0,
        }.items():  # fmt: skip
            self.record[name] = value
        self.hub_z = RADIUS + 0.001
        self.work = np.zeros(0)

    def __getattr__(self, name):
        return float(self.record[name][0])

    def go(self, seconds=0.0, vx=0.0, vz=0.0, rim=0.0):
        """Constant velocities; `rim` is that of the grousers' tips."""
        count = round(seconds / DT)
        self.play(*(np.full(count, v) for v in (vx, 0.0, vz, rim / (RADIUS + GROUSER))))

    def play(self, vx, vy, vz, rate):
        self.work = np.zeros(len(vx))
        self.hub_z = move(self.record, self.work, self.hub_z, vx, vy, vz, rate, DT)

    def press(self, sinkage):
        self.go(2.0, vz=-(self.hub_z - RADIUS + sinkage) / 2.0)

    def roll_at(self, sinkage, slip, seconds=40.0, rim=0.05):
        """Rolls with the hub held so that `sinkage` is what bears, whatever it digs."""
        self.press(sinkage)
        for _ in range(round(seconds)):
            self.go(1.0, vx=rim * (1.0 - slip), rim=rim)
            self.hub_z = RADIUS - sinkage - self.dug_m


def bekker_n(sinkage):
    """Pressure of each strip of the patch, summed up: a circle's chord, approximated by the parabola through it."""
    length = math.sqrt(2.0 * RADIUS * sinkage)
    x = (np.arange(20_000) + 0.5) / 20_000 * length
    return float(np.sum((K_C / WIDTH + K_PHI) * (sinkage - x**2 / (2.0 * RADIUS))) * WIDTH * length / 20_000)


def test_it_bears_what_bekkers_pressure_adds_up_to():
    wheel = Wheel()
    wheel.press(0.003)
    assert wheel.load_n == pytest.approx(bekker_n(0.003), rel=1e-3)
    assert static_sinkage_m(wheel.load_n, RADIUS, WIDTH, K_C / WIDTH + K_PHI) == pytest.approx(0.003, rel=1e-3)


def test_ground_that_was_pressed_gives_back_little():
    wheel = Wheel()
    wheel.press(0.003)
    wheel.go(0.001, vz=0.3)
    assert wheel.load_n < 2.0
    wheel.go(0.001, vz=0.3)
    assert wheel.load_n == 0.0
    assert wheel.sinkage_m > 0.002


@pytest.mark.parametrize("slip", [0.05, 0.3, 0.7])
def test_in_steady_motion_it_drives_as_janosi_and_hanamoto_say(slip):
    wheel = Wheel()
    wheel.roll_at(0.0025, slip)
    length = math.sqrt(2.0 * (RADIUS + GROUSER) * (0.0025 + GROUSER))
    x = (np.arange(2000) + 0.5) / 2000 * length
    stress = COHESION + wheel.load_n / (WIDTH * length) * math.tan(PHI)  # evenly pressed
    expected = float(np.sum(stress * (1.0 - np.exp(-slip * x / SHEAR))) * WIDTH * length / 2000)
    assert wheel.thrust_n == pytest.approx(expected, rel=5e-3)


def test_what_turns_it_is_its_thrust_at_the_tips_of_its_grousers():
    wheel = Wheel()
    wheel.roll_at(0.0025, 0.1)
    assert wheel.moment_nm == pytest.approx(-wheel.thrust_n * (RADIUS + GROUSER))
    wheel.go(1.0, vx=0.045, rim=0.05)
    lost = wheel.thrust_n * 0.005 + wheel.drag_n * 0.045  # slip and rut, J in a second
    assert wheel.work[-1] == pytest.approx(lost, rel=0.02)


def test_slip_of_a_half_and_more_sinks_it_to_three_times_and_more():
    wheel = Wheel()
    wheel.roll_at(0.0023, 0.6)  # its static sinkage with a quarter of the rover's weight
    assert 3.0 < wheel.sinkage_m / 0.0023 < 7.0


def test_rolling_free_takes_the_work_of_the_rut():
    wheel = Wheel(dig_in=0.0)
    wheel.roll_at(0.0025, 0.0)
    assert wheel.pull_n == pytest.approx(-0.5 * WIDTH * (K_C / WIDTH + K_PHI) * 0.0025**2, rel=0.01)


@pytest.mark.parametrize("slip", [0.2, 0.5, 0.8])
def test_slip_sinks_it_by_reeces_balance(slip):
    wheel = Wheel()
    wheel.roll_at(0.0025, slip)
    assert wheel.dug_m == pytest.approx(DIG_IN * GROUSER * slip / (1.0 - slip), rel=0.02)


def test_spinning_in_place_buries_it_without_end():
    wheel = Wheel()
    wheel.roll_at(0.0025, 1.0, seconds=10)
    early = wheel.dug_m
    wheel.roll_at(0.0025, 1.0, seconds=10)
    assert wheel.dug_m > 1.8 * early > 0.015


def test_weaker_ground_bears_less():
    firm, weak = Wheel(), Wheel(strength=0.5)
    firm.press(0.003)
    weak.press(0.003)
    assert weak.load_n == pytest.approx(0.5 * firm.load_n)


def test_off_the_ground_it_drives_nothing():
    wheel = Wheel()
    wheel.roll_at(0.002, 0.3, seconds=5)
    wheel.go(0.1, vz=0.1, rim=0.05)
    assert (wheel.load_n, wheel.pull_n, wheel.moment_nm, wheel.up_n) == (0.0, 0.0, 0.0, 0.0)


def test_a_wheel_that_stops_keeps_what_it_holds():
    wheel = Wheel()
    wheel.roll_at(0.0025, 0.3, seconds=10)
    wheel.go(0.1)
    held = wheel.thrust_n
    assert held > 0.5
    wheel.go(100.0)
    assert wheel.thrust_n == held


speeds = st.lists(
    st.tuples(st.floats(-0.1, 0.1), st.floats(-0.05, 0.05), st.floats(-0.02, 0.02), st.floats(-2.0, 2.0)),
    min_size=2, max_size=12,
)  # fmt: skip


@settings(max_examples=100)
@given(speeds)
def test_however_it_is_moved_the_ground_never_gives_more_than_it_got(legs):
    wheel = Wheel()
    wheel.press(0.003)
    given_j = wheel.work[-1]
    vx, vy, vz, rate = (np.repeat(values, 200) for values in zip(*legs, strict=True))
    wheel.play(vx, vy, vz, rate)
    assert given_j + wheel.work.min() > -1e-6
