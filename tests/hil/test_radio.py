"""The radio of lockstep: what arrives is what is kept, and what is wrong with the link ends without a trace."""

import hashlib
import io
from itertools import pairwise

import pytest

from flight.icd.commands.test import ConnectionTest
from flight.icd.keys import UplinkKey
from hil.radio import MemoryLink

S = 10**9
FRAME = bytes(range(256)) * 4


@pytest.fixture
def link():
    return MemoryLink(UplinkKey(1, bytes(32)), seed=1)


def send(link, frames, start_s=0.0):
    for number in range(frames):
        link.write(FRAME, round((start_s + 0.1 * number) * S))
    return link.octets // len(FRAME)


def test_a_good_link_passes_everything_and_hashes_what_it_keeps(link):
    kept = io.BytesIO()
    link.record(kept)
    assert send(link, 10) == 10
    assert link.sha256.hexdigest() == hashlib.sha256(kept.getvalue()).hexdigest()
    assert link.command(ConnectionTest())
    assert link.read(0)
    assert link.read(0) == b""


def test_what_is_lost_and_what_is_spoilt_is_missing_and_wrong_in_what_is_kept(link):
    kept = io.BytesIO()
    link.record(kept)
    back = link.corrupt_downlink(1e-3)
    send(link, 10)
    back()
    assert len(kept.getvalue()) == 10 * len(FRAME)
    assert kept.getvalue() != 10 * FRAME
    assert link.sha256.hexdigest() == hashlib.sha256(kept.getvalue()).hexdigest()


def test_a_link_that_is_down_passes_nothing_either_way_and_comes_back(link):
    back = link.go_down()
    assert send(link, 5) == 0
    assert not link.command(ConnectionTest())
    assert link.read(0) == b""
    back()
    assert send(link, 5, 10.0) == 5
    assert link.command(ConnectionTest())
    assert link.lost == 5


def test_fading_loses_its_share_in_spells(link):
    link.fade(3.0, 1.0)
    heard = []
    for number in range(20_000):
        before = link.octets
        link.write(FRAME, number * S // 10)
        heard.append(link.octets > before)
    assert 0.68 < sum(heard) / len(heard) < 0.82  # 3 of 4 s
    changes = sum(a != b for a, b in pairwise(heard))
    assert 700 < changes < 1300  # two in 4 s


def test_so_many_telecommands_are_lost_and_the_sender_can_tell(link):
    link.lose_uplink(0.5)
    confirmed = [link.command(ConnectionTest()) for _ in range(400)]
    arrived = sum(1 for _ in range(400) if link.read(0))
    assert confirmed.count(True) == arrived
    assert 150 < arrived < 250


def test_the_same_seed_loses_the_same(link):
    def kept(seed):
        one = MemoryLink(UplinkKey(1, bytes(32)), seed)
        one.fade(3.0, 1.0)
        one.corrupt_downlink(1e-5)
        send(one, 500)
        return one.sha256.hexdigest()

    assert kept(1) == kept(1)
    assert kept(1) != kept(2)
