"""Dispatcher and verification: every telecommand ends, once, and says how."""

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Abort, Collect, FindSurface, Stow
from flight.icd.commands.test import ConnectionTest
from flight.icd.commands.verification import ReportOutcome
from flight.icd.events.comms import CommandTimedOut
from flight.icd.events.services import CommandSource
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    ConnectionAlive,
    FailureCode,
    OutcomeUnknown,
    Progressed,
    ProgressFailed,
    RoutingFailed,
    Started,
    StartFailed,
)
from flight.icd.space_packet import TcPacket, build_tc, encode_tc
from flight.services.dispatcher import MAX_RUNNING, Dispatcher
from flight.services.verification import OUTCOMES

S = 1_000_000_000
REQUEST = {"request_packet": 0x1842, "request_sequence": 0xC005}


def kinds(reports):
    return [type(report) for report in reports]


def test_a_connection_test_is_answered_stage_by_stage(board):
    reports = board.send(ConnectionTest())
    assert reports == [Accepted(**REQUEST), Started(**REQUEST), ConnectionAlive(), Completed(**REQUEST)]


@pytest.mark.parametrize(
    ("ack", "expected"),
    [(0, []), (1, [Accepted]), (2, [Started]), (4, [Progressed]), (8, [Completed]), (9, [Accepted, Completed])],
)
def test_successes_are_reported_where_asked(board, ack, expected):
    def stow(_command, execution):
        execution.progress(1)
        execution.complete()

    board.dispatcher.register(Stow, stow)
    assert kinds(board.send(Stow(), ack=ack)) == expected


def test_failures_are_reported_always(board):
    board.dispatcher.register(Stow, lambda _command, execution: execution.fail(FailureCode.NOT_ALLOWED, 2))
    assert board.send(Stow(), ack=0) == [StartFailed(**REQUEST, code=FailureCode.NOT_ALLOWED, detail=2)]


def test_a_failure_after_the_start_is_a_failed_completion(board):
    def stow(_command, execution):
        execution.start()
        execution.fail(FailureCode.FAILED, 7)

    board.dispatcher.register(Stow, stow)
    assert board.send(Stow(), ack=0) == [CompletionFailed(**REQUEST, code=FailureCode.FAILED, detail=7)]


def test_an_execution_ends_once(board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution))
    board.send(Stow())
    kept[0].complete()
    before = len(board.reports)
    kept[0].fail(FailureCode.FAILED)
    kept[0].complete()
    kept[0].start()
    kept[0].progress(1)
    assert len(board.reports) == before
    assert board.dispatcher.verification.completed == 1
    assert board.dispatcher.verification.failed == 0


def test_a_handler_gets_the_command_with_its_values(board):
    got = []
    board.dispatcher.register(Collect, lambda command, _execution: got.append(command))
    board.send(Collect(site=3, max_digs=7))
    assert got == [Collect(site=3, max_digs=7)]


@pytest.mark.parametrize(("start", "report"), [(True, CompletionFailed), (False, StartFailed)])
def test_a_command_that_never_ends_is_ended_by_its_time_out(board, start, report):
    kept = []

    def stow(_command, execution):
        kept.append(execution)
        if start:
            execution.start()

    board.dispatcher.register(Stow, stow, timeout_s=3.0)
    board.send(Stow(), ack=0, now_ns=10 * S)
    board.dispatcher.step(13 * S - 1)
    assert board.reports == []
    board.dispatcher.step(13 * S)
    assert board.reports == [report(**REQUEST, code=FailureCode.TIME_OUT, detail=3000)]
    assert kept[0].ended
    assert board.dispatcher.running == 0
    assert board.events == [CommandTimedOut(request_sequence=0xC005, packet_type=0x0801, identifier=Stow.ident)]


def test_no_more_than_so_many_run_at_once(board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution), timeout_s=100)
    for _ in range(MAX_RUNNING):
        board.send(Stow())
    refused = AcceptanceFailed(**REQUEST, code=FailureCode.TOO_MANY, detail=MAX_RUNNING)
    assert board.send(Stow()) == [refused]
    kept[0].complete()
    board.dispatcher.step(1)
    assert kinds(board.send(Stow())) == [Accepted]


def packet(**changes):
    return build_tc(TcPacket(0x042, 5, 15, 17, 1, 1, b"")._replace(**changes))


def resigned(octets):
    return octets[:-2] + crc_hqx(octets[:-2], 0xFFFF).to_bytes(2, "big")


@pytest.mark.parametrize(
    ("octets", "code", "detail"),
    [
        (packet()[:-1] + b"\x00", FailureCode.BAD_CHECKSUM, 13),
        (packet() + b"\x00", FailureCode.BAD_LENGTH, 14),
        (resigned(packet()[:6] + b"\x1f" + packet()[7:]), FailureCode.BAD_HEADER, 13),
        (packet(service=99), FailureCode.UNKNOWN_TYPE, 99 << 8 | 1),
        (packet(service=8, body=b"\x03\xe7"), FailureCode.UNKNOWN_FUNCTION, 999),
        (packet(service=8, body=b""), FailureCode.UNKNOWN_FUNCTION, 0),
        (packet(body=b"\x00"), FailureCode.BAD_LENGTH, 1),
        (packet(service=8, body=b"\x00\x02"), FailureCode.BAD_LENGTH, 2),
        (packet(service=8, body=b"\x00\x02\x09"), FailureCode.BAD_VALUE, 0),
        (packet(service=8, body=b"\x00\x01\x01\x15"), FailureCode.BAD_VALUE, 1),
        (encode_tc(FindSurface(site=1), 5), FailureCode.NOT_AVAILABLE, 0),
    ],
)
def test_each_reason_to_refuse_has_its_code(board, octets, code, detail):
    board.dispatcher.accept(octets, 0)
    assert board.reports == [AcceptanceFailed(**REQUEST, code=code, detail=detail)]
    assert board.dispatcher.verification.refused == 1


