"""Warm and cold servos: where the heat goes, and what it changes; a drive never gives more than it got."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd.dynamixel_table import OperatingMode
from hil.plant import drive
from hil.plant.servo import MODELS, RATED_V
from hil.plant.servo_heat import COPPER_PER_K, conduct, temper

AZIMUTH = 0
TICK_S = 0.01
MODEL = MODELS["XM540-W270"]


def servo_at(winding_c, case_c):
    """What the functions of heat need of a servo."""
    return SimpleNamespace(
        winding_c=winding_c, case_c=case_c, winding_j_k=MODEL.winding_j_k, winding_k_w=MODEL.winding_k_w,
        case_j_k=MODEL.case_j_k, case_k_w=MODEL.case_k_w, winding_ref_ohm=MODEL.winding_ohm,
        kt_ref_nm_a=MODEL.constant, ke_ref_v_s=MODEL.constant, coulomb_ref_nm=MODEL.coulomb_nm,
        viscous_ref_nms=MODEL.viscous_nms, grease_ref_nms=1.5,
    )  # fmt: skip


def run(arm, seconds):
    arm.plant.advance(arm.plant.time_ns + round(seconds * 1e9))


@pytest.fixture(scope="module")
def at(rig, exact):
    """A rig without deviations, soaked at a temperature; its joints turn all the way round."""

    def make(ambient_c, rate_k_h=0.0):
        servo = exact["servo"].model_copy(update={"ambient_c": ambient_c, "ambient_k_h": rate_k_h})
        return rig(**{**exact, "servo": servo})

    return make


losses = st.lists(st.tuples(st.floats(0, 60), st.floats(0, 10)), min_size=1, max_size=60)
temperatures = st.floats(-40, 80)


@given(temperatures, temperatures, temperatures, losses)
def test_heat_in_is_heat_stored_and_heat_lost(winding_c, case_c, ambient_c, watts):
    servo, given_j, lost_j = servo_at(winding_c, case_c), 0.0, 0.0
    for winding_w, case_w in watts:
        lost_j += (servo.case_c - ambient_c) / servo.case_k_w * TICK_S
        given_j += (winding_w + case_w) * TICK_S
        conduct.py_func(servo, winding_w, case_w, ambient_c, TICK_S)
    stored_j = servo.winding_j_k * (servo.winding_c - winding_c) + servo.case_j_k * (servo.case_c - case_c)
    assert given_j == pytest.approx(stored_j + lost_j, abs=1e-9)


@given(temperatures, temperatures, temperatures)
def test_without_losses_heat_flows_from_warm_to_cold(winding_c, case_c, ambient_c):
    servo = servo_at(winding_c, case_c)
    before = sorted((winding_c, case_c, ambient_c))
    for _ in range(100):
        conduct.py_func(servo, 0.0, 0.0, ambient_c, 0.1)
        assert before[0] - 1e-9 <= min(servo.winding_c, servo.case_c)
        assert max(servo.winding_c, servo.case_c) <= before[-1] + 1e-9


@pytest.mark.parametrize(("at_c", "mm2_s"), [(-40.0, 7800.0), (100.0, 5.8)])
def test_grease_thickens_as_its_base_oil_does(at_c, mm2_s):
    def viscous(case_c):
        servo = servo_at(20.0, case_c)
        temper.py_func(servo)
        return servo.viscous_nms

    assert viscous(at_c) / viscous(40.0) == pytest.approx(mm2_s / 31.0, rel=0.01)


def test_at_the_reference_temperature_a_servo_is_that_of_the_data_sheet():
    servo = servo_at(20.0, 20.0)
    temper.py_func(servo)
    assert (servo.winding_ohm, servo.kt_nm_a, servo.ke_v_s) == (MODEL.winding_ohm, MODEL.constant, MODEL.constant)
    assert (servo.coulomb_nm, servo.viscous_nms) == (MODEL.coulomb_nm, MODEL.viscous_nms)


def test_a_stalled_winding_warms_to_where_its_loss_goes_out_and_its_current_and_torque_fall(at):
    arm, pwm = at(0.0), 0.6
    arm.servos.mode[AZIMUTH], arm.servos.goal_pwm[AZIMUTH] = OperatingMode.PWM, pwm
    run(arm, 4.0)  # into the end stop
    first_a, first_nm = arm.servos.current_a[AZIMUTH], arm.truth.joint_torque_nm[AZIMUTH]
    early = arm.servos.temperature_c[AZIMUTH]
    run(arm, 3600.0)
    # At rest V^2 / R(T) = (T - ambient) / resistance of the way out, a quadratic in T.
    way_k_w = MODEL.winding_k_w + MODEL.case_k_w
    b, c = 1.0 - COPPER_PER_K * 20.0, (pwm * RATED_V) ** 2 / MODEL.winding_ohm * way_k_w
    winding_c = (-b + math.sqrt(b * b + 4.0 * COPPER_PER_K * c)) / (2.0 * COPPER_PER_K)
    servo = arm.plant._servo[AZIMUTH]
    assert servo["winding_c"] == pytest.approx(winding_c, rel=2e-3)
    assert servo["case_c"] == pytest.approx(winding_c * MODEL.case_k_w / way_k_w, rel=2e-3)
    assert arm.servos.temperature_c[AZIMUTH] == servo["case_c"]  # the register is the case's
    assert early < 0.1 * servo["case_c"]
    assert arm.servos.current_a[AZIMUTH] < 0.7 * first_a
    for arm.servos.goal_pwm[AZIMUTH] in (-0.3, pwm):  # what it held by friction is let go, and pushed anew
        run(arm, 1.0)
    assert arm.truth.joint_torque_nm[AZIMUTH] < 0.75 * first_nm


def test_winding_and_case_warm_with_their_own_time_constants(at):
    arm = at(20.0)
    arm.servos.mode[AZIMUTH], arm.servos.goal_current_a[AZIMUTH] = OperatingMode.CURRENT, 1.0
    run(arm, MODEL.winding_j_k * MODEL.winding_k_w)  # half a minute
    servo, done = arm.plant._servo[AZIMUTH], 1.0 - math.exp(-1.0)
    inner = servo["winding_ohm"] * MODEL.winding_k_w  # K that 1 A keeps up in the end
    assert servo["winding_c"] - servo["case_c"] == pytest.approx(done * inner, rel=0.05)
    run(arm, MODEL.case_j_k * MODEL.case_k_w)  # nine minutes
    assert servo["case_c"] - 20.0 == pytest.approx(done * servo["winding_ohm"] * MODEL.case_k_w, rel=0.07)


@pytest.mark.parametrize("ambient_c", [-40.0, -20.0, 20.0, 80.0])
def test_turning_at_a_speed_takes_the_current_that_friction_at_that_temperature_asks_for(at, ambient_c):
    arm, rate = at(ambient_c), 0.5
    arm.servos.mode[AZIMUTH], arm.servos.goal_velocity_rad_s[AZIMUTH] = OperatingMode.VELOCITY, rate
    run(arm, 1.5)
    currents = []
    for _ in range(50):
        run(arm, 0.01)
        currents.append(arm.servos.current_a[AZIMUTH])
    servo = servo_at(ambient_c, ambient_c)
    temper.py_func(servo)
    rubs = servo.coulomb_nm * (1.0 + 0.25 / (1.0 + (rate / 0.05) ** 2)) + servo.viscous_nms * rate
    assert np.mean(currents) == pytest.approx(rubs / servo.kt_nm_a, rel=0.05)


def test_a_cold_drive_needs_more_current_for_the_same_speed_and_runs_slower_on_full_pwm(at):
    def seen(ambient_c):
        arm = at(ambient_c)
        arm.servos.mode[AZIMUTH], arm.servos.goal_velocity_rad_s[AZIMUTH] = OperatingMode.VELOCITY, 0.5
        run(arm, 1.5)
        current = arm.servos.current_a[AZIMUTH]
        arm.servos.mode[AZIMUTH], arm.servos.goal_pwm[AZIMUTH] = OperatingMode.PWM, -1.0
        run(arm, 0.3)
        return current, -arm.servos.velocity_rad_s[AZIMUTH]

    (warm_a, warm_rate), (cold_a, cold_rate), (frozen_a, frozen_rate) = seen(20.0), seen(-20.0), seen(-40.0)
    assert 1.5 * warm_a < cold_a < frozen_a < 4.4
    assert warm_rate > cold_rate > frozen_rate > 0.3


def test_friction_is_continuous_through_rest():
    """The motor's rate as a function of what drives it: none within friction, then in proportion; no jump anywhere."""
    servo = SimpleNamespace(spring0=0.0, impedance=2.0, inertance=40.0, friction=0.22, push=0.0)
    pushes, rates = np.linspace(-1.0, 1.0, 2001), []
    for servo.push in pushes:
        rates.append(drive.motor_rate.py_func(servo, 0.0))
    assert np.diff(rates).min() >= 0.0
    assert np.diff(rates).max() <= np.diff(pushes)[0] / 42.0 * (1 + 1e-9)
    assert not np.any(np.array(rates)[np.abs(pushes) < 0.2199])


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([-40.0, 20.0, 80.0]))
def test_a_drive_never_gives_more_than_it_got(at, seed, ambient_c):
    """Electric power in, copper loss out, the rest to the link or into the motor's motion; also when driven back."""
    arm, rng = at(ambient_c), np.random.default_rng(seed)
    servos, records = arm.servos, arm.plant._servo
    gained, slack, rates, dt = np.zeros(4), np.zeros(4), np.zeros(4), 1e-3
    for k in range(1500):
        if k % 100 == 0:
            servos.mode[:] = rng.choice([OperatingMode.CURRENT, OperatingMode.PWM, OperatingMode.VELOCITY], 4)
            servos.torque_enable[:] = rng.random(4) < 0.9
            servos.goal_current_a[:], servos.goal_pwm[:] = rng.uniform(-2, 2, 4), rng.choice([-0.5, 0.0, 0.5], 4)
            servos.goal_velocity_rad_s[:] = rng.uniform(-2, 2, 4)
        arm.plant.advance(arm.plant.time_ns + 1_000_000)
        current = records["current_a"]
        electric = records["pwm"] * records["supply_v"] * current
        copper = records["winding_ohm"] * current**2
        gained += (electric - copper - records["torque_nm"] * records["link_rad_s"]) * dt
        # The current is told for the rate a step begins with, work is done at that it ends with.
        slack += np.abs(records["kt_nm_a"] * current * (records["motor_rad_s"] - rates)) * dt
        rates = records["motor_rad_s"].copy()
        assert (gained + slack - 0.5 * records["inertia"] * rates**2 >= -1e-9).all()
