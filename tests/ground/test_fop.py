"""FOP-1 against a FARM-1 written from the standard (CCSDS 232.1-B-2, clause 6), over a link that loses frames."""

import random
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.icd.cop import NEGATIVE_WINDOW, POSITIVE_WINDOW, Clcw, ahead
from ground.fop import Alert, Fop1, State, Unit

T1_NS = 5 * 10**9


class Farm:
    """FARM-1: takes frames as `(kind, value, unit)`."""

    def __init__(self, vr=0):
        self.vr = vr
        self.lockout = self.retransmit = False
        self.taken = []

    def receive(self, kind, value, unit):
        if kind == "unlock":
            self.lockout = self.retransmit = False
        elif kind == "set_vr":
            if not self.lockout:
                self.vr, self.retransmit = value, False
        elif kind == "bd":
            self.taken.append(unit.data)
        elif self.lockout:
            pass
        elif value == self.vr:
            self.taken.append(unit.data)
            self.vr, self.retransmit = (self.vr + 1) % 256, False
        elif ahead(value, self.vr) < POSITIVE_WINDOW:
            self.retransmit = True
        elif ahead(self.vr, value) > NEGATIVE_WINDOW:
            self.lockout = True

    def word(self):
        return Clcw(self.vr, 0, self.retransmit, False, self.lockout)


class Ground:
    """What FOP-1 says to its lower layer and its user."""

    def __init__(self, **kw):
        self.frames = deque()
        self.acknowledged, self.given_up, self.alerts = [], [], []
        self.fop = Fop1(self, T1_NS, **kw)

    def send_ad(self, unit, ns):
        self.frames.append(("ad", ns, unit))

    def send_bd(self, unit):
        self.frames.append(("bd", 0, unit))

    def send_unlock(self):
        self.frames.append(("unlock", 0, None))

    def send_set_vr(self, value):
        self.frames.append(("set_vr", value, None))

    def accepted(self, unit):
        self.acknowledged.append(unit.data)

    def lost(self, unit):
        self.given_up.append(unit.data)

    def alert(self, alert):
        self.alerts.append(alert)

    def active(self, at=0):
        self.fop.set_next_sequence(at)
        self.fop.initiate()
        return self

    def sent(self):
        sent = [(kind, value, unit.data if unit else None) for kind, value, unit in self.frames]
        self.frames.clear()
        return sent


@pytest.fixture
def ground():
    return Ground().active()


def transfer(ground, *names, now_ns=0):
    return [ground.fop.transfer(Unit(name), now_ns) for name in names]


def test_units_are_numbered_in_order(ground):
    assert transfer(ground, b"a", b"b") == [True, True]
    assert ground.sent() == [("ad", 0, b"a"), ("ad", 1, b"b")]


def test_what_the_board_reports_is_acknowledged(ground):
    transfer(ground, b"a", b"b", b"c")
    ground.fop.hear(Clcw(2), 1)
    assert (ground.acknowledged, ground.fop.outstanding) == ([b"a", b"b"], 1)
    ground.fop.hear(Clcw(3), 2)
    assert ground.acknowledged == [b"a", b"b", b"c"]


def test_the_window_bounds_what_is_outstanding():
    ground = Ground(window=2).active()
    assert transfer(ground, b"a", b"b", b"c", b"d") == [True, True, True, False]  # one waits, as in the standard
    assert len(ground.sent()) == 2
    ground.fop.hear(Clcw(1), 1)
    assert ground.sent() == [("ad", 2, b"c")]


def test_all_outstanding_are_sent_again_when_asked_for(ground):
    transfer(ground, b"a", b"b", b"c")
    ground.sent()
    ground.fop.hear(Clcw(1, retransmit=True), 1)
    assert ground.sent() == [("ad", 1, b"b"), ("ad", 2, b"c")]
    assert ground.fop.state is State.RETRANSMIT
    ground.fop.hear(Clcw(1, retransmit=True), 2)
    assert ground.sent() == []  # they are under way
    ground.fop.hear(Clcw(3), 3)
    assert ground.fop.state is State.ACTIVE


def test_without_a_word_the_timer_sends_again_up_to_the_limit():
    ground = Ground(limit=3).active()
    transfer(ground, b"a")
    for number in range(1, 4):
        ground.fop.step(number * T1_NS)
    assert ground.sent() == [("ad", 0, b"a")] * 3
    assert (ground.alerts, ground.given_up) == ([Alert.T1], [b"a"])
    assert ground.fop.state is State.INITIAL


def test_the_timer_rests_when_all_is_acknowledged(ground):
    transfer(ground, b"a")
    ground.fop.hear(Clcw(1), 1)
    ground.sent()
    ground.fop.step(100 * T1_NS)
    assert (ground.sent(), ground.alerts) == ([], [])


def test_a_board_that_asks_to_wait_is_waited_for(ground):
    transfer(ground, b"a", b"b")
    ground.sent()
    ground.fop.hear(Clcw(0, retransmit=True, wait=True), 1)
    assert (ground.fop.state, ground.sent()) == (State.RETRANSMIT_WAIT, [])
    transfer(ground, b"c", now_ns=2)
    assert ground.sent() == []
    ground.fop.hear(Clcw(0, retransmit=True), 3)
    assert [frame[2] for frame in ground.sent()] == [b"a", b"b", b"c"]


