"""What the sampling sequence reports: every decision with its numbers."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8
from flight.icd.kinds import Event, Severity
from flight.icd.limits import Limit
from flight.icd.modes import Custody, Phase, StepFailure
from flight.icd.packet import Triple


class PhaseBegan(Event, id=0x0301):
    """The sampling sequence entered a phase."""

    phase: Phase = enum8(Phase, "phase entered")


class ContactFound(Event, id=0x0302):
    """The guarded move touched the surface."""

    edge_m: Triple = f32(
        "m", "scoop edge at contact, in LANDER; of a rover in SITE, as if its wheels had not slipped", 3
    )
    force_n: float = f32("N", "upward force that was felt")
    overdrive_m: float = f32("m", "how far beyond the expected surface")


class StepFailed(Event, id=0x0303, severity=Severity.MEDIUM):
    """A step of the sequence failed; it is tried again while its bound allows."""

    phase: Phase = enum8(Phase, "phase that failed")
    reason: StepFailure = enum8(StepFailure, "why")
    attempt: int = u8("", "which attempt this was")
    value: float = f32("", "the number that decided: N, m, deg or s as the reason tells")


class DigDone(Event, id=0x0304):
    """One pass through the soil."""

    depth_m: float = f32("m", "greatest depth below the contact point")
    length_m: float = f32("m", "length drawn")
    peak_force_n: float = f32("N", "greatest force of the soil on the edge, estimated from servo currents")
    yielded_m: float = f32("m", "how much shallower the load made it")


class TareDone(Event, id=0x0305):
    """The empty scoop was weighed in the weighing pose, and its zero is steady."""

    force_n: float = f32("N", "mean force")
    noise_n: float = f32("N", "standard deviation of one reading")
    readings: int = u8("", "number of readings")
    zero_s: float = f32("s", "over how long the zero has been the same")


class ZeroMoved(Event, id=0x030E, severity=Severity.LOW):
    """The empty scoop seems to weigh something against a reading of before: no tare until the zero is steady."""

    change_g: float = f32("g", "what it seems to weigh")
    limit_g: float = f32("g", "the most that noise, drift and pose explain")
    age_s: float = f32("s", "how old the reading of before is")


class WeighingDone(Event, id=0x0306):
    """The sample was weighed; `mass_g` +- `u95_g` is the 95 % interval."""

    phase: Phase = enum8(Phase, "WEIGH in the pose of the tare, CONFIRM as it is stowed")
    mass_g: float = f32("g", "mass in the scoop")
    u95_g: float = f32("g", "half-width of the 95 % interval")
    force_n: float = f32("N", "mean force less tare")
    u_noise_g: float = f32("g", "standard uncertainty: reading noise of tare and weighing")
    u_resolution_g: float = f32("g", "standard uncertainty: resolution")
    u_drift_g: float = f32("g", "standard uncertainty: zero drift since the tare")
    u_hysteresis_g: float = f32("g", "standard uncertainty: hysteresis of the cell over the loads since the tare")
    u_creep_g: float = f32("g", "standard uncertainty: creep of the cell under the loads since the tare")
    u_zero_temperature_g: float = f32("g", "standard uncertainty: zero shifted by warming since the tare")
    u_pose_g: float = f32("g", "standard uncertainty: pose differing from that of the tare")
    u_gain_g: float = f32("g", "standard uncertainty: gain of the cell")
    u_linearity_g: float = f32("g", "standard uncertainty: non-linearity of the cell")
    u_span_temperature_g: float = f32("g", "standard uncertainty: gain at another temperature than calibrated at")
    u_cross_g: float = f32("g", "standard uncertainty: forces across and moment")
    u_gravity_g: float = f32("g", "standard uncertainty: local gravity")
    u_tilt_g: float = f32("g", "standard uncertainty: tilt of the platform")


class SampleCollected(Event, id=0x0307):
    """The lower bound of the mass interval reached what was asked: the sample counts as collected."""

    mass_g: float = f32("g", "mass in the scoop")
    u95_g: float = f32("g", "half-width of the 95 % interval")
    digs: int = u8("", "digs it took")


class MotionRefused(Event, id=0x0310, severity=Severity.LOW):
    """A motion was not begun, for it would violate a limit."""

    phase: Phase = enum8(Phase, "step that wanted it")
    limit: Limit = enum8(Limit, "the limit")
    part: int = u8("", "which box or joint, where the limit has several; else 0")
    wanted: float = f32("of limit", "what the motion wanted, in the unit of the limit")
    low: float = f32("of limit", "least that is allowed")
    high: float = f32("of limit", "greatest that is allowed")


class ShakeDone(Event, id=0x0311):
    """Some of what was too much was shaken off; how much, the next weighing tells."""

    attempt: int = u8("", "which attempt this was")
    tilt_deg: float = f32("deg", "tilt of the scoop, edge down")


class JointStrained(Event, id=0x0350, severity=Severity.MEDIUM):
    """A pass was given up for what a joint's gearbox carries, told by its current and which way it gives."""

    joint: int = u8("", "which of the four that carry the scoop")
    carried_nm: float = f32("N m", "torque it carries")
    limit_nm: float = f32("N m", "torque it may carry")