def test_a_telecommand_for_another_application_is_a_failed_routing(board):
    board.dispatcher.accept(packet(apid=0x043), 0)
    assert board.reports == [
        RoutingFailed(request_packet=0x1843, request_sequence=0xC005, code=FailureCode.UNKNOWN_APID, detail=0x43)
    ]


def test_octets_too_short_to_have_a_name_are_counted_alone(board):
    board.dispatcher.accept(b"\x18\x42\xc0", 0)
    assert board.reports == []
    assert board.dispatcher.verification.refused == 1


def test_a_second_handler_is_refused(board):
    with pytest.raises(ValueError, match="ConnectionTest has a handler"):
        board.dispatcher.register(ConnectionTest, lambda _command, _execution: None)


@given(st.binary(max_size=60))
def test_no_octets_make_it_raise_or_start_anything(octets):
    reports = []
    dispatcher = Dispatcher(mission_dictionary(), reports.append, reports.append)
    dispatcher.accept(octets, 0)
    assert dispatcher.verification.refused == 1
    assert set(map(type, reports)) <= {AcceptanceFailed, RoutingFailed}


def outcome_of(board, sequence):
    """What the board says became of the telecommand with this sequence count, after acceptance of the question."""
    board.sequence = 99
    return board.send(ReportOutcome(request_packet=0x1842, request_sequence=0xC000 | sequence), ack=0)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda execution: execution.complete(), Completed(**REQUEST)),
        (
            lambda execution: execution.fail(FailureCode.BUSY, 7),
            StartFailed(**REQUEST, code=FailureCode.BUSY, detail=7),
        ),
        (lambda execution: None, Accepted(**REQUEST)),
        (lambda execution: execution.start(), Started(**REQUEST)),
    ],
)
def test_a_lost_report_can_be_asked_for_again(board, end, told):
    board.dispatcher.register(Stow, lambda _command, execution: end(execution))
    board.send(Stow(), ack=0)
    assert outcome_of(board, 5) == [told]


def test_the_reason_of_a_refusal_can_be_asked_for_again(board):
    board.dispatcher.accept(packet(service=99), 0)
    refused = AcceptanceFailed(**REQUEST, code=FailureCode.UNKNOWN_TYPE, detail=99 << 8 | 1)
    assert outcome_of(board, 5) == [refused]


def test_a_packet_that_was_damaged_does_not_change_an_outcome(board):
    board.send(ConnectionTest())
    board.dispatcher.accept(packet()[:-1] + b"\x00", 0)
    assert outcome_of(board, 5) == [Completed(**REQUEST)]


def test_the_latest_outcomes_are_kept_and_no_more(board):
    for sequence in range(OUTCOMES + 10):
        board.sequence = sequence
        board.send(ConnectionTest())
    assert type(outcome_of(board, 9)[0]) is OutcomeUnknown
    assert type(outcome_of(board, 10)[0]) is Completed
    assert outcome_of(board, 5000) == [OutcomeUnknown(request_packet=0x1842, request_sequence=0xC000 | 5000)]


def test_a_step_that_failed_is_told_whatever_was_asked_for_and_the_execution_goes_on(board):
    def stow(_command, execution):
        execution.progress_failed(2, FailureCode.BUSY, 7)
        execution.complete()

    board.dispatcher.register(Stow, stow)
    assert board.send(Stow(), ack=8) == [
        ProgressFailed(**REQUEST, step=2, code=FailureCode.BUSY, detail=7),
        Completed(**REQUEST),
    ]


def test_what_is_urgent_is_taken_however_many_run(board):
    board.dispatcher.register(Stow, lambda _command, _execution: None, timeout_s=100)
    board.dispatcher.register(Abort, lambda _command, execution: execution.complete(), urgent=True)
    for _ in range(MAX_RUNNING):
        board.send(Stow())
    assert board.send(Abort(), ack=8) == [Completed(**REQUEST)]
    assert kinds(outcome_of(board, 5)) == [Completed]


@pytest.mark.parametrize("source", CommandSource)
def test_telecommands_of_every_source_are_treated_alike(board, source):
    got = []

    def stow(_command, execution):
        got.append(execution.source)
        execution.complete()

    board.dispatcher.register(Stow, stow)
    execution = board.dispatcher.dispatch(encode_tc(Stow(), 5), 0, source)
    assert (got, execution.ended, execution.code) == ([source], True, FailureCode.NONE)
    assert kinds(board.reports) == [Accepted, Started, Completed]
    assert board.dispatcher.dispatch(packet(service=99), 0, source) is None
    assert board.dispatcher.received == 0


def test_a_clock_step_is_no_time_out(board):
    kept = []
    board.dispatcher.register(Stow, lambda _command, execution: kept.append(execution), timeout_s=3.0)
    board.send(Stow())
    board.time.correlate(10**18)
    board.dispatcher.step(3 * S - 1)
    assert not kept[0].ended
    board.time.correlate(0)
    board.dispatcher.step(3 * S)
    assert kept[0].ended
