"""What the steps of the sampling sequence work with: the arm, the scale, and what is known so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, pi, radians
from typing import Protocol

from flight.config import AnyConfig, RoverConfig
from flight.custody.chain import Chain
from flight.icd.events.sampling import ZeroMoved
from flight.icd.kinds import Emit
from flight.icd.modes import Custody
from flight.sampling.places import Places, places_of
from flight.scoop.budget import Mass, Reading, Scale
from flight.scoop.estimator import ArmEstimate
from flight.scoop.heft import Strokes
from flight.scoop.kinematics import LEVEL_PITCH_RAD, EdgePose
from flight.scoop.location import Stretch
from flight.scoop.model import ScoopModel
from flight.scoop.motion import MotionControl
from flight.scoop.rover_traction import RoverTraction
from flight.scoop.strain import Strain
from flight.scoop.trajectory import EdgeLine, Trajectory, check_trajectory
from flight.scoop.weighing import LoadHistory
from flight.scoop.zero import ZeroWatch
from flight.settings import Settings

_CARRIED_M = 0.08
_FREE_M = 0.02
"""Above the surface found."""


class Cell(Protocol):
    """What sampling needs of the load cell driver."""

    force_n: float
    sequence: int

    @property
    def valid(self) -> bool:
        """Whether the latest force is good and fresh."""
        ...


class Torque(Protocol):
    """What sampling needs of the joint bus beside the goals."""

    def torque(self, on: bool) -> None:
        """Ask for torque on all joints; goals are the present positions when it comes on."""

    @property
    def powered(self) -> bool:
        """Whether every joint is set up, heard and has torque."""
        ...


@dataclass(slots=True)
class Findings:
    """What a sequence has learned of its sites."""

    site: int = 0
    digs: int = 0
    passes_here: int = 0
    surface_m: float = 0.0
    surface_known: bool = False
    shakes: int = 0
    """Attempts made to shed what was too much."""


@dataclass(slots=True)
class Content:
    """What is known of the scoop's content; outlives a sequence.

    `disturbed` from the moment a dig begins until the scoop has been poured out: only an undisturbed scoop is known
    to be empty, and only an empty scoop is tared. `dug` is where what may be in it comes from.
    """

    tare: Reading | None = None
    tare_tilt_rad: float = 0.0
    disturbed: bool = False
    mass: Mass | None = None
    dug: Stretch | None = None
    heft: Strokes | None = None
    """Of the empty scoop."""
    loads: LoadHistory = field(default_factory=LoadHistory)
    chain: Chain = field(default_factory=Chain)

    @property
    def custody(self) -> Custody:
        """Whose the content is, and how far that is proven."""
        return self.chain.state

    def poured(self) -> None:
        """The scoop is empty, and so is what was known of it; a new tare is due."""
        self.tare = self.mass = self.dug = self.heft = None
        self.disturbed = False
        self.chain.poured()


@dataclass(slots=True)
class Rig:
    """The parts a step may use."""

    config: AnyConfig
    settings: Settings
    model: ScoopModel
    estimate: ArmEstimate
    motion: MotionControl
    joints: Torque
    cell: Cell
    scale: Scale
    emit: Emit
    findings: Findings
    content: Content
    strain: Strain = field(default_factory=Strain)
    traction: RoverTraction | None = None
    speed_cap_m_s: float = inf
    """No planned move in free space is faster: in CHECKOUT."""
    places: Places = field(init=False)
    zero: ZeroWatch = field(init=False)

    def __post_init__(self) -> None:
        self.places = places_of(self.config, self.model, self.traction)
        self.zero = ZeroWatch(self.scale)

    def watch_zero(self, reading: Reading) -> None:
        """Take a reading of the scoop, empty and where it is now; tell if the zero is another than it was."""
        change = self.zero.take(reading, self.tilt_rad)
        if change is not None:
            self.emit(ZeroMoved(**change._asdict()))

    @property
    def weighing_pose(self) -> EdgePose:
        """The static pose of tare and weighing."""
        return self.places.weighing(self.estimate.pose)

    @property
    def tilt_rad(self) -> float:
        """Angle of the scoop floor from level."""
        return self.estimate.pose.pitch_rad + pi

    @property
    def lowest_m(self) -> float:
        """Height that no planned move goes below."""
        findings = self.findings
        return findings.surface_m - 0.05 if findings.surface_known else self.places.lowest_m

    @property
    def clear_m(self) -> float:
        """Height at which the scoop is carried, clear of the soil."""
        findings = self.findings
        return findings.surface_m + _CARRIED_M if findings.surface_known else self.config.contact.start_height_m

    @property
    def free_m(self) -> float:
        """Height that no motion in free space goes below as a telecommand wants it."""
        findings = self.findings
        return findings.surface_m + _FREE_M if findings.surface_known else self.config.contact.start_height_m

    def up(self, here: EdgePose) -> EdgePose:
        """Straight up from `here` to a clear height, where needed, and level."""
        return here._replace(z_m=max(here.z_m, self.clear_m), pitch_rad=LEVEL_PITCH_RAD)

    def line(self, start: EdgePose, goal: EdgePose, speed_m_s: float) -> EdgeLine:
        """A straight line, not checked yet."""
        return EdgeLine(self.model, start, goal, speed_m_s, self._rate_rad_s)

    def line_to(self, goal: EdgePose, speed_m_s: float) -> EdgeLine:
        """A checked straight line from the present pose to `goal`; raises `ReachError`."""
        line = self.line(self.estimate.pose, goal, speed_m_s)
        check_trajectory(line, self.model, self.lowest_m)
        return line

    def checked(self, trajectory: Trajectory) -> Trajectory:
        """`trajectory`, or `ReachError`."""
        check_trajectory(trajectory, self.model, self.lowest_m)
        return trajectory

    @property
    def rolls(self) -> bool:
        """Whether the platform moves on wheels."""
        return isinstance(self.config, RoverConfig)

    @property
    def travel_m_s(self) -> float:
        """Speed of the edge in free space: lower with what may be soil in the scoop, for shaking flattens a heap."""
        motion = self.settings.motion
        carrying = min(motion.carry_speed_m_s, motion.edge_speed_m_s)
        return min(carrying if self.content.disturbed else motion.edge_speed_m_s, self.speed_cap_m_s)

    @property
    def _rate_rad_s(self) -> float:
        motion = self.settings.motion
        return radians(motion.joint_rate_deg_s) * self.travel_m_s / motion.edge_speed_m_s
