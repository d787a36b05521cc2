"""PUS service 11: telecommands released at their times.

A release time is given in TAI and turned into monotonic time as it is inserted; the schedule runs on monotonic time. So
a correlation of the clock neither releases nor delays anything that is scheduled already: where the old setting was
wrong, delete and insert again. Nothing of it survives a restart.
"""

from __future__ import annotations

from bisect import insort
from typing import NamedTuple, TypeVar

from flight.icd import cuc
from flight.icd.commands.schedule import (
    DeleteActivity,
    DisableSchedule,
    EnableSchedule,
    InsertActivity,
    ReportActivity,
    ReportSchedule,
    ResetSchedule,
    SummarizeSchedule,
)
from flight.icd.embedded import embed
from flight.icd.events.services import ActivitySkipped, CommandSource, SkipReason
from flight.icd.kinds import Emit
from flight.icd.reports.schedule import ActivityDetail, ActivitySummary
from flight.icd.reports.verification import FailureCode
from flight.services.dispatcher import Dispatcher
from flight.services.timebase import TimeBase
from flight.services.verification import Execution, Report, Request

CAPACITY = 32
MARGIN_NS = 1_000_000_000
"""An activity is inserted at least so long before its release."""
LATE_NS = 2_000_000_000
"""An activity that could not be released within so long after its time is skipped."""
RELEASES = 2
"""Activities released in one step at most."""

R = TypeVar("R", ActivityDetail, ActivitySummary)


class Activity(NamedTuple):
    """A telecommand packet and the monotonic time of its release."""

    release_ns: int
    request: Request
    octets: bytes


class TimeSchedule:
    """Holds activities in order of release, and releases them by `dispatcher`.

    It is enabled at start, and disabled by a reset.
    """

    __slots__ = ("_activities", "_dispatcher", "_emit", "_report", "_time", "enabled", "released", "skipped")

    def __init__(self, dispatcher: Dispatcher, report: Report, time: TimeBase, emit: Emit) -> None:
        self._dispatcher = dispatcher
        self._report = report
        self._time = time
        self._emit = emit
        self._activities: list[Activity] = []
        self.enabled = True
        self.released = 0
        self.skipped = 0

    def __len__(self) -> int:
        return len(self._activities)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service."""
        dispatcher.register(EnableSchedule, self._enable)
        dispatcher.register(DisableSchedule, self._disable)
        dispatcher.register(ResetSchedule, self._reset)
        dispatcher.register(InsertActivity, self._insert)
        dispatcher.register(DeleteActivity, self._delete)
        dispatcher.register(ReportActivity, self._report_one)
        dispatcher.register(ReportSchedule, self._report_all)
        dispatcher.register(SummarizeSchedule, self._summarize_all)

    def step(self, now_ns: int) -> None:
        """Release what is due."""
        activities = self._activities
        for _ in range(RELEASES):
            if not activities or now_ns < activities[0].release_ns:
                return
            self._release(activities.pop(0), now_ns)

    def _release(self, activity: Activity, now_ns: int) -> None:
        late_ns = now_ns - activity.release_ns
        if not self.enabled:
            self._skip(activity, SkipReason.DISABLED, late_ns)
        elif late_ns > LATE_NS:
            self._skip(activity, SkipReason.LATE, late_ns)
        elif self._dispatcher.dispatch(activity.octets, now_ns, CommandSource.SCHEDULE) is None:
            self._skip(activity, SkipReason.REFUSED, late_ns)
        else:
            self.released += 1

    def _skip(self, activity: Activity, reason: SkipReason, late_ns: int) -> None:
        self.skipped += 1
        packet, sequence = activity.request
        late_ms = min(late_ns // 1_000_000, 0xFFFFFFFF)
        self._emit(ActivitySkipped(request_packet=packet, request_sequence=sequence, reason=reason, late_ms=late_ms))

    def _enable(self, _command: EnableSchedule, execution: Execution) -> None:
        self.enabled = True
        execution.complete()

    def _disable(self, _command: DisableSchedule, execution: Execution) -> None:
        self.enabled = False
        execution.complete()

    def _reset(self, _command: ResetSchedule, execution: Execution) -> None:
        self._activities.clear()
        self.enabled = False
        execution.complete()

    def _insert(self, command: InsertActivity, execution: Execution) -> None:
        inside = self._dispatcher.unwrap(command.telecommand, execution)
        if inside is None:
            return
        octets, request = inside
        release_ns = cuc.join(command.seconds, command.fraction) - self._time.tai_offset_ns
        late_ns = execution.begun_ns + MARGIN_NS - release_ns
        if late_ns > 0:
            execution.fail(FailureCode.TOO_LATE, min(-(-late_ns // 1_000_000), 0xFFFFFFFF))
        elif len(self._activities) >= CAPACITY:
            execution.fail(FailureCode.FULL, CAPACITY)
        elif self._find(request) is not None:
            execution.fail(FailureCode.DUPLICATE)
        else:
            activity = Activity(release_ns, request, octets)
            insort(self._activities, activity, key=lambda other: other.release_ns)
            execution.complete()

    def _delete(self, command: DeleteActivity, execution: Execution) -> None:
        activity = self._named(command, execution)
        if activity is not None:
            self._activities.remove(activity)
            execution.complete()

    def _report_one(self, command: ReportActivity, execution: Execution) -> None:
        activity = self._named(command, execution)
        if activity is not None:
            execution.start()
            self._report(self._fill(ActivitySummary(total=1), activity))
            execution.complete()

    def _report_all(self, _command: ReportSchedule, execution: Execution) -> None:
        execution.start()
        total = len(self._activities)
        for place, activity in enumerate(self._activities):
            telecommand = embed(activity.octets)
            self._report(self._fill(ActivityDetail(place=place, total=total, telecommand=telecommand), activity))
        if not total:
            self._report(ActivityDetail())
        execution.complete()

    def _summarize_all(self, _command: SummarizeSchedule, execution: Execution) -> None:
        execution.start()
        total = len(self._activities)
        for place, activity in enumerate(self._activities):
            self._report(self._fill(ActivitySummary(place=place, total=total), activity))
        if not total:
            self._report(ActivitySummary())
        execution.complete()

    def _fill(self, report: R, activity: Activity) -> R:
        report.count = 1
        report.request_packet, report.request_sequence = activity.request
        report.seconds, report.fraction = cuc.split(activity.release_ns + self._time.tai_offset_ns)
        return report

    def _named(self, command: DeleteActivity | ReportActivity, execution: Execution) -> Activity | None:
        activity = self._find((command.request_packet, command.request_sequence))
        if activity is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, command.request_packet << 16 | command.request_sequence)
        return activity

    def _find(self, request: Request) -> Activity | None:
        for activity in self._activities:
            if activity.request == request:
                return activity
        return None
