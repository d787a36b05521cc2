"""Uplink: what the key made gets through once, all else is counted by kind and changes nothing."""

from binascii import crc_hqx
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.comms.control_word import ControlWord
from flight.comms.gate import ClosedGate, memory_gate
from flight.comms.uplink import WAITING, Uplink
from flight.icd import cltu, cop, tc_frame
from flight.icd.commands.functions import FindSurface
from flight.icd.cop import Clcw
from flight.icd.events.comms import UplinkClosed, UplinkFault, UplinkLockout, UplinkOpen, UplinkRejected
from flight.icd.keys import UplinkKey
from flight.icd.sdls import Association
from flight.icd.space_packet import encode_tc
from flight.icd.tc_frame import TcFrame
from flight.icd.tc_sender import TcSender

KEY = UplinkKey(1, bytes(range(32)))
PACKET = encode_tc(FindSurface(site=3), 1)
S = 10**9


class Bench:
    def __init__(self, link, gate=None, **options):
        self.link = link
        self.accepted = []
        self.room = True
        self.sender = TcSender(KEY, session=bytes(8))
        self.uplink = Uplink(
            link.ports, lambda packet, now_ns: self.accepted.append(packet), link.control_word, link.events.append,
            gate or memory_gate(KEY), lambda: self.room, **options,
        )  # fmt: skip

    def take(self, octets, steps=4):
        self.link.port.arriving = octets
        for _ in range(steps):
            self.uplink.step(0)

    def rejected(self):
        return {fault: count for fault, count in self.uplink.rejected.items() if count}

    def word(self):
        return Clcw.decode(self.link.control_word.octets)


@pytest.fixture
def bench(link):
    return Bench(link)


def framed(frame, sequence=1, key=KEY):
    return Association(key).protect(frame, sequence, bytes(8))


def refecfed(octets):
    return octets[:-2] + crc_hqx(octets[:-2], 0xFFFF).to_bytes(2, "big")


def test_a_packet_of_either_service_gets_through(bench):
    bench.take(bench.sender.bd(PACKET))
    bench.take(bench.sender.ad(PACKET, 0))
    assert bench.accepted == [PACKET, PACKET]
    assert bench.rejected() == {}
    assert bench.uplink.received == 2
    assert (bench.uplink.taken_bd, bench.uplink.taken_ad) == (1, 1)


def test_a_randomized_link_is_understood(link):
    bench = Bench(link, randomized=True)
    bench.take(TcSender(KEY, randomized=True).bd(PACKET))
    assert bench.accepted == [PACKET]
    bench.take(TcSender(KEY, 5).bd(PACKET))
    assert bench.accepted == [PACKET]


def test_one_unit_is_looked_at_in_each_step(bench):
    bench.take(b"".join(bench.sender.bd(PACKET) for _ in range(3)), steps=1)
    assert len(bench.accepted) == 1
    bench.take(b"", steps=2)
    assert len(bench.accepted) == 3


def test_more_units_than_can_wait_are_rejected(bench):
    bench.take(b"".join(bench.sender.bd(PACKET) for _ in range(WAITING + 5)), steps=0)
    for _ in range(WAITING + 5):
        bench.uplink.step(0)
    assert len(bench.accepted) == WAITING
    assert bench.rejected() == {UplinkFault.OVERFLOW: 5}


def test_what_cop_1_did_is_in_the_control_word(bench):
    for ns in range(3):
        bench.take(bench.sender.ad(PACKET, ns))
    bench.take(bench.sender.bd(PACKET))
    bench.take(bench.sender.ad(PACKET, 5))
    assert bench.word() == Clcw(report=3, farm_b=1, retransmit=True)
    bench.take(bench.sender.set_vr(5))
    assert bench.word() == Clcw(report=5, farm_b=2)


def test_a_lockout_is_told_once_and_ends_with_unlock(bench):
    for ns in (100, 101, 0):
        bench.take(bench.sender.ad(PACKET, ns))
    assert bench.word().lockout
    assert bench.link.events.count(UplinkLockout(received=100, expected=0)) == 1
    assert len([event for event in bench.link.events if isinstance(event, UplinkLockout)]) == 1
    bench.take(bench.sender.unlock() + bench.sender.ad(PACKET, 0))
    assert bench.accepted == [PACKET]
    assert not bench.word().lockout


def test_without_room_the_ground_is_told_to_wait_until_there_is(bench):
    bench.room = False
    bench.take(bench.sender.ad(PACKET, 0))
    assert bench.word() == Clcw(wait=True, retransmit=True)
    bench.take(bench.sender.bd(PACKET))
    assert bench.accepted == [PACKET]
    bench.room = True
    bench.take(bench.sender.ad(PACKET, 0))
    assert bench.word() == Clcw(report=1, farm_b=1)
    assert bench.accepted == [PACKET, PACKET]


PROTECTED = framed(TcFrame(PACKET))
UNIT = cltu.encode(PROTECTED)


