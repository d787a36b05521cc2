"""Every refusal says what was refused, the value that was sent, and what is allowed instead."""

import re

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.custody import MarkEvidenced, OfferSample, TransferSample
from flight.icd.commands.event_action import DeleteEventAction
from flight.icd.commands.functions import Arm, Collect, Discard, FindSurface, RebootServo, Stow
from flight.icd.commands.housekeeping import EnableHousekeeping, SetHousekeepingInterval
from flight.icd.commands.memory import DumpMemory
from flight.icd.commands.monitoring import AddMonitor, ClearMonitors, DeleteMonitor, EnableMonitor, ModifyMonitor
from flight.icd.commands.parameters import ReportParameter, SetParameter
from flight.icd.commands.schedule import DeleteActivity, InsertActivity
from flight.icd.commands.sequences import AbortSequence, ActivateSequence, UnloadSequence
from flight.icd.commands.storage import AbortRetrieval, StartRetrieval
from flight.icd.custody import Refusal
from flight.icd.fdir import Condition
from flight.icd.limits import Limit, Violation
from flight.icd.memory import Region
from flight.icd.modes import Custody, Mode, Phase, StepFailure
from flight.icd.reports.sequences import SequenceState
from flight.icd.reports.verification import FailureCode, StartFailed
from ground.refusals import refusal
from ground.stages import describe

DEPTH = 0x8000
SAMPLE = bytes(range(8))
SAID = [
    (EnableHousekeeping(sid=99), FailureCode.UNKNOWN_OBJECT, 99, "no housekeeping structure 99, allowed 1 "),
    (ReportParameter(parameter=0xFFFF), FailureCode.UNKNOWN_OBJECT, 0xFFFF, "no parameter 0xFFFF, parameters are"),
    (AddMonitor(monitor=3, parameter=0xFFFF), FailureCode.UNKNOWN_OBJECT, 0xFFFF, "no parameter 0xFFFF"),
    (ModifyMonitor(monitor=3), FailureCode.UNKNOWN_OBJECT, 3, "no monitor 3, report_monitor_status lists them"),
    (EnableMonitor(monitor=3), FailureCode.UNKNOWN_OBJECT, 3, "no monitor 3, report_monitor_status lists them"),
    (DeleteEventAction(event=0x0302), FailureCode.UNKNOWN_OBJECT, 0x0302, "event 770 (contact_found)"),
    (DumpMemory(region=Region.SCHEDULE), FailureCode.UNKNOWN_OBJECT, 4, "region 4 (SCHEDULE), allowed 1 PARAMETERS"),
    (ActivateSequence(sequence=2), FailureCode.UNKNOWN_OBJECT, 2, "no step in sequence 2, load_sequence_step puts"),
    (DeleteActivity(), FailureCode.UNKNOWN_OBJECT, 6210 << 16 | 49252, "for telecommand 6210 49252; summarize_"),
    (Arm(target=12), FailureCode.UNKNOWN_OBJECT, 12, "function 12 (weigh) is no hazardous function of this board, "
     "allowed discard (6), torque_off (17), reboot_servo (19)"),
    (MarkEvidenced(sample=tuple(SAMPLE)), FailureCode.UNKNOWN_OBJECT, 2, "sample 0001020304050607 is not the one in"),
    (Discard(), FailureCode.NOT_ARMED, Discard.ident, "arm target=discard must come directly before"),
    (OfferSample(), FailureCode.CUSTODY_STATE, Custody.NONE, "sample is NONE, allowed while it is EVIDENCED"),
    (Collect(), FailureCode.SAMPLE_HELD, Custody.COLLECTED, "sample is COLLECTED, allowed while it is NONE"),
    (Collect(), FailureCode.NOT_ALLOWED, Mode.CHECKOUT, "in mode CHECKOUT, allowed in STANDBY or OPERATE"),
    (Collect(), FailureCode.BUSY, Phase.WEIGH, "WEIGH runs, allowed when it has ended; abort ends it"),
    (UnloadSequence(sequence=2), FailureCode.BUSY, 2, "sequence 2 runs, allowed when it has ended; abort_sequence"),
    (AbortSequence(sequence=2), FailureCode.NOT_ALLOWED, SequenceState.LOADED, "sequence 2 is LOADED, allowed while"),
    (AbortRetrieval(), FailureCode.NOT_ALLOWED, 0, "nothing of that runs"),
    (StartRetrieval(), FailureCode.BUSY, 0, "another of its kind runs"),
    (TransferSample(), FailureCode.NOT_AUTHORIZED, Refusal.NO_KEY, "NO_KEY: the board's mission file names no buyer"),
    (TransferSample(), FailureCode.NOT_AUTHORIZED, Refusal.SIGNATURE, "SIGNATURE: it must be made with the buyer's"),
    (OfferSample(), FailureCode.NOT_KEPT, Custody.OFFERED, "the recorder did not take OFFERED, nothing has changed"),
    (SetParameter(parameter=DEPTH, value=0.9), FailureCode.OUT_OF_RANGE, DEPTH,
     "parameter 0x8000 (dig_parameters.depth_m): 0.9 m, allowed 0.001..0.05 m"),
    (SetParameter(parameter=DEPTH, value=0.01), FailureCode.OUT_OF_RANGE, DEPTH, "and as it fits the others"),
    (SetParameter(parameter=0x0800), FailureCode.READ_ONLY, 0x0802, "parameter 0x0802 (system_hk."),
    (DumpMemory(start=10, length=90), FailureCode.OUT_OF_RANGE, 64, "start + length = 100 octets, allowed: from a"),
    (SetHousekeepingInterval(interval_ms=55), FailureCode.BAD_VALUE, 2,
     "interval_ms = 55 ms, allowed 50..3600000 ms: interval, a multiple of 10"),
    (DeleteMonitor(monitor=3), FailureCode.ENABLED, 3, "monitor 3 is enabled, it must be disabled first"),
    (ClearMonitors(), FailureCode.ENABLED, 0, "monitoring is enabled; disable_monitoring first"),
    (AddMonitor(monitor=3), FailureCode.DUPLICATE, 3, "monitor 3 is there already"),
    (AddMonitor(monitor=3), FailureCode.FULL, 32, "32 are held already, as many as can be"),
    (InsertActivity(), FailureCode.TOO_LATE, 1500, "its time is past by 1.5 s, allowed: a time to come"),
    (Stow(), FailureCode.TOO_MANY, 16, "16 commands are in execution, as many as can be"),
    (Stow(), FailureCode.FAILED, StepFailure.STALLED, "STALLED"),
]  # fmt: skip


