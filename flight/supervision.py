"""The tables `[[monitor]]` and `[[event_action]]` of a mission file, and the definitions they become.

[[monitor]]
id = 1
parameter = "JointsHk.temperature_c[0]"
high = 70                       # in the parameter's unit
interval_s = 1.0
consecutive = 3
stale_s = 5.0
severity = "medium"

[[event_action]]
event = "monitor_high"
monitor = 1                     # of the events of monitors: which one
command = "abort"
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from flight.icd.command_text import CommandError, build_command
from flight.icd.dictionary import Dictionary
from flight.icd.embedded import embed
from flight.icd.event_action import EventActionDefinition
from flight.icd.kinds import Event, Severity
from flight.icd.mission_file import MissionError, Section
from flight.icd.monitoring import CheckKind, MonitorDefinition
from flight.icd.space_packet import encode_tc
from flight.pool import Pool

MAX = sys.float_info.max
FIRST_SEQUENCE = 0x3F00
"""Sequence count of the first event-action's telecommand: the ground's own counts come here last."""
Identifier = Annotated[int, Field(ge=1, le=0xFFFF)]


class Monitor(Section):
    """A parameter that is watched from the start; limits are in its unit, `expected` and `mask` are raw bits."""

    id: Identifier
    parameter: str
    check: Literal["limit", "expected", "delta"] = "limit"
    low: float | None = None
    high: float | None = None
    expected: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] | None = None
    mask: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] = 0xFFFFFFFF
    interval_s: Annotated[float, Field(ge=0.01, le=3600)]
    consecutive: Annotated[int, Field(ge=1, le=255)]
    stale_s: Annotated[float, Field(ge=0.01, le=86400)]
    severity: Literal["info", "low", "medium", "high"]

    @model_validator(mode="after")
    def _complete(self) -> Monitor:
        if self.check == "expected" and (self.expected is None or self.low is not None or self.high is not None):
            raise ValueError(f"[[monitor]] {self.id}: a check of bits has `expected`, and neither `low` nor `high`")
        if self.check != "expected" and (self.expected is not None or (self.low is None and self.high is None)):
            raise ValueError(f"[[monitor]] {self.id}: a {self.check} check has `low` or `high` or both, no `expected`")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"[[monitor]] {self.id}: low {self.low} must not be above high {self.high}")
        return self


class EventAction(Section):
    """A telecommand that an event causes from the start; `values` are its fields, written `field=value`."""

    event: str
    monitor: Annotated[int, Field(ge=0, le=0xFFFF)] = 0
    command: str
    values: tuple[str, ...] = ()


def monitor_definitions(monitors: Iterable[Monitor], pool: Pool) -> Iterator[MonitorDefinition]:
    """The monitors as they are defined on board; raises `MissionError` for a parameter that is not in `pool`."""
    for monitor in monitors:
        parameter = pool.named(monitor.parameter)
        if parameter is None:
            raise MissionError(f"[[monitor]] {monitor.id}: no parameter {monitor.parameter!r} on board")
        check = CheckKind[monitor.check.upper()]
        scale = parameter.field.scale
        low = -MAX if monitor.low is None else monitor.low / scale
        high = MAX if monitor.high is None else monitor.high / scale
        if check is CheckKind.EXPECTED:
            low, high = float(monitor.expected or 0), 0.0
        yield MonitorDefinition(
            monitor=monitor.id,
            parameter=parameter.ident,
            interval_ms=round(1e3 * monitor.interval_s),
            consecutive=monitor.consecutive,
            check_kind=check,
            mask=monitor.mask,
            low=low,
            high=high,
            stale_ms=round(1e3 * monitor.stale_s),
            severity=Severity[monitor.severity.upper()],
        )


def event_action_definitions(actions: Iterable[EventAction], dictionary: Dictionary) -> Iterator[EventActionDefinition]:
    """The event-actions as they are defined on board; raises `MissionError` for what the dictionary does not know."""
    for number, action in enumerate(actions):
        event = dictionary.by_name.get(action.event)
        if event is None or not issubclass(event, Event):
            raise MissionError(f"[[event_action]] {number}: no event {action.event!r}")
        try:
            command = build_command(dictionary, action.command, action.values)
        except CommandError as error:
            raise MissionError(f"[[event_action]] {number}: {error}") from None
        request = embed(encode_tc(command, FIRST_SEQUENCE + number))
        yield EventActionDefinition(event=event.ident, monitor=action.monitor, request=request)
