"""X-series servos: data, control loops and motor.

Everything is referred to the output side: motor_rad is the motor angle divided by the gear ratio. What happens between
motor and link is in `drive`, what warmth and cold do in `servo_heat`.

Electronics count in shaft angles (encoder on the output shaft, `zero + direction * joint angle`), mechanics in joint
angles. Registers carry no units for gains; what is assumed here, at a 1 kHz loop (e-manual, "PID gain"):
position error in counts (4096 a turn), its rate in counts per ms, P raw/128, D raw/16, I raw/65536 each ms; velocity
error in 0.229 rpm, P raw/128, I raw/65536 each ms. The sum is in units of 1/885 of the supply, in mode 5 of 2.69 mA.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from flight.icd.dynamixel_table import OperatingMode
from flight.icd.platform import BusServo, Joint
from hil.config import Servo as ServoTruth
from hil.plant.actuators import ActuatorBank
from hil.plant.compiled import inlined
from hil.plant.deviation import Deviation
from hil.plant.servo_heat import temper

Record = Any

SERVO = np.dtype(
    [
        # constants
        ("direction", "f8"), ("zero_rad", "f8"), ("encoder", "f8"),  # encoder: counts per count of a sound one, 1
        ("inertia", "f8"),
        ("breakaway", "f8"), ("stribeck_rad_s", "f8"), ("load_share", "f8"),
        ("stiffness", "f8"), ("damping", "f8"), ("half_play_rad", "f8"),
        ("stop_low_rad", "f8"), ("stop_high_rad", "f8"), ("current_offset_a", "f8"),
        ("winding_j_k", "f8"), ("winding_k_w", "f8"), ("case_j_k", "f8"), ("case_k_w", "f8"),
        # at the reference temperature; kt and ke are the winding's, equal in a sound motor
        ("kt_ref_nm_a", "f8"), ("ke_ref_v_s", "f8"), ("winding_ref_ohm", "f8"),
        ("coulomb_ref_nm", "f8"), ("viscous_ref_nms", "f8"), ("grease_ref_nms", "f8"),
        # as they are now
        ("kt_nm_a", "f8"), ("ke_v_s", "f8"), ("winding_ohm", "f8"),
        ("coulomb_nm", "f8"), ("viscous_nms", "f8"), ("grease_nms", "f8"),
        # state
        ("motor_rad", "f8"), ("motor_rad_s", "f8"), ("link_rad", "f8"), ("link_rad_s", "f8"), ("link_was_rad_s", "f8"),
        ("enabled", "f8"), ("integral", "f8"), ("trajectory_rad", "f8"), ("trajectory_rad_s", "f8"),
        ("current_a", "f8"), ("pwm", "f8"), ("torque_nm", "f8"), ("peak_nm", "f8"),
        ("winding_c", "f8"), ("case_c", "f8"),
        # of the step under way
        ("drive_nm", "f8"), ("electric_nms", "f8"), ("supply_v", "f8"),
        ("side", "f8"), ("released", "f8"), ("slip", "f8"),
        ("spring0", "f8"), ("impedance", "f8"), ("push", "f8"), ("inertance", "f8"), ("friction", "f8"),
        ("offered", "f8"), ("compliance", "f8"), ("stop0", "f8"), ("stop_impedance", "f8"),
    ]
)  # fmt: skip


def bank_record(bank: ActuatorBank) -> np.ndarray[Any, Any]:
    """The same memory as `bank`, as one record whose fields are the bank's attributes: what kernels take."""
    names = ActuatorBank.COMMANDS + ActuatorBank.MEASUREMENTS
    return bank.values.reshape(-1).view(np.dtype([(name, "f8", (bank.count,)) for name in names]))


