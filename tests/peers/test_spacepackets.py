"""Packets, frames and verification reports as the package `spacepackets` reads and builds them."""

import math
from binascii import crc_hqx

import fastcrc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacepackets.ccsds.spacepacket import PacketType, SpacePacketHeader
from spacepackets.ccsds.tm_frame import TmTransferFrame
from spacepackets.ecss.pus_1_verification import ManagedParamsVerification, Service1Tm
from spacepackets.ecss.pus_17_test import Service17Tm
from spacepackets.ecss.pus_verificator import PusVerificator, StatusField
from spacepackets.ecss.req_id import RequestId
from spacepackets.ecss.tc import PusTc
from spacepackets.ecss.tm import ManagedParams, PusTm

from flight.icd import cuc
from flight.icd.catalogue import mission_dictionary
from flight.icd.commands.functions import Collect, Stow
from flight.icd.commands.test import ConnectionTest
from flight.icd.dictionary import packet_name
from flight.icd.hk.scoop import MotionHk, ScoopHk
from flight.icd.reports.verification import (
    AcceptanceFailed,
    Accepted,
    Completed,
    CompletionFailed,
    ConnectionAlive,
    FailureCode,
    Progressed,
    ProgressFailed,
    Started,
    StartFailed,
)
from flight.icd.space_packet import TmEncoder, encode_tc, parse_tc, parse_tm
from flight.icd.tm_frame import CLCW, FHP_NONE, FrameWriter
from flight.icd.tm_stream import parse_frame
from flight.services.dispatcher import Dispatcher

TELEMETRY = sorted(mission_dictionary().telemetry.values(), key=packet_name)
COMMANDS = sorted(mission_dictionary().commands.values(), key=packet_name)
SINGLES = st.floats(width=32, allow_nan=False, allow_infinity=False)
TIMES = st.integers(0, 2**32 * 10**9 - 1)


@given(mass_g=SINGLES, tai_ns=TIMES, sequence=st.integers(0, 0x3FFF))
def test_it_unpacks_our_housekeeping(mass_g, tai_ns, sequence):
    encoder = TmEncoder(destination=77)
    encoder.sequence = sequence
    record = ScoopHk(sample_mass_g=mass_g)
    theirs = PusTm.unpack(encoder.encode(record, tai_ns), timestamp_len=6)
    assert (theirs.apid, theirs.seq_count, theirs.service, theirs.message_subtype) == (0x042, sequence, 3, 25)
    assert theirs.packet_id.ptype is PacketType.TM
    assert theirs.pus_tm_sec_header.dest_id == 77
    assert theirs.pus_tm_sec_header.message_counter == 0
    assert bytes(theirs.timestamp) == cuc.encode(tai_ns)
    assert ScoopHk.decode(bytes(theirs.tm_data[2:])) == record


@given(service=st.integers(0, 255), subtype=st.integers(0, 255), data=st.binary(max_size=200), tai_ns=TIMES)
def test_we_read_its_telemetry(service, subtype, data, tai_ns):
    theirs = PusTm(
        apid=0x042, service=service, message_subtype=subtype, timestamp=cuc.encode(tai_ns), seq_count=99,
        source_data=data, destination_id=3,
    )  # fmt: skip
    packet = parse_tm(bytes(theirs.pack()))
    assert (packet.apid, packet.sequence, packet.service, packet.subtype) == (0x042, 99, service, subtype)
    assert (packet.destination, packet.body) == (3, data)
    assert cuc.encode(packet.tai_ns) == cuc.encode(tai_ns)


@given(site=st.integers(0, 8), digs=st.integers(1, 20), sequence=st.integers(0, 0x3FFF), ack=st.integers(0, 15))
def test_it_unpacks_our_telecommands(site, digs, sequence, ack):
    theirs = PusTc.unpack(encode_tc(Collect(site=site, max_digs=digs), sequence, ack))
    assert (theirs.service, theirs.message_subtype, theirs.seq_count, theirs.source_id) == (8, 1, sequence, 1)
    assert theirs.pus_tc_sec_header.ack_flags == ack
    assert bytes(theirs.app_data) == bytes([0, 1, site, digs])


