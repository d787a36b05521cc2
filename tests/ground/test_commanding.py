"""Commanding: a telecommand is followed to its end, has one, and is executed once at most."""

import pytest

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Arm, Collect, FindSurface, Stow, TorqueOff
from flight.icd.commands.housekeeping import DisableHousekeeping
from flight.icd.commands.test import ConnectionTest
from flight.icd.commands.verification import ReportOutcome
from flight.icd.fdir import Condition
from flight.icd.hk.scoop import SystemHk
from flight.icd.modes import Custody, Mode, Phase, SafeReason, StepFailure
from flight.icd.packet import EncodeError
from flight.icd.reports.verification import FailureCode
from ground.commanding import RefusedError
from ground.fop import Alert
from ground.stages import Stage

SENT = [(Stage.RADIATED, ""), (Stage.FRAME_ACCEPTED, "")]


def executed(board, *kinds):
    """What the handlers of `kinds` were called with; each one completes."""
    calls = []
    for kind in kinds:

        def handle(command, execution):
            calls.append(command)
            execution.complete()

        board.dispatcher.register(kind, handle)
    return calls


def test_a_command_goes_through_its_stages(ground):
    assert ground.follow(ConnectionTest()) == [
        *SENT,
        (Stage.ACCEPTED, ""),
        (Stage.STARTED, ""),
        (Stage.COMPLETED, ""),
    ]


def test_the_end_can_be_waited_for(ground):
    issued = ground.send(ConnectionTest())
    assert not issued.wait(0)
    ground.run(3.0)
    assert issued.wait(0)


def test_progress_is_told_with_the_name_of_the_step(ground, board):
    def stow(_command, execution):
        execution.progress(Phase.UNSTOW)
        execution.progress(200)
        execution.complete()

    board.dispatcher.register(Stow, stow)
    assert ground.follow(Stow())[4:] == [
        (Stage.PROGRESS, "step 1: UNSTOW"),
        (Stage.PROGRESS, "step 200"),
        (Stage.COMPLETED, ""),
    ]


def test_a_refusal_says_why(ground):
    assert ground.follow(Stow())[-1] == (Stage.REFUSED, "NOT_AVAILABLE (code 8): the board does not serve stow")


def test_a_failure_says_why_in_words(ground, board):
    def search(_command, execution):
        execution.start()
        execution.fail(FailureCode.FAILED, StepFailure.STALLED)

    board.dispatcher.register(FindSurface, search)
    assert ground.follow(FindSurface(site=1))[-1] == (Stage.FAILED, "FAILED (code 15): STALLED")


@pytest.mark.parametrize(
    ("code", "detail", "words"),
    [
        (FailureCode.NOT_ALLOWED, Mode.SAFE, "NOT_ALLOWED (code 10): in mode SAFE, "
         "allowed in STANDBY, OPERATE or CHECKOUT; recover leaves SAFE"),
        (FailureCode.BUSY, Phase.DIG, "BUSY (code 11): DIG runs, allowed when it has ended; abort ends it"),
        (FailureCode.SAMPLE_HELD, Custody.OFFERED, "SAMPLE_HELD (code 24): the sample is OFFERED, allowed while it is "
         "NONE, COLLECTED, EVIDENCED or RELEASED"),
        (FailureCode.ABORTED, StepFailure.ABORTED, "ABORTED (code 14): ABORTED"),
        (FailureCode.TOO_LATE, 1500, "TOO_LATE (code 17): its time is past by 1.5 s, allowed: a time to come"),
        (FailureCode.EMBEDDED, FailureCode.BAD_LENGTH, "EMBEDDED (code 18): the telecommand inside would be refused "
         "with BAD_LENGTH"),
        (FailureCode.FAILED, 200, "FAILED (code 15): detail 200"),
        (FailureCode.CONDITION, Condition.JOINTS_HEARD << 16 | 0b1010,
         "CONDITION (code 60): JOINTS_HEARD does not hold: servo 1, 3; every servo must be set up, heard and believed"),
        (FailureCode.CONDITION, Condition.NO_FAULT << 16 | SafeReason.JOINT_HOT,
         "CONDITION (code 60): NO_FAULT does not hold: JOINT_HOT is latched; no fault may be latched; "
         "clear_fault or recover, once its cause is gone"),
        (FailureCode.CONDITION, Condition.CUSTODY << 16 | Custody.OFFERED,
         "CONDITION (code 60): CUSTODY does not hold: the sample is OFFERED; "
         "the sample must be neither OFFERED nor TRANSFERRED"),
        (FailureCode.CONDITION, Condition.STORE << 16 | 7, "CONDITION (code 60): STORE does not hold: "
         "7 records were not; all that is recorded must have been kept in the last seconds"),
    ],
)  # fmt: skip
def test_every_detail_is_told_as_what_it_means(ground, board, code, detail, words):
    board.dispatcher.register(Stow, lambda _command, execution: execution.fail(code, detail))
    assert ground.follow(Stow())[-1] == (Stage.FAILED, words)


