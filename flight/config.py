"""Mission configuration: the platform's tables and what flight software makes of them, for lander and rover.

`load_mission("m1_lander")` or `load_mission("path/to/own.toml")`. `[bench]` belongs to the simulator and is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import pi, radians
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from flight.icd.custody import parse_public_key
from flight.icd.event_action import ACTIONS
from flight.icd.lander_platform import LanderPlatform
from flight.icd.mission_file import MissionError, Section, platform_kind, read_mission, validate
from flight.icd.monitoring import MONITORS
from flight.icd.packet import Quad
from flight.icd.platform import Positive
from flight.icd.rover_platform import RoverPlatform
from flight.scoop.cell_sheet import CellSheet
from flight.scoop.kinematics import LEVEL_PITCH_RAD, ArmModel, EdgePose, ReachError
from flight.scoop.rover_kinematics import RoverModel
from flight.supervision import EventAction, Monitor
from flight.traction import Traction

NonNegative = Annotated[float, Field(ge=0)]


def _public_key(text: str) -> str:
    return parse_public_key(text).hex()


class Motion(Section):
    """How the scoop is moved."""

    joint_rate_deg_s: Annotated[float, Field(gt=0, le=60)]
    edge_speed_m_s: Annotated[float, Field(gt=0, le=0.1)]
    carry_speed_m_s: Annotated[float, Field(gt=0, le=0.1)]
    integral_gain_per_s: Annotated[float, Field(ge=0, le=10)]
    max_correction_deg: Annotated[float, Field(ge=0, le=10)]
    settled_deg: Positive
    tracking_deg: Positive
    stale_s: Annotated[float, Field(ge=0.02, le=1)]
    hold_s: Annotated[float, Field(ge=0.5, le=60)]

    @property
    def friction(self) -> Quad:
        """Friction (N m) of the four joints that carry the scoop, see `flight.scoop.model`."""
        raise NotImplementedError


class LanderMotion(Motion):
    """The arm's: friction of its four joints."""

    friction_nm: tuple[NonNegative, NonNegative, NonNegative, NonNegative]

    @property
    def friction(self) -> Quad:
        """See `Motion`."""
        return self.friction_nm


class RoverMotion(Motion):
    """The rover's: friction of the wheels together, of lift and of curl."""

    friction_nm: tuple[NonNegative, NonNegative, NonNegative]

    @property
    def friction(self) -> Quad:
        """See `Motion`."""
        return (0.0, *self.friction_nm)


class Contact(Section):
    """The guarded move that finds the surface; heights in LANDER or ROVER."""

    speed_m_s: Annotated[float, Field(gt=0, le=0.05)]
    start_height_m: Positive
    overdrive_m: Positive
    cell_threshold_n: Positive
    joint_threshold_n: Positive
    consecutive: Annotated[int, Field(ge=1, le=20)]


class RoverContact(Contact):
    """The rover's: it feels with the edge first, `rake_deg` below level, for its lift does not reach lower level."""

    rake_deg: Annotated[float, Field(ge=0, le=45)]


class Dig(Section):
    """One pass through the soil."""

    depth_m: Annotated[float, Field(gt=0, le=0.05)]
    deepen_m: NonNegative
    length_m: Annotated[float, Field(gt=0, le=0.3)]
    rake_deg: Annotated[float, Field(gt=10, lt=90)]
    speed_m_s: Annotated[float, Field(gt=0, le=0.05)]
    soft_force_n: Positive
    yield_m_per_ns: Positive
    stall_force_n: Positive
    stall_error_m: Positive

    @model_validator(mode="after")
    def _soft_first(self) -> Dig:
        if self.soft_force_n >= self.stall_force_n:
            raise ValueError(f"soft_force_n {self.soft_force_n} must be below stall_force_n {self.stall_force_n}")
        return self


class LanderDig(Dig):
    """The arm's pass; sites are (radius from the azimuth axis, azimuth) of the entry point."""

    sites: Annotated[tuple[tuple[Positive, float], ...], Field(min_length=1, max_length=9)]
    entry_rake_deg: Annotated[float, Field(gt=10, le=90)]


