"""Settings and supervision together: services 6, 12, 19 and 20 over one pool, and the housekeeping they share."""

from __future__ import annotations

from collections.abc import Sequence

from flight.config import AnyConfig
from flight.icd.dictionary import Dictionary
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.kinds import Emit, Event, ParameterGroup
from flight.icd.memory import Region
from flight.icd.mission_file import MissionError
from flight.pool import Pool
from flight.recorder.banks import BankWriter, Loaded
from flight.services.dispatcher import Dispatcher
from flight.services.event_action import EventActionService
from flight.services.memory import MemoryService
from flight.services.monitor_table import TableError
from flight.services.monitoring import MonitoringService
from flight.services.parameter_image import ParameterImage
from flight.services.parameters import ParameterService
from flight.services.timebase import TimeBase
from flight.services.verification import Report
from flight.supervision import event_action_definitions, monitor_definitions


class Supervision:
    """What watches values, acts on events, keeps settings and reads memory.

    Made while the program is composed; `define` once every record is in `pool`; `load`, if there are banks, before the
    loop begins; then `hear` takes every event, and `step` is for every minor frame.
    """

    __slots__ = ("_acts", "_pool", "event_action", "hk", "memory", "monitoring", "parameters")

    def __init__(
        self,
        pool: Pool,
        groups: Sequence[ParameterGroup],
        mission: str,
        writer: BankWriter,
        report: Report,
        time: TimeBase,
        emit: Emit,
    ) -> None:
        self._pool = pool
        self._acts = False
        self.hk = hk = SupervisionHk()
        image = ParameterImage(groups, mission)
        self.parameters = ParameterService(pool, image, writer, report, time, emit, hk)
        self.monitoring = MonitoringService(pool, report, time, emit, hk)
        self.event_action = EventActionService(report, emit, hk)
        self.memory = MemoryService(report, time, hk)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of the four services."""
        for service in (self.parameters, self.monitoring, self.event_action, self.memory):
            service.serve(dispatcher)

    def define(self, config: AnyConfig, dictionary: Dictionary) -> None:
        """Take the tables of the mission and the regions that can be read; raises `MissionError`."""
        try:
            self.monitoring.define(monitor_definitions(config.monitor, self._pool))
            self.event_action.define(event_action_definitions(config.event_action, dictionary))
        except (TableError, ValueError) as error:
            raise MissionError(f"mission {config.mission.name}: {error}") from None
        mission = config.model_dump_json().encode()
        add = self.memory.add
        add(Region.PARAMETERS, self.parameters.image.encode)
        add(Region.DICTIONARY, lambda: dictionary.canonical_json)
        add(Region.MISSION, lambda: mission)
        add(Region.MONITORS, self.monitoring.table.image)
        add(Region.EVENT_ACTIONS, self.event_action.image)

    def load(self, loaded: Loaded) -> None:
        """Put in force the settings that the banks held."""
        self.parameters.load(loaded)

    def hear(self, event: Event) -> None:
        """Take an event that was raised."""
        self.event_action.hear(event)

    def step(self, now_ns: int) -> None:
        """Check what is due; then, every other minor frame, release what an event caused or go on with a memory."""
        self.monitoring.step(now_ns)
        self.parameters.step(now_ns)
        self._acts = not self._acts
        if self._acts:
            self.event_action.step(now_ns)
        else:
            self.memory.step(now_ns)

    def refresh(self, now_ns: int) -> None:
        """Bring the housekeeping up to date."""
        self.monitoring.fill()
        self.event_action.fill()
        self.hk.stamp(now_ns)
