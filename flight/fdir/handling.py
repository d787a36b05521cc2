"""Fault handling of the scoop, joined: sensors under vote, servos watched and restarted, conditions measured."""

from __future__ import annotations

from flight.bus.joints import JointBus
from flight.bus.load_cell import LoadCell
from flight.config import AnyConfig
from flight.fdir.boots import Boots
from flight.fdir.joint_recovery import JointRecovery
from flight.fdir.joint_watch import JointWatch
from flight.fdir.modes import Modes
from flight.fdir.reboots import Reboots
from flight.fdir.sensors import Sensors
from flight.fdir.store_watch import StoreWatch
from flight.icd.commands.functions import Collect
from flight.icd.fdir import SERVOS, Condition
from flight.icd.hk.fdir import FdirHk
from flight.icd.hk.imaging import CameraHk
from flight.icd.hk.recorder import RecorderHk
from flight.icd.inhibits import HELD
from flight.icd.kinds import Emit
from flight.icd.modes import Mode
from flight.sampling.rig import Content, Findings
from flight.sampling.sequence import Sampling
from flight.scoop.motion import MotionControl
from flight.settings import Settings


class FaultHandling:
    """What looks after the joints and says what may begin; `step` is one look, a few times a tenth of a second."""

    __slots__ = (
        "_content",
        "_load_cell",
        "_modes",
        "_motion",
        "_sampling",
        "hk",
        "reboots",
        "sensors",
        "store",
        "watch",
    )

    def __init__(
        self, config: AnyConfig, settings: Settings, joints: JointBus, load_cell: LoadCell, camera: CameraHk,
        recorder: RecorderHk, motion: MotionControl, modes: Modes, findings: Findings, content: Content,
        sampling: Sampling, emit: Emit,
    ) -> None:  # fmt: skip
        self._load_cell, self._content = load_cell, content
        self._motion, self._modes, self._sampling = motion, modes, sampling
        self.hk = FdirHk(boots_most=config.fdir.boots_most)
        self.store = StoreWatch(recorder)
        self.sensors = Sensors(joints.states, load_cell, camera, findings, config, emit)
        fdir = config.fdir
        self.reboots = Reboots(emit, lambda: content.custody, fdir.reboots_most, fdir.reboots_forgiven_s)
        joints.may_reboot(self.reboots.may)
        recovery = JointRecovery(
            joints.states, self.reboots, joints.reboot, lambda: joints.torque(True), modes, emit,
            float(config.motion_bus.max_temperature_c), fdir.hardware_hold_s,
        )  # fmt: skip
        self.watch = JointWatch(
            joints.states, motion, modes, emit, config, settings.motion, sampling.interrupt,
            lambda: joints.torque(True), recovery,
        )  # fmt: skip
        measure = modes.conditions.measure
        measure(Condition.JOINTS_HEARD, self.watch.unheard)
        measure(Condition.JOINTS_SOUND, self.watch.unsound)
        measure(Condition.SUPPLY, self.watch.starving)
        measure(Condition.LOAD_CELL, self._no_load_cell)
        measure(Condition.CUSTODY, self._held)
        measure(Condition.STORE, self.store.failing)

    def step(self, now_ns: int) -> None:
        """Look at everything."""
        motion = self._motion
        self.store.step(now_ns)
        self.sensors.step(now_ns, motion.finished and motion.settled)
        self.watch.step(now_ns, self._sampling.busy)

    def fill(self, now_ns: int, boots: Boots) -> None:
        """Bring the housekeeping up to date."""
        hk, modes = self.hk, self._modes
        self.sensors.fill(hk)
        hk.latched = modes.latched
        unmet = modes.conditions.unmet(Mode.OPERATE, Collect)
        hk.missing = Condition.NONE if unmet is None else unmet.condition
        a, b, c, d, e, f = self.reboots.counts[:SERVOS]
        hk.servo_reboots = (a, b, c, d, e, f)
        hk.boots = boots.boots
        hk.stamp(now_ns)

    def _no_load_cell(self) -> int | None:
        return None if self._load_cell.valid else self.sensors.cell_votes

    def _held(self) -> int | None:
        custody = self._content.custody
        return int(custody) if custody in HELD else None