def test_a_hazardous_function_that_was_not_armed_is_refused_with_what_to_do(ground, board):
    executed(board, TorqueOff)
    text = "NOT_ARMED (code 16): arm target=torque_off must come directly before"
    assert ground.follow(TorqueOff())[-1] == (Stage.REFUSED, text)


def test_a_long_outage_is_survived_and_nothing_runs_twice(ground, board):
    calls = executed(board, FindSurface)
    ground.run(2.0)
    issued = [ground.send(FindSurface(site=site), timeout_s=1000.0) for site in (0, 1)]
    ground.run(0.06)  # they are on board, and no word of it on the ground
    ground.reaches = ground.hears = False
    issued += [ground.send(FindSurface(site=site), timeout_s=1000.0) for site in (2, 3)]
    ground.run(120.0)
    assert ground.commander.uplink.last_alert is Alert.T1
    ground.reaches = ground.hears = True
    later = ground.send(FindSurface(site=8))
    ground.run(30.0)
    assert [each.stage for each in issued] == [Stage.COMPLETED] * 2 + [Stage.UNKNOWN] * 2
    assert later.stage is Stage.COMPLETED
    assert [call.site for call in calls] == [0, 1, 8]


def test_an_unknown_structure_is_a_failure(ground):
    stage, text = ground.follow(DisableHousekeeping(sid=999))[-1]
    assert stage is Stage.FAILED
    assert text.startswith("UNKNOWN_OBJECT (code 12): there is no housekeeping structure 999, allowed 1 ")
    assert f", {SystemHk.ident} system_hk" in text


def test_a_time_out_on_board_is_told_in_seconds(ground, board):
    board.dispatcher.register(Stow, lambda _command, execution: execution.start(), timeout_s=1.5)
    assert ground.follow(Stow(), seconds=6.0)[-1] == (Stage.FAILED, "TIME_OUT (code 13): not done within 1.5 s")


def test_commands_are_executed_in_the_order_they_were_sent(ground, board):
    calls = executed(board, FindSurface)
    for site in (3, 1, 4, 1, 5):
        ground.send(FindSurface(site=site))
    ground.run(5.0)
    assert [call.site for call in calls] == [3, 1, 4, 1, 5]
    assert [stage for _, stage in ground.told].count(Stage.COMPLETED) == 5


def test_commands_under_way_together_are_told_apart(ground, board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution), timeout_s=100.0)
    slow = ground.send(Stow())
    quick = ground.send(ConnectionTest())
    ground.run(3.0)
    assert (slow.stage, quick.stage) == (Stage.ACCEPTED, Stage.COMPLETED)
    kept[0].complete()
    ground.run(2.0)
    assert slow.stage is Stage.COMPLETED


def test_sequence_counts_wrap(make_ground, board):
    ground = make_ground(board, packet=0x3FFF)
    assert ground.follow(ConnectionTest())[-1][0] is Stage.COMPLETED
    assert ground.follow(ConnectionTest())[-1][0] is Stage.COMPLETED


