"""A refusal in words: what was refused, the value that was sent, and what is allowed, by name and with units.

The board tells a code and a number (`FailureCode`), and of a limit also what was wanted and is allowed. What the
numbers stand for, both ends know from `flight/icd`: the fields of the command, names, modes and states of custody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flight.icd import inhibits, mode_table
from flight.icd.catalogue import mission_dictionary
from flight.icd.command_text import hazardous_names
from flight.icd.commands.sequences import AbortSequence
from flight.icd.custody import Refusal
from flight.icd.dictionary import packet_name
from flight.icd.fdir import Condition
from flight.icd.fields import Field
from flight.icd.kinds import Command, Event, Housekeeping
from flight.icd.memory import Region
from flight.icd.metadata import values_of
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.reports.sequences import SequenceState
from flight.icd.reports.verification import FailureCode

FUNCTIONS = 8
"""PUS service of the functions of the scoop."""
PARAMETER_SPACE = "parameters are structure or group * 256 + position, see docs/icd.md"

_NEEDED: Mapping[Condition, str] = MappingProxyType(
    {
        Condition.NO_FAULT: "no fault may be latched; clear_fault or recover, once its cause is gone",
        Condition.JOINTS_HEARD: "every servo must be set up, heard and believed",
        Condition.JOINTS_SOUND: "no servo may have an error that takes its torque or encoder, or be too hot",
        Condition.SUPPLY: "every servo must have a voltage it works with",
        Condition.LOAD_CELL: "the load cell must give values that are believed",
        Condition.CUSTODY: "the sample must be neither OFFERED nor TRANSFERRED",
        Condition.STORE: "all that is recorded must have been kept in the last seconds",
    }
)
_UNAUTHORIZED: Mapping[Refusal, str] = MappingProxyType(
    {
        Refusal.NO_KEY: "the board's mission file names no buyer, [custody] buyer_public_key must",
        Refusal.OTHER_SAMPLE: "it names another sample than custody_hk.sample",
        Refusal.OLD_COUNTER: "its counter must be above custody_hk.counter",
        Refusal.SIGNATURE: "it must be made with the buyer's key, for this act, mission, sample, evidence and counter; "
        "`saji-ground custody sign` makes one",
    }
)


def refusal(command: Command, code: FailureCode, detail: int) -> str:
    """What `code` with its `detail` says of `command`; empty when it says nothing."""
    names = list(command.fields)
    name = packet_name(type(command))
    match code:
        case FailureCode.BAD_VALUE if detail < len(names):
            return _bad_value(command, names[detail])
        case FailureCode.BAD_LENGTH | FailureCode.BAD_CHECKSUM | FailureCode.BAD_HEADER:
            return f"it came to the board damaged ({detail} octets); send it again"
        case FailureCode.UNKNOWN_FUNCTION | FailureCode.UNKNOWN_TYPE | FailureCode.NOT_AVAILABLE:
            return f"the board does not serve {name}"
        case FailureCode.UNKNOWN_APID:
            return f"the board has no application {detail}"
        case FailureCode.TIME_OUT:
            return f"not done within {detail / 1000:g} s"
        case FailureCode.TOO_LATE:
            return f"its time is past by {detail / 1000:g} s, allowed: a time to come"
        case FailureCode.TOO_MANY:
            return f"{detail} commands are in execution, as many as can be; wait for one to end"
        case FailureCode.NOT_ALLOWED:
            return _not_allowed(command, detail)
        case FailureCode.BUSY:
            return _busy(command, detail)
        case FailureCode.CONDITION if detail >> 16 in list(Condition):
            return _condition(Condition(detail >> 16), detail & 0xFFFF)
        case FailureCode.SAMPLE_HELD | FailureCode.CUSTODY_STATE if detail in list(Custody):
            allowed = _either(state.name for state in Custody if state in inhibits.allowed_in(type(command)))
            return f"the sample is {Custody(detail).name}, allowed while it is {allowed}"
        case FailureCode.NOT_AUTHORIZED if detail in list(Refusal):
            return f"{Refusal(detail).name}: {_UNAUTHORIZED[Refusal(detail)]}"
        case FailureCode.NOT_KEPT if detail in list(Custody):
            return f"the recorder did not take {Custody(detail).name}, nothing has changed; send it again"
        case FailureCode.NO_SURFACE:
            return f"find_surface site={detail} must come before, and no other site's since"
        case FailureCode.SCOOP_IN_USE:
            return "it may hold soil; discard it first"
        case FailureCode.NO_TARE:
            return "the empty scoop was not tared; tare must come before"
        case FailureCode.OTHER_PLATFORM:
            return f"this platform has no {name}"
        case FailureCode.FULL:
            return f"{detail} are held already, as many as can be"
        case FailureCode.DUPLICATE:
            return f"{_object(command, detail)} is there already" if detail else "it is there already"
        case FailureCode.ENABLED:
            return f"{_object(command, detail)} is enabled, it must be disabled first" if detail else (
                "monitoring is enabled; disable_monitoring first"
            )  # fmt: skip
        case FailureCode.UNKNOWN_OBJECT:
            return _unknown(command, detail)
        case FailureCode.OUT_OF_RANGE:
            return _out_of_range(command, detail)
        case FailureCode.READ_ONLY:
            return f"parameter {parameter_name(detail)} is measured and can't be set"
        case FailureCode.NOT_ARMED:
            return f"arm target={name} must come directly before"
        case FailureCode.FAILED | FailureCode.ABORTED if command.service == FUNCTIONS and detail in list(StepFailure):
            return StepFailure(detail).name
        case FailureCode.FAILED | FailureCode.ABORTED if command.service != FUNCTIONS:
            return f"at step {detail}" if "sequence" in names else ""
        case FailureCode.EMBEDDED if detail in list(FailureCode):
            return f"the telecommand inside would be refused with {FailureCode(detail).name}"
        case _:
            return f"detail {detail}" if detail else ""


def _bad_value(command: Command, name: str) -> str:
    field = command.fields[name]
    return f"{name} = {_shown(field, getattr(command, name))}, allowed {field.allowed()}: {field.doc}"


def _shown(field: Field, value: Any) -> str:
    """A value as it was written: of an enumeration by name, in its unit, octets in hexadecimal."""
    if field.enum is not None:
        return field.members.get(int(value), str(value))
    if field.count > 1:
        return bytes(value).hex() if field.code == "B" else ",".join(f"{each * field.scale:g}" for each in value)
    number = f"{value:g}" if field.is_float or field.scale != 1.0 else str(value)
    return f"{number} {field.unit}".rstrip()


def _not_allowed(command: Command, detail: int) -> str:
    if command.service == FUNCTIONS and detail in list(Mode):
        allowed = _either(mode.name for mode in Mode if mode in mode_table.allowed_in(type(command)))
        out = "; recover leaves SAFE" if detail == Mode.SAFE else ""
        return f"in mode {Mode(detail).name}, allowed in {allowed}{out}"
    if isinstance(command, AbortSequence) and detail in list(SequenceState):
        return f"sequence {command.sequence} is {SequenceState(detail).name}, allowed while it is RUNNING"
    return "nothing of that runs"


def _busy(command: Command, detail: int) -> str:
    if command.service == FUNCTIONS:
        runs = f"{Phase(detail).name} runs" if detail and detail in list(Phase) else "another function runs"
        return f"{runs}, allowed when it has ended; abort ends it"
    if "sequence" in command.fields:
        return f"sequence {detail} runs, allowed when it has ended; abort_sequence sequence={detail} ends it"
    return "another of its kind runs, allowed when it has ended"


def _condition(condition: Condition, value: int) -> str:
    """Which condition does not hold, its value in words, and what must be."""
    match condition:
        case Condition.NO_FAULT if value in list(SafeReason):
            said = f"{SafeReason(value).name} is latched"
        case Condition.CUSTODY if value in list(Custody):
            said = f"the sample is {Custody(value).name}"
        case Condition.JOINTS_HEARD | Condition.JOINTS_SOUND | Condition.SUPPLY:
            said = "servo " + ", ".join(str(bit) for bit in range(16) if value >> bit & 1)
        case Condition.LOAD_CELL:
            said = f"{value} votes against it" if value else "it gives no values"
        case Condition.STORE:
            said = f"{value} records were not"
        case _:
            said = str(value)
    needed = f"; {_NEEDED[condition]}" if condition in _NEEDED else ""
    return f"{condition.name} does not hold: {said}{needed}"


def _unknown(command: Command, detail: int) -> str:
    """There is no such object; which there are, where the dictionary knows."""
    if "target" in command.fields:
        allowed = hazardous_names(mission_dictionary())
        return f"{_function(detail)} is no hazardous function of this board, allowed {allowed}"
    if "sample" in command.fields:
        sent = _shown(command.fields["sample"], getattr(command, "sample", ()))
        return f"sample {sent} is not the one in custody, allowed: that of custody_hk.sample (sample number {detail})"
    if "request_sequence" in command.fields:
        return (
            f"no activity is scheduled for telecommand {detail >> 16} {detail & 0xFFFF}; summarize_schedule lists them"
        )
    for name, listed in _LISTED.items():
        if name in command.fields and (name != "monitor" or getattr(command, name) == detail):
            return f"there is no {_NAMED[name](detail)}, {listed()}"
    return f"there is no object {detail}"


def _out_of_range(command: Command, detail: int) -> str:
    value = getattr(command, "value", None)
    found = _parameters().get(detail)
    if value is None:  # a range of memory
        end = getattr(command, "start", 0) + getattr(command, "length", 0)
        return f"start + length = {end} octets, allowed: from a start below {detail} up to the {detail} that there are"
    if found is None:
        return f"parameter {detail}: {value:g} is not allowed"
    field = found[1]
    text = f"parameter {parameter_name(detail)}: {value:g} {field.unit}".rstrip() + f", allowed {field.allowed()}"
    return f"{text}, and as it fits the others of its group" if field.admits(value) else text


def _object(command: Command, detail: int) -> str:
    """The name of what `detail` identifies for `command`."""
    name = next((name for name in _NAMED if name in command.fields), "")
    return _NAMED[name](detail) if name else str(detail)


def _either(names: Iterable[str]) -> str:
    found = list(names)
    return " or ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else "".join(found) or "no state"


def _named(what: str, names: Mapping[int, str], ident: int) -> str:
    return f"{what} {ident}" + (f" ({names[ident]})" if ident in names else "")


def _function(ident: int) -> str:
    kind = mission_dictionary().commands.get((FUNCTIONS, 1, ident))
    return _named("function", {} if kind is None else {ident: packet_name(kind)}, ident)


def _structures() -> dict[int, str]:
    kinds = [kind for kind in mission_dictionary().telemetry.values() if issubclass(kind, Housekeeping)]
    return {kind.ident or 0: packet_name(kind) for kind in kinds}


def _events() -> dict[int, str]:
    kinds = [kind for kind in mission_dictionary().telemetry.values() if issubclass(kind, Event)]
    return {kind.ident or 0: packet_name(kind) for kind in kinds}


def _parameters() -> dict[int, tuple[str, Field]]:
    """Name and declaration of every parameter, by its identifier."""
    dictionary = mission_dictionary()
    kinds = (
        *(kind for kind in dictionary.telemetry.values() if issubclass(kind, Housekeeping)),
        *dictionary.groups.values(),
    )
    values = [value for kind in kinds for value in values_of(kind)]
    return {value.ident: (f"{value.packet}.{value.name}", value.field) for value in values if value.ident is not None}


def parameter_name(ident: int) -> str:
    """Number and name of an on-board parameter."""
    names = {number: name for number, (name, _) in _parameters().items()}
    return f"0x{ident:04X}" + (f" ({names[ident]})" if ident in names else "")


def _listing(names: Mapping[int, str]) -> str:
    return "allowed " + ", ".join(f"{ident} {name}" for ident, name in sorted(names.items()))


_NAMED: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "sid": lambda ident: _named("housekeeping structure", _structures(), ident),
        "event": lambda ident: _named("event", _events(), ident),
        "monitor": lambda ident: f"monitor {ident}",
        "parameter": lambda ident: f"parameter {parameter_name(ident)}",
        "region": lambda ident: _named("region", {member.value: member.name for member in Region}, ident),
        "sequence": lambda ident: f"step in sequence {ident}",
    }
)
"""What a field identifies, in words, by the field's name."""
_LISTED: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "sid": lambda: _listing(_structures()),
        "event": lambda: "or it causes nothing; report_event_action_status lists what there is",
        "monitor": lambda: "report_monitor_status lists them",
        "parameter": lambda: PARAMETER_SPACE,
        "region": lambda: _listing({member.value: member.name for member in Region}),
        "sequence": lambda: "load_sequence_step puts one there",
    }
)
"""Which of these there are, or how to find out."""