@pytest.mark.parametrize(("command", "code", "detail", "said"), SAID)
def test_it_names_what_the_value_and_what_is_allowed(command, code, detail, said):
    text = refusal(command, code, detail)
    assert said in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("command", "violation", "said"),
    [
        (FindSurface(site=8), Violation(Limit.SITE, 8, 0, 4), "site 8, allowed 0 .. 4"),
        (RebootServo(joint=5), Violation(Limit.JOINT, 5, 0, 3), "joint 5, allowed 0 .. 3"),
        (TransferSample(counter=3), Violation(Limit.COUNTER, 3, 6, 4294967295), "counter 3, allowed 6 .. 4294967295"),
    ],
)
def test_what_only_the_board_knows_comes_with_its_report(command, violation, said):
    limit, wanted, low, high, _ = violation
    record = StartFailed(code=FailureCode.OUTSIDE_LIMIT, limit=limit, wanted=wanted, low=low, high=high)
    assert StartFailed.decode(record.encode()).low == low
    assert describe(command, record).endswith(said)


@pytest.mark.parametrize("kind", mission_dictionary().commands.values(), ids=lambda kind: kind.__name__)
def test_no_code_is_a_bare_number_whatever_was_asked(kind):
    said = {
        (code.name, detail): refusal(kind(), code, detail)
        for code in FailureCode
        for detail in (0, 1, 2, 3, Condition.SUPPLY << 16 | 4)
    }
    assert [case for case, text in said.items() if re.fullmatch(r"(there is no )?\d+", text)] == []
