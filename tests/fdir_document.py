"""The document of fault handling, its tables taken from the code: `python tests/fdir_document.py` writes it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path

from flight.config import Fdir
from flight.fdir import sensors
from flight.fdir.conditions import ENTRY, NEEDS
from flight.fdir.votes import Ballot
from flight.icd.commands.functions import Collect
from flight.icd.fdir import Condition, Doubt, Sensor
from flight.icd.mode_table import ALLOWED
from flight.icd.modes import Mode

DOCUMENT = Path(__file__).parents[1] / "docs" / "fdir.md"
_MODES = (Mode.SAFE, Mode.STANDBY, Mode.CHECKOUT, Mode.OPERATE)

_FAULTS = (
    ("joint data stale", "a value older than `[motion] stale_s`, or a servo that does not answer",
     "motion held at once; goes on when they are back, the step anew if that took more than 0.2 s; "
     "after `hold_s` SAFE (JOINTS_STALE)", "test_joint_watch.py"),
    ("supply out of 9.5 to 16 V", "two looks at any servo's voltage",
     "motion held while it lasts; the alert that stays in the servo is told and stops nothing; "
     "after `hardware_hold_s` SAFE (JOINT_HARDWARE)", "test_fault_handling.py"),
    ("encoder, shock, overload, overheat error of a servo", "two looks at its error register",
     "motion held; the servo restarted after half a second, or once it has cooled; torque back, the step anew; "
     "`reboots_most` restarts in a row, then SAFE (JOINT_HARDWARE)", "test_joint_watch.py"),
    ("the same while the sample is offered or transferred", "custody, asked before each restart",
     "no restart, told with the state of custody; SAFE (JOINT_HARDWARE)", "test_fault_handling.py"),
    ("joint too hot", "five looks at a thermometer that is believed", "SAFE (JOINT_HOT)", "test_joint_watch.py"),
    ("something about to enter a keep-out box", "where the joints will be in 0.15 s by their readings and rates, "
     "whatever the plan; with every estimate", "SAFE (KEEP_OUT), told with box, depth and the joint off its plan",
     "test_keep_out_watch.py"),
    ("sensor implausible", "votes over time, see below",
     "its values count as invalid until it behaves again, or the site changes", "test_sensors.py"),
    ("load cell frozen", "the same number for more than `cell_frozen_s`, where noise should show",
     "demoted within two seconds: no mass is taken from it; a mean begun before is begun anew",
     "test_fault_handling.py"),
    ("load cell gone for good", "a weighing that times out, three times",
     "the collection ends in SAFE (SAMPLING_FAILED), its reason NO_LOAD_CELL", "test_fault_handling.py"),
    ("activity raises", "the executive contains it", "SAFE (TASK_FAULT)", "test_loop.py"),
    ("collection fails", "a step out of attempts, or of time", "SAFE (SAMPLING_FAILED) with the step's reason",
     "test_functions.py"),
    ("board starts again and again", "more than `boots_most` starts, none of which ran for `stable_s` or ended well",
     "comes up in SAFE (BOOTS): resumes nothing, restarts no servo, acts on no event", "test_boots.py"),
    ("sequence restarts the board", "the same sequence went on more than five times",
     "it is given up (RESTARTS)", "test_memory.py"),
    ("records are not kept", "the recorder's counters", "no collection begins (STORE); one that runs goes on",
     "test_store_watch.py"),
    ("anything in the pool", "monitors, by table (service 12)",
     "an event, and what event-actions make of it (service 19); both tables change by telecommand",
     "test_fault_handling.py"),
)  # fmt: skip


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _first(doc: str) -> str:
    return " ".join(doc.split("\n\n", maxsplit=1)[0].split())


def _meaning(kind: type[Condition | Doubt], member: Condition | Doubt) -> str:
    """The docstring below a member, as it is in the source."""
    source = inspect.getsource(kind)
    after = source.split(f"    {member.name} = {member.value}\n", 1)[1].lstrip()
    return _first(after.split('"""')[1])


