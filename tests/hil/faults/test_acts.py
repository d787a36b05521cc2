"""What faults of plant and devices do while they last, and that nothing is left of them after."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from flight.icd.dynamixel import ALERT
from flight.icd.dynamixel_table import HardwareError
from hil.bench import Bench
from hil.config import load_bench
from hil.faults import FAULTS, Part, parse_faults
from hil.faults.fault import Intermittent
from hil.faults.load_cell import SPIKE_N, spikes

S = 1_000_000_000
LASTING = {
    "overload_shutdown", "encoder_error", "shock_shutdown", "servo_restart", "trench_collapse", "rock", "worn_gear",
}  # fmt: skip
ON_PLANT = [fault for fault in FAULTS.values() if fault.part is Part.PLANT and fault.name not in LASTING]


@pytest.fixture(scope="module")
def tables():
    return load_bench("m1_lander")


def bench(tables, *faults, **settings):
    return Bench(*tables, 1, parse_faults(faults), **settings)


def constants(plant):
    """What knobs turn: all of the records that nobody but a fault changes while the arm is at rest."""
    d = plant.disturbances
    servo = (
        "coulomb_ref_nm", "viscous_ref_nms", "kt_ref_nm_a", "ke_ref_v_s", "half_play_rad", "zero_rad", "encoder",
    )  # fmt: skip
    soil = ("cohesion_pa", "bearing_cohesive", "bearing_frictional", "hard_depth_m", "hard_factor")
    values = [d._servo[name].copy() for name in servo] + [d._soil[name].copy() for name in soil]
    return np.concatenate([*values, *(d._world[name] for name in ("supply_v", "harness_ohm", "ambient_c"))])


@pytest.mark.parametrize("fault", ON_PLANT, ids=lambda fault: fault.name)
def test_a_fault_of_the_plant_turns_a_knob_and_turns_it_back_to_the_bit(tables, fault):
    rig = bench(tables, f"{fault.name}@0.02+1")
    before = constants(rig.plant)
    for tick in range(1, 6):  # one that comes and goes is on at first
        rig.advance(tick * 10_000_000)
    assert not np.array_equal(constants(rig.plant), before)
    rig.advance(2 * S)
    assert np.array_equal(constants(rig.plant), before)


def test_changes_of_one_value_end_in_any_order(tables):
    plant = bench(tables).plant
    knobs, servo = plant.disturbances, plant.disturbances._servo
    before = servo["coulomb_ref_nm"].copy()
    stiff, jammed, stiffer = knobs.stiffen(1, 2.0), knobs.jam(1), knobs.stiffen(1, 3.0)
    jammed()
    assert servo["coulomb_ref_nm"][1] == before[1] * 2.0 * 3.0
    stiff()
    assert servo["coulomb_ref_nm"][1] == before[1] * 3.0
    stiffer()
    assert np.array_equal(servo["coulomb_ref_nm"], before)


def test_a_jammed_joint_stays_where_it_is_and_another_moves(tables):
    rig = bench(tables, "jammed_servo/1@0+forever")
    start = rig.plant.truth.joint_rad
    bank = rig.plant.servos
    bank.mode[:], bank.pwm_limit[:], bank.current_limit_a[:], bank.goal_pwm[:] = 16, 1.0, 2.0, 0.3
    bank.torque_enable[:] = (1.0, 0.0, 0.0, 1.0)
    rig.advance(S // 2)
    moved = np.abs(np.subtract(rig.plant.truth.joint_rad, start))
    assert moved[0] < 0.005  # what play and elasticity leave it
    assert moved[3] > 0.1
    assert bank.current_a[0] > 0.5


def test_a_stuck_encoder_reads_on_what_it_read_while_the_joint_turns(tables):
    rig = bench(tables, "stuck_encoder/1@0.1+forever")
    bank = rig.plant.servos
    bank.mode[:], bank.pwm_limit[:], bank.current_limit_a[:], bank.goal_pwm[:] = 16, 1.0, 2.0, 0.3
    bank.torque_enable[0] = 1.0
    rig.advance(S // 10)
    rig.advance(S // 10 + 10_000_000)
    read, true = float(bank.position_rad[0]), rig.plant.truth.joint_rad[0]
    rig.advance(S // 2)
    assert bank.position_rad[0] == read
    assert bank.velocity_rad_s[0] == 0.0
    assert abs(rig.plant.truth.joint_rad[0] - true) > 0.05


def test_ground_that_gives_way_keeps_its_mass(tables):
    plant = bench(tables).plant
    knobs = plant.disturbances
    knobs.edge = type("Edge", (), {"edge_m": (1.25, 0.0, 0.0), "depth_below_surface_m": 0.0})()
    before = plant.truth.height_map_m
    knobs.collapse(0.1, 0.02)
    assert plant.truth.moved_mass_kg == pytest.approx(0.0, abs=1e-9)
    assert np.count_nonzero(plant.truth.height_map_m != before) > 100


def test_a_power_cut_forgets_ram_and_keeps_eeprom(tables):
    rig = bench(tables, "power_cut@1+1")
    servo = rig.servo_bus.servos[0]
    servo.table.set("led", 1)
    servo.table.set("return_delay", 7)
    rig.advance(S)
    assert servo.ready_ns > 10 * S
    rig.advance(2 * S)
    assert 2 * S < servo.ready_ns < 3 * S
    assert (servo.table.get("led"), servo.table.get("return_delay"), servo.torque_on) == (0, 7, False)


@pytest.mark.parametrize(
    ("name", "bits"),
    [
        ("overload_shutdown", HardwareError.OVERLOAD),
        ("encoder_error", HardwareError.ENCODER),
        ("shock_shutdown", HardwareError.SHOCK),
    ],
)
def test_a_hardware_error_lasts_until_reboot(tables, name, bits):
    rig = bench(tables, f"{name}/2@1+1")
    servo = rig.servo_bus.servos[1]
    rig.advance(S)
    rig.advance(5 * S)
    assert (servo.hardware_error, servo.alert) == (bits, ALERT)
    servo.reboot(5 * S)
    assert servo.alert == 0


@pytest.mark.parametrize(
    ("name", "register", "by"),
    [("false_current", "present_current", 297), ("over_temperature", "present_temperature", 60)],
)
def test_a_false_measurement_shows_in_its_register_alone(tables, name, register, by):
    sound, ill = bench(tables), bench(tables, f"{name}/1@0+forever")
    for rig in (sound, ill):
        rig.advance(S)
    first, second = (rig.servo_bus.servos[0].table for rig in (sound, ill))
    assert second.get(register) - first.get(register) == pytest.approx(by, abs=1)
    assert first.get("present_position") == second.get("present_position")


def test_an_intermittent_fault_comes_and_goes_and_ends():
    there = []

    def begin():
        there.append(1)
        return there.pop

    fault = Intermittent(begin, Random(1), 0, 0.1, 0.5)
    seen = []
    for tick in range(1000):
        fault.step(tick * 10_000_000)
        seen.append(len(there))
    assert 0.2 < sum(seen) / len(seen) < 0.8
    assert 20 < sum(a != b for a, b in pairwise(seen)) < 100
    fault()
    fault()
    assert there == []


def test_spikes_are_rare_and_of_their_size():
    spike = spikes(Random(3))
    felt = {spike(1.0, 0) for _ in range(2000)}
    assert felt == {1.0, 1.0 + SPIKE_N, 1.0 - SPIKE_N}
