"""From motor to link: gearbox friction, play and elasticity of one joint, stepped implicitly.

A joint has two inertias. The motor's, reflected through the gear, feels the winding's torque, gearbox friction and the
coupling; the link's is the arm's (`arm`). The coupling is a stiff damped spring with play. A step assumes a regime
(which flank of the play bears, whether friction sticks), which makes the coupling linear in the link's rate at the end
of the step; the arm is solved with it, and `settle` says whether the regime held. So friction sticks exactly, and no
stiffness limits the step.

Friction is known before the step: Coulomb and Stribeck from the rate it begins with, the gearbox's loss under load from
the torque passed on in the step before. Whatever its size, it only ever takes energy.
"""

from __future__ import annotations

import math
from typing import Any

from hil.plant.compiled import inlined
from hil.plant.servo import clamp

Record = Any

_REST_RAD_S = 1e-12  # rest is rest: decaying rates never get so small that arithmetic slows down
STOP_NM_RAD, STOP_NMS = 200.0, 2.0  # mechanical end stops


@inlined
def begin(servo: Record, dt: float) -> None:
    """Guesses this step's regime (which flank of the play bears, whether friction sticks) from its first rates."""
    gap = servo.motor_rad - servo.link_rad + dt * (servo.motor_rad_s - servo.link_rad_s)
    servo.side, servo.released = 0.0, 0.0
    if abs(gap) > servo.half_play_rad:
        servo.side = math.copysign(1.0, gap)
    speed = servo.motor_rad_s / servo.stribeck_rad_s
    servo.friction = servo.coulomb_nm * (1.0 + (servo.breakaway - 1.0) / (1.0 + speed * speed))
    servo.friction += servo.load_share * abs(servo.torque_nm)
    servo.inertance = servo.inertia / dt + servo.viscous_nms + servo.electric_nms
    servo.push = servo.inertia / dt * servo.motor_rad_s + servo.drive_nm
    beyond = servo.link_rad - clamp(servo.link_rad, servo.stop_low_rad, servo.stop_high_rad)
    servo.stop0, servo.stop_impedance = 0.0, 0.0
    if beyond != 0.0:
        servo.stop0, servo.stop_impedance = -STOP_NM_RAD * beyond, STOP_NM_RAD * dt + STOP_NMS
    regime(servo, servo.link_rad_s, dt)


@inlined
def regime(servo: Record, link_rad_s: float, dt: float) -> None:
    """Sticking or slipping at the given link rate, and what the coupling then offers the link.

    The link will feel offered - compliance * (its rate at the end of the step).
    """
    servo.spring0, servo.impedance = 0.0, servo.grease_nms
    if servo.side != 0.0:
        excess = servo.motor_rad - servo.link_rad - servo.side * servo.half_play_rad
        servo.spring0, servo.impedance = servo.stiffness * excess, servo.stiffness * dt + servo.damping
    push = servo.push - servo.spring0
    total = servo.inertance + servo.impedance
    driving = push + servo.impedance * link_rad_s
    servo.slip = 0.0
    servo.offered, servo.compliance = servo.spring0, servo.impedance
    if abs(driving) > servo.friction:
        servo.slip = math.copysign(1.0, driving)
        servo.offered += servo.impedance * (push - servo.slip * servo.friction) / total
        servo.compliance -= servo.impedance * servo.impedance / total
    servo.offered += servo.stop0
    servo.compliance += servo.stop_impedance


@inlined
def motor_rate(servo: Record, link_rad_s: float) -> float:
    """The motor's rate at the end of the step, given the link's: exactly 0 while friction holds it."""
    driving = servo.push - servo.spring0 + servo.impedance * link_rad_s
    if abs(driving) <= servo.friction:
        return 0.0
    return float((driving - math.copysign(servo.friction, driving)) / (servo.inertance + servo.impedance))


@inlined
def settle(servo: Record, link_rad_s: float, dt: float) -> bool:
    """Whether the regime assumed holds at the link rate it led to; changes it if not."""
    side, slip = servo.side, servo.slip
    rate = motor_rate(servo, link_rad_s)
    if side != 0.0:
        if (servo.spring0 + servo.impedance * (rate - link_rad_s)) * side < 0.0:  # a flank can't pull
            servo.side, servo.released = 0.0, 1.0
    elif servo.released == 0.0:
        gap = servo.motor_rad - servo.link_rad + dt * (rate - link_rad_s)
        if abs(gap) > servo.half_play_rad:
            servo.side = math.copysign(1.0, gap)
    regime(servo, link_rad_s, dt)
    return bool(servo.side == side and servo.slip == slip)


@inlined
def rates_now(servo: Any) -> tuple[float, float, float, float]:
    """Rates of azimuth and of the three links' angles in the plane, at the time that the angles are of.

    `finish` moves an angle by the rate it has just set, so they leapfrog: a rate is that of the middle between two
    angles. Carried on by half a step, terms that are quadratic in the rates are of second order too.
    """
    w0 = 1.5 * servo[0].link_rad_s - 0.5 * servo[0].link_was_rad_s
    w1 = 1.5 * servo[1].link_rad_s - 0.5 * servo[1].link_was_rad_s
    w2 = w1 + 1.5 * servo[2].link_rad_s - 0.5 * servo[2].link_was_rad_s
    w3 = w2 + 1.5 * servo[3].link_rad_s - 0.5 * servo[3].link_was_rad_s
    return w0, w1, w2, w3


@inlined
def finish(servo: Record, link_rad_s: float, dt: float) -> None:
    """Takes motor and link to the end of the step."""
    if abs(link_rad_s) < _REST_RAD_S:
        link_rad_s = 0.0
    rate = motor_rate(servo, link_rad_s)
    servo.torque_nm = servo.spring0 + servo.impedance * (rate - link_rad_s)
    servo.peak_nm = max(servo.peak_nm, abs(servo.torque_nm))
    servo.motor_rad_s = rate
    servo.motor_rad += dt * rate
    servo.link_was_rad_s = servo.link_rad_s
    servo.link_rad_s = link_rad_s
    servo.link_rad += dt * link_rad_s
