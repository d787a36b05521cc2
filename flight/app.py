"""The flight program: which parts there are, how they are joined, and what runs when.

Read `FlightApp.schedule` first: one minor frame, top to bottom, is the data flow
receive -> estimate -> monitor -> decide -> control -> send -> report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flight.bus.joints import JointBus
from flight.bus.load_cell import LoadCell
from flight.bus.ports import Port
from flight.comms.control_word import ControlWord
from flight.comms.downlink import Downlink
from flight.comms.ports import LinkPorts
from flight.comms.status import CommsStatus
from flight.comms.uplink import Uplink
from flight.config import MissionConfig, load_mission
from flight.executive.clocks import Clock, VirtualClock
from flight.executive.housekeeping import ExecutiveReport
from flight.executive.loop import Executive, Fault
from flight.executive.schedule import MINOR_FRAME_NS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog, Watchdog
from flight.fdir.joint_watch import JointWatch
from flight.fdir.modes import Modes
from flight.icd.catalogue import mission_dictionary
from flight.icd.dynamixel_table import MODELS
from flight.icd.hk.scoop import MotionHk, ScoopHk, SystemHk
from flight.icd.kinds import Telemetry
from flight.icd.modes import SafeReason, StepFailure
from flight.recorder.null import NullRecorder
from flight.recorder.records import Kind, Recorder
from flight.sampling.rig import Content, Findings, Rig
from flight.sampling.sequence import Sampling
from flight.scoop.estimator import ArmEstimate
from flight.scoop.kinematics import ArmModel
from flight.scoop.motion import MotionControl
from flight.scoop.weighing import Scale
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.events import EventService
from flight.services.functions import ScoopFunctions
from flight.services.housekeeping import HousekeepingService
from flight.services.timebase import TimeBase
from flight.settings import Settings

__all__ = ["FlightApp", "MissionConfig", "load_mission"]


class FlightApp:
    """Everything on board, composed. `executive.run` flies it in real time, `frame` a minor frame at a time."""

    def __init__(
        self,
        config: MissionConfig,
        joints_port: Port,
        load_cell_port: Port,
        link: Port,
        recorder: Recorder,
        events: EventService,
        clock: Clock,
        watchdog: Watchdog,
        tai_offset_ns: int,
    ) -> None:
        self.config = config
        self.recorder = recorder
        self._clock = clock
        self._started = False
        self.time = TimeBase(tai_offset_ns)
        self.system_hk = SystemHk(dictionary=mission_dictionary().hash64)
        self.events = events
        emit = events.emit

        self.links = LinkPorts([link], emit)
        self.joints = JointBus(joints_port, config.joint, config.motion_bus, emit)
        self.load_cell = LoadCell(load_cell_port, config.load_cell, emit)

        self.settings = Settings.of(config)
        self.model = ArmModel(config)
        kt_nm_a = [MODELS[joint.servo].torque_constant_nm_a for joint in config.joint]
        limit_a = [joint.max_torque_nm / kt for joint, kt in zip(config.joint, kt_nm_a, strict=True)]
        self.estimate = ArmEstimate(self.model, kt_nm_a, config.motion.friction_nm, MotionHk())
        self.motion = MotionControl(self.joints, config.motion, limit_a)
        self.modes = Modes(emit, self.system_hk)
        self.findings = Findings()
        self.content = Content()
        scale = Scale(
            config.environment.gravity_m_s2,
            config.weigh.gravity_u_relative,
            config.load_cell.gain_u95,
            config.weigh.drift_n_per_sqrt_s,
            config.weigh.pose_u_deg,
            config.weigh.tilt_u_deg,
            config.load_cell.resolution_n,
            config.scoop.mass_kg,
        )
        rig = Rig(
            config,
            self.settings,
            self.model,
            self.estimate,
            self.motion,
            self.joints,
            self.load_cell,
            scale,
            emit,
            self.findings,
            self.content,
        )
        self.sampling = Sampling(rig, ScoopHk())
        self.watch = JointWatch(
            self.joints.states,
            self.motion,
            self.modes,
            emit,
            config,
            self.settings.motion,
            self.sampling.interrupt,
            self._restore_torque,
        )
        self.modes.on_safe(self.motion.release, lambda: self.sampling.abort(StepFailure.WENT_SAFE))
        self.modes.is_sound = self.watch.is_sound

        self.dispatcher = Dispatcher(mission_dictionary(), self._report, emit)
        self.functions = ScoopFunctions(self.sampling, self.content, self.motion, self.modes, self.time)
        self.housekeeping = HousekeepingService(self._report, self.time)
        for service in (ConnectionService(self._report), self.functions, self.housekeeping):
            service.serve(self.dispatcher)

        control_word = ControlWord()
        self.uplink = Uplink(self.links, self.dispatcher.accept, control_word, emit)
        self.downlink = Downlink(
            self.links,
            self.time,
            control_word,
            emit,
            rate_bps=config.telemetry.bit_rate,
            latency_s=config.telemetry.max_latency_s,
            record=self._record,
        )
        self.events.connect(self._report)
        self.executive_report = ExecutiveReport()
        self.executive = Executive(self.schedule(), clock, watchdog, emit, self._on_fault)
        self.executive_report.watch(self.executive)
        self._add_housekeeping()

    @classmethod
    def lockstep(cls, config: MissionConfig, ports: Mapping[str, Port], link: Port, boot_tai_ns: int) -> FlightApp:
        """The same program in virtual time, on ports in memory, storing nothing."""
        return cls(
            config,
            ports["joints"],
            ports["load_cell"],
            link,
            NullRecorder(),
            EventService(),
            VirtualClock(),
            BenchWatchdog(),
            boot_tai_ns,
        )

    def schedule(self) -> Schedule:
        """One minor frame, top to bottom, is the data flow."""
        return Schedule(
            # activity                            every phase  budget_us
            Slot(self.time.step,                      1,    0,   100),
            Slot(self.joints.receive,                 1,    0,   700),
            Slot(self.load_cell.step,                 1,    0,   400),
            Slot(self.links.step,                    10,    0,   500),
            Slot(self.uplink.step,                    5,    3,  2000),
            Slot(self._estimate,                      1,    0,   300),
            Slot(self._monitor,                       5,    1,   300),
            Slot(self.sampling.step,                  5,    2,  2000),
            Slot(self._control,                       1,    0,   400),
            Slot(self.joints.send,                    1,    0,   700),
            Slot(self.functions.step,                20,    4,   100),
            Slot(self.dispatcher.step,               10,    4,   500),
            Slot(self.executive_report.step,        100,    9,   500),
            Slot(self.housekeeping.step,              1,    0,  1500),
            Slot(self.recorder.step,                 20,    5,  2000),
            Slot(self.downlink.step,                  5,    4,  2000),
        )  # fmt: skip

    def frame(self, now_ns: int) -> None:
        """One minor frame in virtual time, which is now `now_ns`."""
        if not self._started:
            self._started = True
            self.executive.start(now_ns)
        self._clock.sleep_until(now_ns)
        self.executive.frame()

    def run(self, stop: Callable[[], bool]) -> None:
        """Fly until `stop()`."""
        try:
            self.executive.run(stop)
        finally:
            self.close()

    def close(self) -> None:
        """The program ends: joints frozen, the last telemetry out, everything closed."""
        self.motion.release()
        now_ns = self._clock.now_ns() + MINOR_FRAME_NS
        self._clock.sleep_until(now_ns)  # what the servos still answer is off the line by then
        self.joints.receive(now_ns)
        self.joints.halt(now_ns)
        self.downlink.flush(now_ns)
        self.links.close()
        self.recorder.close()

    def _report(self, record: Telemetry) -> None:
        self.downlink.report(record)

    def _record(self, frame: bytes, now_ns: int) -> None:
        self.recorder.append(Kind.FRAME, frame, now_ns)

    def _estimate(self, now_ns: int) -> None:
        """Pose and loads from the latest joint readings."""
        self.estimate.step(self.joints.states)

    def _monitor(self, now_ns: int) -> None:
        self.watch.step(now_ns, self.sampling.busy)

    def _control(self, now_ns: int) -> None:
        self.motion.step(now_ns, self.estimate.q, self.estimate.fresh)

    def _restore_torque(self) -> None:
        self.joints.torque(True)

    def _on_fault(self, fault: Fault) -> None:
        self.modes.safe(SafeReason.TASK_FAULT, value=float(fault.count))

    def _add_housekeeping(self) -> None:
        comms = CommsStatus(self.links, self.downlink, self.uplink, self.dispatcher)
        add = self.housekeeping.add
        add(self.system_hk, self._fill_system)
        add(self.joints.hk, self.joints.housekeep)
        add(self.joints.joints_hk, self.joints.housekeep)
        add(self.load_cell.hk)
        add(self.executive_report.hk)
        add(self.executive_report.times)
        add(self.sampling.hk, self.sampling.report)
        add(self.estimate.hk, self._fill_motion)
        add(comms.hk, comms.refresh)
        add(self.recorder.hk)

    def _fill_system(self, now_ns: int) -> None:
        self.system_hk.custody = self.content.custody
        self.system_hk.events = self.events.count & 0xFFFF
        self.system_hk.stamp(now_ns)

    def _fill_motion(self, now_ns: int) -> None:
        self.estimate.report(self.findings.surface_m, self.load_cell.force_n, self.motion.desired)