@given(service=st.integers(0, 255), subtype=st.integers(0, 255), data=st.binary(max_size=200), ack=st.integers(0, 15))
def test_our_telecommands_are_octet_for_octet_its_own(service, subtype, data, ack):
    theirs = PusTc(
        apid=0x042, service=service, message_subtype=subtype, seq_count=5, app_data=data, source_id=1, ack_flags=ack
    )
    packet = parse_tc(bytes(theirs.pack()))
    assert (packet.service, packet.subtype, packet.ack, packet.body) == (service, subtype, ack, data)
    plain = PusTc(apid=0x042, service=17, message_subtype=1, seq_count=5, source_id=1, ack_flags=ack)
    assert encode_tc(ConnectionTest(), 5, ack) == bytes(plain.pack())


@given(sequence=st.integers(0, 0x3FFF), size=st.integers(7, 300))
def test_its_header_of_our_packets_says_their_length(sequence, size):
    encoder = TmEncoder()
    encoder.sequence = sequence
    octets = encoder.encode(MotionHk(), 0)
    header = SpacePacketHeader.unpack(octets)
    assert (header.seq_count, header.packet_len) == (sequence, len(octets))


REPORTS = [
    (Accepted, 1), (AcceptanceFailed, 2), (Started, 3), (StartFailed, 4), (Progressed, 5), (ProgressFailed, 6),
    (Completed, 7), (CompletionFailed, 8),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "subtype"), REPORTS)
def test_it_unpacks_our_verification_reports(kind, subtype):
    request = parse_tc(encode_tc(ConnectionTest(), 0x1234)).request
    record = kind(request_packet=request[0], request_sequence=request[1])
    if "code" in kind.fields:
        record.code, record.detail = FailureCode.BAD_VALUE, 0x01020304
    if "step" in kind.fields:
        record.step = 9
    octets = TmEncoder().encode(record, 0)
    theirs = Service1Tm.unpack(octets, ManagedParams(timestamp_len=6), ManagedParamsVerification(1, 1))
    assert theirs.message_subtype == subtype
    assert theirs.tc_req_id == RequestId.from_pus_tc(PusTc.unpack(encode_tc(ConnectionTest(), 0x1234)))
    if "code" in kind.fields:
        assert theirs.error_code.val == FailureCode.BAD_VALUE
        assert theirs.failure_notice.data[:4] == bytes([1, 2, 3, 4])
    if "step" in kind.fields:
        assert theirs.step_id.val == 9


@pytest.mark.parametrize("kind", TELEMETRY, ids=packet_name)
def test_it_unpacks_every_kind_of_telemetry(kind):
    record = least(kind)
    octets = TmEncoder().encode(record, 10**18)
    theirs = PusTm.unpack(octets, timestamp_len=6)
    assert (theirs.apid, theirs.service, theirs.message_subtype) == (0x042, kind.service, kind.subtype)
    assert theirs.space_packet_header.packet_len == len(octets)
    ident = b"" if kind.ident is None else kind.ident.to_bytes(2, "big")
    assert bytes(theirs.tm_data) == ident + record.encode()
    assert bytes(theirs.pack()) == octets


@pytest.mark.parametrize("kind", COMMANDS, ids=packet_name)
def test_it_unpacks_every_telecommand_and_makes_it_again_octet_for_octet(kind):
    octets = encode_tc(least(kind), 9)
    theirs = PusTc.unpack(octets)
    assert (theirs.apid, theirs.service, theirs.message_subtype) == (0x042, kind.service, kind.subtype)
    again = PusTc(
        apid=0x042, service=kind.service, message_subtype=kind.subtype, seq_count=9, source_id=1,
        app_data=bytes(theirs.app_data),
    )  # fmt: skip
    assert bytes(again.pack()) == octets


