"""A platform as both sides of the wires know it: the parts that every platform has.

These tables of a mission file describe the hardware, so flight software and bench read the same ones. What the bench
makes of them in truth (tolerances, soil) is its own `[bench]` table; how flight uses them is in the other tables.
`lander_platform` and `rover_platform` add the tables of their own, and define the frames.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from flight.icd.location import Location
from flight.icd.mission_file import Section, whole
from flight.icd.moon import Place as LunarPlace
from flight.icd.moon import apart_m

Positive = Annotated[float, Field(gt=0)]
Length = Annotated[float, Field(gt=0, le=10)]
Place = Annotated[float, Field(ge=-10, le=10)]
Mass = Annotated[float, Field(gt=0, le=100)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Angle = Annotated[float, Field(ge=-180, le=180)]
DeviceId = Annotated[int, Field(ge=0, le=252)]
PlatformKind = Literal["lander_arm", "rover"]
PLATFORM_KINDS: tuple[str, ...] = get_args(PlatformKind)
_MOST_BESIDE_SITE_M = 100_000.0
"""A fix so far from the site has a sign wrong or its coordinates swapped: no landing has been so far off."""
ServoModel = Literal["XM540-W270", "XM430-W350"]
Direction = Annotated[Literal[1, -1], BeforeValidator(whole)]


class Mission(Section):
    """What is flown, and where."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    platform: PlatformKind
    site: str
    frame: Literal["ME"]
    latitude_deg: Annotated[float, Field(ge=-90, le=90)]
    longitude_deg: Annotated[float, Field(ge=-180, le=360)]


class Environment(Section):
    """What surrounds the platform."""

    gravity_m_s2: Annotated[float, Field(ge=1.0, le=10.0)]


class Scoop(Section):
    """The scoop: a floor of `length_m` x `width_m` whose front is the blade edge."""

    length_m: Length
    width_m: Length
    depth_m: Length
    mass_kg: Mass
    com_m: Length
    capacity_cm3: Annotated[float, Field(gt=0, le=100_000)]


class BusServo(Section):
    """One servo on the motion bus: its shaft turns with what it drives, or (direction -1) against it."""

    name: str
    id: DeviceId
    servo: ServoModel
    direction: Direction


class Joint(BusServo):
    """One servo-driven joint: servo angle = zero + direction * joint angle, 4096 counts a turn."""

    name: Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]
    zero_counts: Annotated[int, Field(ge=0, le=4095)]
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

    @model_validator(mode="after")
    def _apart(self) -> WeighingRegisters:
        wide = (("gross", self.gross), ("net", self.net), ("peak", self.peak_at))
        taken: dict[int, str] = {}
        for name, register in (
            ("command", self.command), ("status", self.status), ("division", self.division_at),
            *wide, *((name, register + 1) for name, register in wide),
        ):  # fmt: skip
            if taken.setdefault(register, name) != name:
                both = f"{register} is {taken[register]} and {name}"
                raise ValueError(f"registers must differ (gross, net and peak take two): {both}")
        return self

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


class Camera(Section):
    """The serial JPEG camera: where it sits, what it looks at, and how it is set.

    `position_m` and `aim_m` are in the platform's frame (of a rover that of its body); up in the picture is its z axis.
    `fov_deg` is across the picture. It starts at 38400 baud; `baud` is the rate that flight sets.
    """

    position_m: tuple[Place, Place, Place]
    aim_m: tuple[Place, Place, Place]
    fov_deg: Annotated[float, Field(ge=5, le=120)]
    baud: Annotated[Literal[9600, 19200, 38400, 57600, 115200], BeforeValidator(whole)]
    size: Literal["vga", "qvga", "qqvga"]

    @model_validator(mode="after")
    def _looks_somewhere(self) -> Camera:
        along = [aim - position for aim, position in zip(self.aim_m, self.position_m, strict=True)]
        if along[0] ** 2 + along[1] ** 2 < 1e-4:
            raise ValueError("aim_m must not lie straight above or below position_m")
        return self


class KeepOut(Section):
    """A box in LANDER or ROVER that nothing that moves may enter, its margin included: named for people."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}$")]
    low_m: tuple[Place, Place, Place]
    high_m: tuple[Place, Place, Place]

    @model_validator(mode="after")
    def _ordered(self) -> KeepOut:
        for axis, low, high in zip("xyz", self.low_m, self.high_m, strict=True):
            if low >= high:
                raise ValueError(f"keep_out {self.name}: low_m must be below high_m in {axis}, got {low} and {high}")
        return self


class Platform(Section):
    """The tables of a mission file that describe the hardware, of whichever platform."""

    KIND: ClassVar[str]
    """What `[mission] platform` says of this one."""
    JOINTS: ClassVar[tuple[str, ...]]
    """The joints it has, in the order of the mission file."""

    mission: Mission
    location: Location
    environment: Environment
    scoop: Scoop
    joint: tuple[Joint, ...]
    motion_bus: MotionBus
    load_cell: LoadCell
    camera: Camera
    keep_out: Annotated[tuple[KeepOut, ...], Field(max_length=8)] = ()

    @property
    def servos(self) -> tuple[BusServo, ...]:
        """Every servo on the motion bus, joints first."""
        return self.joint

    @property
    def stow_rad(self) -> tuple[float, ...]:
        """Angles of the joints where they are stowed."""
        raise NotImplementedError

    @property
    def link_masses_kg(self) -> tuple[float, ...]:
        """Masses of the links between base and scoop."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _at_its_site(self) -> Platform:
        site = LunarPlace(self.mission.latitude_deg, self.mission.longitude_deg)
        off_m = apart_m(site, self.location.place)
        if off_m > _MOST_BESIDE_SITE_M:
            raise ValueError(
                f"[location] latitude_deg, longitude_deg must lie within {_MOST_BESIDE_SITE_M / 1e3:.0f} km of the "
                f"site that [mission] names, got {off_m / 1e3:.1f} km"
            )
        return self

    @model_validator(mode="after")
    def _of_its_kind(self) -> Platform:
        if self.mission.platform != self.KIND:
            raise ValueError(f"[mission] platform must be {self.KIND}, got {self.mission.platform}")
        names = tuple(joint.name for joint in self.joint)
        if names != self.JOINTS:
            raise ValueError(f"[[joint]] must name {', '.join(self.JOINTS)} in this order, got {', '.join(names)}")
        ids = [servo.id for servo in self.servos]
        if len(set(ids)) != len(ids):
            raise ValueError(f"id must differ from servo to servo of the motion bus, got {ids}")
        return self


def check_stow(joints: tuple[Joint, ...], stow_deg: tuple[float, ...], table: str) -> None:
    """Raises `ValueError` unless each joint is stowed within its limits."""
    for joint, angle in zip(joints, stow_deg, strict=True):
        if not joint.min_deg <= angle <= joint.max_deg:
            limits = f"{joint.min_deg}..{joint.max_deg}"
            raise ValueError(f"[{table}] stow_deg of {joint.name} must lie in {limits} deg, got {angle}")
