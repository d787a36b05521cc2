"""The sender: what it makes is a protected frame in a CLTU, and no number is used twice."""

import pytest

from flight.icd import cltu, cop, tc_frame
from flight.icd.keys import UplinkKey
from flight.icd.randomizer import tc_randomize
from flight.icd.sdls import Association
from flight.icd.tc_sender import TcSender

KEY = UplinkKey(1, bytes(32))


def read(octets, randomized=False):
    (unit,) = cltu.CltuDecoder().feed(octets)
    if randomized:
        unit = tc_frame.restore(unit)
    frame = tc_frame.parse(unit, fill=0x55)
    sequence, data = Association(KEY).open(unit[:5], frame.data)
    return frame.bypass, frame.control, frame.sequence, sequence, data


def test_each_kind_of_frame_is_made_as_named():
    sender = TcSender(KEY)
    assert read(sender.bd(b"packet")) == (True, False, 0, 1, b"packet")
    assert read(sender.ad(b"packet", 77)) == (False, False, 77, 2, b"packet")
    assert read(sender.unlock()) == (True, True, 0, 3, cop.UNLOCK)
    assert read(sender.set_vr(9)) == (True, True, 0, 4, cop.set_vr(9))
    assert sender.sequence == 5


def test_the_same_frame_made_again_has_another_number_and_other_octets():
    sender = TcSender(KEY)
    assert sender.ad(b"packet", 1) != sender.ad(b"packet", 1)


def test_two_senders_share_no_initialisation_vector():
    assert TcSender(KEY).bd(b"packet") != TcSender(KEY).bd(b"packet")
    assert TcSender(KEY, session=bytes(8)).bd(b"packet") == TcSender(KEY, session=bytes(8)).bd(b"packet")


def test_it_goes_on_where_the_board_says_and_never_back():
    sender = TcSender(KEY, 10)
    sender.resume(5)
    assert sender.sequence == 10
    sender.resume(500)
    assert sender.sequence == 500


def test_a_key_that_is_used_up_is_refused():
    sender = TcSender(KEY, 2**32 - 1)
    sender.bd(b"last")
    with pytest.raises(ValueError, match="used up"):
        sender.bd(b"one more")


def test_without_cltu_the_frame_is_bare():
    octets = TcSender(KEY, framed_only=True).bd(b"packet")
    assert Association(KEY).open(octets[:5], tc_frame.parse(octets).data).data == b"packet"


def test_a_randomized_frame_is_restored_and_its_fill_left():
    octets = TcSender(KEY, session=bytes(8), randomized=True).bd(b"packet")
    bare = TcSender(KEY, session=bytes(8), framed_only=True).bd(b"packet")
    (unit,) = cltu.CltuDecoder().feed(octets)
    assert unit.startswith(tc_randomize(bare))
    assert set(unit[len(bare) :]) <= {0x55}
    assert read(octets, randomized=True)[-1] == b"packet"