def _modes() -> str:
    rows = [
        [
            condition.name,
            *("x" if condition in ENTRY[mode] else "" for mode in _MODES),
            "x" if condition in (*ENTRY[Mode.OPERATE], *NEEDS[Collect]) else "",
            _meaning(Condition, condition),
        ]
        for condition in Condition
        if condition is not Condition.NONE
    ]
    return _table(["condition", *(mode.name for mode in _MODES), "to collect", "meaning"], rows)


def _functions() -> str:
    kinds = sorted(ALLOWED, key=lambda kind: kind.ident or 0)
    rows = [
        [f"{kind.__name__} ({kind.ident})", *("x" if mode in ALLOWED[kind] else "" for mode in _MODES)]
        for kind in kinds
    ]  # fmt: skip
    return _table(["function", *(mode.name for mode in _MODES)], rows)


def _ballots() -> str:
    rows = []
    for sensor, ballot in (
        (Sensor.LOAD_CELL, sensors.CELL), (Sensor.ENCODER, sensors.ENCODER), (Sensor.THERMOMETER, sensors.THERMOMETER),
        (Sensor.VOLTMETER, sensors.VOLTMETER), (Sensor.CAMERA, sensors.CAMERA),
    ):  # fmt: skip
        assert isinstance(ballot, Ballot)
        numbers = (ballot.up, ballot.down, ballot.demote, ballot.readmit, ballot.most)
        rows.append([sensor.name, *map(str, numbers)])
    return _table(["sensor", "a doubt adds", "a good one takes", "demoted at", "admitted at", "at most"], rows)


def _bounds() -> str:
    rows = [[f"`{name}`", f"{value:g}"] for name, value in Fdir().model_dump().items()]
    return _table(["[fdir]", "unless the mission says otherwise"], rows)


def document() -> str:
    """The document as Markdown."""
    doubts = "\n".join(
        f"- {doubt.name}: {_meaning(Doubt, doubt)}" for doubt in Doubt if doubt is not Doubt.NONE
    )  # fmt: skip
    return f"""# Fault detection, isolation and recovery

Generated from the code by `make fdir`; a test holds it. Where it is done: `flight/fdir`.

## Modes

    STANDBY <-> CHECKOUT   by command            STANDBY -> OPERATE -> STANDBY   while something runs
    any -> SAFE            by a fault            SAFE -> STANDBY                 by `recover`, once every cause is gone

SAFE freezes the joints in place and keeps their torque. CHECKOUT is for commissioning: single motions, no faster than
`checkout_speed_m_s`, one at a time; neither digging nor a collection. A single motion asked for in STANDBY runs in
OPERATE. What must hold to enter each mode, and for a collection to begin (FDI-6; to tare and to weigh need the load
cell, too); the first that does not is the reason of the refusal (`CONDITION`, event `mode_refused`), and housekeeping
says all the time what is missing:

{_modes()}

Which functions each mode allows, whoever released them; one that stands in no row is allowed in STANDBY and OPERATE:

{_functions()}

## Faults

{
        _table(
            ["what fails", "how it is seen", "what is done", "held by"],
            [[what, seen, done, f"`{test}`"] for what, seen, done, test in _FAULTS],
        )
    }

A fault that leads to SAFE is latched (FDI-7), also one that comes second; latches and the first reason are kept through
restarts. `clear_fault fault=...` opens one and keeps the mode; `recover` opens all whose cause is gone, and leaves
SAFE if none is left. A fault whose cause is still there is not cleared, and says so with joint, value and limit
(`fault_still_there`). Clearing BOOTS forgets the count of starts and lets event-actions act again.

## Sensors under vote

Each reading or look is a vote; doubts add up, good ones take away, between 0 and the most there can be:

{_ballots()}

{doubts}

A demoted sensor's values count as invalid: the load cell's for weighing and contact, an encoder's for its joint, a
thermometer's for the limit of temperature (the servo's own protection goes on), both meters' for monitors and reports.
The camera is asked on, for a picture is its own proof. Readings that do not come vote neither for nor against: their
age makes them invalid. A change of site, or `retest_sensors`, forgets all votes. Jumps and scatter of the load cell
count only at rest, and a new level that stays is believed: a valid jump demotes nothing.

{_bounds()}
"""


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(DOCUMENT.parents[1])}: written")
