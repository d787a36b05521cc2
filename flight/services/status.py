"""Housekeeping of the services."""

from __future__ import annotations

from flight.icd.hk.services import ServicesHk
from flight.services.arming import Arming
from flight.services.events import EventService
from flight.services.schedule import TimeSchedule
from flight.services.sequences import Sequences
from flight.services.storage import StorageService

_MASK = 0xFFFFFFFF


class ServicesStatus:
    """Fills `hk` from the services."""

    __slots__ = ("_arming", "_events", "_schedule", "_sequences", "_storage", "hk")

    def __init__(
        self,
        arming: Arming,
        events: EventService,
        schedule: TimeSchedule,
        sequences: Sequences,
        storage: StorageService,
    ) -> None:
        self.hk = ServicesHk()
        self._arming = arming
        self._events = events
        self._schedule = schedule
        self._sequences = sequences
        self._storage = storage

    def refresh(self, now_ns: int) -> None:
        """Bring `hk` up to date."""
        hk = self.hk
        hk.armed = self._arming.function
        hk.schedule_enabled = int(self._schedule.enabled)
        hk.schedule_waiting = len(self._schedule)
        hk.schedule_released = self._schedule.released & _MASK
        hk.schedule_skipped = self._schedule.skipped & _MASK
        hk.sequences_running = self._sequences.running
        hk.events_disabled = self._events.disabled
        hk.events_suppressed = self._events.suppressed & _MASK
        hk.retrieving = int(self._storage.retrieving)
        hk.retrieved = self._storage.retrieved & _MASK
        hk.storage_lost = self._storage.lost & _MASK
        hk.stamp(now_ns)