class RoverDig(Dig):
    """The rover's pass: it creeps `run_up_m` in free space, `entry_m` while the scoop comes down, the length at depth,
    `curl_m` while the scoop turns level. `ahead_m`: where passes begin at the earliest, by how far the wheels have come
    since the start; and no nearer than `advance_m` beyond where the one before ended.
    """

    ahead_m: Annotated[tuple[NonNegative, ...], Field(min_length=1, max_length=9)]
    advance_m: NonNegative
    run_up_m: Annotated[float, Field(ge=0.02, le=0.2)]
    entry_m: Annotated[float, Field(ge=0.02, le=0.3)]
    curl_m: Annotated[float, Field(gt=0, le=0.1)]


class Weigh(Section):
    """Weighing in a static pose; what `flight.scoop.budget.Scale` says of the uncertainties."""

    height_m: Positive
    settle_s: Positive
    settle_timeout_s: Positive
    settled_n: Positive
    readings: Annotated[int, Field(ge=10, le=250)]
    pose_u_deg: NonNegative
    gravity_u_relative: NonNegative
    tilt_max_deg: Annotated[float, Field(ge=0, le=15)]
    tare_tolerance_n: Positive
    tare_max_age_s: Positive = 7200.0
    cell: CellSheet


class LanderWeigh(Weigh):
    """The arm weighs at azimuth 0."""

    radius_m: Positive


class Sample(Section):
    """What is to be collected (mass bounds are those of the 95 % interval)."""

    min_g: Positive
    max_g: Positive
    max_digs: Annotated[int, Field(ge=1, le=20)]
    attempts: Annotated[int, Field(ge=1, le=5)]

    @model_validator(mode="after")
    def _ordered(self) -> Sample:
        if self.min_g >= self.max_g:
            raise ValueError(f"min_g {self.min_g} must be below max_g {self.max_g}")
        return self


class Limits(Section):
    """Bounds of single commands, beside what reach, joints and keep-out allow."""

    depth_m: Annotated[float, Field(gt=0, le=0.05)]
    length_m: Annotated[float, Field(gt=0, le=0.3)]
    aside_deg: Annotated[float, Field(ge=0, le=45)]
    roll_m: Annotated[float, Field(ge=0, le=1)]
    laden_rake_deg: Annotated[float, Field(ge=0, le=45)]


class Shake(Section):
    """Shaking the scoop: what is allowed, and how a surplus is shed, by a tilt that grows from attempt to attempt."""

    rate_deg_s: Annotated[float, Field(gt=0, le=200)]
    torque_share: Annotated[float, Field(gt=0, le=1)]
    drive_kg_m2: NonNegative
    tilt_deg: Annotated[float, Field(gt=0, le=45)]
    tilt_more_deg: Annotated[float, Field(ge=0, le=20)]
    swing_deg: Annotated[float, Field(gt=0, le=5)]
    hz: Annotated[float, Field(gt=0, le=15)]
    seconds: Annotated[float, Field(ge=1, le=30)]


class Telemetry(Section):
    """The downlink."""

    bit_rate: Annotated[int, Field(ge=1000, le=10_000_000)]
    max_latency_s: Annotated[float, Field(ge=0.05, le=10)]
    reed_solomon: bool = False
    randomized: bool = False


class Buyer(Section):
    """Who takes the sample over: the key that acceptance and release are signed with (`flight.icd.custody`)."""

    buyer_public_key: Annotated[str, AfterValidator(_public_key)]


class Fdir(Section):
    """Fault detection and recovery: bounds that are the same on both platforms unless the mission says otherwise."""

    checkout_speed_m_s: Annotated[float, Field(gt=0, le=0.1)] = 0.03
    boots_most: Annotated[int, Field(ge=2, le=100)] = 8
    stable_s: Positive = 300.0
    reboots_most: Annotated[int, Field(ge=0, le=20)] = 3
    reboots_forgiven_s: Positive = 60.0
    hardware_hold_s: Annotated[float, Field(ge=1, le=60)] = 12.0
    cell_frozen_s: Annotated[float, Field(ge=0, le=60)] = 1.0  # 0: not looked for; slow conversions take 0.6 s
    cell_jump_n: Positive = 0.5
    cell_scatter: Positive = 10.0  # of [load_cell] noise_n, from one reading to the next
    cell_rest_s: Positive = 1.5
    heating_k_s: Positive = 1.0  # faster than any servo
    heat_jump_k: Positive = 10.0
    voltage_apart_v: Positive = 3.0  # of one servo and the others


