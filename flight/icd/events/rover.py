"""What the rover's wheels report: what they learned of the ground, and which limit ended a pass or a drive."""

from __future__ import annotations

from flight.icd.fields import enum8, f32
from flight.icd.kinds import Event, Severity
from flight.icd.modes import Phase, StepFailure


class WheelsLimited(Event, id=0x0330, severity=Severity.MEDIUM):
    """Wheels or scoop were beyond a limit for too long: what ran ends, and the rover goes on elsewhere if at all."""

    phase: Phase = enum8(Phase, "step that ran")
    reason: StepFailure = enum8(StepFailure, "which limit")
    value: float = f32("1", "slip; or N left on the front axle, or m sunk, as the reason tells")
    limit: float = f32("1", "its limit")


class PassMade(Event, id=0x0331):
    """What a pass took of the wheels."""

    rolled_m: float = f32("m", "way that the wheels rolled")
    kept_m: float = f32("m", "way made good, by the slip told")
    slip_peak: float = f32("1", "greatest slip, on ground as weak as may be")
    front_least_n: float = f32("N", "least load on the front axle")
    pull_peak_n: float = f32("N", "greatest pull of the scoop")
    dug_m: float = f32("m", "how deep the wheels have dug themselves in at most by its end")
