"""The scoop system: estimate, motion, sequence and the watch over the joints, joined."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from flight.bus.joints import JointBus
from flight.bus.load_cell import LoadCell
from flight.config import AnyConfig, RoverConfig
from flight.custody.chain import Chain
from flight.fdir.handling import FaultHandling
from flight.fdir.keep_out_watch import KeepOutWatch
from flight.fdir.modes import Modes
from flight.icd.dynamixel_table import MODELS
from flight.icd.hk.imaging import CameraHk
from flight.icd.hk.recorder import RecorderHk
from flight.icd.hk.scoop import MotionHk, ScoopHk, SystemHk
from flight.icd.kinds import Emit
from flight.icd.modes import Mode, StepFailure
from flight.icd.platform import Joint
from flight.sampling.location import Locator
from flight.sampling.pictures import Pictures
from flight.sampling.rig import Content, Findings, Rig
from flight.sampling.sequence import Sampling
from flight.sampling.vigil import Vigil
from flight.scoop.budget import Scale
from flight.scoop.estimator import ArmEstimate
from flight.scoop.kinematics import ArmModel
from flight.scoop.model import ScoopModel
from flight.scoop.motion import Joints, MotionControl
from flight.scoop.odometry import Odometry
from flight.scoop.rover_drive import RoverDrive
from flight.scoop.rover_kinematics import RoverModel
from flight.scoop.rover_traction import RoverTraction
from flight.scoop.strain import Gear, Strain
from flight.settings import Settings


class ScoopSystem:
    """Everything between the drivers and the telecommands; its methods are activities of the schedule."""

    __slots__ = (
        "_carriers", "_checkout_m_s", "_drive", "_keep_out", "_load_cell", "_rig", "_strain", "_vigil", "content",
        "estimate", "fdir", "findings", "locator", "modes", "motion", "odometry", "sampling", "system_hk", "traction",
    )  # fmt: skip

    def __init__(
        self, config: AnyConfig, settings: Settings, joints: JointBus, load_cell: LoadCell, system_hk: SystemHk,
        emit: Emit, tai_ns: Callable[[], int], pictures: Pictures, camera: CameraHk, recorder: RecorderHk,
    ) -> None:  # fmt: skip
        self._load_cell = load_cell
        self.system_hk = system_hk
        kt_nm_a = [MODELS[joint.servo].torque_constant_nm_a for joint in config.joint]
        limit_a = [joint.max_torque_nm / kt for joint, kt in zip(config.joint, kt_nm_a, strict=True)]
        friction_nm = config.motion.friction[-len(config.joint) :]
        self._strain = Strain(joints.states, [_gear(*each) for each in zip(config.joint, friction_nm, strict=True)])
        model: ScoopModel
        movers: Joints
        self._drive: RoverDrive | None = None
        self.odometry: Odometry | None = None
        self.traction: RoverTraction | None = None
        """A rover's dead reckoning, and what its wheels bear; a lander has neither."""
        if isinstance(config, RoverConfig):
            model = RoverModel(config)
            self.odometry = Odometry(model.roll_m, config.rover.track_m)
            movers = RoverDrive(joints, self.odometry)
            self.traction = RoverTraction(config, model, self.odometry, emit)
            self._drive, self._carriers = movers, movers.states
            kt_nm_a = [0.0, MODELS[config.wheel[0].servo].torque_constant_nm_a, *kt_nm_a]
            limit_a = [0.0, 0.0, *limit_a]
        else:
            model, movers, self._carriers = ArmModel(config), joints, joints.states
        self.estimate = ArmEstimate(model, kt_nm_a, config.motion.friction, MotionHk())
        self.motion = MotionControl(movers, config.motion, limit_a)
        self.modes = Modes(emit, system_hk)
        self.findings = Findings()
        self.content = Content(chain=Chain(config.mission.name, emit, tai_ns))
        rig = Rig(
            config=config,
            settings=settings,
            model=model,
            estimate=self.estimate,
            motion=self.motion,
            joints=joints,
            cell=load_cell,
            scale=Scale(config),
            emit=emit,
            findings=self.findings,
            content=self.content,
            strain=self._strain,
            traction=self.traction,
        )
        self.sampling = Sampling(rig, ScoopHk(), pictures)
        self._vigil = Vigil(rig, self.sampling)
        self._keep_out = KeepOutWatch(model, self.estimate, self._carriers, self.motion, self.modes, emit)
        self.locator = Locator(
            settings.location, config.location.kinematics_u95_m, config.scoop.width_m, self.sampling.hk,
            self.estimate, self.findings, self.content, emit, self.odometry,
        )  # fmt: skip
        self.fdir = FaultHandling(
            config, settings, joints, load_cell, camera, recorder, self.motion, self.modes, self.findings, self.content,
            self.sampling, emit,
        )  # fmt: skip
        self._rig, self._checkout_m_s = rig, config.fdir.checkout_speed_m_s
        self.modes.on_safe(self.motion.release, lambda: self.sampling.abort(StepFailure.WENT_SAFE))

    def see(self, now_ns: int) -> None:
        """Pose and loads from the latest joint readings; stops what is about to be where nothing may be."""
        if self._drive is not None:
            self._drive.see(now_ns)
        self.estimate.step(self._carriers)
        self._strain.step(self.estimate.stamp_ns)
        self._keep_out.step()
        if self.traction is not None:
            cell = self._load_cell
            speed_rad_s = self._carriers[1].velocity_rad_s
            self.traction.see(self.estimate, speed_rad_s, cell.force_n if cell.valid else None)

    def monitor(self, now_ns: int) -> None:
        """Look after sensors, joints and a claimed sample, and take note of what the load cell bears."""
        self._rig.speed_cap_m_s = self._checkout_m_s if self.modes.mode is Mode.CHECKOUT else inf
        self.fdir.step(now_ns)
        if self._load_cell.valid:
            self.content.loads.feed(self._load_cell.force_n, now_ns)
        self._vigil.step(now_ns)

    def control(self, now_ns: int) -> None:
        """Set the joint goals of this frame."""
        self.motion.step(now_ns, self.estimate.q, self.estimate.fresh)

    def fill_motion(self, now_ns: int) -> None:
        """Fill the motion housekeeping."""
        self.estimate.report(self.findings.surface_m, self._load_cell.force_n, self.motion.desired)

    def fill_system(self, now_ns: int) -> None:
        """Fill the system housekeeping, but for what others count."""
        self.system_hk.custody = self.content.custody
        self.system_hk.stamp(now_ns)


def _gear(joint: Joint, friction_nm: float) -> Gear:
    servo = MODELS[joint.servo]
    return Gear(servo.torque_constant_nm_a, friction_nm, servo.gear_loss, joint.max_torque_nm)
