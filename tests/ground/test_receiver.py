"""Receiver: octets to records, every loss counted, never an exception."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from flight.icd.catalogue import mission_dictionary
from flight.icd.dictionary import Dictionary
from flight.icd.events.comms import LinkOpened, UplinkFault, UplinkRejected
from flight.icd.fields import enum8, f32, u8
from flight.icd.hk.scoop import MotionHk, SystemHk
from flight.icd.kinds import Housekeeping
from flight.icd.metadata import State
from flight.icd.modes import Mode
from flight.icd.reports.verification import ConnectionAlive
from flight.icd.space_packet import APID, TmEncoder
from flight.icd.tm_coding import Coding
from flight.icd.tm_frame import ASM, CLCW, FrameWriter
from ground.losses import loss_lines
from ground.receiver import Receiver, engineering, readings

FRAME = 1119


def records(receiver, octets):
    return [received.record for received in receiver.feed(octets) + receiver.close()]


def test_what_the_board_reports_arrives(recording):
    receiver = Receiver(mission_dictionary())
    arrived = records(receiver, recording)
    motion = [record for record in arrived if isinstance(record, MotionHk)]
    assert len(motion) == 100
    assert motion[0].edge_m == (0.5, 0.0, 0.125)
    assert LinkOpened(port=0) in arrived
    assert {record.dictionary for record in arrived if isinstance(record, SystemHk)} == {mission_dictionary().hash64}
    assert loss_lines(receiver.losses, receiver.packets) == []


def test_the_time_of_a_packet_is_the_boards(recording):
    received = Receiver(mission_dictionary()).feed(recording)
    stamps = [each.packet.tai_ns for each in received if isinstance(each.record, SystemHk)]
    assert [round((stamp - stamps[0]) / 1e9, 4) for stamp in stamps] == list(range(10))


def test_the_control_word_is_at_hand(recording):
    receiver = Receiver(mission_dictionary())
    assert receiver.control_word is None
    receiver.feed(recording)
    assert CLCW.parse(receiver.control_word).farm_b == 0


def test_a_lost_frame_is_told_as_such_and_as_missing_packets(recording):
    receiver = Receiver(mission_dictionary())
    arrived = records(receiver, recording[: 5 * FRAME] + recording[6 * FRAME :])
    whole = records(Receiver(mission_dictionary()), recording)
    assert receiver.losses.lost_frames == 1
    assert receiver.packets.missing == len(whole) - len(arrived)
    lines = loss_lines(receiver.losses, receiver.packets)
    assert lines[0].startswith("1 lost frames")
    assert f"{receiver.packets.missing} missing packets" in lines[-1]


def test_a_gap_says_what_is_missing(recording):
    receiver = Receiver(mission_dictionary())
    arrived = receiver.feed(recording[: 5 * FRAME] + recording[6 * FRAME :])
    counts = [each.packet.sequence for each in arrived]
    (gap,) = receiver.packets.latest_gaps
    assert (gap.apid, gap.missing, receiver.packets.gaps) == (APID, receiver.packets.missing, 1)
    assert gap.first not in counts
    assert gap.first - 1 in counts
    assert gap.first + gap.missing in counts


def test_a_damaged_frame_costs_its_packets_alone(recording):
    rng = random.Random(3)
    damaged = bytearray(recording)
    damaged[4 * FRAME + rng.randrange(10, FRAME)] ^= 0x40
    receiver = Receiver(mission_dictionary())
    arrived = records(receiver, bytes(damaged))
    assert receiver.losses.bad_frames == receiver.losses.lost_frames == 1
    assert receiver.losses.discarded_octets == FRAME
    assert receiver.packets.missing + len(arrived) == len(records(Receiver(mission_dictionary()), recording))


def framed(*packets):
    queue, writer = list(packets), FrameWriter()
    frame = writer.frame(0, lambda: queue.pop(0) if queue else None, bytes(4))
    return ASM + frame


def test_a_damaged_packet_in_a_whole_frame_is_counted_by_its_fault():
    packet = bytearray(TmEncoder().encode(ConnectionAlive(), 0))
    packet[-1] ^= 1
    receiver = Receiver(mission_dictionary())
    assert records(receiver, framed(bytes(packet))) == []
    assert receiver.packets.damaged == {"crc": 1}


def test_a_packet_that_is_not_in_the_dictionary_is_counted_by_its_type():
    receiver = Receiver(Dictionary([]))
    assert records(receiver, framed(TmEncoder().encode(ConnectionAlive(), 0))) == []
    assert receiver.packets.unknown == {"17/2": 1}


@given(st.lists(st.binary(max_size=3000), max_size=5))
def test_no_octets_make_it_raise(chunks):
    receiver = Receiver(mission_dictionary())
    for chunk in chunks:
        assert receiver.feed(chunk) == []
    receiver.close()


class _Bounded(Housekeeping, sid=0x7FF0):
    """A record with limits of every kind."""

    load_n: tuple[float, ...] = f32("N", "loads", 5, warn=(-1.0, 1.0), alarm=(-2.0, 2.0))
    temperature_c: int = u8("degC", "temperature", scale=0.5, warn=(0, 50), alarm=(0, 60))
    mode: Mode = enum8(Mode, "mode")


def test_each_value_is_read_in_its_unit_with_the_state_of_its_limits():
    record = _Bounded(load_n=(0.5, 1.0, -1.5, 2.5, math.nan), temperature_c=110, mode=Mode.OPERATE)
    read = {each.value.name: (each.engineering, each.state) for each in readings(record)}
    assert [read[f"load_n_{place}"][1] for place in range(5)] == [
        State.NORMAL, State.NORMAL, State.WARNING, State.ALARM, State.ALARM,
    ]  # fmt: skip
    assert read["temperature_c"] == (55.0, State.WARNING)
    assert read["mode"] == ("OPERATE", State.NORMAL)
    assert next(readings(record)).value.description


def test_coded_telemetry_is_received_when_the_coding_is_known(recording):
    coding = Coding(reed_solomon=True, randomized=True)
    frames = [recording[at + 4 : at + FRAME] for at in range(0, len(recording), FRAME)]
    receiver = Receiver(mission_dictionary(), coding=coding)
    arrived = records(receiver, b"".join(coding.encode(frame) for frame in frames))
    assert len(arrived) == len(records(Receiver(mission_dictionary()), recording))
    assert records(Receiver(mission_dictionary()), coding.encode(frames[0])) == []


def test_enumerations_become_names():
    values = engineering(UplinkRejected(fault=UplinkFault.CLTU, rejected=3))
    assert values == {"fault": "CLTU", "rejected": 3}
