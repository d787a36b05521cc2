"""The flight program: which parts there are, how they are joined, and what runs when.

Read `FlightApp.schedule` first: one minor frame, top to bottom, is the data flow
receive -> estimate -> monitor -> decide -> control -> send -> report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flight.bus.camera import Camera
from flight.bus.joints import JointBus
from flight.bus.load_cell import LoadCell
from flight.bus.ports import Port
from flight.comms.control_word import ControlWord
from flight.comms.downlink import Downlink
from flight.comms.gate import Gate, memory_gate
from flight.comms.ports import LinkPorts
from flight.comms.status import CommsStatus
from flight.comms.uplink import Uplink
from flight.config import AnyConfig, MissionConfig, RoverConfig, load_mission
from flight.executive.clocks import Clock, VirtualClock
from flight.executive.housekeeping import ExecutiveReport
from flight.executive.loop import Executive, Fault
from flight.executive.schedule import MINOR_FRAME_NS, Schedule, Slot
from flight.executive.watchdog import BenchWatchdog, Watchdog
from flight.fdir.boots import LABEL as FAULTS
from flight.icd.catalogue import mission_dictionary
from flight.icd.hk.scoop import SystemHk
from flight.icd.keys import UplinkKey
from flight.icd.kinds import Telemetry
from flight.icd.modes import SafeReason
from flight.icd.tm_coding import Coding
from flight.recorder.banks import Banks, Loaded
from flight.recorder.direct import DirectRecorder
from flight.recorder.null import NullRecorder
from flight.recorder.product_log import NOWHERE, ProductLog, Scene
from flight.recorder.products import ProductError, next_sequence, read_products
from flight.recorder.records import Kind, Recorder
from flight.sampling.memory import LABEL as SEQUENCE
from flight.sampling.pictures import Pictures
from flight.sampling.system import ScoopSystem
from flight.services.custody import LABEL as CUSTODY
from flight.services.events import EventService
from flight.services.parameter_image import LABEL as PARAMETERS
from flight.services.suite import ServiceSuite
from flight.services.timebase import TimeBase
from flight.settings import Settings

__all__ = [
    "AnyConfig", "FlightApp", "MissionConfig", "ProductError", "Surroundings", "load_mission", "read_products",
]  # fmt: skip


Kept = tuple[Loaded, Loaded, Loaded, Loaded]
"""Settings, custody, sequence, faults."""
_MaybeKept = tuple[Loaded | None, Loaded | None, Loaded | None, Loaded | None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the program runs in: ports, recorder, clock, the gate of the uplink, the settings kept from before."""

    joints: Port
    load_cell: Port
    link: Port
    recorder: Recorder
    events: EventService
    clock: Clock
    watchdog: Watchdog
    tai_offset_ns: int
    gate: Gate
    kept_settings: Loaded | None = None
    kept_custody: Loaded | None = None
    kept_sequence: Loaded | None = None
    kept_fdir: Loaded | None = None
    camera: Port | None = None
    first_product: int = 1

    @classmethod
    def in_memory(
        cls, ports: Mapping[str, Port], link: Port, boot_tai_ns: int, key: UplinkKey, store: Path | None = None
    ) -> Surroundings:
        """Virtual time and ports in memory; recorded is to `store`, whose banks are loaded, or nowhere."""
        events = EventService()
        recorder = DirectRecorder(store, events.emit) if store else NullRecorder()
        return cls(
            ports["joints"], ports["load_cell"], link, recorder, events, VirtualClock(), BenchWatchdog(),
            boot_tai_ns, memory_gate(key), *_kept(store), ports.get("camera"), next_sequence(store) if store else 1,
        )  # fmt: skip


def load_kept(store: Path) -> Kept:
    """What the runs before have kept under `store`: settings, custody, sequence, faults; waits for the disk."""
    settings, custody, sequence, faults = (
        Banks(store, *label).load() for label in (PARAMETERS, CUSTODY, SEQUENCE, FAULTS)
    )
    return settings, custody, sequence, faults


def _kept(store: Path | None) -> _MaybeKept:
    return (None, None, None, None) if store is None else load_kept(store)