def least(kind):
    """The record with the least value that each field takes."""
    values = {}
    for name, field in kind.fields.items():
        value = field.default
        if field.limits is not None:
            value = math.ceil(field.admitted[0]) if not field.is_float else field.admitted[0]
            value = value if field.count == 1 else (value,) * field.count
        values[name] = value
    return kind(**values)


def test_its_answer_to_a_ping_is_our_connection_report():
    octets = TmEncoder().encode(ConnectionAlive(), 77 * 10**9)
    theirs = Service17Tm(apid=0x042, message_subtype=2, timestamp=cuc.encode(77 * 10**9), destination_id=1)
    assert bytes(theirs.pus_tm.pack()) == octets
    assert Service17Tm.unpack(octets, timestamp_len=6).service == 17


class Reports:
    """The reports of an on-board dispatcher as packets, read by their verificator."""

    def __init__(self):
        self.encoder, self.verificator, self.results = TmEncoder(), PusVerificator(), []
        self.dispatcher = Dispatcher(mission_dictionary(), self.report, lambda _event: None)

    def report(self, record):
        octets = self.encoder.encode(record, 0)
        if record.service == 1:
            parameters = ManagedParams(timestamp_len=6), ManagedParamsVerification(1, 1)
            self.results.append(self.verificator.add_tm(Service1Tm.unpack(octets, *parameters)))

    def send(self, command):
        octets = encode_tc(command, 3)
        assert self.verificator.add_tc(PusTc.unpack(octets))
        self.dispatcher.accept(octets, 0)
        return self.results[-1].status


def test_its_verificator_follows_a_telecommand_to_its_completion():
    reports = Reports()

    def stow(_command, execution):
        execution.progress(1)
        execution.progress(2)
        execution.complete()

    reports.dispatcher.register(Stow, stow)
    status = reports.send(Stow())
    assert (status.accepted, status.started, status.step, status.completed) == (StatusField.SUCCESS,) * 4
    assert status.step_list == [1, 2]
    assert status.all_verifs_recvd
    assert [result.completed for result in reports.results] == [False, False, False, False, True]


def test_its_verificator_sees_where_a_telecommand_failed():
    def begin_and_fail(_command, execution):
        execution.progress(1)
        execution.fail(FailureCode.ABORTED)

    failed, refused, unknown = Reports(), Reports(), Reports()
    failed.dispatcher.register(Stow, begin_and_fail)
    refused.dispatcher.register(Stow, lambda _command, execution: execution.fail(FailureCode.NOT_ALLOWED))
    seen = [reports.send(Stow()) for reports in (failed, refused, unknown)]
    good, bad, unset = StatusField.SUCCESS, StatusField.FAILURE, StatusField.UNSET
    assert [(each.accepted, each.started, each.completed) for each in seen] == [
        (good, good, bad), (good, bad, unset), (bad, unset, unset),
    ]  # fmt: skip


@given(st.lists(st.integers(7, 300), min_size=1, max_size=20))
def test_it_unpacks_our_frames(sizes):
    writer, queue = FrameWriter(), [TmEncoder().encode(MotionHk(), 0)] * len(sizes)
    count = 0
    while queue:
        octets = writer.frame(0, lambda: queue.pop() if queue else None, bytes(CLCW.build({"farm_b": 1})))
        theirs = TmTransferFrame.unpack(octets, 1115, has_error_control_field=True)
        ours = parse_frame(octets)
        header = theirs.primary_header
        assert (header.master_channel_id.spacecraft_id, header.vc_id, header.ocf_flag) == (0x5C, 0, True)
        assert (header.master_ch_frame_count, header.vc_frame_count) == (count, count)
        assert header.frame_datafield_status.first_header_pointer == ours.first_header < FHP_NONE
        assert header.frame_datafield_status.segment_len_id == 3
        assert (bytes(theirs.data_field), bytes(theirs.op_ctrl_field)) == (ours.data, ours.ocf)
        count += 1


@given(st.binary(max_size=300))
def test_three_implementations_of_the_checksum_agree(data):
    assert crc_hqx(data, 0xFFFF) == fastcrc.crc16.ibm_3740(data)