def test_a_frame_that_was_lost_is_sent_again_and_executed_once(ground, board):
    calls = executed(board, FindSurface)
    ground.run(2.0)
    ground.reaches = False
    issued = ground.send(FindSurface(site=1))
    ground.run(2.0)
    ground.reaches = True
    ground.run(5.0)
    assert [report.stage for report in issued.reports].count(Stage.RADIATED) == 1
    assert (Stage.FRAME_ACCEPTED, "sent 2 times") in [(report.stage, report.text) for report in issued.reports]
    assert (issued.stage, len(calls)) == (Stage.COMPLETED, 1)


def test_a_lost_outcome_is_asked_for(ground, board):
    calls = executed(board, FindSurface)
    ground.run(2.0)
    issued = ground.send(FindSurface(site=1))
    ground.run(0.1)
    ground.hears = False
    ground.run(1.0)  # all its reports are gone
    ground.hears = True
    ground.run(8.0)
    assert [report.stage for report in issued.reports] == [Stage.RADIATED, Stage.FRAME_ACCEPTED, Stage.COMPLETED]
    assert (len(calls), ground.commander.questions) == (1, 1)


def test_a_command_that_runs_long_is_asked_about_less_and_less(ground, board):
    board.dispatcher.register(Stow, lambda _command, execution: execution.start(), timeout_s=500.0)
    issued = ground.send(Stow(), timeout_s=1000.0)
    ground.run(300)
    assert issued.stage is Stage.STARTED
    assert [report.stage for report in issued.reports].count(Stage.STARTED) == 1
    assert ground.commander.questions < 12


def test_nothing_is_asked_between_arming_and_firing(ground, board):
    board.dispatcher.register(Stow, lambda _command, execution: execution.start(), timeout_s=500.0)
    calls = executed(board, TorqueOff)
    ground.send(Stow(), timeout_s=1000.0)
    ground.run(5.5)
    asked = ground.commander.questions
    armed = ground.send(Arm(target=TorqueOff.ident))
    ground.run(8.0)
    assert (armed.stage, ground.commander.questions) == (Stage.COMPLETED, asked)
    ground.send(TorqueOff())
    ground.run(60.0)
    assert len(calls) == 1
    assert ground.commander.questions > asked


def test_without_telemetry_nothing_is_sent_and_the_ground_gives_up(ground, board):
    ground.hears = False
    issued = ground.send(ConnectionTest(), timeout_s=5.0)
    ground.run(4.9)
    assert issued.stage is Stage.WAITING
    ground.run(0.2)
    assert issued.stage is Stage.NOT_SENT
    ground.hears = True
    ground.run(5.0)
    assert board.dispatcher.received == 0


def test_a_board_that_stops_answering_leaves_the_outcome_open(ground, board):
    ground.run(2.0)
    ground.hears = False
    issued = ground.send(ConnectionTest(), timeout_s=5.0)
    ground.run(6.0)
    assert [(report.stage, report.text) for report in issued.reports[1:]] == [
        (Stage.TIMED_OUT, "last heard of: radiated")
    ]


def test_nothing_is_sent_to_a_board_with_another_dictionary(ground, board):
    board.system_hk.dictionary = 0x1234
    issued = ground.send(ConnectionTest())
    ground.run(3.0)
    ours = mission_dictionary().hash64
    text = f"the board's dictionary is 0000000000001234, ours {ours:016x}; install the same version"
    assert [(report.stage, report.text) for report in issued.reports] == [(Stage.NOT_SENT, text)]
    with pytest.raises(RefusedError, match="the board's dictionary is 0000000000001234"):
        ground.send(ConnectionTest())
    assert (board.dispatcher.received, ground.commander.uplink.frames) == (0, 0)


def test_a_board_that_does_not_tell_its_dictionary_is_asked_for_it(ground, board):
    board.housekeeping._structures[SystemHk.ident].enabled = False
    issued = ground.send(ConnectionTest())
    ground.run(4.0)
    assert issued.stage is Stage.WAITING
    ground.run(6.0)
    assert issued.stage is Stage.COMPLETED


