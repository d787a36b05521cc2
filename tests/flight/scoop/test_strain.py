"""What a gearbox carries, by current and by which way its joint gives."""

from dataclasses import dataclass
from math import radians

import pytest

from flight.icd.dynamixel_table import MODELS
from flight.scoop.strain import Gear, Strain

GEAR = Gear(2.41, 0.22, 0.55, 8.0)


@dataclass
class Joint:
    position_rad: float = 0.0
    current_a: float = 0.0


def after(current_a, rate_deg_s, seconds=1.0):
    """The strain of two joints of which the second turns at a rate, with a current."""
    joints = [Joint(), Joint(0.0, current_a)]
    strain = Strain(joints, [GEAR, GEAR])
    for frame in range(round(100 * seconds)):
        joints[1].position_rad = radians(rate_deg_s * 0.01 * frame)
        strain.step(frame)
    return strain


def test_a_joint_that_drives_carries_the_torque_of_its_current():
    strain = after(2.0, 3.0)
    assert strain.carried_nm == pytest.approx(2.0 * 2.41, rel=1e-3)
    assert (strain.joint, strain.limit_nm, strain.share) == (1, 8.0, pytest.approx(strain.carried_nm / 8.0))


@pytest.mark.parametrize("current_a", [-0.9, 0.9])
def test_a_joint_that_is_turned_back_carries_what_friction_holds_besides(current_a):
    strain = after(current_a, -3.0 if current_a > 0.0 else 3.0)
    # Winding torque and friction, the friction by load included, bear the load: T = k I + c + l T.
    assert strain.carried_nm == pytest.approx(0.9 * 2.41 * 1.55 + 0.22 + 0.55 * strain.carried_nm, rel=1e-3)


def test_noise_of_an_encoder_is_no_motion():
    joints = [Joint(0.0, 0.9)]
    strain = Strain(joints, [GEAR])
    for frame in range(100):
        joints[0].position_rad = radians(0.088 * (frame % 3))
        strain.step(frame)
    assert strain.carried_nm == pytest.approx(0.9 * 2.41, rel=1e-3)


def test_readings_are_taken_in_once():
    joints = [Joint(0.0, 3.0)]
    strain = Strain(joints, [GEAR])
    strain.step(1)
    first = strain.carried_nm
    strain.step(1)
    assert strain.carried_nm == first < 3.0 * 2.41


def test_without_joints_nothing_is_strained():
    strain = Strain()
    strain.step(1)
    assert strain.share == 0.0


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_the_loss_is_what_the_sheet_s_figures_differ_by(model):
    """12 V less what friction takes of them drive the motor at its no-load speed, by its own constant."""
    most = 12.0 / model.no_load_rad_s / model.torque_constant_nm_a - 1.0
    assert 0.8 * most < model.gear_loss < most
