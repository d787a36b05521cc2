"""All PUS services around one dispatcher."""

from __future__ import annotations

from collections.abc import Callable

from flight.bus.joints import JointBus
from flight.config import AnyConfig
from flight.fdir.boots import LABEL as BOOTS
from flight.fdir.boots import Boots
from flight.icd.custody import parse_public_key
from flight.icd.dictionary import Dictionary
from flight.icd.kinds import Housekeeping, Telemetry
from flight.pool import Pool
from flight.recorder.banks import Loaded, RecordedBank
from flight.recorder.records import Recorder
from flight.sampling import memory
from flight.sampling.pictures import Pictures
from flight.sampling.system import ScoopSystem
from flight.services import custody
from flight.services.connection import ConnectionService
from flight.services.dispatcher import Dispatcher
from flight.services.events import EventService
from flight.services.functions import ResumedSequence, ScoopFunctions
from flight.services.housekeeping import HousekeepingService, Refresh
from flight.services.imaging import ImageFunction
from flight.services.joint_functions import JointFunctions
from flight.services.meters import meters_in
from flight.services.mode_functions import ModeFunctions
from flight.services.parameter_image import LABEL
from flight.services.schedule import TimeSchedule
from flight.services.sequences import Sequences
from flight.services.status import ServicesStatus
from flight.services.storage import StorageService
from flight.services.supervision import Supervision
from flight.services.time_reporting import TimeReporting
from flight.services.timebase import TimeBase
from flight.settings import Settings


class ServiceSuite:
    """Every service, made and joined; `add` the housekeeping of all parts, then `define`, before the loop begins."""

    def __init__(
        self, config: AnyConfig, settings: Settings, dictionary: Dictionary, scoop: ScoopSystem, joints: JointBus,
        pictures: Pictures, recorder: Recorder, events: EventService, time: TimeBase,
        report: Callable[[Telemetry], None], playback: Callable[[bytes], bool],
    ) -> None:  # fmt: skip
        emit = events.emit
        groups = tuple(settings.groups())
        self._config = config
        self._dictionary = dictionary
        self.pool = Pool(groups)
        self.dispatcher = Dispatcher(dictionary, report, emit)
        self.events = events
        self.housekeeping = HousekeepingService(report, time)
        self.functions = ScoopFunctions(scoop.sampling, scoop.content, scoop.motion, scoop.modes, time)
        self.mode_functions = ModeFunctions(scoop.modes, lambda: scoop.sampling.busy, scoop.fdir.sensors.retest)
        self.joint_functions = JointFunctions(joints, lambda: scoop.sampling.busy)
        self.imaging = ImageFunction(pictures, time)
        key = None if config.custody is None else parse_public_key(config.custody.buyer_public_key)
        self.custody = custody.CustodyService(
            scoop.content.chain, config.mission.name, key, scoop.sampling, RecordedBank(recorder, custody.LABEL), time,
            emit,
        )  # fmt: skip
        self.memory = memory.Memory(
            config, scoop.sampling, scoop.content, scoop.findings, scoop.estimate, scoop.modes,
            pictures, RecordedBank(recorder, memory.LABEL), emit, time.tai_offset_ns, ResumedSequence(scoop.modes),
            scoop.odometry,
        )  # fmt: skip
        self.time_reporting = TimeReporting(report, time, emit)
        self.time_schedule = TimeSchedule(self.dispatcher, report, time, emit)
        self.sequences = Sequences(self.dispatcher, emit)
        self.storage = StorageService(recorder, playback, report, emit)
        writer = RecordedBank(recorder, LABEL)
        self.supervision = Supervision(self.pool, groups, config.mission.name, writer, report, time, emit)
        self.boots = Boots(
            scoop.modes, RecordedBank(recorder, BOOTS), emit, config.fdir.boots_most, config.fdir.stable_s,
            self.supervision.event_action.let_act,
        )  # fmt: skip
        self._fdir = scoop.fdir
        scoop.fdir.reboots.barred = lambda: self.boots.capped
        for service in (
            ConnectionService(report), events, self.housekeeping, self.functions, self.mode_functions,
            self.joint_functions, self.imaging, self.custody, self.time_reporting, self.time_schedule,
            self.sequences, self.storage, self.supervision,
        ):  # fmt: skip
            service.serve(self.dispatcher)
        events.subscribe(self.supervision.hear)
        scoop.modes.on_safe(self.sequences.abort_all)
        status = ServicesStatus(self.dispatcher.arming, events, self.time_schedule, self.sequences, self.storage)
        self.add(status.hk, status.refresh)
        self.add(self.custody.hk, self.custody.refresh)
        self.add(self.supervision.hk, self.supervision.refresh)

    def add(self, record: Housekeeping, refresh: Refresh | None = None) -> None:
        """Report `record` on its period, and let its values be monitored."""
        self.housekeeping.add(record, refresh)
        self.pool.add(record)

    def define(
        self, kept: Loaded | None, kept_custody: Loaded | None = None, kept_sequence: Loaded | None = None,
        kept_fdir: Loaded | None = None,
    ) -> None:  # fmt: skip
        """Take the tables of the mission, and settings, custody, sequence and faults kept; raises `MissionError`."""
        self.supervision.define(self._config, self._dictionary)
        self._fdir.sensors.doubt = meters_in(self.pool, len(self._config.joint))
        if kept_fdir is not None:
            self.boots.load(kept_fdir)
        if kept is not None:
            self.supervision.load(kept)
        if kept_custody is not None:
            self.custody.load(kept_custody, memory.custody_floor(kept_sequence))
        if kept_sequence is not None:
            self.memory.load(kept_sequence)

    def keep(self, now_ns: int) -> None:
        """Hand over what is to be known after a restart: the sequence, starts and latched faults."""
        self.memory.step(now_ns)
        self.boots.step(now_ns)

    def fill_fdir(self, now_ns: int) -> None:
        """Fill the housekeeping of fault handling."""
        self._fdir.fill(now_ns, self.boots)

    def close(self, now_ns: int) -> None:
        """The program ends: what is stored is handed over."""
        self.boots.close(now_ns)
        self.storage.flush(now_ns)