@pytest.mark.parametrize(
    ("unit", "fault"),
    [
        (UNIT[:12] + bytes([UNIT[12] ^ 1]) + UNIT[13:], UplinkFault.CLTU),
        (cltu.encode(PROTECTED[:8] + b"\xff" + PROTECTED[9:]), UplinkFault.FRAME_FECF),
        (cltu.encode(b"\x20\x5c"), UplinkFault.FRAME_LENGTH),
        (cltu.encode(PROTECTED[:20]), UplinkFault.FRAME_LENGTH),
        (cltu.encode(framed(TcFrame(PACKET, scid=1))), UplinkFault.FRAME_SPACECRAFT),
        (cltu.encode(framed(TcFrame(PACKET, vcid=3))), UplinkFault.FRAME_CHANNEL),
        (cltu.encode(PROTECTED + bytes(20)), UplinkFault.FRAME_FILL),
        (cltu.encode(framed(TcFrame(PACKET, bypass=False, control=True))), UplinkFault.FRAME_HEADER),
        (cltu.encode(tc_frame.build(TcFrame(b"short"))), UplinkFault.SDLS_LENGTH),
        (cltu.encode(tc_frame.build(TcFrame(b"\0\2" + bytes(40)))), UplinkFault.SDLS_SPI),
        (cltu.encode(tc_frame.build(TcFrame(b"\0\1" + bytes(40)))), UplinkFault.SDLS_MAC),
        (cltu.encode(framed(TcFrame(PACKET), key=UplinkKey(1, bytes(32)))), UplinkFault.SDLS_MAC),
        (cltu.encode(refecfed(b"\x00" + PROTECTED[1:])), UplinkFault.SDLS_MAC),
        (cltu.encode(framed(TcFrame(PACKET), sequence=0)), UplinkFault.REPLAYED),
        (cltu.encode(framed(TcFrame(PACKET), sequence=10**6)), UplinkFault.AHEAD),
        (cltu.encode(framed(TcFrame(b"\1", control=True))), UplinkFault.FRAME_DIRECTIVE),
        (cltu.encode(framed(TcFrame(PACKET, 1, bypass=False))), UplinkFault.FARM_GAP),
        (cltu.encode(framed(TcFrame(PACKET, 255, bypass=False))), UplinkFault.FARM_KNOWN),
        (cltu.encode(framed(TcFrame(PACKET, 128, bypass=False))), UplinkFault.FARM_LOCKOUT),
    ],
)
def test_each_deviation_is_counted_by_its_kind(bench, unit, fault):
    bench.take(unit)
    assert bench.accepted == []
    assert bench.rejected() == {fault: 1}
    assert bench.uplink.latest_fault is fault
    bench.sender.resume(2)
    bench.take(bench.sender.bd(PACKET))
    assert bench.accepted == [PACKET]


@pytest.mark.parametrize("frame", [TcFrame(cop.UNLOCK, control=True), TcFrame(PACKET, 128, bypass=False)])
def test_a_forged_frame_moves_nothing_of_cop_1(bench, frame):
    bench.take(bench.sender.ad(PACKET, 0))
    before = bench.word()
    bench.take(cltu.encode(tc_frame.build(frame)))
    bench.take(cltu.encode(framed(frame, 2, UplinkKey(1, bytes(32)))))
    assert bench.word() == before


def test_a_replayed_frame_moves_nothing_of_cop_1_even_one_that_did_not_get_in(bench):
    far = bench.sender.ad(PACKET, 128)
    bench.take(far + bench.sender.unlock())
    before = bench.word()
    bench.take(far)
    assert bench.word() == before
    assert bench.rejected() == {UplinkFault.FARM_LOCKOUT: 1, UplinkFault.REPLAYED: 1}


def test_frames_that_change_places_are_told_from_replayed_ones(bench):
    first, second = bench.sender.bd(PACKET), bench.sender.bd(PACKET)
    bench.take(second + first + second)
    assert bench.accepted == [PACKET]
    assert bench.rejected() == {UplinkFault.REORDERED: 1, UplinkFault.REPLAYED: 1}


def test_without_a_key_nothing_gets_in_and_it_is_told(link):
    bench = Bench(link, ClosedGate())
    bench.take(bench.sender.bd(PACKET) + cltu.encode(tc_frame.build(TcFrame(PACKET))))
    assert bench.accepted == []
    assert bench.rejected() == {UplinkFault.CLOSED: 2}
    assert link.events == [UplinkClosed()]
    assert bench.word() == Clcw()


def test_with_a_key_it_is_told_where_to_go_on(bench):
    bench.take(b"")
    assert bench.link.events == [UplinkOpen(key=1, next_sequence=1)]


def test_rejections_are_told_once_a_second(bench):
    bench.take(b"", steps=1)
    bench.link.events.clear()
    bench.take(cltu.encode(PROTECTED[:-1] + b"\0") * 3)
    bench.uplink.step(S)
    bench.uplink.step(S + 1)
    assert bench.link.events == [UplinkRejected(fault=UplinkFault.FRAME_FECF, rejected=3)]


@given(st.binary(max_size=500))
def test_no_octets_make_it_raise(octets):
    ports = SimpleNamespace(ports=[None], read=lambda number, now_ns: octets)
    accepted = []
    uplink = Uplink(
        ports, lambda packet, now_ns: accepted.append(packet), ControlWord(), lambda event: None, memory_gate(KEY)
    )
    for _ in range(3):
        uplink.step(0)
    assert accepted == []