@dataclass(frozen=True)
class ServoModel:
    """One servo type. Data sheet at 12 V: stall, no load, torque constant; the rest is assumed from like gearboxes.

    A motor's torque constant is its voltage constant, and energy is neither made nor lost between them. The data
    sheet's no-load speed and its torque per ampere, which is that of the output under load, differ: what is missing is
    the gearbox's loss in proportion to the torque it passes on (as Duclusaud et al. 2024, arXiv 2410.08650, found on
    such servos). Besides, friction is Coulomb + viscous, more at breakaway (Stribeck).
    """

    stall_nm: float
    stall_a: float
    no_load_rpm: float
    kt_nm_a: float
    inertia_kg_m2: float  # motor, at the output
    coulomb_nm: float
    viscous_nms: float
    stiffness_nm_rad: float  # gearbox output stage
    damping_nms: float
    winding_j_k: float
    winding_k_w: float  # from the winding to the case
    case_j_k: float
    case_k_w: float  # from the case to what surrounds it

    @property
    def winding_ohm(self) -> float:
        """Resistance that gives the stall current at 12 V."""
        return RATED_V / self.stall_a

    @property
    def no_load_rad_s(self) -> float:
        """Speed without load at 12 V."""
        return self.no_load_rpm * 2.0 * math.pi / 60.0

    @property
    def constant(self) -> float:
        """Back-EMF per rad/s of the output and winding torque per ampere, V s = N m/A.

        At the no-load speed the winding's torque is the gearbox's friction f: 12 V = k w + R f / k.
        """
        friction = self.coulomb_nm + self.viscous_nms * self.no_load_rad_s
        lost = 4.0 * self.no_load_rad_s * self.winding_ohm * friction
        return (RATED_V + math.sqrt(RATED_V**2 - lost)) / (2.0 * self.no_load_rad_s)

    @property
    def load_share(self) -> float:
        """Friction for each newton metre that the gearbox passes on."""
        return self.constant / self.kt_nm_a - 1.0


RATED_V = 12.0
MODELS = {
    "XM540-W270": ServoModel(10.6, 4.4, 30.0, 2.41, 0.040, 0.22, 0.06, 600.0, 2.0, 7.0, 4.0, 103.0, 5.0),
    "XM430-W350": ServoModel(4.1, 2.3, 46.0, 1.78, 0.015, 0.10, 0.02, 250.0, 0.8, 3.0, 6.0, 52.0, 8.0),
}
BREAKAWAY = 1.25  # static over Coulomb friction
STRIBECK_RAD_S = 0.05
GREASE_NMS = 1.5  # drag of the link within the play
STOP_MARGIN_RAD = math.radians(5.0)  # mechanical stops lie beyond the limits flight keeps
COUNTS_PER_RAD = 4096.0 / (2.0 * math.pi)
PWM_UNIT = 1.0 / 885.0
CURRENT_UNIT_A = 2.69e-3
VELOCITY_UNIT_RAD_S = 0.229 * 2.0 * math.pi / 60.0

_CURRENT = int(OperatingMode.CURRENT)
_VELOCITY = int(OperatingMode.VELOCITY)
_CURRENT_BASED_POSITION = int(OperatingMode.CURRENT_BASED_POSITION)
_PWM = int(OperatingMode.PWM)


@inlined
def clamp(value: float, low: float, high: float) -> float:
    """`value`, held within low..high."""
    return min(max(value, low), high)


@inlined
def profile(servo: Record, goal: float, velocity: float, acceleration: float, dt: float) -> None:
    """Moves the trajectory towards `goal` rad: trapezoidal, 0 for no limit; never overshoots."""
    if velocity == 0.0:
        servo.trajectory_rad, servo.trajectory_rad_s = goal, 0.0
        return
    distance = goal - servo.trajectory_rad
    speed = velocity
    rate = servo.trajectory_rad_s
    if acceleration > 0.0:
        half = 0.5 * acceleration * dt
        speed = min(speed, math.sqrt(half * half + 2.0 * acceleration * abs(distance)) - half)
        wanted = math.copysign(speed, distance)
        rate += clamp(wanted - rate, -acceleration * dt, acceleration * dt)
    else:
        rate = math.copysign(speed, distance)
    if abs(distance) <= abs(rate) * dt or (abs(distance) < 1e-7 and abs(rate) < 1e-4):
        servo.trajectory_rad, servo.trajectory_rad_s = goal, 0.0
    else:
        servo.trajectory_rad += rate * dt
        servo.trajectory_rad_s = rate