class FlightApp:
    """Everything on board, composed. `run` flies it in real time, `frame` a minor frame at a time.

    Raises `MissionError` for tables of the mission that name what is not there.
    """

    def __init__(self, config: AnyConfig, around: Surroundings) -> None:
        self.config = config
        self.recorder = around.recorder
        self._clock = around.clock
        self._started = False
        self.time = TimeBase(around.tai_offset_ns)
        self.events = events = around.events
        emit = events.emit
        dictionary = mission_dictionary()
        settings = Settings.of(config)

        self.links = LinkPorts([around.link], emit)
        wheels = config.wheel if isinstance(config, RoverConfig) else ()
        self.joints = JointBus(around.joints, config.joint, config.motion_bus, emit, wheels)
        self.load_cell = LoadCell(around.load_cell, config.load_cell, emit)
        self.camera = Camera(around.camera, config.camera, emit)
        self.products = ProductLog(around.recorder, self.time, self._scene, emit, around.first_product)
        events.subscribe(self.products.hear)
        self.pictures = Pictures(self.camera, self.products, emit)
        self.scoop = ScoopSystem(
            config, settings, self.joints, self.load_cell, SystemHk(dictionary=dictionary.hash64), emit,
            lambda: self.time.tai_ns, self.pictures, self.camera.hk, around.recorder.hk,
        )  # fmt: skip
        self.services = ServiceSuite(
            config, settings, dictionary, self.scoop, self.joints, self.pictures, around.recorder, events, self.time,
            self._report, self._playback,
        )  # fmt: skip
        dispatcher = self.services.dispatcher
        control_word = ControlWord()
        self.uplink = Uplink(
            self.links, dispatcher.accept, control_word, emit, around.gate, lambda: dispatcher.has_room
        )
        self.downlink = Downlink(
            self.links,
            self.time,
            control_word,
            emit,
            rate_bps=config.telemetry.bit_rate,
            latency_s=config.telemetry.max_latency_s,
            record=self._record,
            store=self.services.storage.store,
            coding=Coding(config.telemetry.reed_solomon, config.telemetry.randomized),
        )
        events.connect(self._report)
        self.executive_report = ExecutiveReport()
        self.executive = Executive(self.schedule(), around.clock, around.watchdog, emit, self._on_fault)
        self.executive_report.watch(self.executive)
        self._add_housekeeping()
        self.services.define(around.kept_settings, around.kept_custody, around.kept_sequence, around.kept_fdir)

    def schedule(self) -> Schedule:
        """One minor frame, top to bottom, is the data flow."""
        scoop, services = self.scoop, self.services
        return Schedule(
            # activity                            every phase  budget_us
            Slot(self.time.step,                      1,    0,   100),
            Slot(self.joints.receive,                 1,    0,   700),
            Slot(self.load_cell.step,                 1,    0,   400),
            Slot(self.camera.step,                    1,    0,   400),
            Slot(self.pictures.step,                 10,    6,   400),
            Slot(self.links.step,                    10,    0,   500),
            Slot(self.uplink.step,                    5,    3,  2000),
            Slot(scoop.see,                           1,    0,   300),
            Slot(scoop.monitor,                       5,    1,   300),
            Slot(services.supervision.step,           1,    0,   300),
            Slot(scoop.sampling.step,                 5,    2,  2000),
            Slot(scoop.locator.step,                  5,    3,   300),
            Slot(self.products.step,                  1,    0,   200),  # before the state that they are evidence of
            Slot(services.custody.step,               5,    2,   300),
            Slot(services.keep,                       5,    2,   300),
            Slot(services.time_schedule.step,         5,    1,  1000),
            Slot(services.sequences.step,             5,    0,  1000),
            Slot(services.functions.step,            20,    4,   100),
            Slot(services.joint_functions.step,      10,    6,   100),
            Slot(services.imaging.step,              10,    6,   100),
            Slot(services.dispatcher.step,           10,    4,   500),
            Slot(scoop.control,                       1,    0,   400),
            Slot(self.joints.send,                    1,    0,   700),
            Slot(services.time_reporting.step,      100,   10,   200),
            Slot(self.events.step,                  100,   11,   500),
            Slot(self.executive_report.step,        100,    9,   500),
            Slot(services.housekeeping.step,          1,    0,  1500),
            Slot(services.storage.step,              10,    0,  1000),
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
        self.scoop.motion.release()
        now_ns = self._clock.now_ns() + MINOR_FRAME_NS
        self._clock.sleep_until(now_ns)  # what the servos still answer is off the line by then
        self.joints.receive(now_ns)
        self.joints.halt(now_ns)
        self.downlink.flush(now_ns)
        self.services.close(now_ns)
        self.products.flush(now_ns)
        self.links.close()
        self.recorder.close()
        self.uplink.close()

    def _report(self, record: Telemetry) -> None:
        self.downlink.report(record)

    def _playback(self, packet: bytes) -> bool:
        return self.downlink.playback(packet)

    def _record(self, frame: bytes, now_ns: int) -> None:
        self.recorder.append(Kind.FRAME, frame, now_ns)

    def _scene(self) -> Scene:
        phase, estimate = self.scoop.sampling.phase, self.scoop.estimate
        return Scene(phase, estimate.edge_m if estimate.fresh else NOWHERE, estimate.pose.pitch_rad)

    def _on_fault(self, fault: Fault) -> None:
        self.scoop.modes.safe(SafeReason.TASK_FAULT, value=float(fault.count))

    def _add_housekeeping(self) -> None:
        add, scoop, executive = self.services.add, self.scoop, self.executive_report
        comms = CommsStatus(self.links, self.downlink, self.uplink, self.services.dispatcher)
        add(scoop.system_hk, self._fill_system)
        add(self.joints.hk, self.joints.housekeep)
        add(self.joints.joints_hk, self.joints.housekeep)
        if self.joints.wheels_hk is not None:
            add(self.joints.wheels_hk, self.joints.housekeep)
        add(self.load_cell.hk)
        add(self.camera.hk)
        add(executive.hk)
        add(executive.times)
        add(scoop.sampling.hk, scoop.sampling.report)
        add(scoop.fdir.hk, self.services.fill_fdir)
        add(scoop.estimate.hk, scoop.fill_motion)
        if scoop.traction is not None:
            add(scoop.traction.hk, scoop.traction.report)
        add(scoop.locator.hk, scoop.locator.refresh)
        add(comms.hk, comms.refresh)
        add(comms.uplink_hk, comms.refresh_uplink)
        add(self.recorder.hk)
        add(self.products.hk)
        add(self.pictures.hk)

    def _fill_system(self, now_ns: int) -> None:
        self.scoop.system_hk.events = self.events.count & 0xFFFF
        self.scoop.fill_system(now_ns)
