"""Housekeeping of the scoop and its sampling sequence."""

from __future__ import annotations

from flight.icd.fields import enum8, f32, u8, u16, u64
from flight.icd.kinds import Housekeeping
from flight.icd.modes import Custody, Mode, Phase, SafeReason
from flight.icd.packet import Quad, Triple


class SystemHk(Housekeeping, sid=8, every_s=1.0):
    """State of the whole system, once a second."""

    mode: Mode = enum8(Mode, "system mode")
    safe_reason: SafeReason = enum8(SafeReason, "why the mode is SAFE")
    custody: Custody = enum8(Custody, "state of the sample")
    events: int = u16("", "events reported since start, modulo 65536")
    dictionary: int = u64("", "first 8 octets of the dictionary's SHA-256")


class ScoopHk(Housekeeping, sid=10, every_s=1.0):
    """What the scoop is doing, once a second."""

    phase: Phase = enum8(Phase, "step of the sampling sequence")
    site: int = u8("", "dig site")
    digs: int = u8("", "digs made")
    surface_m: float = f32("m", "height of the surface found, in LANDER or ROVER")
    sample_mass_g: float = f32("g", "best estimate; see sample_u95_g", warn=(0, 500))
    sample_u95_g: float = f32("g", "half-width of the 95 % interval")
    tare_n: float = f32("N", "load cell reading of the empty scoop in the weighing pose")


class MotionHk(Housekeeping, sid=11, every_s=0.1):
    """Where the arm is and what it feels, ten times a second."""

    edge_m: Triple = f32("m", "scoop edge in LANDER; of a rover in SITE, as if its wheels had not slipped", 3)
    pitch_rad: float = f32("rad", "pitch of the scoop axis; -pi is level")
    load_nm: Quad = f32(
        "N m",
        "joint torque beyond gravity and friction: azimuth, shoulder, elbow, scoop; of a rover 0, wheels, lift, curl",
        4,
    )
    draft_n: float = f32("N", "force of the soil on the edge, away from the lander or to the rover's rear")
    lift_n: float = f32("N", "force of the soil on the edge, upwards")
    depth_m: float = f32("m", "depth of the edge below the contact point; negative above")
    cell_n: float = f32("N", "latest load cell force")
    error_rad: Quad = f32("rad", "joint goal less position", 4)