@inlined
def regulate(servo: Record, p_part: float, i_step: float, limit: float) -> float:
    """P part plus the integral, which takes in `i_step` unless that drives further beyond the limit; within limits."""
    output = p_part + servo.integral + i_step
    if abs(output) <= limit or output * i_step < 0.0:
        servo.integral += i_step
    return clamp(output, -limit, limit)


@inlined
def position_loop(servo: Record, bank: Record, j: int, position: float, velocity: float, dt: float) -> float:
    """Current (mode 5, A) or PWM that brings the shaft to its goal along the profile."""
    profile(servo, bank.goal_position_rad[j], bank.profile_velocity_rad_s[j], bank.profile_acceleration_rad_s2[j], dt)
    error = (servo.trajectory_rad - position) * COUNTS_PER_RAD
    error_per_ms = (servo.trajectory_rad_s - velocity) * COUNTS_PER_RAD * 1e-3
    unit, limit = PWM_UNIT, min(bank.pwm_limit[j], 1.0)
    if bank.mode[j] == _CURRENT_BASED_POSITION:
        unit, limit = CURRENT_UNIT_A, min(abs(bank.goal_current_a[j]), bank.current_limit_a[j])
    p_part = unit * (bank.position_p[j] / 128.0 * error + bank.position_d[j] / 16.0 * error_per_ms)
    return regulate(servo, p_part, unit * bank.position_i[j] / 65536.0 * error, limit)


@inlined
def velocity_loop(servo: Record, bank: Record, j: int, position: float, velocity: float, dt: float) -> float:
    """PWM that brings the shaft to its goal rate, ramped by the profile's acceleration."""
    top = bank.velocity_limit_rad_s[j]
    step = clamp(bank.goal_velocity_rad_s[j], -top, top) - servo.trajectory_rad_s
    acceleration = bank.profile_acceleration_rad_s2[j]
    if acceleration > 0.0:
        step = clamp(step, -acceleration * dt, acceleration * dt)
    servo.trajectory_rad_s += step
    servo.trajectory_rad = position
    error = (servo.trajectory_rad_s - velocity) / VELOCITY_UNIT_RAD_S
    p_part = PWM_UNIT * bank.velocity_p[j] / 128.0 * error
    return regulate(servo, p_part, PWM_UNIT * bank.velocity_i[j] / 65536.0 * error, min(bank.pwm_limit[j], 1.0))


@inlined
def energise(servo: Record, is_current: bool, command: float, limit_pwm: float) -> None:
    """Puts `command` (A, else fraction of the supply) on the winding, as far as supply and back-EMF allow."""
    shaft_rate = servo.direction * servo.motor_rad_s
    if is_current:
        pwm = (command * servo.winding_ohm + servo.ke_v_s * shaft_rate) / servo.supply_v
        if abs(pwm) <= limit_pwm:
            servo.drive_nm = servo.direction * servo.kt_nm_a * command
            servo.electric_nms, servo.current_a, servo.pwm = 0.0, command, pwm
            return
        command = pwm
    servo.pwm = clamp(command, -limit_pwm, limit_pwm)
    servo.current_a = (servo.pwm * servo.supply_v - servo.ke_v_s * shaft_rate) / servo.winding_ohm
    servo.drive_nm = servo.direction * servo.kt_nm_a * servo.pwm * servo.supply_v / servo.winding_ohm
    servo.electric_nms = servo.kt_nm_a * servo.ke_v_s / servo.winding_ohm


