"""Housekeeping of the link says what its parts count, and always fits its packet."""

import pytest

from flight.comms.downlink import Downlink
from flight.comms.gate import ClosedGate, memory_gate
from flight.comms.status import CommsStatus
from flight.comms.uplink import Uplink
from flight.icd.catalogue import mission_dictionary
from flight.icd.events.comms import UplinkFault
from flight.icd.hk.comms import CommsHk, UplinkHk
from flight.icd.keys import UplinkKey
from flight.icd.tc_sender import TcSender
from flight.services.dispatcher import Dispatcher

KEY = UplinkKey(7, bytes(32))


class Parts:
    def __init__(self, link, gate):
        self.downlink = Downlink(link.ports, link.time, link.control_word, link.events.append)
        self.dispatcher = Dispatcher(mission_dictionary(), lambda report: None, link.events.append)
        self.uplink = Uplink(link.ports, self.dispatcher.accept, link.control_word, link.events.append, gate)
        self.status = CommsStatus(link.ports, self.downlink, self.uplink, self.dispatcher)

    def refresh(self, now_ns):
        self.status.refresh(now_ns)
        self.status.refresh_uplink(now_ns)
        return self.status.hk, self.status.uplink_hk


@pytest.fixture
def parts(link):
    return Parts(link, memory_gate(KEY))


def test_the_ground_learns_where_to_go_on(link, parts):
    sender = TcSender(KEY, 100)
    link.port.arriving = sender.ad(b"packet", 0) + sender.bd(b"packet") + sender.ad(b"packet", 9) + sender.unlock()
    for _ in range(4):
        parts.uplink.step(0)
    _, hk = parts.refresh(5)
    assert (hk.key, hk.next_sequence) == (7, 104)
    assert (hk.v_r, hk.lockout, hk.wait, hk.retransmit) == (1, 0, 0, 0)
    assert (hk.ad_frames, hk.bd_frames, hk.bc_frames) == (1, 1, 1)
    assert (hk.rejected, hk.last_fault) == (1, UplinkFault.FARM_GAP)
    assert UplinkHk.decode(hk.encode()) == hk


def test_each_kind_of_rejection_has_its_place(link, parts):
    parts.uplink.rejected[UplinkFault.REPLAYED] = 3
    hk, _ = parts.refresh(0)
    assert hk.uplink_rejected[UplinkFault.REPLAYED] == sum(hk.uplink_rejected) == 3


def test_no_counter_outgrows_its_field(link, parts):
    for part in (parts.downlink, parts.uplink):
        for name in ("frames", "idle_frames", "packets", "unfit", "taken_ad", "taken_bd", "taken_bc"):
            if hasattr(part, name):
                setattr(part, name, 2**32 + 5)
    for fault in UplinkFault:
        parts.uplink.rejected[fault] = 2**32 + 5
    hk, uplink_hk = parts.refresh(0)
    assert CommsHk.decode(hk.encode()).frames == 5
    assert UplinkHk.decode(uplink_hk.encode()).ad_frames == 5


def test_a_closed_uplink_has_no_key(link):
    _, hk = Parts(link, ClosedGate()).refresh(0)
    assert (hk.key, hk.next_sequence, hk.kept) == (0, 0, 0)
    hk.encode()
