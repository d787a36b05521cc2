"""The platform as both sides of the wires know it: geometry, servos, load cell, site.

These tables of a mission file describe the hardware, so flight software and bench read the same ones. What the bench
makes of them in truth (tolerances, soil) is its own `[bench]` table; how flight uses them is in the other tables.

Frames. LANDER: origin in the plane of the footpads below the lander's centre, x towards the work area, z up.
Arm plane: (r, z) through the azimuth axis. Joint angles: azimuth about +z; shoulder, elbow and scoop pitch up positive,
each relative to the link before. Scoop axis: from the scoop joint to the blade edge. At a scoop pitch of -180 deg
(axis towards the lander) the floor is level and the opening looks up: the scoop digs by being drawn to the lander.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from flight.icd.mission_file import Section, whole

Positive = Annotated[float, Field(gt=0)]
Length = Annotated[float, Field(gt=0, le=10)]
Place = Annotated[float, Field(ge=-10, le=10)]
Mass = Annotated[float, Field(gt=0, le=100)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Angle = Annotated[float, Field(ge=-180, le=180)]
JOINTS = ("azimuth", "shoulder", "elbow", "scoop")


class Mission(Section):
    """What is flown, and where."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    platform: Literal["lander_arm"]
    site: str
    frame: Literal["ME"]
    latitude_deg: Annotated[float, Field(ge=-90, le=90)]
    longitude_deg: Annotated[float, Field(ge=-180, le=360)]


class Environment(Section):
    """What surrounds the platform."""

    gravity_m_s2: Annotated[float, Field(ge=1.0, le=10.0)]


class Arm(Section):
    """The arm's links; `base_m` is where azimuth and shoulder axes meet, in LANDER."""

    base_m: tuple[Place, Place, Place]
    link_m: tuple[Length, Length]
    link_mass_kg: tuple[Mass, Mass]
    link_com_m: tuple[Length, Length]
    stow_deg: tuple[Angle, Angle, Angle, Angle]


class Scoop(Section):
    """The scoop: a floor of `length_m` x `width_m` whose front is the blade edge."""

    length_m: Length
    width_m: Length
    depth_m: Length
    mass_kg: Mass
    com_m: Length
    capacity_cm3: Annotated[float, Field(gt=0, le=100_000)]


class Joint(Section):
    """One servo-driven joint: servo angle = zero + direction * joint angle, 4096 counts a turn."""

    name: Literal["azimuth", "shoulder", "elbow", "scoop"]
    id: Annotated[int, Field(ge=0, le=252)]
    servo: Literal["XM540-W270", "XM430-W350"]
    zero_counts: Annotated[int, Field(ge=0, le=4095)]
    direction: Annotated[Literal[1, -1], BeforeValidator(whole)]
    min_deg: Angle
    max_deg: Angle
    max_torque_nm: Annotated[float, Field(gt=0, le=100)]
    position_p_gain: Annotated[int, Field(ge=1, le=16383)]
    position_d_gain: Annotated[int, Field(ge=0, le=16383)]

    @model_validator(mode="after")
    def _ordered(self) -> Joint:
        if self.min_deg >= self.max_deg:
            raise ValueError(f"joint {self.name}: min_deg {self.min_deg} must be below max_deg {self.max_deg}")
        return self


def _motion_rate(baud: Any) -> Any:
    """57600, a rate of the servos, is used where they are found at it, but can't be relied on: when four of them answer
    one by one, as they do while a chain is broken, 180 octets pass in 31 ms, in which values grow too old to count.
    """
    if baud == 57600:
        raise ValueError("must be 115200 or more: at 57600 the values of four servos grow stale when one is missing")
    return whole(baud)


class MotionBus(Section):
    """The serial line of the servos."""

    baud: Annotated[Literal[115200, 1000000, 2000000, 3000000, 4000000], BeforeValidator(_motion_rate)]
    watchdog_ms: Annotated[int, Field(ge=20, le=2540, multiple_of=20)]
    max_temperature_c: Annotated[int, Field(ge=20, le=80)]


class WeighingRegisters(Section):
    """Holding registers of the weighing transmitter, in the 4xxxx notation.

    `peak` and `division` follow `gross` as in the TLB family where a file does not say.
    """

    command: Annotated[int, Field(ge=40001, le=49999)]
    status: Annotated[int, Field(ge=40001, le=49999)]
    gross: Annotated[int, Field(ge=40001, le=49999)]
    net: Annotated[int, Field(ge=40001, le=49999)]
    peak: Annotated[int, Field(ge=40001, le=49999)] | None = None
    division: Annotated[int, Field(ge=40001, le=49999)] | None = None

    @property
    def peak_at(self) -> int:
        """Where the largest gross weight is, two words."""
        return self.gross + 4 if self.peak is None else self.peak

    @property
    def division_at(self) -> int:
        """Where division and unit are."""
        return self.gross + 6 if self.division is None else self.division


class LoadCell(Section):
    """The load cell behind the scoop: force along the normal of the scoop floor, through a Modbus RTU transmitter."""

    baud: Annotated[Literal[9600, 19200, 38400, 57600, 115200], BeforeValidator(whole)]
    unit: Annotated[int, Field(ge=1, le=247)]
    period_ms: Annotated[int, Field(ge=20, le=1000, multiple_of=10)]
    resolution_n: Annotated[float, Field(ge=1e-6, le=100)]
    range_n: Annotated[float, Field(gt=0, le=1000)]
    noise_n: Annotated[float, Field(gt=0, le=100)]
    gain_u95: Annotated[float, Field(gt=0, lt=0.2)]
    registers: WeighingRegisters


class Platform(Section):
    """The tables of a mission file that describe the hardware."""

    mission: Mission
    environment: Environment
    arm: Arm
    scoop: Scoop
    joint: Annotated[tuple[Joint, ...], Field(min_length=4, max_length=4)]
    motion_bus: MotionBus
    load_cell: LoadCell

    @model_validator(mode="after")
    def _joints_complete(self) -> Platform:
        names = tuple(joint.name for joint in self.joint)
        if names != JOINTS:
            raise ValueError(f"[[joint]] must name {', '.join(JOINTS)} in this order, got {', '.join(names)}")
        ids = [joint.id for joint in self.joint]
        if len(set(ids)) != len(ids):
            raise ValueError(f"[[joint]] id must differ from joint to joint, got {ids}")
        for joint, angle in zip(self.joint, self.arm.stow_deg, strict=True):
            if not joint.min_deg <= angle <= joint.max_deg:
                limits = f"{joint.min_deg}..{joint.max_deg}"
                raise ValueError(f"[arm] stow_deg of {joint.name} must lie in {limits} deg, got {angle}")
        return self