@inlined
def control(servo: Record, bank: Record, j: int, dt: float) -> None:
    """One cycle of servo `j`'s electronics: sets the motor torque of this step, drive_nm - electric_nms * rate."""
    position = servo.zero_rad + servo.direction * servo.encoder * servo.link_rad
    velocity = servo.direction * servo.encoder * servo.link_rad_s
    on = bank.torque_enable[j] != 0.0
    if not on or servo.enabled == 0.0:
        servo.enabled, servo.integral = 1.0 if on else 0.0, 0.0
        servo.trajectory_rad, servo.trajectory_rad_s = position, 0.0
    if not on:
        servo.drive_nm, servo.electric_nms, servo.current_a, servo.pwm = 0.0, 0.0, 0.0, 0.0
        return
    mode = int(bank.mode[j])
    limit_pwm = min(bank.pwm_limit[j], 1.0)
    if mode == _CURRENT:
        limit_a = bank.current_limit_a[j]
        energise(servo, True, clamp(bank.goal_current_a[j], -limit_a, limit_a), limit_pwm)
    elif mode == _PWM:
        energise(servo, False, bank.goal_pwm[j], limit_pwm)
    elif mode == _VELOCITY:
        energise(servo, False, velocity_loop(servo, bank, j, position, velocity, dt), limit_pwm)
    else:
        command = position_loop(servo, bank, j, position, velocity, dt)
        energise(servo, mode == _CURRENT_BASED_POSITION, command, limit_pwm)


def new_joint_servo(
    joint: Joint, bench: ServoTruth, believed_rad: float, true: Deviation, j: int
) -> np.ndarray[Any, Any]:
    """A `SERVO` at rest at place `j` of the bus, where its encoder says that the joint is at `believed_rad`."""
    zero = true.joint_zero_rad[j]
    servo = new_servo(joint, bench, believed_rad - zero, true.friction[j], true.current_offset_a[j])
    servo["zero_rad"] = joint.zero_counts / COUNTS_PER_RAD + joint.direction * zero
    servo["stop_low_rad"] = math.radians(joint.min_deg) - STOP_MARGIN_RAD
    servo["stop_high_rad"] = math.radians(joint.max_deg) + STOP_MARGIN_RAD
    return servo


def new_servo(
    bus_servo: BusServo, bench: ServoTruth, link_rad: float, friction: float, current_offset_a: float
) -> np.ndarray[Any, Any]:
    """A `SERVO` at rest that turns without end, soaked at the bench's temperature, its link at `link_rad`.

    `friction` scales that of its model.
    """
    model = MODELS[bus_servo.servo]
    servo = np.zeros(1, SERVO)
    values = {
        "direction": bus_servo.direction,
        "encoder": 1.0,
        "inertia": model.inertia_kg_m2,
        "breakaway": BREAKAWAY,
        "stribeck_rad_s": STRIBECK_RAD_S,
        "load_share": model.load_share,
        "kt_ref_nm_a": model.constant,
        "ke_ref_v_s": model.constant,
        "winding_ref_ohm": model.winding_ohm,
        "coulomb_ref_nm": model.coulomb_nm * friction,
        "viscous_ref_nms": model.viscous_nms * friction,
        "grease_ref_nms": GREASE_NMS,
        "stiffness": model.stiffness_nm_rad,
        "damping": model.damping_nms,
        "half_play_rad": math.radians(0.5 * bench.play_deg),
        "stop_low_rad": -math.inf,
        "stop_high_rad": math.inf,
        "winding_j_k": model.winding_j_k,
        "winding_k_w": model.winding_k_w,
        "case_j_k": model.case_j_k,
        "case_k_w": model.case_k_w,
        "winding_c": bench.ambient_c,
        "case_c": bench.ambient_c,
        "current_offset_a": current_offset_a,
        "supply_v": bench.supply_v,
        "motor_rad": link_rad,
        "link_rad": link_rad,
    }
    for name, value in values.items():
        servo[name] = value
    temper.py_func(servo.view(np.recarray)[0])  # type: ignore[attr-defined]
    return servo