def test_nothing_is_sent_to_a_board_without_a_key(ground, board):
    board.uplink.gate.key_ident = 0
    ground.run(2.0)
    with pytest.raises(RefusedError, match="started without a key"):
        ground.send(ConnectionTest())


def test_nothing_is_sent_to_a_board_with_another_key(ground, board):
    board.uplink.gate.key_ident = 8
    issued = ground.send(ConnectionTest())
    ground.run(3.0)
    assert issued.stage is Stage.NOT_SENT
    with pytest.raises(RefusedError, match="the board takes key 8, ours is key 7"):
        ground.send(ConnectionTest())


def test_a_restart_of_the_board_is_survived(ground, make_ground, board):
    calls = executed(board, FindSurface)
    for site in range(5):
        ground.send(FindSurface(site=site))
    ground.run(4.0)
    fresh = type(board)(board.port)
    fresh.now_ns = board.now_ns
    calls_after = executed(fresh, FindSurface)
    ground.board = fresh
    ground.sender.resume(1)
    issued = ground.send(FindSurface(site=7))
    ground.run(20.0)
    assert ground.commander.uplink.last_alert is Alert.NNR
    assert issued.stage in (Stage.COMPLETED, Stage.UNKNOWN)
    assert (len(calls), len(calls_after)) == (5, 1 if issued.stage is Stage.COMPLETED else 0)
    assert ground.follow(FindSurface(site=8), seconds=8.0)[-1][0] is Stage.COMPLETED


def test_what_a_restart_forgot_is_told_as_unknown_and_not_sent_again(ground, board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution), timeout_s=500.0)
    issued = ground.send(Stow(), timeout_s=500.0)
    ground.run(4.0)
    board.dispatcher.verification._outcomes.clear()
    ground.run(120.0)
    assert issued.stage is Stage.UNKNOWN
    assert len(kept) == 1


def test_a_lockout_is_ended_by_the_ground(ground, board):
    ground.follow(ConnectionTest())
    board.uplink.farm.lockout = True
    issued = ground.send(ConnectionTest())
    ground.run(20.0)
    assert ground.commander.uplink.last_alert is Alert.LOCKOUT
    assert issued.stage in (Stage.COMPLETED, Stage.UNKNOWN)
    assert ground.follow(ConnectionTest())[-1][0] is Stage.COMPLETED


def test_a_board_ahead_with_its_sequence_number_is_caught_up_with(ground, board):
    ground.follow(ConnectionTest())
    board.uplink.gate._window.last += 5000
    assert ground.follow(ConnectionTest(), seconds=10.0)[-1][0] is Stage.COMPLETED
    assert ground.sender.sequence > 5000


def test_bypass_does_not_wait_for_the_channel(ground, board):
    ground.run(2.0)
    board.uplink.farm.lockout = True
    stages = ground.follow(ConnectionTest(), bypass=True, seconds=2.0)
    assert [stage for stage, _ in stages] == [Stage.RADIATED, Stage.ACCEPTED, Stage.STARTED, Stage.COMPLETED]


def test_a_bypass_command_that_was_lost_is_told_as_unknown(ground, board):
    ground.run(2.0)
    ground.reaches = False
    issued = ground.send(ConnectionTest(), bypass=True)
    ground.run(1.0)
    ground.reaches = True
    ground.run(12.0)
    assert issued.stage is Stage.UNKNOWN
    assert issued.reports[-1].text == "the board has no record of it; it is not sent again"


def test_a_value_out_of_range_is_not_radiated(ground):
    with pytest.raises(EncodeError, match=r"site = 9; allowed: 0\.\.8"):
        ground.send(Collect(site=9, max_digs=1))


def test_a_question_can_be_asked_by_hand(ground):
    first = ground.send(ConnectionTest())
    ground.run(3.0)
    packet, sequence = first.request
    assert ground.follow(ReportOutcome(request_packet=packet, request_sequence=sequence))[-1][0] is Stage.COMPLETED