@pytest.mark.parametrize(
    ("word", "alert"),
    [
        (Clcw(0, lockout=True), Alert.LOCKOUT),  # E14
        (Clcw(5), Alert.NNR),  # E13
        (Clcw(255), Alert.NNR),  # E13
        (Clcw(2, retransmit=True), Alert.SYNCH),  # E4
        (Clcw(2, wait=True), Alert.CLCW),  # E3
        (Clcw(1, wait=True), Alert.CLCW),  # E7
    ],
)
def test_a_word_that_can_not_be_ends_the_service(ground, word, alert):
    transfer(ground, b"a", b"b")
    ground.fop.hear(word, 1)
    assert (ground.alerts, ground.fop.state) == ([alert], State.INITIAL)
    assert ground.given_up == [b"a", b"b"]


@pytest.mark.parametrize("word", [Clcw(0), Clcw(1)])
def test_a_board_that_takes_its_request_back_is_out_of_step(ground, word):
    transfer(ground, b"a", b"b")
    ground.fop.hear(Clcw(0, retransmit=True), 1)
    ground.fop.hear(word, 2)
    assert ground.alerts == ([Alert.SYNCH] if word.report == 0 else [])  # E5, E6


def test_a_single_transmission_allowed_ends_at_the_first_request():
    ground = Ground(limit=1).active()
    transfer(ground, b"a", b"b")
    ground.fop.hear(Clcw(1, retransmit=True), 1)
    assert (ground.acknowledged, ground.given_up, ground.alerts) == ([b"a"], [b"b"], [Alert.LIMIT])


def test_the_service_begins_when_the_word_agrees():
    ground = Ground()
    ground.fop.set_next_sequence(7)
    ground.fop.initiate_checked(0)
    assert not ground.fop.ready
    ground.fop.hear(Clcw(7), 1)
    assert ground.fop.state is State.ACTIVE
    transfer(ground, b"a")
    assert ground.sent() == [("ad", 7, b"a")]


def test_a_word_that_does_not_agree_or_none_ends_the_beginning():
    ground = Ground()
    ground.fop.initiate_checked(0)
    ground.fop.hear(Clcw(9), 1)
    ground.fop.initiate_checked(2)
    ground.fop.step(2 + T1_NS)
    assert ground.alerts == [Alert.NNR, Alert.T1]


def test_unlocking_is_repeated_until_the_word_agrees():
    ground = Ground()
    ground.fop.set_next_sequence(3)
    ground.fop.initiate_unlocking(0)
    ground.fop.hear(Clcw(3, lockout=True), 1)
    ground.fop.step(T1_NS)
    assert ground.sent() == [("unlock", 0, None)] * 2
    ground.fop.hear(Clcw(3), T1_NS + 1)
    assert (ground.fop.state, ground.alerts) == (State.ACTIVE, [])


def test_setting_vr_begins_with_that_number():
    ground, farm = Ground(), Farm(vr=200)
    ground.fop.initiate_setting(17, 0)
    ground.fop.hear(farm.word(), 1)
    assert ground.fop.state is State.INITIALISING_BC
    farm.receive(*ground.frames.popleft())
    ground.fop.hear(farm.word(), 2)
    transfer(ground, b"a")
    assert ground.sent() == [("ad", 17, b"a")]


def test_bypass_works_in_any_state_and_is_sent_once():
    ground = Ground()
    ground.fop.bypass(Unit(b"now"))
    assert ground.sent() == [("bd", 0, b"now")]
    ground.fop.step(100 * T1_NS)
    assert ground.sent() == []


def test_directives_have_their_place(ground):
    with pytest.raises(ValueError, match="INITIAL alone"):
        ground.fop.set_next_sequence(1)
    ground.fop.terminate()
    assert ground.alerts == [Alert.TERM]
    assert not ground.fop.transfer(Unit(b"a"), 0)


@given(
    seed=st.integers(0, 2**32), loss=st.floats(0, 0.5), vr=st.integers(0, 255), window=st.integers(1, POSITIVE_WINDOW)
)
@settings(max_examples=60)
def test_every_unit_arrives_once_and_in_order_whatever_is_lost(seed, loss, vr, window):
    """Five hundred units, so that numbers wrap; each tick is half a round trip."""
    rng = random.Random(seed)
    ground, farm = Ground(window=window, limit=1000).active(vr), Farm(vr)
    wanted = [number.to_bytes(2) for number in range(500)]
    queue, words, tick = deque(wanted), deque(), 0
    while len(ground.acknowledged) < len(wanted):
        tick += 1
        now_ns = tick * T1_NS // 4
        while queue and ground.fop.ready:
            ground.fop.transfer(Unit(queue.popleft()), now_ns)
        for frame in list(ground.frames):
            if rng.random() >= loss:
                farm.receive(*frame)
        ground.frames.clear()
        words.append(farm.word())
        if len(words) > 2 and rng.random() >= loss:
            ground.fop.hear(words[-2], now_ns)
        ground.fop.step(now_ns)
        assert tick < 20_000
    assert farm.taken == ground.acknowledged == wanted
    assert ground.alerts == []