class MassChanged(Event, id=0x0309, severity=Severity.MEDIUM):
    """A weighing differs from the one before by more than both their uncertainties, and nothing was added or poured.

    A fall is soil that was lost on the way or in a dig; a rise is nothing that can be.
    """

    phase: Phase = enum8(Phase, "weighing that told it: WEIGH or CONFIRM")
    before_g: float = f32("g", "mass of the weighing before")
    before_u95_g: float = f32("g", "half-width of its 95 % interval")
    mass_g: float = f32("g", "mass now")
    u95_g: float = f32("g", "half-width of its 95 % interval")
    limit_g: float = f32("g", "half-width of the 95 % interval of the difference")


class MassImplausible(Event, id=0x030A, severity=Severity.MEDIUM):
    """More than the scoop can hold: the scale is not believed."""

    mass_g: float = f32("g", "mass in the scoop")
    u95_g: float = f32("g", "half-width of its 95 % interval")
    limit_g: float = f32("g", "what the scoop holds of the densest soil")


class HeftDone(Event, id=0x030B):
    """The mass by the current of the servo that bears the scoop: coarse, but it owes the load cell nothing."""

    mass_g: float = f32("g", "mass by servo current")
    u95_g: float = f32("g", "half-width of its 95 % interval")
    cell_g: float = f32("g", "mass by the load cell")
    cell_u95_g: float = f32("g", "half-width of its 95 % interval")
    gravity_nm: float = f32("N m", "half the sum of the motor's torques up and down, by the data sheet's constant")
    friction_nm: float = f32("N m", "half their difference")


class ScalesDisagree(Event, id=0x030C, severity=Severity.MEDIUM):
    """Load cell and servo current differ by more than both can be wrong: neither is believed, nothing is claimed."""

    cell_g: float = f32("g", "mass by the load cell")
    coarse_g: float = f32("g", "mass by servo current")
    limit_g: float = f32("g", "greatest difference that is taken for chance")


class SampleDisturbed(Event, id=0x030D, severity=Severity.MEDIUM):
    """A claimed sample was moved, or weighs otherwise than claimed; the claim stays as of its time."""

    custody: Custody = enum8(Custody, "whose it is")
    moved_deg: float = f32("deg", "greatest turn of a joint from where it lay")
    change_g: float = f32("g", "mass now less that claimed, as last weighed at rest")
    limit_g: float = f32("g", "change that is taken for chance; 0 when only the motion is told")
    claimed_g: float = f32("g", "mass claimed")
    claimed_u95_g: float = f32("g", "half-width of its 95 % interval")


class SamplingEnded(Event, id=0x0308, severity=Severity.MEDIUM):
    """The sequence ended without a sample that counts."""

    reason: StepFailure = enum8(StepFailure, "why")
    digs: int = u8("", "digs made")
