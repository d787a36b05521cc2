"""PUS service 19: telecommands that events cause, released through the dispatcher like any other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from flight.icd.commands.event_action import (
    AddEventAction,
    ClearEventActions,
    DeleteEventAction,
    DisableEventAction,
    DisableEventActions,
    EnableEventAction,
    EnableEventActions,
    ReportEventAction,
    ReportEventActionStatus,
)
from flight.icd.embedded import embed, extract
from flight.icd.event_action import ACTIONS, EventActionDefinition, EventKey
from flight.icd.events.services import CommandSource
from flight.icd.events.supervision import EventActionReleased, EventActionsSuppressed, monitor_of
from flight.icd.hk.supervision import SupervisionHk
from flight.icd.kinds import Emit, Event
from flight.icd.reports.event_action import EventActionReport, EventActionStatus
from flight.icd.reports.verification import FailureCode
from flight.icd.space_packet import parse_tc
from flight.services.dispatcher import Dispatcher
from flight.services.verification import Execution, Report, Request

PER_SECOND = 4
"""Telecommands released within any second at most: an action may cause the event that caused it."""
WINDOW_NS = 1_000_000_000

Key = tuple[int, int]
"""Event, and monitor: 0 for any."""


@dataclass(slots=True)
class _Action:
    key: Key
    packet: bytes
    request: Request
    enabled: bool = False


class EventActionService:
    """The event-action table. `hear` takes every event, `step` (every few minor frames) releases what they cause."""

    __slots__ = (
        "_actions", "_dispatcher", "_emit", "_hk", "_pending", "_released_ns", "_report", "_suppressed",
        "_told_ns", "enabled",
    )  # fmt: skip

    def __init__(self, report: Report, emit: Emit, hk: SupervisionHk) -> None:
        self.enabled = True
        self._report = report
        self._emit = emit
        self._hk = hk
        self._dispatcher: Dispatcher | None = None
        self._actions: dict[Key, _Action] = {}
        self._pending: deque[_Action] = deque()
        self._released_ns: deque[int] = deque(maxlen=PER_SECOND)
        self._told_ns = -WINDOW_NS
        self._suppressed = 0
        """The event whose telecommand was suppressed last, 0 when that has been told."""

    def define(self, definitions: Iterable[EventActionDefinition]) -> None:
        """Take the actions to begin with, enabled; raises `ValueError` or `PacketError` for one that can't be."""
        for definition in definitions:
            key = _key(definition)
            if key in self._actions or len(self._actions) >= ACTIONS:
                raise ValueError(f"event-action {key}: there already, or one more than {ACTIONS}")
            packet = extract(definition.request)
            self._actions[key] = _Action(key, packet, parse_tc(packet).request, enabled=True)

    def serve(self, dispatcher: Dispatcher) -> None:
        """Take the telecommands of this service, and release by `dispatcher`."""
        self._dispatcher = dispatcher
        register = dispatcher.register
        register(AddEventAction, self._add)
        register(DeleteEventAction, self._delete)
        register(ClearEventActions, self._clear)
        register(EnableEventAction, self._enable)
        register(DisableEventAction, self._disable)
        register(ReportEventActionStatus, self._tell_status)
        register(EnableEventActions, self._switch_on)
        register(DisableEventActions, self._switch_off)
        register(ReportEventAction, self._tell)

    def hear(self, event: Event) -> None:
        """Note what `event` causes; it is released in the next `step`, whoever raised the event is not held up."""
        ident = event.ident
        if not self.enabled or ident is None:
            return
        monitor = monitor_of(event)
        action = self._actions.get((ident, monitor))
        if action is None and monitor:
            action = self._actions.get((ident, 0))
        if action is None or not action.enabled:
            return
        if len(self._pending) < ACTIONS:
            self._pending.append(action)
        else:
            self._suppress(action)

    def step(self, now_ns: int) -> None:
        """Release what the first event that waits causes: one telecommand a step, as time is short."""
        for _ in range(len(self._pending)):
            action = self._pending.popleft()
            if not action.enabled or not self.enabled:
                continue
            released = self._released_ns
            if len(released) < PER_SECOND or now_ns - released[0] >= WINDOW_NS:
                released.append(now_ns)
                self._release(action, now_ns)
                break
            self._suppress(action)
        if self._suppressed:
            self._tell_suppressed(now_ns)

    def let_act(self, whether: bool) -> None:
        """Act on events from now on, or on none."""
        self.enabled = whether
        if not whether:
            self._pending.clear()

    def fill(self) -> None:
        """Bring the housekeeping up to date."""
        self._hk.event_actions_on = int(self.enabled)
        self._hk.event_actions = len(self._actions)

    def image(self) -> bytes:
        """The definitions, one after another."""
        return b"".join([_definition(action).encode() for action in self._actions.values()])

    def _release(self, action: _Action, now_ns: int) -> None:
        if self._dispatcher is None:
            return
        self._hk.actions_released += 1
        (event, monitor), (packet, sequence) = action.key, action.request
        self._emit(EventActionReleased(event=event, monitor=monitor, request_packet=packet, request_sequence=sequence))
        if self._dispatcher.dispatch(action.packet, now_ns, CommandSource.EVENT_ACTION) is None:
            self._hk.actions_refused += 1

    def _suppress(self, action: _Action) -> None:
        self._hk.actions_suppressed += 1
        self._suppressed = action.key[0]

    def _tell_suppressed(self, now_ns: int) -> None:
        """Say once a second at most that telecommands were not released: saying so is an event as well."""
        if now_ns - self._told_ns >= WINDOW_NS:
            self._told_ns = now_ns
            self._emit(EventActionsSuppressed(event=self._suppressed, count=self._hk.actions_suppressed))
            self._suppressed = 0

    def _find(self, command: EventKey, execution: Execution) -> _Action | None:
        action = self._actions.get(_key(command))
        if action is None:
            execution.fail(FailureCode.UNKNOWN_OBJECT, command.event)
        return action

    def _add(self, command: AddEventAction, execution: Execution) -> None:
        key = _key(command)
        present = self._actions.get(key)
        if present is not None and present.enabled:
            execution.fail(FailureCode.ENABLED, command.event)
            return
        if present is None and len(self._actions) >= ACTIONS:
            execution.fail(FailureCode.FULL, ACTIONS)
            return
        inside = None if self._dispatcher is None else self._dispatcher.unwrap(command.request, execution)
        if inside is None:
            return
        self._actions[key] = _Action(key, *inside)
        execution.complete()

    def _delete(self, command: DeleteEventAction, execution: Execution) -> None:
        action = self._find(command, execution)
        if action is None:
            return
        if action.enabled:
            execution.fail(FailureCode.ENABLED, command.event)
            return
        del self._actions[action.key]
        execution.complete()

    def _clear(self, _command: ClearEventActions, execution: Execution) -> None:
        self._actions.clear()
        self._pending.clear()
        execution.complete()

    def _enable(self, command: EnableEventAction, execution: Execution) -> None:
        action = self._find(command, execution)
        if action is not None:
            action.enabled = True
            execution.complete()

    def _disable(self, command: DisableEventAction, execution: Execution) -> None:
        action = self._find(command, execution)
        if action is not None:
            action.enabled = False
            execution.complete()

    def _switch_on(self, _command: EnableEventActions, execution: Execution) -> None:
        self.enabled = True
        execution.complete()

    def _switch_off(self, _command: DisableEventActions, execution: Execution) -> None:
        self.enabled = False
        self._pending.clear()
        execution.complete()

    def _tell_status(self, _command: ReportEventActionStatus, execution: Execution) -> None:
        execution.start()
        actions = list(self._actions.values())
        rest = (0,) * (ACTIONS - len(actions))
        self._report(
            EventActionStatus(
                count=len(actions),
                events=(*(action.key[0] for action in actions), *rest),
                monitors=(*(action.key[1] for action in actions), *rest),
                enabled=(*(int(action.enabled) for action in actions), *rest),
            )
        )
        execution.complete()

    def _tell(self, command: ReportEventAction, execution: Execution) -> None:
        action = self._find(command, execution)
        if action is not None:
            execution.start()
            event, monitor = action.key
            self._report(EventActionReport(event=event, monitor=monitor, request=embed(action.packet)))
            execution.complete()


def _key(record: EventKey) -> Key:
    return record.event, record.monitor


def _definition(action: _Action) -> EventActionDefinition:
    event, monitor = action.key
    return EventActionDefinition(event=event, monitor=monitor, request=embed(action.packet))
