"""What the sampling sequence reports: every decision with its numbers."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8
from flight.icd.kinds import Event, Severity
from flight.icd.modes import Phase, StepFailure
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
    """The empty scoop was weighed in the weighing pose."""

    force_n: float = f32("N", "mean force")
    noise_n: float = f32("N", "standard deviation of one reading")
    readings: int = u8("", "number of readings")


class WeighingDone(Event, id=0x0306):
    """The sample was weighed; `mass_g` +- `u95_g` is the 95 % interval."""

    mass_g: float = f32("g", "mass in the scoop")
    u95_g: float = f32("g", "half-width of the 95 % interval")
    force_n: float = f32("N", "mean force less tare")
    u_noise_g: float = f32("g", "standard uncertainty: reading noise of tare and weighing")
    u_drift_g: float = f32("g", "standard uncertainty: zero drift since the tare")
    u_gain_g: float = f32("g", "standard uncertainty: gain, local gravity, tilt")
    u_pose_g: float = f32("g", "standard uncertainty: pose differing from that of the tare")
    u_hysteresis_g: float = f32("g", "standard uncertainty: hysteresis of the cell at tare and weighing")


class SampleCollected(Event, id=0x0307):
    """The lower bound of the mass interval reached what was asked: the sample counts as collected."""

    mass_g: float = f32("g", "mass in the scoop")
    u95_g: float = f32("g", "half-width of the 95 % interval")
    digs: int = u8("", "digs it took")


class SamplingEnded(Event, id=0x0308, severity=Severity.MEDIUM):
    """The sequence ended without a sample that counts."""

    reason: StepFailure = enum8(StepFailure, "why")
    digs: int = u8("", "digs made")
