"""Uplink: what is a telecommand gets through, all else is counted by kind and changes nothing."""

import random
from binascii import crc_hqx
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.comms.control_word import ControlWord
from flight.comms.uplink import WAITING, Uplink
from flight.icd import cltu, tc_frame
from flight.icd.commands.functions import FindSurface
from flight.icd.commands.test import ConnectionTest
from flight.icd.events.comms import UplinkFault, UplinkRejected
from flight.icd.space_packet import encode_tc
from flight.icd.tc_frame import TcFrame
from flight.icd.tm_frame import CLCW

PACKET = encode_tc(FindSurface(site=3), 1)
UNIT = cltu.encode(tc_frame.build(TcFrame(PACKET)))


class Bench:
    def __init__(self, link):
        self.link = link
        self.accepted = []
        self.uplink = Uplink(
            link.ports, lambda packet, now_ns: self.accepted.append(packet), link.control_word, link.events.append
        )

    def take(self, octets, steps=4):
        self.link.port.arriving = octets
        for _ in range(steps):
            self.uplink.step(0)

    def rejected(self):
        return {fault: count for fault, count in self.uplink.rejected.items() if count}


@pytest.fixture
def bench(link):
    return Bench(link)


def test_a_packet_gets_through(bench):
    bench.take(UNIT)
    assert bench.accepted == [PACKET]
    assert bench.rejected() == {}
    assert bench.uplink.received == 1


def test_one_unit_is_looked_at_in_each_step(bench):
    bench.take(UNIT * 3, steps=1)
    assert len(bench.accepted) == 1
    bench.take(b"", steps=2)
    assert len(bench.accepted) == 3


def test_more_units_than_can_wait_are_rejected(bench):
    bench.take(UNIT * (WAITING + 5), steps=0)
    for _ in range(WAITING + 5):
        bench.uplink.step(0)
    assert len(bench.accepted) == WAITING
    assert bench.rejected() == {UplinkFault.OVERFLOW: 5}


def test_accepted_frames_are_counted_in_the_control_word(bench):
    for _ in range(5):
        bench.take(UNIT)
    assert CLCW.parse(bench.link.control_word.octets).farm_b == 5 % 4


def damaged_fecf():
    frame = bytearray(tc_frame.build(TcFrame(PACKET)))
    frame[8] ^= 1
    return bytes(frame)


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        (UNIT[:12] + bytes([UNIT[12] ^ 1]) + UNIT[13:], UplinkFault.CLTU),
        (cltu.encode(damaged_fecf()), UplinkFault.FRAME_FECF),
        (cltu.encode(b"\x20\x5c"), UplinkFault.FRAME_LENGTH),
        (cltu.encode(tc_frame.build(TcFrame(PACKET, scid=1))), UplinkFault.FRAME_SPACECRAFT),
        (cltu.encode(tc_frame.build(TcFrame(PACKET, vcid=3))), UplinkFault.FRAME_CHANNEL),
        (cltu.encode(tc_frame.build(TcFrame(PACKET)) + bytes(20)), UplinkFault.FRAME_FILL),
        (cltu.encode(tc_frame.build(TcFrame(PACKET, bypass=False))), UplinkFault.FRAME_TYPE),
        (cltu.encode(tc_frame.build(TcFrame(PACKET, control=True))), UplinkFault.FRAME_TYPE),
        (cltu.encode(tc_frame.build(TcFrame(PACKET, bypass=False, control=True))), UplinkFault.FRAME_HEADER),
    ],
)
def test_each_deviation_is_counted_by_its_kind(bench, unit, fault):
    bench.take(unit)
    assert bench.accepted == []
    assert bench.rejected() == {fault: 1}
    bench.take(UNIT)
    assert bench.accepted == [PACKET]


def test_rejections_are_told_once_a_second(bench):
    bench.take(cltu.encode(damaged_fecf()) * 3)
    bench.uplink.step(10**9)
    bench.uplink.step(10**9 + 1)
    assert bench.link.events == [UplinkRejected(fault=UplinkFault.FRAME_FECF, rejected=3)]


@given(st.binary(max_size=500))
def test_no_octets_make_it_raise(octets):
    ports = SimpleNamespace(ports=[None], read=lambda number, now_ns: octets)
    accepted = []
    uplink = Uplink(ports, lambda packet, now_ns: accepted.append(packet), ControlWord(), lambda event: None)
    for _ in range(3):
        uplink.step(0)
    assert accepted == []


def test_mutated_frames_with_right_codeblocks_never_get_through(bench):
    rng = random.Random(1)
    frame = tc_frame.build(TcFrame(encode_tc(ConnectionTest(), 7)))
    for _ in range(3000):
        mutated = bytearray(frame)
        for _ in range(rng.randint(1, 3)):
            mutated[rng.randrange(len(mutated))] ^= rng.randint(1, 255)
        if bytes(mutated) == frame or crc_hqx(bytes(mutated), 0xFFFF) == 0:
            continue
        bench.take(cltu.encode(bytes(mutated)), steps=1)
    assert bench.accepted == []