class Flown(Section):
    """The tables that flight software has on every platform, beside those of the hardware."""

    limits: Limits
    shake: Shake
    sample: Sample
    telemetry: Telemetry
    custody: Buyer | None = None
    fdir: Fdir = Fdir()
    monitor: Annotated[tuple[Monitor, ...], Field(max_length=MONITORS)] = ()
    event_action: Annotated[tuple[EventAction, ...], Field(max_length=ACTIONS)] = ()

    @model_validator(mode="after")
    def _monitors_differ(self) -> Flown:
        idents = [monitor.id for monitor in self.monitor]
        if len(set(idents)) != len(idents):
            raise ValueError(f"[[monitor]] id must differ from monitor to monitor, got {idents}")
        return self


class MissionConfig(LanderPlatform, Flown):
    """Everything flight software is configured with on a lander."""

    motion: LanderMotion
    contact: Contact
    dig: LanderDig
    weigh: LanderWeigh


class RoverConfig(RoverPlatform, Flown):
    """Everything flight software is configured with on a rover."""

    motion: RoverMotion
    contact: RoverContact
    dig: RoverDig
    weigh: Weigh
    traction: Traction


AnyConfig = MissionConfig | RoverConfig


def load_mission(mission: str | Path) -> AnyConfig:
    """The configuration of a built-in mission or of a mission file; raises `MissionError`.

    What the mission names as places must be within the scoop's reach.
    """
    file, tables = read_mission(mission)
    config = _configured(file, {key: value for key, value in tables.items() if key != "bench"})
    reach = _rover_reach_faults(config) if isinstance(config, RoverConfig) else _reach_faults(config)
    faults = [f"mission {file}: {fault}" for fault in reach]
    if faults:
        raise MissionError("\n".join(faults))
    return config


def load_lander(mission: str | Path) -> MissionConfig:
    """As `load_mission`, of a mission that must be a lander's."""
    config = load_mission(mission)
    if not isinstance(config, MissionConfig):
        raise MissionError(f"mission {mission}: [mission] platform must be {MissionConfig.KIND}, got {config.KIND}")
    return config


def _configured(file: str, tables: Mapping[str, Any]) -> AnyConfig:
    if platform_kind(tables) == RoverConfig.KIND:
        return validate(RoverConfig, tables, file)
    return validate(MissionConfig, tables, file)


def _reach_faults(config: MissionConfig) -> Iterator[str]:
    arm, contact, weigh = ArmModel(config), config.contact, config.weigh
    places = [("[weigh] radius_m, height_m", EdgePose(0.0, weigh.radius_m, weigh.height_m, LEVEL_PITCH_RAD))]
    for index, (radius_m, azimuth_deg) in enumerate(config.dig.sites):
        for height_m in (contact.start_height_m, -contact.overdrive_m):
            pose = EdgePose(radians(azimuth_deg), radius_m - arm.scoop_m, height_m, LEVEL_PITCH_RAD)
            places.append((f"[dig] sites[{index}] at a height of {height_m} m", pose))
    for name, pose in places:
        try:
            arm.clear(arm.inverse(pose))
        except ReachError as error:
            yield f"{name} can't be reached: {error}"


def _rover_reach_faults(config: RoverConfig) -> Iterator[str]:
    scoop, contact = RoverModel(config), config.contact
    places = [
        ("[weigh] height_m", config.weigh.height_m, 0.0),
        ("[contact] start_height_m", contact.start_height_m, contact.rake_deg),
        ("[contact] overdrive_m", -contact.overdrive_m, contact.rake_deg),
        ("[dig] depth_m below [contact] overdrive_m", -contact.overdrive_m - config.dig.depth_m, config.dig.rake_deg),
    ]
    for name, height_m, rake_deg in places:
        try:
            scoop.inverse(EdgePose(0.0, 0.0, height_m, radians(rake_deg) - pi))
        except ReachError as error:
            yield f"{name} can't be reached: {error}"
