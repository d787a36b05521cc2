"""Monitors and event-actions of a mission file."""

from importlib import resources

import pytest

from flight.config import load_mission
from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Abort
from flight.icd.embedded import extract
from flight.icd.event_action import EventActionDefinition
from flight.icd.events.supervision import MonitorHigh
from flight.icd.hk.bus import JointsHk
from flight.icd.kinds import Severity
from flight.icd.mission_file import MissionError, validate
from flight.icd.monitoring import CheckKind, MonitorDefinition
from flight.icd.parameters import SampleParameters
from flight.icd.space_packet import parse_tc
from flight.pool import Pool
from flight.supervision import MAX, EventAction, Monitor, event_action_definitions, monitor_definitions

MONITOR = {
    "id": 4,
    "parameter": "JointsHk.supply[3]",
    "low": 10.0,
    "interval_s": 0.5,
    "consecutive": 3,
    "stale_s": 2.5,
    "severity": "medium",
}


def defined(**changes):
    tables = {key: value for key, value in (MONITOR | changes).items() if value is not None}
    return next(monitor_definitions([validate(Monitor, tables, "m1.toml")], Pool([JointsHk(), SampleParameters()])))


def test_limits_are_given_in_the_unit_and_kept_raw():
    assert defined() == MonitorDefinition(
        monitor=4,
        parameter=Pool([JointsHk()]).named("JointsHk.supply[3]").ident,
        interval_ms=500,
        consecutive=3,
        check_kind=CheckKind.LIMIT,
        mask=0xFFFFFFFF,
        low=100.0,
        high=MAX,
        stale_ms=2500,
        severity=Severity.MEDIUM,
    )


def test_bits_are_given_raw():
    monitor = defined(parameter="JointsHk.torque", check="expected", low=None, expected=15, mask=15)
    assert (monitor.check_kind, monitor.low, monitor.mask) == (CheckKind.EXPECTED, 15.0, 15)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"low": None}, "a limit check has `low` or `high` or both"),
        ({"low": 3.0, "high": 2.0}, "low 3.0 must not be above high 2.0"),
        ({"check": "expected"}, "a check of bits has `expected`"),
        ({"check": "delta", "expected": 3}, "a delta check has"),
        ({"consecutive": 0}, "consecutive must be greater than or equal to 1, got 0"),
        ({"parameter": "JointsHk.suply[3]"}, r"\[\[monitor\]\] 4: no parameter 'JointsHk.suply\[3\]' on board"),
    ],
)
def test_a_monitor_that_cannot_be_is_refused_with_the_reason(changes, text):
    with pytest.raises(MissionError, match=text):
        defined(**changes)


def test_an_action_becomes_a_telecommand_packet():
    action = EventAction(event="monitor_high", monitor=6, command="abort")
    definition = next(event_action_definitions([action], mission_dictionary()))
    packet = parse_tc(extract(definition.request))
    assert (definition.event, definition.monitor) == (MonitorHigh.ident, 6)
    assert (packet.service, packet.subtype, packet.body) == (8, 1, Abort.ident.to_bytes(2, "big"))


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"event": "monitor_hi"}, "no event 'monitor_hi'"),
        ({"event": "abort"}, "no event 'abort'"),
        ({"command": "abort_all"}, "no command 'abort_all'"),
        ({"command": "collect", "values": ("site=1",)}, "missing max_digs"),
    ],
)
def test_an_action_that_cannot_be_is_refused_with_the_reason(changes, text):
    action = EventAction(**{"event": "monitor_high", "command": "abort"} | changes)
    with pytest.raises(MissionError, match=text):
        next(event_action_definitions([action], mission_dictionary()))


def test_identifiers_differ_from_monitor_to_monitor(tmp_path):
    text = (
        resources.files("flight")
        .joinpath("missions/m1_lander.toml")
        .read_text()
        .replace("id = 8\nparameter", "id = 7\nparameter")
    )
    path = tmp_path / "twice.toml"
    path.write_text(text)
    with pytest.raises(MissionError, match="id must differ from monitor to monitor"):
        load_mission(path)


def test_the_tables_of_the_mission_fit_the_forms(m1):
    actions = list(event_action_definitions(m1.event_action, mission_dictionary()))
    assert all(EventActionDefinition.decode(action.encode()) == action for action in actions)
    assert [action.monitor for action in actions if action.monitor] == [5]
    assert {monitor.id for monitor in m1.monitor} >= {action.monitor for action in actions}
